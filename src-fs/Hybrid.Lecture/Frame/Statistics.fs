namespace Hybrid.Lecture

/// What a few runs say together.
module Statistics =
    /// The middle number, or the mean of the two in the middle. At least one number.
    let median (values: float seq) : float =
        let sorted = values |> Seq.sort |> Array.ofSeq
        let half = sorted.Length / 2

        if sorted.Length % 2 = 1 then
            sorted[half]
        else
            (sorted[half - 1] + sorted[half]) / 2.0

    /// The square root of Σ (x - mean)² / (n - 1); 0 of a single number.
    let deviation (values: float seq) : float =
        let values = Array.ofSeq values

        if values.Length < 2 then
            0.0
        else
            let mean = Array.average values

            sqrt (
                (values |> Array.sumBy (fun x -> (x - mean) * (x - mean)))
                / float (values.Length - 1)
            )

    /// Pearson's correlation of pairs; NaN where one side does not vary.
    let correlation (pairs: (float * float) seq) : float =
        let pairs = Array.ofSeq pairs
        let meanX, meanY = Array.averageBy fst pairs, Array.averageBy snd pairs

        let moment f =
            pairs |> Array.sumBy (fun (x, y) -> f (x - meanX) (y - meanY))

        moment (*) / sqrt (moment (fun x _ -> x * x) * moment (fun _ y -> y * y))
