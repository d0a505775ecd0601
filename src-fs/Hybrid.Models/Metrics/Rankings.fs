namespace Hybrid.Models

open System
open Hybrid.Core

/// Metrics of the order in which scores put examples: one class against others. Equal scores are passed together. They need the score of
/// each example, and while one is computed, four bytes more of each, and eight for weights.
module internal Rankings =
    /// <summary>Goes through examples in descending order of their scores.</summary>
    /// <param name="tally">Of the classification.</param>
    /// <param name="positive">The class.</param>
    /// <param name="isChosen">The classes of the examples; of these, those of some weight.</param>
    /// <param name="visit">Called at the end of each run of equal scores with the weights of positive and of negative examples up to its
    /// beginning and to its end.</param>
    /// <returns>The weights of all positive and all negative examples.</returns>
    let private pass
        (tally: ClassTally)
        (positive: int)
        (isChosen: int -> bool)
        (visit: float -> float -> float -> float -> unit)
        : struct (float * float) =
        let weighs row =
            match tally.Weights with
            | Some weights -> weights[row] > 0.0
            | None -> true

        let examples (isOf: int -> bool) =
            (tally.ScoresOf positive)
                .Descending(
                    (fun row ->
                        let label = tally.LabelOf row
                        isChosen label && isOf label && weighs row),
                    tally.Weights
                )

        let positives = examples (fun label -> label = positive)
        let negatives = examples (fun label -> label <> positive)
        let mutable score = Double.MaxNumber(positives.Next, negatives.Next)

        while not (Double.IsNaN score) do
            let p, n = positives.Passed, negatives.Passed
            positives.Pass score
            negatives.Pass score
            visit p n positives.Passed negatives.Passed
            score <- Double.MaxNumber(positives.Next, negatives.Next)

        struct (positives.Passed, negatives.Passed)

    /// The area under the curve of true positives over false positives: the probability that a positive example has a higher
    /// score than a negative one, where a tie counts half.
    let private area tally positive isChosen : float =
        let areas = RunningSum()

        let struct (positives, negatives) =
            pass tally positive isChosen (fun p n p' n' -> areas.Add((n' - n) * (p + p') / 2.0))

        areas.Value / (positives * negatives)

    /// Σ (Rₙ - Rₙ₋₁) Pₙ over thresholds, with recall R and precision P.
    let private averaged tally positive isChosen : float =
        let total = RunningSum()

        let struct (positives, _) =
            pass tally positive isChosen (fun p _ p' n' ->
                if p' + n' > 0.0 then
                    total.Add((p' - p) * p' / (p' + n')))

        total.Value / positives

    /// A value, unless a class has no example of some weight.
    let private ofAll (value: int -> float) (tally: ClassTally) : Result<float, string> =
        match tally.Missing with
        | Some missing -> Error $"no example is of the class {Printable.quote missing}"
        | None -> Ok(value tally.Names.Length)

    /// Of the second of two classes; of more, the mean over each class against all others.
    let private oneVsRest measure (tally: ClassTally) : Result<float, string> =
        tally
        |> ofAll (fun classes ->
            [ (if classes = 2 then 1 else 0) .. classes - 1 ]
            |> List.averageBy (fun c -> measure tally c (fun _ -> true)))

    let rocArea (tally: ClassTally) : Result<float, string> = oneVsRest area tally

    let averagePrecision (tally: ClassTally) : Result<float, string> = oneVsRest averaged tally

    /// The mean over pairs of classes, with the examples of these two, of the areas that either of the two scores gives.
    /// Hand and Till, "A simple generalisation of the area under the ROC curve for multiple class classification problems" (2001).
    let rocAreaOneVsOne (tally: ClassTally) : Result<float, string> =
        tally
        |> ofAll (fun classes ->
            [
                for a in 0 .. classes - 2 do
                    for b in a + 1 .. classes - 1 do
                        let isOfPair label = label = a || label = b
                        (area tally a isOfPair + area tally b isOfPair) / 2.0
            ]
            |> List.average)
