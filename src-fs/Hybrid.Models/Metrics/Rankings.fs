namespace Hybrid.Models

open Hybrid.Core

/// Metrics of the order in which scores put examples: one class against others. Equal scores are passed together. They need the score of
/// each example, and while one is computed, eight bytes more of each.
module internal Rankings =
    /// <summary>Goes through examples in descending order of their scores.</summary>
    /// <param name="tally">Of the classification.</param>
    /// <param name="positive">The class.</param>
    /// <param name="rows">The examples; they are put into the order.</param>
    /// <param name="visit">Called at the end of each run of equal scores with the weights of positive and of negative examples up to its
    /// beginning and to its end.</param>
    /// <returns>The weights of all positive and all negative examples.</returns>
    let private pass
        (tally: ClassTally)
        (positive: int)
        (rows: int[])
        (visit: float -> float -> float -> float -> unit)
        : struct (float * float) =
        let score = (tally.ScoresOf positive).Sort rows
        let mutable p, n, p', n' = 0.0, 0.0, 0.0, 0.0

        for place in rows.Length - 1 .. -1 .. 0 do
            let row = rows[place]

            if tally.Labels[row] = positive then
                p' <- p' + tally.WeightOf row
            else
                n' <- n' + tally.WeightOf row

            if place = 0 || score (place - 1) < score place then
                visit p n p' n'
                p <- p'
                n <- n'

        struct (p', n')

    /// The area under the curve of true positives over false positives: the probability that a positive example has a higher
    /// score than a negative one, where a tie counts half.
    let private area tally positive rows : float =
        let areas = RunningSum()

        let struct (positives, negatives) =
            pass tally positive rows (fun p n p' n' -> areas.Add((n' - n) * (p + p') / 2.0))

        areas.Value / (positives * negatives)

    /// Σ (Rₙ - Rₙ₋₁) Pₙ over thresholds, with recall R and precision P.
    let private averaged tally positive rows : float =
        let total = RunningSum()

        let struct (positives, _) =
            pass tally positive rows (fun p _ p' n' ->
                if p' + n' > 0.0 then
                    total.Add((p' - p) * p' / (p' + n')))

        total.Value / positives

    /// The examples of some weight that are chosen, unless a class has none.
    let private counted (tally: ClassTally) : Result<(int -> bool) -> int[], string> =
        match tally.Missing with
        | Some missing -> Error $"no example is of the class {Printable.quote missing}"
        | None ->
            Ok(fun isChosen ->
                let isThere row =
                    tally.WeightOf row > 0.0 && isChosen tally.Labels[row]

                let mutable count = 0

                for row in 0 .. tally.Labels.Count - 1 do
                    if isThere row then
                        count <- count + 1

                let rows = Array.zeroCreate count
                count <- 0

                for row in 0 .. tally.Labels.Count - 1 do
                    if isThere row then
                        rows[count] <- row
                        count <- count + 1

                rows)

    /// Of the second of two classes; of more, the mean over each class against all others.
    let private oneVsRest measure (tally: ClassTally) : Result<float, string> =
        counted tally
        |> Result.map (fun rows ->
            let classes = tally.Names.Length
            let rows = rows (fun _ -> true)

            [ (if classes = 2 then 1 else 0) .. classes - 1 ]
            |> List.averageBy (fun c -> measure tally c rows))

    let rocArea (tally: ClassTally) : Result<float, string> = oneVsRest area tally

    let averagePrecision (tally: ClassTally) : Result<float, string> = oneVsRest averaged tally

    /// The mean over pairs of classes, with the examples of these two, of the areas that either of the two scores gives.
    /// Hand and Till, "A simple generalisation of the area under the ROC curve for multiple class classification problems" (2001).
    let rocAreaOneVsOne (tally: ClassTally) : Result<float, string> =
        counted tally
        |> Result.map (fun rows ->
            let classes = tally.Names.Length

            [
                for a in 0 .. classes - 2 do
                    for b in a + 1 .. classes - 1 do
                        let rows = rows (fun label -> label = a || label = b)
                        (area tally a rows + area tally b rows) / 2.0
            ]
            |> List.average)
