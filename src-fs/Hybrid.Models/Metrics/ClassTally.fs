namespace Hybrid.Models

open System
open Hybrid.Core

/// <summary>What metrics remember of a classification: of any number of outcomes, one after the other, what they would of all of them at
/// once, to the bit.</summary>
/// <param name="needs">What is remembered.</param>
/// <param name="names">The names of the classes.</param>
/// <param name="areProbabilities">Whether scores are probabilities.</param>
[<Sealed>]
type internal ClassTally(needs: Needs, names: string[], areProbabilities: bool) =
    let classes = names.Length
    let isNeeded (need: Needs) = needs &&& need <> enum 0

    let confusion =
        let size = if isNeeded Needs.Sums then classes else 0
        Array2D.zeroCreate<float> size size

    let weight = RunningSum()
    let seen = Array.zeroCreate<bool> classes
    let decided = Array.zeroCreate<bool> classes
    let logLoss, brier = RunningSum(), RunningSum()
    let gaps = Array.init ClassTally.Bins (fun _ -> RunningSum())

    let ranks = Array.zeroCreate<float>(if isNeeded Needs.Ranks then classes else 0)

    // of the first of two classes only what compares it with the second needs the score
    let columns =
        [|
            for c in 0 .. classes - 1 ->
                if isNeeded Needs.Scores || (isNeeded Needs.Order && (c > 0 || classes > 2)) then
                    Some(Scores())
                else
                    None
        |]

    let keepsOrder = isNeeded (Needs.Order ||| Needs.Scores)
    // a byte for each where that suffices
    let labels, manyLabels = Pieces<byte>(), Pieces<int>()
    // while all are 1 there are none
    let mutable weights: Scores option = None
    let all = ResizeArray<ClassOutcomes>()

    /// 2⁻⁵²: what probabilities of 0 and 1 differ from them by in a logarithm.
    static let least = Double.BitIncrement 1.0 - 1.0

    let likeliest (outcomes: ClassOutcomes) start =
        let mutable best = 0

        for i in 1 .. classes - 1 do
            if outcomes.Scores[start + i] > outcomes.Scores[start + best] then
                best <- i

        best

    let addProbabilities (outcomes: ClassOutcomes) start label w =
        let clipped c =
            Math.Clamp(outcomes.Scores[start + c], least, 1.0 - least)

        let mutable sum = 0.0
        let mutable squares = 0.0

        for c in 0 .. classes - 1 do
            sum <- sum + clipped c

            if classes > 2 || c = 1 then
                let error = outcomes.Scores[start + c] - (if c = label then 1.0 else 0.0)
                squares <- squares + error * error

        logLoss.Add(w * -(log (clipped label / sum)))
        brier.Add(w * squares)

        let likeliest = likeliest outcomes start
        let confidence = outcomes.Scores[start + likeliest]

        let bin =
            Math.Clamp(int (ceil (confidence * float ClassTally.Bins)) - 1, 0, ClassTally.Bins - 1)

        gaps[bin].Add(w * ((if likeliest = label then 1.0 else 0.0) - confidence))

    let addRank (outcomes: ClassOutcomes) start label w =
        let own = outcomes.Scores[start + label]
        let mutable above = 0

        for c in 0 .. classes - 1 do
            let score = outcomes.Scores[start + c]

            if score > own || (score = own && c > label) then
                above <- above + 1

        ranks[above] <- ranks[above] + w

    let keep (outcomes: ClassOutcomes) start label w =
        for c in 0 .. classes - 1 do
            columns[c] |> Option.iter (fun column -> column.Add outcomes.Scores[start + c])

        if weights.IsNone && w <> 1.0 then
            let ones = Scores()

            for _ in 1 .. labels.Count + manyLabels.Count do
                ones.Add 1.0

            weights <- Some ones

        weights |> Option.iter _.Add(w)

        if classes <= 256 then
            labels.Add(byte label)
        else
            manyLabels.Add label

    /// The number of equal bins of the maximum probability, closed on the right.
    static member Bins = 15

    member _.Names = names
    member _.AreProbabilities = areProbabilities

    /// <summary>Adds outcomes.</summary>
    /// <param name="outcomes">With these classes.</param>
    member _.Add(outcomes: ClassOutcomes) : unit =
        if isNeeded Needs.Outcomes then
            all.Add outcomes

        for i in 0 .. outcomes.Labels.Length - 1 do
            let start, label, w = i * classes, outcomes.Labels[i], outcomes.Weights[i]
            weight.Add w

            if w > 0.0 then
                seen[label] <- true

            if isNeeded Needs.Sums then
                let chosen =
                    match outcomes.Threshold with
                    | Some threshold -> if outcomes.Scores[start + 1] >= threshold then 1 else 0
                    | None -> likeliest outcomes start

                confusion[label, chosen] <- confusion[label, chosen] + w
                decided[label] <- true
                decided[chosen] <- true

            if isNeeded Needs.Probabilities && areProbabilities then
                addProbabilities outcomes start label w

            if isNeeded Needs.Ranks then
                addRank outcomes start label w

            if keepsOrder then
                keep outcomes start label w

    /// The weight of all examples.
    member _.Weight = weight.Value

    /// The weight of the examples by true class (rows) and decided class (columns).
    member _.Confusion = confusion

    /// Which classes occur, as true or as decided ones, whatever their weight.
    member _.Occurs = decided

    /// The first class without an example of some weight.
    member _.Missing: string option =
        seen |> Array.tryFindIndex not |> Option.map (fun c -> names[c])

    /// Σ w of the examples whose true class has so many likelier ones.
    member _.Ranks = ranks

    /// Σ -w ln pᵧ for the true class y, in nats, of probabilities clipped to [2⁻⁵², 1 - 2⁻⁵²] that then are divided by their sum.
    member _.LogLoss = logLoss.Value

    /// Σ w Σₖ (pₖ - [k = y])² over the classes k; for two classes Σ w (p₁ - [y = 1])².
    member _.Brier = brier.Value

    /// Over bins of the maximum probability, the weight decided rightly less the sum of the maximum probabilities.
    member _.Gaps = gaps |> Array.map _.Value

    /// The scores of a class, one an example.
    member _.ScoresOf(c: int) : Scores = columns[c].Value

    /// The true class of an example.
    member _.LabelOf(example: int) : int =
        if classes <= 256 then
            int labels[example]
        else
            manyLabels[example]

    /// The weight of each example; none while all are 1.
    member _.Weights: Scores option = weights

    /// Everything, as it was given.
    member _.Outcomes = all :> ClassOutcomes seq
