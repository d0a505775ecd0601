namespace Hybrid.Exchange

open Hybrid.Core

/// Operators that select elements by position, and concatenate tensors.
module internal Indexing =
    /// The cost of making a node of the graph, in elements of a constant.
    let private nodeCost = 64L

    /// The indices as runs of consecutive ones: first index and length. The cost of each is deducted when it begins.
    let private runs (call: NodeCall) (indices: int[]) : (int * int) list =
        let extend runs index =
            match runs with
            | (first, length) :: rest when first + length = index -> (first, length + 1) :: rest
            | _ ->
                call.Spend nodeCost
                (index, 1) :: runs

        Array.fold extend [] indices |> List.rev

    /// Some consecutive elements along an axis, perhaps none.
    let part (axis: int) (first: int) (count: int) (x: Tensor) : Tensor =
        if count = 0 then
            Tensor.constant (List.updateAt axis 0 x.Shape) [||]
        else
            Tensor.slice axis first count x

    /// The elements at given indices along an axis, in that order.
    let pick (call: NodeCall) (axis: int) (indices: int[]) (x: Tensor) : Tensor =
        match runs call indices with
        | [] -> part axis 0 0 x
        | runs ->
            runs
            |> List.map (fun (first, length) -> Tensor.slice axis first length x)
            |> Tensor.concat axis

    /// Elements start, start + step, … before the end. Negative start and end count from the back. Both are clamped: the start to
    /// the first or last element, the end to one beyond it.
    let private stepped
        (call: NodeCall)
        (axis: int)
        (start: int64, finish: int64, step: int64)
        (x: Tensor)
        : Tensor =
        let extent = int64 x.Shape[axis]

        let between low high at =
            max low (min high (if at < 0L then at + extent else at))

        // an empty result according to the format; everything according to ONNX Runtime
        if step < 0L && finish >= int64 System.Int32.MaxValue then
            NodeCall.refuse call $"it goes backwards to {finish}, which runtimes interpret differently."

        let isForward = step > 0L
        let highest = if isForward then extent else extent - 1L
        let first = between 0L highest start
        let last = between (if isForward then 0L else -1L) highest finish

        if step = 0L then
            NodeCall.refuse call "its step is 0."

        let count =
            if extent = 0L then
                0L
            else
                max 0L ((last - first + step - int64 (sign step)) / step)

        if count = 0L then
            part axis 0 0 x
        elif step = 1L then
            Tensor.slice axis (int first) (int count) x
        else
            call.Spend(nodeCost * count)
            pick call axis [| for i in 0L .. count - 1L -> int (first + i * step) |] x

    /// Bounds are operands since version 10, attributes before.
    let private slice: OperatorRule =
        fun call ->
            let x = NodeCall.operand call 0
            let rank = x.Tensor.Shape.Length

            let need what given =
                match given with
                | Some values -> values
                | None -> NodeCall.refuse call $"it has no {what}."

            let starts = NodeCall.list call 1 "starts" |> need "starts"
            let ends = NodeCall.list call 2 "ends" |> need "ends"

            let axes =
                NodeCall.list call 3 "axes"
                |> Option.defaultValue (List.init starts.Length int64)

            let steps =
                NodeCall.optional call 4
                |> Option.map (NodeCall.wholes call "steps")
                |> Option.defaultValue (List.replicate starts.Length 1L)

            if [ ends; axes; steps ] |> List.exists (fun list -> list.Length <> starts.Length) then
                NodeCall.refuse call "starts, ends, axes and steps differ in number."

            let cut (y: Tensor) (axis, bounds) =
                let axis = NodeCall.axis call rank axis
                stepped call axis bounds y

            [
                List.zip axes (List.zip3 starts ends steps)
                |> List.fold cut x.Tensor
                |> Operand.ofKind x.Kind
            ]

    /// Whether numbers are at least 0 for every input.
    let private areNatural (index: Tensor) : bool =
        let inputs =
            [
                for x in Graph.order [ index ] do
                    match x.Node with
                    | Input name -> name, Array.create (Shape.size x.Shape) Interval.everything
                    | _ -> ()
            ]

        Enclosure.evaluate inputs [ index ]
        |> List.exactlyOne
        |> Array.forall (fun bounds -> bounds.Lower >= 0.0)

    /// The elements at indices that depend on the input: rows of a table. An index that is negative counts from the back.
    let private rows (call: NodeCall) (axis: int) (table: Tensor) (index: Tensor) : Tensor =
        if axis <> 0 then
            NodeCall.refuse call "its indices depend on the input, which is supported along axis 0 only."

        if areNatural index then
            index
        else
            Tensor.select (Tensor.greater (Tensor.scalar 0.0) index) (index + float table.Shape.Head) index
        |> Tensor.gather table

    /// The elements at constant indices, as slices.
    let private atPlaces (call: NodeCall) (axis: int) (x: Tensor) (indices: Operand) : Tensor =
        let extent = int64 x.Shape[axis]

        let places =
            NodeCall.indices call "indices" indices
            |> Array.map (fun index ->
                let fromFront = if index < 0L then index + extent else index

                if fromFront < 0L || fromFront >= extent then
                    NodeCall.refuse call $"there is no element {index} on an axis of {extent}."

                int fromFront)

        let outer, inner = List.take axis x.Shape, List.skip (axis + 1) x.Shape

        pick call axis places x |> Tensor.reshape (outer @ indices.Tensor.Shape @ inner)

    let private gather: OperatorRule =
        fun call ->
            let x, indices = NodeCall.operand call 0, NodeCall.operand call 1
            let axis = NodeCall.axisOf call x.Tensor.Shape.Length 0

            [
                (if indices.IsKnown then
                     atPlaces call axis x.Tensor indices
                 else
                     rows call axis x.Tensor indices.Tensor)
                |> Operand.ofKind x.Kind
            ]

    let private concat: OperatorRule =
        fun call ->
            let operands = NodeCall.all call
            let rank = operands.Head.Tensor.Shape.Length
            let axis = NodeCall.axisOf call rank 1

            [
                Operand.ofKind operands.Head.Kind (Tensor.concat axis (operands |> List.map _.Tensor))
            ]

    let rules: (string * OperatorRule) list =
        [ "Slice", slice; "Gather", gather; "Concat", concat ]
