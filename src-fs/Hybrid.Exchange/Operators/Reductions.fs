namespace Hybrid.Exchange

open Hybrid.Core

/// Operators that reduce along axes.
module internal Reductions =
    /// The shape with reduced axes kept with extent 1.
    let private kept (axes: int list) (shape: Shape) : Shape =
        shape |> List.mapi (fun i extent -> if List.contains i axes then 1 else extent)

    /// A reduction along several axes, which are removed or kept with extent 1.
    let reduce (f: int -> Tensor -> Tensor) (axes: int list) (keep: bool) (x: Tensor) : Tensor =
        let y =
            axes |> List.sortDescending |> List.fold (fun (y: Tensor) axis -> f axis y) x

        if keep then Tensor.reshape (kept axes x.Shape) y else y

    let private least axis (x: Tensor) = -(Tensor.max axis -x)

    /// Axes are an operand since version 18 (for sums since 13), an attribute before; without axes, all of them are reduced.
    let private reducedOf (x: Operand) (f: int -> Tensor -> Tensor) (call: NodeCall) : Operand =
        let rank = x.Tensor.Shape.Length

        let axes =
            match NodeCall.list call 1 "axes" with
            | None
            | Some [] when NodeCall.integer call "noop_with_empty_axes" 0 = 0 -> [ 0 .. rank - 1 ]
            | None -> []
            | Some axes -> axes |> List.map (NodeCall.axis call rank) |> List.distinct

        Operand.ofKind x.Kind (reduce f axes (NodeCall.integer call "keepdims" 1 <> 0) x.Tensor)

    let private reduced f (call: NodeCall) : Operand =
        reducedOf (NodeCall.operand call 0) f call

    let private reduction f : OperatorRule = fun call -> [ reduced f call ]

    /// The mean of integers is an integer.
    let private mean: OperatorRule =
        fun call ->
            let y = reduced Tensor.mean call

            match y.Kind with
            | Real -> [ y ]
            | _ -> [ NodeCall.truncated call NodeCall.wholeRange y.Tensor ]

    /// 0, 1, … along an axis of a shape, with extent 1 along the others.
    let positions (axis: int) (shape: Shape) : Tensor =
        Tensor.constant [ shape[axis] ] (Array.init shape[axis] float)
        |> Tensor.reshape (List.mapi (fun i extent -> if i = axis then extent else 1) shape)

    /// The largest of the indices of each run's maximum.
    let private lastOfMaximum axis (x: Tensor) =
        let positions = positions axis x.Shape
        let isMaximum = Tensor.equal x (Tensor.spread axis x.Shape (Tensor.max axis x))
        Tensor.max axis (Tensor.select isMaximum positions (Tensor.scalar 0.0))

    /// The product along an axis, factor by factor.
    let private product (axis: int) (x: Tensor) : Tensor =
        let factor i =
            Tensor.reshape (Shape.without axis x.Shape) (Tensor.slice axis i 1 x)

        match x.Shape[axis] with
        | 0 -> Tensor.fill 1.0 (Shape.without axis x.Shape)
        | extent -> List.init extent factor |> List.reduce Tensor.multiply

    let private products: OperatorRule =
        fun call ->
            call.Spend(64L * int64 (Shape.size (NodeCall.tensor call 0).Shape))
            [ reduced product call ]

    /// A function of the sum of a function of the elements.
    let private ofSum (outer: Tensor -> Tensor) (inner: Tensor -> Tensor) : OperatorRule =
        fun call ->
            let x = NodeCall.operand call 0
            let y = reducedOf { x with Tensor = inner x.Tensor } Tensor.sum call
            [ { y with Tensor = outer y.Tensor } ]

    let private square (x: Tensor) = x * x

    let private indexOf (sign: Tensor -> Tensor) : OperatorRule =
        fun call ->
            let x = sign (NodeCall.tensor call 0)
            let axis = NodeCall.axisOf call x.Shape.Length 0

            let index =
                if NodeCall.integer call "select_last_index" 0 = 0 then
                    Tensor.argMax
                else
                    lastOfMaximum

            [
                reduce index [ axis ] (NodeCall.integer call "keepdims" 1 <> 0) x
                |> Operand.ofKind Whole
            ]

    let rules: (string * OperatorRule) list =
        [
            "ReduceSum", reduction Tensor.sum
            "ReduceMean", mean
            "ReduceMax", reduction Tensor.max
            "ReduceMin", reduction least
            "ReduceLogSumExp", reduction Tensor.logSumExp
            "ReduceL1", ofSum id Tensor.abs
            "ReduceL2", ofSum Tensor.sqrt square
            "ReduceSumSquare", ofSum id square
            "ReduceLogSum", ofSum Tensor.log id
            "ReduceProd", products
            "ArgMax", indexOf id
            "ArgMin", indexOf Tensor.negate
        ]
