namespace Hybrid.Exchange

open Hybrid.Core

/// Element-wise operators.
module internal Arithmetic =
    /// One operand; the result is a real number.
    let private unary (f: Tensor -> Tensor) : OperatorRule =
        fun call -> [ Operand.real (f (NodeCall.tensor call 0)) ]

    /// One operand; the result has its kind.
    let private like (f: Tensor -> Tensor) : OperatorRule =
        fun call ->
            let x = NodeCall.operand call 0

            [
                { Operand.real (f x.Tensor) with
                    Kind = x.Kind
                }
            ]

    /// Before version 7, an attribute gave the position of the second operand's axes in the first one's.
    let private aligned (call: NodeCall) (a: Tensor) (b: Tensor) : Tensor =
        if call.Opset >= 7 || (NodeCall.attribute call "axis").IsNone then
            b
        else
            let first = NodeCall.axisOf call (a.Shape.Length + 1) 0
            let trailing = a.Shape.Length - first - b.Shape.Length

            if trailing < 0 then
                NodeCall.refuse call "its second operand has axes beyond those of the first."

            Tensor.reshape (b.Shape @ List.replicate trailing 1) b

    /// Two operands; the result has the first one's kind.
    let private binary (f: Tensor -> Tensor -> Tensor) : OperatorRule =
        fun call ->
            let a, b = NodeCall.operand call 0, NodeCall.operand call 1
            [ Operand.ofKind a.Kind (f a.Tensor (aligned call a.Tensor b.Tensor)) ]

    /// Integers are divided without remainder; they are always constant.
    let private divide: OperatorRule =
        fun call ->
            let a, b = NodeCall.operand call 0, NodeCall.operand call 1

            match a.Kind, b.Kind with
            | Whole, Whole ->
                let dividends, divisors =
                    NodeCall.known call "dividends" a, NodeCall.known call "divisors" b

                if Array.contains 0.0 divisors then
                    NodeCall.refuse call "it divides an integer by 0."

                let spread shape values = Tensor.constant shape values
                let quotient = spread a.Tensor.Shape dividends / spread b.Tensor.Shape divisors

                [ NodeCall.truncated call NodeCall.wholeRange quotient ]
            | _ -> binary Tensor.divide call

    /// Small integer exponents become products, whose derivatives and bounds are better than those of powers.
    let private power: OperatorRule =
        fun call ->
            let x, exponent = NodeCall.operand call 0, NodeCall.operand call 1

            if x.Kind <> Real && not (x.IsKnown && exponent.IsKnown) then
                NodeCall.refuse call "powers of integers are supported only for constants."

            let known =
                if exponent.IsKnown && Shape.size exponent.Tensor.Shape = 1 then
                    Some(Reference.value exponent.Tensor)
                else
                    None

            let a = x.Tensor

            let y =
                match known with
                | Some [| 1.0 |] -> a
                | Some [| 2.0 |] -> a * a
                | Some [| 3.0 |] -> a * a * a
                | Some [| 0.5 |] -> Tensor.sqrt a
                | _ -> Tensor.power a (aligned call a exponent.Tensor)

            let shape = Shape.broadcast "Pow" a.Shape exponent.Tensor.Shape
            let y = Tensor.broadcast shape y

            [
                match x.Kind with
                | Real -> Operand.real y
                | _ -> NodeCall.truncated call NodeCall.wholeRange y
            ]

    let private variadic (f: Tensor list -> Tensor) : OperatorRule =
        fun call ->
            let operands = NodeCall.all call
            [ Operand.ofKind operands.Head.Kind (f (operands |> List.map _.Tensor)) ]

    let private comparison (f: Tensor -> Tensor -> Tensor) : OperatorRule =
        fun call ->
            let a, b = NodeCall.tensor call 0, NodeCall.tensor call 1
            [ Operand.ofKind Truth (f a (aligned call a b)) ]

    /// Bounds are operands since version 11, attributes before; a missing bound of real numbers is the limit of float32.
    let private clip: OperatorRule =
        fun call ->
            let x = NodeCall.operand call 0

            let bound index name (farthest: float32) =
                match NodeCall.optional call index, NodeCall.attribute call name with
                | Some operand, _ -> Some operand.Tensor
                | None, Some _ -> Some(Tensor.scalar (NodeCall.number call name 0.0))
                | None, None when x.Kind = Real -> Some(Tensor.scalar (float farthest))
                | None, None -> None

            let apply f bound (x: Tensor) =
                match bound with
                | None -> x
                | Some(value: Tensor) when Shape.size value.Shape = 1 -> f x (Tensor.reshape [] value)
                | Some _ -> NodeCall.refuse call "its bounds are not scalars."

            [
                x.Tensor
                |> apply Tensor.maximum (bound 1 "min" System.Single.MinValue)
                |> apply Tensor.minimum (bound 2 "max" System.Single.MaxValue)
                |> Operand.ofKind x.Kind
            ]

    let private where: OperatorRule =
        fun call ->
            let a = NodeCall.operand call 1
            let y = Tensor.select (NodeCall.tensor call 0) a.Tensor (NodeCall.tensor call 2)
            [ Operand.ofKind a.Kind y ]

    let private truth (f: Tensor -> Tensor) : OperatorRule =
        fun call -> [ Operand.ofKind Truth (f (NodeCall.tensor call 0)) ]

    let private isInfinite: OperatorRule =
        fun call ->
            let x = NodeCall.tensor call 0

            let ends =
                [
                    if NodeCall.integer call "detect_negative" 1 <> 0 then
                        -infinity
                    if NodeCall.integer call "detect_positive" 1 <> 0 then
                        infinity
                ]

            let found =
                ends
                |> List.map (fun limit -> Tensor.equal x (Tensor.scalar limit))
                |> List.fold Tensor.maximum (Tensor.zerosLike x)

            [ Operand.ofKind Truth found ]

    /// The greatest integer that is not above x.
    let floor (x: Tensor) : Tensor =
        let nearest = Tensor.round x
        nearest - Tensor.greater nearest x

    /// x without its decimals.
    let truncate (x: Tensor) : Tensor =
        match x with
        | Rounded _ -> x
        | _ -> Tensor.select (Tensor.step x) (floor x) -(floor -x)

    /// The remainder of integers, with the sign of the divisor or, as in C, with that of the dividend. Those of real numbers jump
    /// where a quotient is an integer, which float32 may miss.
    let private remainder: OperatorRule =
        fun call ->
            let a, b = NodeCall.operand call 0, NodeCall.operand call 1

            if a.Kind = Real then
                NodeCall.refuse call "remainders are supported only for integers."

            if b.IsKnown && Array.contains 0.0 (NodeCall.known call "divisors" b) then
                NodeCall.refuse call "it divides an integer by 0."

            let rounded =
                if NodeCall.integer call "fmod" 0 = 0 then
                    floor
                else
                    truncate

            [ Operand.ofKind a.Kind (a.Tensor - b.Tensor * rounded (a.Tensor / b.Tensor)) ]

    let rules: (string * OperatorRule) list =
        [
            "Neg", like Tensor.negate
            "Abs", like Tensor.abs
            "Sign", like Tensor.sign
            "Exp", unary Tensor.exp
            "Log", unary Tensor.log
            "Sqrt", unary Tensor.sqrt
            "Erf", unary Tensor.erf
            "Add", binary Tensor.add
            "Sub", binary Tensor.subtract
            "Mul", binary Tensor.multiply
            "Div", divide
            "Mod", remainder
            "Pow", power
            "Max", variadic (List.reduce Tensor.maximum)
            "Min", variadic (List.reduce Tensor.minimum)
            "Sum", variadic (List.reduce Tensor.add)
            "Mean", variadic (fun operands -> List.reduce Tensor.add operands / float operands.Length)
            "Clip", clip
            "Where", where
            "Greater", comparison Tensor.greater
            "Less", comparison (fun a b -> Tensor.greater b a)
            "Equal", comparison Tensor.equal
            "GreaterOrEqual", comparison (fun a b -> Tensor.maximum (Tensor.greater a b) (Tensor.equal a b))
            "LessOrEqual", comparison (fun a b -> Tensor.maximum (Tensor.greater b a) (Tensor.equal a b))
            "And", comparison Tensor.multiply
            "Or", comparison Tensor.maximum
            "Xor", comparison (fun a b -> 1.0 - Tensor.equal a b)
            "Not", truth (fun x -> 1.0 - x)
            "IsNaN", truth Tensor.isNaN
            "IsInf", isInfinite
            "Reciprocal", unary (fun x -> 1.0 / x)
            "Round", unary Tensor.round
            "Floor", unary floor
            "Ceil", unary (fun x -> -(floor -x))
        ]
