namespace Hybrid.Core

open System

/// Functions that the framework's Math lacks, in double precision.
module Special =
    // Σ from n = 0 of (2/√π) (-1)ⁿ x^(2n+1) / (n! (2n+1)): few terms suffice for |x| < 1.5, and cancel little
    let private erfSeries x =
        let mutable power = x
        let mutable sum = x
        let mutable n = 0

        while abs power > 1e-18 * abs sum && n < 200 do
            n <- n + 1
            power <- -power * x * x / float n
            sum <- sum + power / float (2 * n + 1)

        2.0 / sqrt Math.PI * sum

    // exp(-x²)/√π · 1/(x + ½/(x + 1/(x + 3⁄2/(x + …)))), evaluated from the far end
    let private erfcFraction x =
        let tail = Seq.fold (fun tail n -> float n / 2.0 / (x + tail)) 0.0 [ 120..-1..1 ]
        exp (-x * x) / sqrt Math.PI / (x + tail)

    /// <summary>The error function, (2/√π) ∫₀ˣ exp(-t²) dt, to about 1e-15.</summary>
    /// <remarks>Maclaurin series and continued fraction: Abramowitz and Stegun, Handbook of Mathematical Functions
    /// (1964), 7.1.5 and 7.1.14.</remarks>
    let erf (x: float) : float =
        if Double.IsNaN x then x
        elif abs x < 1.5 then erfSeries x
        elif abs x > 6.0 then float (sign x)
        else float (sign x) * (1.0 - erfcFraction (abs x))

    /// 1 / (1 + exp(-x)); exp is only taken of numbers that are not positive, so it cannot overflow.
    let sigmoid (x: float) : float =
        if x >= 0.0 then
            1.0 / (1.0 + exp -x)
        else
            let e = exp x
            e / (1.0 + e)

    /// <summary>log(1 + exp x)</summary>
    /// <remarks>The digits of a small exp x are kept as in Goldberg, "What every computer scientist should know about
    /// floating-point arithmetic" (1991), theorem 4.</remarks>
    let softplus (x: float) : float =
        let e = exp -(abs x)
        let sum = 1.0 + e
        // log sum is that of the rounded sum, which stands for sum - 1 in place of e
        max x 0.0 + (if sum = 1.0 then e else log sum * e / (sum - 1.0))
