namespace Hybrid.Core

open System

/// Element-wise functions of one number that are smooth.
[<AutoOpen>]
module Functions =
    let private smooth = Continuity.Smooth

    let private elementary derivative = RoundingRule.Elementary derivative

    let private one = Interval.exactly 1.0

    let private square (x: Interval) : Interval =
        let x = Interval.abs x
        Interval.multiply x x

    let private sigmoidOf: Interval -> Interval =
        Interval.increasing Special.sigmoid >> Interval.clamp 0.0 1.0

    /// σ'(x) = σ(x) σ(-x), which has its maximum at 0 and decreases on both sides.
    let private sigmoidSlope (x: Interval) : Interval =
        let at (x: float) =
            Interval.multiply (sigmoidOf (Interval.exactly x)) (sigmoidOf (Interval.exactly -x))

        let size = Interval.abs x

        {
            Lower = max 0.0 (at size.Upper).Lower
            Upper = min 0.25 (at size.Lower).Upper
        }

    /// 1 - tanh² x, which has its maximum at 0 and decreases on both sides.
    let private tanhSlope (x: Interval) : Interval =
        let y = Interval.increasing Math.Tanh (Interval.abs x) |> Interval.clamp 0.0 1.0

        Interval.subtract one (square y) |> Interval.clamp 0.0 1.0

    let private erfSlope (x: Interval) : Interval =
        let scale = Interval.outward (2.0 / Math.Sqrt Math.PI) (2.0 / Math.Sqrt Math.PI)

        Interval.negate (square x)
        |> Interval.increasing Math.Exp
        |> Interval.clamp 0.0 1.0
        |> Interval.multiply scale

    type Tensor with

        /// eˣ
        static member exp(x: Tensor) : Tensor =
            let enclosure = Interval.increasing Math.Exp >> Interval.clamp 0.0 infinity
            let onnx = Tensor.onnx "Exp"
            let vjp _ (y: Tensor) g : Tensor = g * y
            let jvp _ (y: Tensor) t : Tensor = y * t
            Tensor.map "Exp" Unary.Exp Math.Exp enclosure smooth (elementary enclosure) onnx vjp jvp x

        /// The natural logarithm; NaN below 0.
        static member log(x: Tensor) : Tensor =
            let vjp x _ (g: Tensor) = g / x
            let jvp x _ (t: Tensor) = t / x

            // no bounds where x may be non-positive, or flushed to 0
            let slope (x: Interval) =
                if x.Lower < RoundingRule.Tiny then
                    Interval.everything
                else
                    Interval.divide one x

            let rule = elementary slope
            Tensor.map "Log" Unary.Log Math.Log Interval.log smooth rule (Tensor.onnx "Log") vjp jvp x

        /// The sine of x in radians.
        static member sin(x: Tensor) : Tensor =
            let vjp (x: Tensor) _ g : Tensor = g * Tensor.cos x
            let jvp (x: Tensor) _ (t: Tensor) = Tensor.cos x * t

            Tensor.map
                "Sin"
                Unary.Sin
                Math.Sin
                Interval.sin
                smooth
                (elementary Interval.cos)
                (Tensor.onnx "Sin")
                vjp
                jvp
                x

        /// The cosine of x in radians.
        static member cos(x: Tensor) : Tensor =
            let vjp (x: Tensor) _ g : Tensor = -(g * Tensor.sin x)
            let jvp (x: Tensor) _ (t: Tensor) = Tensor.sin x * -t
            let rule = elementary (Interval.sin >> Interval.negate)
            Tensor.map "Cos" Unary.Cos Math.Cos Interval.cos smooth rule (Tensor.onnx "Cos") vjp jvp x

        /// The hyperbolic tangent, (eˣ - e⁻ˣ) / (eˣ + e⁻ˣ).
        static member tanh(x: Tensor) : Tensor =
            let enclosure = Interval.increasing Math.Tanh >> Interval.clamp -1.0 1.0
            let vjp _ (y: Tensor) g : Tensor = g * (1.0 - y * y)
            let jvp _ y (t: Tensor) = t - t * y * y
            let rule = elementary tanhSlope
            Tensor.map "Tanh" Unary.Tanh Math.Tanh enclosure smooth rule (Tensor.onnx "Tanh") vjp jvp x

        /// 1 / (1 + exp(-x))
        static member sigmoid(x: Tensor) : Tensor =
            let vjp _ (y: Tensor) g : Tensor = g * y * (1.0 - y)
            let jvp _ y (t: Tensor) = t * (y - y * y)
            let rule = elementary sigmoidSlope
            let onnx = Tensor.onnx "Sigmoid"
            Tensor.map "Sigmoid" Unary.Sigmoid Special.sigmoid sigmoidOf smooth rule onnx vjp jvp x

        /// log(1 + exp x), a smooth max(0, x).
        static member softplus(x: Tensor) : Tensor =
            let enclosure = Interval.increasing Special.softplus >> Interval.clamp 0.0 infinity
            let vjp (x: Tensor) _ g : Tensor = g * Tensor.sigmoid x
            let jvp (x: Tensor) _ (t: Tensor) = t / (1.0 + Tensor.exp -x)
            let rule = elementary sigmoidOf
            let onnx = Tensor.onnx "Softplus"
            Tensor.map "Softplus" Unary.Softplus Special.softplus enclosure smooth rule onnx vjp jvp x

        /// (2/√π) ∫₀ˣ exp(-t²) dt
        static member erf(x: Tensor) : Tensor =
            let enclosure = Interval.increasingTo 16.0 Special.erf >> Interval.clamp -1.0 1.0
            let scale = 2.0 / Math.Sqrt Math.PI
            let vjp (x: Tensor) _ g : Tensor = g * (scale * Tensor.exp -(x * x))
            let jvp (x: Tensor) _ (t: Tensor) = scale * t * Tensor.exp -(x * x)
            let rule = elementary erfSlope
            Tensor.map "Erf" Unary.Erf Special.erf enclosure smooth rule (Tensor.onnx "Erf") vjp jvp x
