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
    let private reduced (f: int -> Tensor -> Tensor) (call: NodeCall) : Operand =
        let x = NodeCall.operand call 0
        let rank = x.Tensor.Shape.Length

        let axes =
            match NodeCall.list call 1 "axes" with
            | None
            | Some [] when NodeCall.integer call "noop_with_empty_axes" 0 = 0 -> [ 0 .. rank - 1 ]
            | None -> []
            | Some axes -> axes |> List.map (NodeCall.axis call rank) |> List.distinct

        Operand.ofKind x.Kind (reduce f axes (NodeCall.integer call "keepdims" 1 <> 0) x.Tensor)

    let private reduction f : OperatorRule = fun call -> [ reduced f call ]

    /// The mean of integers is an integer.
    let private mean: OperatorRule =
        fun call ->
            let y = reduced Tensor.mean call

            match y.Kind with
            | Real -> [ y ]
            | _ -> [ NodeCall.truncated call NodeCall.wholeRange y.Tensor ]

    /// The largest of the indices of each run's maximum.
    let private lastOfMaximum axis (x: Tensor) =
        let extent = x.Shape[axis]

        let positions =
            Tensor.constant [ extent ] (Array.init extent float)
            |> Tensor.reshape (List.mapi (fun i _ -> if i = axis then extent else 1) x.Shape)

        let isMaximum = Tensor.equal x (Tensor.spread axis x.Shape (Tensor.max axis x))
        Tensor.max axis (Tensor.select isMaximum positions (Tensor.scalar 0.0))

    let private argMax: OperatorRule =
        fun call ->
            let x = NodeCall.tensor call 0
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
            "ArgMax", argMax
        ]
