namespace Hybrid.Models

open System

/// Metrics of the order in which scores put examples: one class against others. Equal scores are passed together.
module internal Rankings =
    /// The weights of positive and of negative examples, with scores in descending order, summed up to the end of each run of
    /// equal scores.
    let private course
        (score: int -> float)
        (isPositive: int -> bool)
        (weights: float[])
        (rows: int[])
        : struct (float * float)[] =
        let order = rows |> Array.sortBy (fun row -> -(score row))
        let passed = ResizeArray<struct (float * float)>()
        let mutable positive, negative = 0.0, 0.0

        for place in 0 .. order.Length - 1 do
            let row = order[place]

            if isPositive row then
                positive <- positive + weights[row]
            else
                negative <- negative + weights[row]

            if place = order.Length - 1 || score order[place + 1] < score row then
                passed.Add(struct (positive, negative))

        passed.ToArray()

    /// The area under the curve of true positives over false positives: the probability that a positive example has a higher
    /// score than a negative one, where a tie counts half.
    let private area score isPositive weights rows : float =
        let course = course score isPositive weights rows
        let struct (positives, negatives) = Array.last course

        let areas =
            Array.append [| struct (0.0, 0.0) |] course
            |> Array.pairwise
            |> Array.sumBy (fun (struct (p, n), struct (p', n')) -> (n' - n) * (p + p') / 2.0)

        areas / (positives * negatives)

    /// Σ (Rₙ - Rₙ₋₁) Pₙ over thresholds, with recall R and precision P.
    let private averaged score isPositive weights rows : float =
        let course = course score isPositive weights rows
        let struct (positives, _) = Array.last course

        Array.append [| struct (0.0, 0.0) |] course
        |> Array.pairwise
        |> Array.sumBy (fun (struct (p, _), struct (p', n')) ->
            if p' + n' = 0.0 then 0.0 else (p' - p) * p' / (p' + n'))
        |> fun total -> total / positives

    /// The outcome without examples of weight 0, unless a class then has none.
    let private counted (outcomes: ClassOutcomes) : Result<int[], string> =
        let rows =
            [| 0 .. outcomes.Labels.Length - 1 |]
            |> Array.filter (fun row -> outcomes.Weights[row] > 0.0)

        let isThere = Array.zeroCreate outcomes.Names.Length

        for row in rows do
            isThere[outcomes.Labels[row]] <- true

        match Array.tryFindIndex not isThere with
        | Some missing ->
            Error $"no example is of the class {Hybrid.Core.Printable.quote outcomes.Names[missing]}"
        | None -> Ok rows

    let private scoreOf (outcomes: ClassOutcomes) c row =
        outcomes.Scores[row * outcomes.Names.Length + c]

    /// Of the second of two classes; of more, the mean over each class against all others.
    let private oneVsRest measure (outcomes: ClassOutcomes) : Result<float, string> =
        counted outcomes
        |> Result.map (fun rows ->
            let classes = outcomes.Names.Length

            [ (if classes = 2 then 1 else 0) .. classes - 1 ]
            |> List.averageBy (fun c ->
                measure (scoreOf outcomes c) (fun row -> outcomes.Labels[row] = c) outcomes.Weights rows))

    let rocArea (outcomes: ClassOutcomes) : Result<float, string> = oneVsRest area outcomes

    let averagePrecision (outcomes: ClassOutcomes) : Result<float, string> = oneVsRest averaged outcomes

    /// The mean over pairs of classes, with the examples of these two, of the areas that either of the two scores gives.
    /// Hand and Till, "A simple generalisation of the area under the ROC curve for multiple class classification problems" (2001).
    let rocAreaOneVsOne (outcomes: ClassOutcomes) : Result<float, string> =
        counted outcomes
        |> Result.map (fun rows ->
            let classes = outcomes.Names.Length
            let members = rows |> Array.groupBy (fun row -> outcomes.Labels[row]) |> dict

            let apart positive rows =
                area
                    (scoreOf outcomes positive)
                    (fun row -> outcomes.Labels[row] = positive)
                    outcomes.Weights
                    rows

            [
                for a in 0 .. classes - 2 do
                    for b in a + 1 .. classes - 1 do
                        let rows = Array.append members[a] members[b]
                        (apart a rows + apart b rows) / 2.0
            ]
            |> List.average)
