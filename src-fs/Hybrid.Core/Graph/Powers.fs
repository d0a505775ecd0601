namespace Hybrid.Core

open System

/// Powers and roots, element by element.
[<AutoOpen>]
module Powers =
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

            Tensor.zip
                "Power"
                Binary.Power
                definition
                enclosure
                Continuity.Smooth
                rule
                (Tensor.onnx "Pow")
                vjp
                jvp
                a
                b

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
            |> Tensor.byDefinition

        /// log a where a is positive, else 0.
        static member internal logOrZero(a: Tensor) : Tensor =
            Tensor.log (Tensor.select (Tensor.step a) a (Tensor.fill 1.0 a.Shape))

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

            Tensor.map
                "Sqrt"
                Unary.Sqrt
                Math.Sqrt
                Interval.sqrt
                Continuity.Smooth
                rule
                (Tensor.onnx "Sqrt")
                vjp
                jvp
                x
