namespace Hybrid.Core

open System

/// Functions that .NET's Math lacks, in double precision.
module internal Special =
    // (2/√π) exp(-x²) Σ from n = 0 of 2ⁿ x^(2n+1) / (1·3·…·(2n+1)): all terms have one sign, so no digits are lost
    let private erfSeries x =
        let mutable term = x
        let mutable sum = x
        let mutable n = 0

        while abs term > 1e-18 * abs sum do
            n <- n + 1
            term <- term * 2.0 * x * x / float (2 * n + 1)
            sum <- sum + term

        2.0 / sqrt Math.PI * exp (-x * x) * sum

    // exp(-x²)/√π · 1/(x + ½/(x + 1/(x + 3⁄2/(x + …)))), evaluated from the far end
    let private erfcFraction x =
        let tail = Seq.fold (fun tail n -> float n / 2.0 / (x + tail)) 0.0 [ 120..-1..1 ]
        exp (-x * x) / sqrt Math.PI / (x + tail)

    /// <summary>The error function, (2/√π) ∫₀ˣ exp(-t²) dt, to sixteen units in the last place.</summary>
    /// <remarks>Series and continued fraction: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 7.1.6 and
    /// 7.1.14.</remarks>
    let erf (x: float) : float =
        if Double.IsNaN x then x
        elif abs x < 2.0 then erfSeries x
        elif abs x > 6.0 then float (sign x)
        else float (sign x) * (1.0 - erfcFraction (abs x))

    /// 1 / (1 + exp(-x)); exp is applied only to non-positive numbers, so it cannot overflow.
    let sigmoid (x: float) : float =
        // exp is slow where it vanishes
        if x >= 40.0 then
            1.0
        elif x >= 0.0 then
            1.0 / (1.0 + exp -x)
        elif x < -746.0 then
            0.0
        else
            let e = exp x
            e / (1.0 + e)

    /// <summary>log(1 + x) without loss of digits for small x, for x ≥ 0.</summary>
    /// <remarks>Goldberg, "What every computer scientist should know about floating-point arithmetic" (1991), theorem
    /// 4.</remarks>
    let private log1p x =
        let sum = 1.0 + x
        if sum = 1.0 then x else log sum * (x / (sum - 1.0))

    /// log(1 + exp x)
    let softplus (x: float) : float = max x 0.0 + log1p (exp -(abs x))
