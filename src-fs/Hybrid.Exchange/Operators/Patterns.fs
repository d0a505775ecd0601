namespace Hybrid.Exchange

open Hybrid.Core

/// Operators that make or keep elements by their positions.
module internal Patterns =
    /// 0, 1, … along the last axis but one minus those along the last: positive below the diagonal.
    let private below (shape: Shape) : Tensor =
        let rank = shape.Length
        Reductions.positions (rank - 2) shape - Reductions.positions (rank - 1) shape

    let private requireMatrix (call: NodeCall) (shape: Shape) =
        if shape.Length < 2 then
            NodeCall.refuse call "its operand is not a matrix."

    /// The upper or the lower triangle of each matrix, the rest 0.
    let private triangle: OperatorRule =
        fun call ->
            let x = NodeCall.operand call 0
            requireMatrix call x.Tensor.Shape
            call.Spend(x.Tensor.Shape |> List.sumBy int64)

            let offset =
                match NodeCall.optional call 1 with
                | None -> 0L
                | Some k ->
                    match NodeCall.wholes call "diagonal" k with
                    | [ diagonal ] -> diagonal
                    | _ -> NodeCall.refuse call "its diagonal is not a single number."

            let beyond = below x.Tensor.Shape + float offset

            let isOutside =
                if NodeCall.integer call "upper" 1 <> 0 then
                    Tensor.greater beyond (Tensor.scalar 0.0)
                else
                    Tensor.greater (Tensor.scalar 0.0) beyond

            [
                Tensor.select isOutside (Tensor.scalar 0.0) x.Tensor
                |> Tensor.broadcast x.Tensor.Shape
                |> Operand.ofKind x.Kind
            ]

    let private known (kind: ElementKind) (x: Tensor) : Operand =
        {
            Tensor = x
            Kind = kind
            IsKnown = true
        }

    /// The kind of an ONNX type's numbers; real if none is stated.
    let private kindOf (call: NodeCall) (attribute: string) : ElementKind =
        match NodeCall.integer call attribute 1 with
        | 1
        | 10
        | 11
        | 16 -> Real
        | 9 -> Truth
        | _ -> Whole

    /// 1 on a diagonal, 0 elsewhere, in the shape of the operand.
    let private eyeLike: OperatorRule =
        fun call ->
            let shape = (NodeCall.tensor call 0).Shape
            requireMatrix call shape
            call.Spend(int64 (Shape.size shape))
            let offset = float (NodeCall.integer call "k" 0)
            let isOn = Tensor.equal (below shape) (Tensor.scalar -offset)
            [ known (kindOf call "dtype") (Tensor.constant shape (Reference.value isOn)) ]

    /// start, start + step, … before the limit.
    let private range: OperatorRule =
        fun call ->
            let number index what =
                match NodeCall.known call what (NodeCall.operand call index) with
                | [| number |] -> number
                | _ -> NodeCall.refuse call $"its {what} is not a single number."

            let start, limit, step = number 0 "start", number 1 "limit", number 2 "step"
            let count = ceil ((limit - start) / step)

            if not (count <= float System.Array.MaxLength) then
                NodeCall.refuse call "its result has a shape that no tensor can have."

            let count = int (max 0.0 count)
            call.Spend(int64 count)

            [
                Array.init count (fun i -> start + float i * step)
                |> Tensor.constant [ count ]
                |> known (NodeCall.operand call 0).Kind
            ]

    /// A new axis with one value at the place that an index names and another elsewhere; indices below 0 count from the back.
    let private oneHot: OperatorRule =
        fun call ->
            let indices, values = NodeCall.operand call 0, NodeCall.operand call 2

            let depth =
                match NodeCall.wholes call "depth" (NodeCall.operand call 1) with
                | [ depth ] when depth > 0L && depth < int64 System.Int32.MaxValue -> int depth
                | _ -> NodeCall.refuse call "its depth is not a positive number."

            call.Spend(int64 depth)

            if values.Tensor.Shape <> [ 2 ] then
                NodeCall.refuse call "it does not have two values."

            let index =
                match indices.Kind with
                | Real -> Arithmetic.truncate indices.Tensor
                | _ -> indices.Tensor

            let rank = index.Shape.Length + 1
            let axis = NodeCall.axisOf call rank -1

            let fromFront =
                Tensor.select (Tensor.greater (Tensor.scalar 0.0) index) (index + float depth) index

            let shape = List.insertAt axis 1 index.Shape
            let whole = List.updateAt axis depth shape

            let isOn =
                Tensor.equal (Reductions.positions axis whole) (Tensor.reshape shape fromFront)

            let value i =
                Tensor.reshape [] (Tensor.slice 0 i 1 values.Tensor)

            [ Operand.ofKind values.Kind (Tensor.select isOn (value 1) (value 0)) ]

    let rules: (string * OperatorRule) list =
        [ "Trilu", triangle; "EyeLike", eyeLike; "Range", range; "OneHot", oneHot ]
