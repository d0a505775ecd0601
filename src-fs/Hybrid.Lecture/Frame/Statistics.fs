namespace Hybrid.Lecture

/// Statistics of a few runs.
module internal Statistics =
    /// The median, of at least one number.
    let median (values: float seq) : float =
        let sorted = values |> Seq.sort |> Array.ofSeq
        let half = sorted.Length / 2

        if sorted.Length % 2 = 1 then
            sorted[half]
        else
            (sorted[half - 1] + sorted[half]) / 2.0

    /// The square root of Σ (x - mean)² / (n - 1); 0 for a single number.
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

    /// Pearson's correlation of pairs; NaN if one side is constant.
    let correlation (pairs: (float * float) seq) : float =
        let pairs = Array.ofSeq pairs
        let meanX, meanY = Array.averageBy fst pairs, Array.averageBy snd pairs

        let moment f =
            pairs |> Array.sumBy (fun (x, y) -> f (x - meanX) (y - meanY))

        moment (*) / sqrt (moment (fun x _ -> x * x) * moment (fun _ y -> y * y))

    /// <summary>The probability that a fair coin gives at least this many positive differences: the one-sided sign
    /// test. Differences of 0 are left out; 1 if there are no others.</summary>
    let signTest (differences: float list) : float =
        let decided = differences |> List.filter (fun difference -> difference <> 0.0)
        let n = decided.Length

        let positive =
            decided |> List.filter (fun difference -> difference > 0.0) |> List.length

        // the binomial coefficients of n from the last down, each from its predecessor
        let term k =
            Seq.fold
                (fun product i -> product * float (n - i) / float (i + 1))
                (0.5 ** float n)
                [ 0 .. k - 1 ]

        Seq.sumBy term [ positive..n ]
