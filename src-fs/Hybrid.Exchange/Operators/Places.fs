namespace Hybrid.Exchange

open Hybrid.Core

/// Operators that read or replace single elements at constant places.
module internal Places =
    /// The places of a tensor's elements, counted row by row, that a function of each element's position gives.
    let private flat
        (call: NodeCall)
        (within: Shape)
        (shape: Shape)
        (positionOf: int -> int list -> int list)
        : int[] =
        let strides = Shape.strides shape
        let own = Shape.strides within
        let count = within |> List.fold (fun product extent -> product * float extent) 1.0

        if count > float System.Array.MaxLength then
            NodeCall.refuse call "its result has a shape that no tensor can have."

        call.Spend(int64 count)

        Array.init (Shape.size within) (fun i ->
            let position = List.map2 (fun stride extent -> i / stride % extent) own within
            List.fold2 (fun place stride at -> place + stride * at) 0 strides (positionOf i position))

    let private checked' (call: NodeCall) (extent: int) (index: int64) : int =
        let fromFront = if index < 0L then index + int64 extent else index

        if fromFront < 0L || fromFront >= int64 extent then
            NodeCall.refuse call $"there is no element {index} on an axis of {extent}."

        int fromFront

    let private flattened (x: Tensor) : Tensor = Tensor.reshape [ Shape.size x.Shape ] x

    /// The elements at the given places, counted row by row, in a shape.
    let private taken (call: NodeCall) (shape: Shape) (places: int[]) (x: Tensor) : Tensor =
        flattened x |> Indexing.pick call 0 places |> Tensor.reshape shape

    /// The places that indices along one axis name.
    let private alongAxis (call: NodeCall) (shape: Shape) (indices: Operand) : int[] =
        let axis = NodeCall.axisOf call shape.Length 0
        let index = NodeCall.indices call "indices" indices

        if indices.Tensor.Shape.Length <> shape.Length then
            NodeCall.refuse call "its indices do not have as many axes as its operand."

        flat call indices.Tensor.Shape shape (fun i position ->
            let found = List.updateAt axis (checked' call shape[axis] index[i]) position

            if List.exists2 (fun at extent -> at >= extent) found shape then
                NodeCall.refuse call "its indices reach beyond its operand."

            found)

    /// The places that the rows of a table of indices name, after some axes that are gone through together; each row names the
    /// first of the places of a part.
    let private ofRows (call: NodeCall) (batch: int) (shape: Shape) (indices: Operand) : int[] * Shape =
        let index = NodeCall.indices call "indices" indices

        if indices.Tensor.Shape.IsEmpty then
            NodeCall.refuse call "its indices are not rows."

        let outer, length =
            List.splitAt (indices.Tensor.Shape.Length - 1) indices.Tensor.Shape

        let length = length.Head

        if batch < 0 || batch > outer.Length || batch + length > shape.Length then
            NodeCall.refuse call "its indices have more numbers than its operand has axes."

        if List.truncate batch outer <> List.truncate batch shape then
            NodeCall.refuse call "its operand and its indices differ in their first axes."

        let part = List.skip (batch + length) shape

        let places =
            flat call (outer @ part) shape (fun i position ->
                let row = i / max 1 (Shape.size part)

                let named =
                    [
                        for j in 0 .. length - 1 -> checked' call shape[batch + j] index[row * length + j]
                    ]

                List.truncate batch position @ named @ List.skip outer.Length position)

        places, outer @ part

    let private gatherElements: OperatorRule =
        fun call ->
            let x, indices = NodeCall.operand call 0, NodeCall.operand call 1
            let places = alongAxis call x.Tensor.Shape indices
            [ Operand.ofKind x.Kind (taken call indices.Tensor.Shape places x.Tensor) ]

    let private gatherParts: OperatorRule =
        fun call ->
            let x = NodeCall.operand call 0
            let batch = NodeCall.integer call "batch_dims" 0
            let places, shape = ofRows call batch x.Tensor.Shape (NodeCall.operand call 1)
            [ Operand.ofKind x.Kind (taken call shape places x.Tensor) ]

    /// How an update joins the element at its place, and what leaves that unchanged.
    let private joining (call: NodeCall) : ((Tensor -> Tensor -> Tensor) * float) option =
        match NodeCall.text call "reduction" "none" with
        | "none" -> None
        | "add" -> Some(Tensor.add, 0.0)
        | "mul" -> Some(Tensor.multiply, 1.0)
        | "max" -> Some(Tensor.maximum, -infinity)
        | "min" -> Some(Tensor.minimum, infinity)
        | other -> NodeCall.refuse call $"there is no reduction {Printable.quote other}."

    /// The updates of each round, by their places: a place that occurs several times is updated in several rounds.
    let private rounds (places: int[]) : (int * int)[] list =
        places
        |> Array.indexed
        |> Array.groupBy snd
        |> Array.collect (snd >> Array.mapi (fun round update -> round, update))
        |> Array.groupBy fst
        |> Array.sortBy fst
        |> Array.map (snd >> Array.map snd)
        |> List.ofArray

    /// The operand with updates at the given places. The elements of each round are picked from a row of both.
    let private scattered (places: Shape -> int[]) (call: NodeCall) : Operand list =
        let x, updates = NodeCall.operand call 0, NodeCall.tensor call 2
        let shape = x.Tensor.Shape
        let size = Shape.size shape
        let places = places shape

        if places.Length <> Shape.size updates.Shape then
            NodeCall.refuse call "its indices and updates differ in number."

        let update (y: Tensor) (round: (int * int)[]) =
            call.Spend(int64 size)
            let row = flattened updates

            match joining call with
            | None ->
                let sources = Array.init size id
                round |> Array.iter (fun (update, place) -> sources[place] <- size + update)
                taken call shape sources (Tensor.concat 0 [ flattened y; row ])
            | Some(join, nothing) ->
                let sources = Array.create size 0
                round |> Array.iter (fun (update, place) -> sources[place] <- 1 + update)

                join
                    y
                    (taken call shape sources (Tensor.concat 0 [ Tensor.constant [ 1 ] [| nothing |]; row ]))

        [ Operand.ofKind x.Kind (List.fold update x.Tensor (rounds places)) ]

    let private scatterElements: OperatorRule =
        fun call -> scattered (fun shape -> alongAxis call shape (NodeCall.operand call 1)) call

    let private scatterParts: OperatorRule =
        fun call -> scattered (fun shape -> ofRows call 0 shape (NodeCall.operand call 1) |> fst) call

    let rules: (string * OperatorRule) list =
        [
            "GatherElements", gatherElements
            "GatherND", gatherParts
            "ScatterElements", scatterElements
            "ScatterND", scatterParts
        ]
