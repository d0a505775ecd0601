namespace Hybrid.Core

open System

/// Element-wise primitives beyond arithmetic, used as Tensor.exp, Tensor.maximum, …
[<AutoOpen>]
module Elementwise =
    open Operands

    /// The rules of a function whose derivative is zero wherever it exists.
    let private flat (x: Tensor) (_: Tensor) (_: Tensor) = Tensor.zerosLike x

    let private comparison name operation definition enclosure a b =
        let onnx inputs output = OnnxNode.toFloat name inputs output []

        let vjp a b _ _ =
            [ Tensor.zerosLike a; Tensor.zerosLike b ]

        let jvp a _ _ _ _ = Tensor.zerosLike a
        let value a b = if definition a b then 1.0 else 0.0
        let continuity = Continuity.Steps Continuity.whereEqual
        Tensor.zip name operation value enclosure continuity RoundingRule.Chooses onnx vjp jvp a b

    let private smooth = Continuity.Smooth

    let private kinked = Continuity.Kinked Continuity.atZero

    let private steps = Continuity.Steps Continuity.atZero

    let private chooses = RoundingRule.Chooses

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

    /// A primitive without a kernel.
    let private byDefinition (x: Tensor) : Tensor =
        match x.Node with
        | Apply(primitive, operands) ->
            Tensor.apply
                x.Shape
                operands
                { primitive with
                    Kernel = Kernel.Definition
                }
        | _ -> x

    /// The rules of a to the power b, from powers, their replacement where a derivative has no value, and the logarithm of
    /// positive numbers.
    let private powerRules power powerOrZero logarithm =
        let slope (a: Tensor) (b: Tensor) : Tensor =
            match b with
            | Tensor.Filled 0.0 -> Tensor.zerosLike a
            | Tensor.Filled n ->
                let lower = Tensor.fill (n - 1.0) b.Shape
                n * (if n >= 1.0 then power a lower else powerOrZero a lower)
            | _ -> b * powerOrZero a (b - 1.0)

        let vjp a b y g = [ g * slope a b; g * y * logarithm a ]
        let jvp a b (y: Tensor) s t : Tensor = slope a b * s + t * logarithm a * y
        vjp, jvp

    /// A few units in the last place of the result, as for an elementary function, if numbers do not vanish.
    let private powerRounding =
        RoundingRule.Within(fun operands ->
            let struct (a, b) = Operands.two operands

            Array.map2
                (fun (a: Interval) (b: Interval) ->
                    if a.Lower < RoundingRule.Tiny && a.Upper > -RoundingRule.Tiny && b.Lower < 1.0 then
                        infinity
                    else
                        RoundingRule.elementary * max 1.0 (RoundingRule.magnitude (Interval.power a b)))
                a
                b)

    /// Bounds of a to the power b, with 0 where a is 0 and b negative: finite there, but arbitrarily large nearby.
    let private boundsOrZero (a: Interval) (b: Interval) : Interval =
        let bounds = Interval.power a b

        if Interval.isDefined bounds then
            bounds
        elif a.Lower >= 0.0 && Interval.isDefined b then
            { Lower = 0.0; Upper = infinity }
        elif b.Lower = b.Upper && b.Lower = floor b.Lower && Interval.isDefined a then
            Interval.everything
        else
            Interval.undefined

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

        /// √x; NaN below 0. Its derivative at 0, where the slope is infinite, is defined as 0, so that the derivatives of the
        /// length of a row of zeros, and of the root of an inactive rectifier, are 0 too.
        static member sqrt(x: Tensor) : Tensor =
            let slope x =
                0.5 * Tensor.powerOrZero x (Tensor.scalar -0.5)

            let vjp x _ (g: Tensor) = g * slope x
            let jvp x _ (t: Tensor) = slope x * t

            let rounding (operands: Interval[] list) =
                Operands.one operands
                |> Array.map (fun x ->
                    if x.Lower < 0.0 then
                        infinity
                    else
                        // a number that is flushed to 0 has a root of up to 2⁻⁶³
                        let flushed =
                            if x.Lower < RoundingRule.Tiny then
                                sqrt RoundingRule.Tiny
                            else
                                0.0

                        RoundingRule.Unit * sqrt x.Upper + flushed)

            let rule = RoundingRule.Within rounding
            Tensor.map "Sqrt" Unary.Sqrt Math.Sqrt Interval.sqrt smooth rule (Tensor.onnx "Sqrt") vjp jvp x

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

        /// |x|, with derivative 0 at 0.
        static member abs(x: Tensor) : Tensor =
            let vjp (x: Tensor) _ g : Tensor = g * Tensor.sign x

            let jvp (x: Tensor) _ t =
                Tensor.select (Tensor.step x) t -t * Tensor.abs (Tensor.sign x)

            Tensor.map "Abs" Unary.Abs Math.Abs Interval.abs kinked chooses (Tensor.onnx "Abs") vjp jvp x

        /// -1, 0 or 1. Its derivative is zero.
        static member sign(x: Tensor) : Tensor =
            let definition x =
                if Double.IsNaN x then x else float (Math.Sign x)

            let enclosure = Interval.increasingExactly definition
            Tensor.map "Sign" Unary.Sign definition enclosure steps chooses (Tensor.onnx "Sign") flat flat x

        /// The nearest integer, of two the even one. Its derivative is zero.
        static member round(x: Tensor) : Tensor =
            let definition (x: float) = Math.Round(x, MidpointRounding.ToEven)

            // a wave of triangles that is 0 halfway between integers, without rounding
            let distance (x: float) =
                let below = floor x
                let side = if below % 2.0 = 0.0 then -1.0 else 1.0
                if Double.IsFinite x then side * (x - below - 0.5) else 1.0

            let steps = Continuity.Steps(fun operands -> Array.map distance operands.Head)
            let enclosure = Interval.increasingExactly definition

            Tensor.map "Round" Unary.Sign definition enclosure steps chooses (Tensor.onnx "Round") flat flat x
            |> byDefinition

        /// 1 where x > 0, else 0: a threshold neuron. Its derivative is zero.
        static member step(x: Tensor) : Tensor =
            let definition x = if x > 0.0 then 1.0 else 0.0

            let onnx inputs output =
                let zero = output + "/zero"

                OnnxNode.scalar zero 0f
                :: OnnxNode.toFloat "Greater" (inputs @ [ zero ]) output []

            let enclosure = Interval.increasingExactly definition
            Tensor.map "Step" Unary.Step definition enclosure steps chooses onnx flat flat x

        /// max(0, x). Its derivative at 0 is 0.
        static member relu(x: Tensor) : Tensor =
            let definition x =
                if x > 0.0 || Double.IsNaN x then x else 0.0

            let enclosure = Interval.increasingExactly definition
            // where the result is above 0, so was the operand: it need not be kept for the derivative
            let vjp _ (y: Tensor) g : Tensor = g * Tensor.step y

            let jvp x _ t =
                Tensor.select (Tensor.step x) t (Tensor.zerosLike x)

            Tensor.map "Relu" Unary.Relu definition enclosure kinked chooses (Tensor.onnx "Relu") vjp jvp x

        /// 1 where x is NaN, which stands for a missing value, else 0. Its derivative is zero.
        static member isNaN(x: Tensor) : Tensor =
            let onnx inputs output =
                OnnxNode.toFloat "IsNaN" inputs output []

            let definition x = if Double.IsNaN x then 1.0 else 0.0
            // an interval contains only numbers
            let enclosure _ = Interval.exactly 0.0
            let steps = Continuity.Steps Continuity.nowhere
            Tensor.map "IsNaN" Unary.IsNaN definition enclosure steps chooses onnx flat flat x

        /// <summary>The maximum of each two elements. Where they are equal, the derivative is that of the first.</summary>
        /// <exception cref="T:Hybrid.ShapeMismatchException">The shapes do not broadcast.</exception>
        static member maximum (a: Tensor) (b: Tensor) : Tensor =
            let vjp a b _ g =
                let second, none = Tensor.greater b a, Tensor.zerosLike g
                [ Tensor.select second none g; Tensor.select second g none ]

            let jvp a b _ s t = Tensor.select (Tensor.greater b a) t s
            let definition (x: float) y = Math.Max(x, y)
            let enclosure = Interval.maximum
            let kinked = Continuity.Kinked Continuity.whereEqual

            Tensor.zip
                "Maximum"
                Binary.Maximum
                definition
                enclosure
                kinked
                chooses
                (Tensor.onnx "Max")
                vjp
                jvp
                a
                b

        /// <summary>The minimum of each two elements. Where they are equal, the derivative is that of the first.</summary>
        /// <exception cref="T:Hybrid.ShapeMismatchException">The shapes do not broadcast.</exception>
        static member minimum (a: Tensor) (b: Tensor) : Tensor =
            let vjp a b _ g =
                let second, none = Tensor.greater a b, Tensor.zerosLike g
                [ Tensor.select second none g; Tensor.select second g none ]

            let jvp a b _ s t = Tensor.select (Tensor.greater a b) t s
            let definition (x: float) y = Math.Min(x, y)
            let enclosure = Interval.minimum
            let kinked = Continuity.Kinked Continuity.whereEqual

            Tensor.zip
                "Minimum"
                Binary.Minimum
                definition
                enclosure
                kinked
                chooses
                (Tensor.onnx "Min")
                vjp
                jvp
                a
                b

        /// <summary>a to the power b, element by element, with 0⁰ = 1; the smaller shape stretches.</summary>
        /// <exception cref="T:Hybrid.ShapeMismatchException">The shapes do not broadcast.</exception>
        /// <remarks>Derivatives with respect to a are b a^(b-1), (b - 1) b a^(b-2), …; for a non-negative integer b they are 0
        /// after b of them, even at 0. At a = 0 they are defined as 0 where they would be infinite, as for b = ½. The derivative
        /// with respect to b is defined as 0 where a is not positive.</remarks>
        static member power (a: Tensor) (b: Tensor) : Tensor =
            let vjp, jvp = powerRules Tensor.power Tensor.powerOrZero Tensor.logOrZero
            let definition (x: float) y = Math.Pow(x, y)

            let enclosure = Interval.power
            let rule = powerRounding

            Tensor.zip "Power" Binary.Power definition enclosure smooth rule (Tensor.onnx "Pow") vjp jvp a b

        /// <summary>a to the power b, but 0 where a is 0 and b negative: the derivatives of powers and roots consist of it. Its
        /// own derivatives are those of the power, with the same exception.</summary>
        /// <exception cref="T:Hybrid.ShapeMismatchException">The shapes do not broadcast.</exception>
        static member powerOrZero (a: Tensor) (b: Tensor) : Tensor =
            let vjp, jvp = powerRules Tensor.power Tensor.powerOrZero Tensor.logOrZero

            let definition (x: float) y =
                if x = 0.0 && y < 0.0 then 0.0 else Math.Pow(x, y)

            // a negative power of infinity is 0
            let onnx (inputs: string list) output =
                let a, b = inputs[0], inputs[1]
                let part name = $"{output}/{name}"

                [
                    OnnxNode.scalar (part "zero") 0f
                    OnnxNode.scalar (part "infinity") Single.PositiveInfinity
                    OnnxNode.create "Greater" [ part "zero"; b ] (part "falls") []
                    OnnxNode.create "Equal" [ a; part "zero" ] (part "vanishes") []
                    OnnxNode.create "Where" [ part "falls"; part "infinity"; a ] (part "replaced") []
                    OnnxNode.create "Where" [ part "vanishes"; part "replaced"; a ] (part "base") []
                    OnnxNode.create "Pow" [ part "base"; b ] output []
                ]

            // it jumps at 0
            let unknown, rule = Continuity.Unknown, powerRounding

            Tensor.zip "PowerOrZero" Binary.Power definition boundsOrZero unknown rule onnx vjp jvp a b
            |> byDefinition

        /// log a where a is positive, else 0.
        static member internal logOrZero(a: Tensor) : Tensor =
            Tensor.log (Tensor.select (Tensor.step a) a (Tensor.fill 1.0 a.Shape))

        /// <summary>1 where a > b, else 0. Its derivative is zero.</summary>
        /// <exception cref="T:Hybrid.ShapeMismatchException">The shapes do not broadcast.</exception>
        static member greater (a: Tensor) (b: Tensor) : Tensor =
            let enclosure a b =
                {
                    Lower = (if a.Lower > b.Upper then 1.0 else 0.0)
                    Upper = (if a.Upper > b.Lower then 1.0 else 0.0)
                }

            comparison "Greater" Binary.Greater (>) enclosure a b

        /// <summary>1 where a = b, else 0. Its derivative is zero.</summary>
        /// <exception cref="T:Hybrid.ShapeMismatchException">The shapes do not broadcast.</exception>
        static member equal (a: Tensor) (b: Tensor) : Tensor =
            let enclosure a b =
                {
                    Lower = (if a.Lower = a.Upper && a = b then 1.0 else 0.0)
                    Upper =
                        (if a.Lower <= b.Upper && b.Lower <= a.Upper then
                             1.0
                         else
                             0.0)
                }

            comparison "Equal" Binary.Equal (=) enclosure a b

        /// <summary>a where the condition is not 0, else b. The element that is not selected leaves no trace, even if it is
        /// NaN.</summary>
        /// <exception cref="T:Hybrid.ShapeMismatchException">The shapes do not broadcast.</exception>
        static member select (condition: Tensor) (a: Tensor) (b: Tensor) : Tensor =
            let shape =
                Shape.broadcast "Select" condition.Shape (Shape.broadcast "Select" a.Shape b.Shape)

            let choose condition a b = if condition <> 0.0 then a else b

            let enclose condition a b =
                if not (Interval.isDefined condition) then
                    Interval.undefined
                elif not (Interval.contains 0.0 condition) then
                    a
                elif condition = Interval.exactly 0.0 then
                    b
                else
                    Interval.hull a b

            let onThree f operands =
                let struct (condition, a, b) = three operands
                f condition a b

            let vjp condition _ _ =
                fun g ->
                    let none = Tensor.zerosLike condition
                    [ none; Tensor.select condition g none; Tensor.select condition none g ]

            let onnx (inputs: string list) output =
                let truth = output + "/truth"
                // 9 is the format's code for booleans
                [
                    OnnxNode.create "Cast" [ inputs.Head ] truth [ "to", OnnxAttribute.Integer 9L ]
                    OnnxNode.create "Where" (truth :: inputs.Tail) output []
                ]

            Tensor.apply
                shape
                [
                    Tensor.broadcast shape condition
                    Tensor.broadcast shape a
                    Tensor.broadcast shape b
                ]
                {
                    Name = "Select"
                    Vjp = fun operands _ -> onThree vjp operands
                    Jvp =
                        fun operands _ tangents ->
                            onThree (fun _ s t -> Tensor.select operands.Head s t) tangents
                    Reference = onThree (Array.map3 choose)
                    Enclosure = onThree (Array.map3 enclose)
                    Continuity = Continuity.Switches
                    Rounding = chooses
                    Kernel = Kernel.Select
                    Onnx = onnx
                }
