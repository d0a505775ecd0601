namespace Hybrid.Models

open System

/// Student's t distribution, for whole degrees of freedom.
module internal StudentT =
    /// P(|T| ≤ t) for t = √n tan θ. Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.7.3 and 26.7.4.
    let private within (n: int) (angle: float) : float =
        let struct (s, c) = Math.SinCos angle
        let isOdd = n % 2 = 1

        // each term is the last one times c² (k - 1) / k
        let first, start = if isOdd then c, 3 else 1.0, 2

        let terms =
            (first, [ start..2 .. n - 2 ])
            ||> List.scan (fun term k -> term * c * c * float (k - 1) / float k)

        match isOdd, n with
        | true, 1 -> 2.0 * angle / Math.PI
        | true, _ -> 2.0 / Math.PI * (angle + s * List.sum terms)
        | false, _ -> s * List.sum terms

    /// <summary>The t with P(|T| ≤ t) = coverage.</summary>
    /// <param name="n">Degrees of freedom, at least 1.</param>
    /// <param name="coverage">Between 0 and 1.</param>
    let quantile (n: int) (coverage: float) : float =
        let rec between low high =
            let middle = (low + high) / 2.0

            if middle <= low || middle >= high then middle
            elif within n middle < coverage then between middle high
            else between low middle

        sqrt (float n) * tan (between 0.0 (Math.PI / 2.0))
