namespace Hybrid.Core

open System

/// Element-wise primitives whose pieces are lines: comparisons, choices and rectifiers.
[<AutoOpen>]
module PiecewiseLinear =
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

    let private kinked = Continuity.Kinked Continuity.atZero

    let private steps = Continuity.Steps Continuity.atZero

    let private chooses = RoundingRule.Chooses

    type Tensor with

        /// 1 where x > 0, else 0: a threshold neuron. Its derivative is zero.
        static member step(x: Tensor) : Tensor =
            let definition x = if x > 0.0 then 1.0 else 0.0

            let onnx inputs output =
                let zero = output + "/zero"

                OnnxNode.scalar zero 0f
                :: OnnxNode.toFloat "Greater" (inputs @ [ zero ]) output []

            let enclosure = Interval.increasingExactly definition
            Tensor.map "Step" Unary.Step definition enclosure steps chooses onnx flat flat x

        /// -1, 0 or 1. Its derivative is zero.
        static member sign(x: Tensor) : Tensor =
            let definition x =
                if Double.IsNaN x then x else float (Math.Sign x)

            let enclosure = Interval.increasingExactly definition
            Tensor.map "Sign" Unary.Sign definition enclosure steps chooses (Tensor.onnx "Sign") flat flat x

        /// 1 where x is NaN, which stands for a missing value, else 0. Its derivative is zero.
        static member isNaN(x: Tensor) : Tensor =
            let onnx inputs output =
                OnnxNode.toFloat "IsNaN" inputs output []

            let definition x = if Double.IsNaN x then 1.0 else 0.0
            // an interval contains only numbers
            let enclosure _ = Interval.exactly 0.0
            let steps = Continuity.Steps Continuity.nowhere
            Tensor.map "IsNaN" Unary.IsNaN definition enclosure steps chooses onnx flat flat x

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
            |> Tensor.byDefinition

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

        /// |x|, with derivative 0 at 0.
        static member abs(x: Tensor) : Tensor =
            let vjp (x: Tensor) _ g : Tensor = g * Tensor.sign x

            let jvp (x: Tensor) _ t =
                Tensor.select (Tensor.step x) t -t * Tensor.abs (Tensor.sign x)

            Tensor.map "Abs" Unary.Abs Math.Abs Interval.abs kinked chooses (Tensor.onnx "Abs") vjp jvp x

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

    /// What is rounded to the nearest integer. Functions with custom derivatives, whatever their name, do not claim steps.
    [<return: Struct>]
    let internal (|Rounded|_|) (x: Tensor) : Tensor voption =
        match x.Node with
        | Apply({
                    Name = "Round"
                    Continuity = Continuity.Steps _
                },
                [ inner ]) -> ValueSome inner
        | _ -> ValueNone
