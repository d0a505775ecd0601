namespace Hybrid.Exchange

open System
open Hybrid.Core

/// Trigonometric and hyperbolic functions and their inverses, composed of primitives so that derivatives and bounds follow.
module internal Trigonometry =
    /// 1, 1/3, 1/5, …, with alternating signs: the series of the arc tangent.
    let private coefficients =
        [ for k in 0..9 -> (if k % 2 = 0 then 1.0 else -1.0) / float (2 * k + 1) ]

    /// arctan t = 2 arctan(t / (1 + √(1 + t²))).
    let private halved (t: Tensor) : Tensor = t / (1.0 + Tensor.sqrt (1.0 + t * t))

    /// The arc tangent of numbers from -1 to 1. Three times halved they are below 0.1, where ten terms of the series are exact in
    /// double precision.
    let private ofSmall (x: Tensor) : Tensor =
        let t = halved (halved (halved x))
        let square = t * t

        let series =
            List.reduceBack
                (fun coefficient (sum: Tensor) -> coefficient + square * sum)
                (coefficients |> List.map Tensor.scalar)

        8.0 * t * series

    /// <summary>The arc tangent, whose derivative is 1 / (1 + x²).</summary>
    /// <remarks>Numbers beyond 1 are inverted: arctan x = ±π/2 - arctan(1/x).</remarks>
    let arcTangent (x: Tensor) : Tensor =
        let isLarge = Tensor.greater (Tensor.abs x) (Tensor.scalar 1.0)
        // a quotient by 0 would leave NaN in the derivative, even unselected
        let small =
            ofSmall (Tensor.select isLarge (1.0 / Tensor.select isLarge x (Tensor.scalar 1.0)) x)

        Tensor.select isLarge (Math.PI / 2.0 * Tensor.sign x - small) small

    /// Twice the arc tangent of half the angle's tangent, which is precise at both ends.
    let private arcCosine (x: Tensor) : Tensor =
        2.0 * arcTangent (Tensor.sqrt ((1.0 - x) / (1.0 + x)))

    let private arcSine (x: Tensor) : Tensor =
        2.0 * arcTangent (x / (1.0 + Tensor.sqrt (1.0 - x * x)))

    /// eˣ and e⁻ˣ by factors of half the exponent: they overflow only where the result does.
    let private hyperbolicCosine (x: Tensor) : Tensor =
        let half = Tensor.exp (0.5 * x)
        0.5 * half * half + 0.5 / half / half

    let private hyperbolicSine (x: Tensor) : Tensor = Tensor.tanh x * hyperbolicCosine x

    /// ±log(|x| + √(x² + 1)): the sign is that of x, and 1 at 0.
    let private areaSine (x: Tensor) : Tensor =
        let sign =
            Tensor.select (Tensor.greater (Tensor.scalar 0.0) x) (Tensor.scalar -1.0) (Tensor.scalar 1.0)

        let size = sign * x
        // beyond this, the square overflows and the 1 does not count
        let isLarge = Tensor.greater size (Tensor.scalar 1e9)
        let moderate = Tensor.select isLarge (Tensor.scalar 1.0) size
        let root = Tensor.select isLarge size (Tensor.sqrt (moderate * moderate + 1.0))
        sign * (Tensor.log (0.5 * size + 0.5 * root) + Math.Log 2.0)

    let private areaCosine (x: Tensor) : Tensor =
        Tensor.log (0.5 * x + 0.5 * Tensor.sqrt (x - 1.0) * Tensor.sqrt (x + 1.0))
        + Math.Log 2.0

    let private areaTangent (x: Tensor) : Tensor =
        0.5 * Tensor.log ((1.0 + x) / (1.0 - x))

    let rules: (string * OperatorRule) list =
        [
            "Sin", Tensor.sin
            "Cos", Tensor.cos
            "Tan", (fun x -> Tensor.sin x / Tensor.cos x)
            "Asin", arcSine
            "Acos", arcCosine
            "Atan", arcTangent
            "Sinh", hyperbolicSine
            "Cosh", hyperbolicCosine
            "Asinh", areaSine
            "Acosh", areaCosine
            "Atanh", areaTangent
        ]
        |> List.map (fun (name, f) -> name, (fun call -> [ Operand.real (f (NodeCall.tensor call 0)) ]))
