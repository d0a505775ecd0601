namespace Hybrid.Core

open System

/// Functions that the framework's Math lacks, in double precision.
module Special =
    // Σ from n = 0 of (2/√π) (-1)ⁿ x^(2n+1) / (n! (2n+1)): few terms suffice for |x| < 2
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
        elif abs x < 2.0 then erfSeries x
        elif abs x > 6.0 then float (sign x)
        else float (sign x) * (1.0 - erfcFraction (abs x))

    /// 1 / (1 + exp(-x)); exp is only taken of numbers that are not positive, so it cannot overflow.
    let sigmoid (x: float) : float =
        if x >= 0.0 then
            1.0 / (1.0 + exp -x)
        else
            let e = exp x
            e / (1.0 + e)

    /// log(1 + exp x)
    let softplus (x: float) : float =
        let e = exp -(abs x)
        // log(1 + e) loses the digits of a small e; the series has them
        let tail =
            if e < 1e-4 then
                e - e * e / 2.0 + e * e * e / 3.0
            else
                log (1.0 + e)

        max x 0.0 + tail
