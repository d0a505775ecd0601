namespace Hybrid.Core

open System

/// The errors of a quantity, over any number of examples.
[<Sealed>]
type internal ErrorTally() =
    let weight = RunningSum()
    let squares = RunningSum()
    let absolutes = RunningSum()
    let targets = RunningMoments()

    member _.Add(w: float, output: float32, target: float32) : unit =
        let error = float output - float target
        weight.Add w
        squares.Add(w * error * error)
        absolutes.Add(w * abs error)
        targets.Add(w, float target)

    /// Root mean square error, mean absolute error and R² = 1 - Σ w(t - p)² / Σ w(t - t̄)², with the weighted mean t̄. If the target
    /// does not vary, R² is 1 where every prediction is right, else 0. Where the weights add up to 1 or less too, as that of a single
    /// example, it is NaN; without examples, all are.
    member _.Quality: Quality =
        let all = weight.Value
        let square, variance = squares.Value / all, targets.Variance

        let r2 =
            if all = 0.0 then nan
            elif variance = 0.0 && all <= 1.0 then nan
            elif variance > 0.0 then 1.0 - square / variance
            elif square = 0.0 then 1.0
            else 0.0

        Estimated(sqrt square, absolutes.Value / all, r2)

/// Decisions about labels, over any number of examples.
[<Sealed>]
type internal LabelTally(width: int) =
    let all = RunningSum()
    let exact = RunningSum()
    let confusions = List.init width (fun _ -> Array2D.zeroCreate 2 2)

    /// <summary>Adds examples.</summary>
    /// <param name="weights">The weight of each example; all 1 if absent.</param>
    /// <param name="areYes">[examples; labels], what is predicted.</param>
    /// <param name="targets">[examples; labels]; NaN for a missing one.</param>
    member _.Add(weights: float32[] option, areYes: bool[], targets: float32[]) : unit =
        for example in 0 .. targets.Length / width - 1 do
            let weight = Metrics.weightOf weights example
            let mutable isRight = true

            confusions
            |> List.iteri (fun label confusion ->
                let at = example * width + label

                if not (Single.IsNaN targets[at]) then
                    let actual, predicted = int targets[at], (if areYes[at] then 1 else 0)
                    confusion[actual, predicted] <- confusion[actual, predicted] + weight
                    isRight <- isRight && actual = predicted)

            all.Add weight

            if isRight then
                exact.Add weight

    /// The quality of the decisions, and that of each label on the examples that have it.
    member _.Quality: struct (Quality * Quality list) =
        let share = if all.Value = 0.0 then 0.0 else exact.Value / all.Value
        struct (Classified(share, Metrics.sumOf confusions), List.map Metrics.ofConfusion confusions)

/// <summary>The quality of outputs, over any number of parts of examples: that of all of them at once, to the bit.</summary>
/// <param name="task">What is predicted.</param>
/// <param name="width">The number of targets of an example.</param>
/// <param name="decide">What outputs of labels, [examples; labels], decide.</param>
[<Sealed>]
type internal QualityTally(task: LearningTask, width: int, decide: float32[] -> bool[]) =
    let confusion =
        match task with
        | Classification classes -> Array2D.zeroCreate classes classes
        | _ -> Array2D.zeroCreate 0 0

    let errors = List.init width (fun _ -> ErrorTally())
    let labels = LabelTally width

    /// A label is yes if its score is at least 0, its probability 0.5.
    static member YesFromZero(scores: float32[]) : bool[] =
        scores |> Array.map (fun score -> score >= 0f)

    /// <summary>Adds examples.</summary>
    /// <param name="weights">The weight of each example; all 1 if absent.</param>
    /// <param name="outputs">[examples; outputs].</param>
    /// <param name="targets">[examples; targets]; NaN for a missing one.</param>
    /// <exception cref="T:Hybrid.NonFiniteResultException">An output is NaN or infinite.</exception>
    member _.Add(weights: float32[] option, outputs: float32[], targets: float32[]) : unit =
        match task with
        | Classification _ -> Metrics.addTo confusion weights outputs targets
        | Regression _ ->
            Finite.requireOutputs width (ReadOnlySpan outputs)

            for example in 0 .. targets.Length / width - 1 do
                errors
                |> List.iteri (fun target tally ->
                    let at = example * width + target

                    if not (Single.IsNaN targets[at]) then
                        tally.Add(Metrics.weightOf weights example, outputs[at], targets[at]))
        | MultiLabel _ ->
            Finite.requireOutputs width (ReadOnlySpan outputs)
            labels.Add(weights, decide outputs, targets)

    /// The quality of all outputs, and that of each target on the examples that have it.
    member _.Quality: struct (Quality * Quality list) =
        match task with
        | Classification _ ->
            let quality = Metrics.ofConfusion confusion
            struct (quality, [ quality ])
        | Regression _ ->
            let each = errors |> List.map _.Quality
            struct (Metrics.average each, each)
        | MultiLabel _ -> labels.Quality
