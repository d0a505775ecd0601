namespace Hybrid.Exchange

open System
open Hybrid.Core

/// Operators that split, repeat, pad and accumulate along axes.
module internal Arrangements =
    let private like (call: NodeCall) (f: Tensor -> Tensor) : Operand list =
        let x = NodeCall.operand call 0
        [ Operand.ofKind x.Kind (f x.Tensor) ]

    // ---- parts

    /// Equal parts, the last of which may be smaller.
    let private equalParts (call: NodeCall) (extent: int) (count: int) : int64 list =
        if count < 1 then
            NodeCall.refuse call "it has no output."

        let length = (extent + count - 1) / count
        List.init count (fun i -> int64 (max 0 (min length (extent - i * length))))

    /// The extents of the parts are an operand since version 13, an attribute before; without them, the parts are equal.
    let private split: OperatorRule =
        fun call ->
            let x = NodeCall.operand call 0
            let axis = NodeCall.axisOf call x.Tensor.Shape.Length 0
            let extent = x.Tensor.Shape[axis]

            let lengths =
                NodeCall.list call 1 "split"
                |> Option.defaultWith (fun () ->
                    NodeCall.integer call "num_outputs" call.Node.Outputs.Length
                    |> equalParts call extent)

            if
                List.exists (fun length -> length < 0L) lengths
                || List.sum lengths <> int64 extent
            then
                NodeCall.refuse call $"its parts do not make up the {extent} elements of axis {axis}."

            let starts = List.scan (+) 0L lengths

            List.map2
                (fun start length ->
                    Operand.ofKind x.Kind (Indexing.part axis (int start) (int length) x.Tensor))
                (List.truncate lengths.Length starts)
                lengths

    // ---- repetition

    let private repeated (axis: int) (count: int) (x: Tensor) : Tensor =
        let outer, inner = List.splitAt axis x.Shape

        x
        |> Tensor.reshape (outer @ 1 :: inner)
        |> Tensor.broadcast (outer @ count :: inner)
        |> Tensor.reshape (outer @ count * inner.Head :: inner.Tail)

    let private tile: OperatorRule =
        fun call ->
            let repeats = NodeCall.wholes call "repeats" (NodeCall.operand call 1)

            like call (fun x ->
                if repeats.Length <> x.Shape.Length then
                    NodeCall.refuse call "it does not have one number of repeats per axis."

                let total =
                    List.fold2
                        (fun total (repeats: int64) (extent: int) -> total * bigint repeats * bigint extent)
                        1I
                        repeats
                        x.Shape

                if
                    List.exists (fun count -> count < 0L) repeats
                    || total > bigint System.Array.MaxLength
                then
                    NodeCall.refuse call "its result has a shape that no tensor can have."

                List.indexed repeats
                |> List.fold (fun y (axis, count) -> if count = 1L then y else repeated axis (int count) y) x)

    /// A number in every element, by default 0.
    let private constantOfShape: OperatorRule =
        fun call ->
            let shape = NodeCall.wholes call "shape" (NodeCall.operand call 0)

            if
                List.exists (fun extent -> extent < 0L || extent > int64 System.Int32.MaxValue) shape
                || List.fold (fun total extent -> total * bigint (max 1L extent)) 1I shape >
                    bigint System.Array.MaxLength
            then
                NodeCall.refuse call "its result has a shape that no tensor can have."

            let value =
                match NodeCall.attribute call "value" with
                | Some(OnnxAttribute.Tensor value) -> Operand.ofOnnx value
                | _ -> Operand.real (Tensor.scalar 0.0)

            match Reference.value value.Tensor with
            | [| number |] -> [ Tensor.fill number (List.map int shape) |> Operand.ofKind value.Kind ]
            | _ -> NodeCall.refuse call "its value is not a single number."

    // ---- padding

    /// The place in an axis of a place before, in or after it.
    let private placeOf (call: NodeCall) (mode: string) (extent: int) (place: int) : int =
        match mode with
        | "edge" -> max 0 (min (extent - 1) place)
        | "wrap" -> ((place % extent) + extent) % extent
        | "reflect" when place > -extent && place < 2 * extent - 1 ->
            if place < 0 then -place
            elif place < extent then place
            else 2 * (extent - 1) - place
        | "reflect" -> NodeCall.refuse call "it reflects more elements than there are."
        | other -> NodeCall.refuse call $"there is no mode {Printable.quote other}."

    let private padAxis
        (call: NodeCall)
        mode
        (fill: Tensor)
        (axis: int)
        (before: int)
        (after: int)
        (x: Tensor)
        =
        let extent = x.Shape[axis]

        match mode with
        | "constant" ->
            let first = max 0 -before
            let count = extent - first - max 0 -after

            if count < 0 then
                NodeCall.refuse call "it removes more elements than there are."

            // what tells the places that are added is as long as the axis
            call.Spend(int64 (max 0 before) + int64 (max 0 after))

            match fill.Node with
            | _ when before <= 0 && after <= 0 -> Indexing.part axis first count x
            | Constant values when BitConverter.SingleToInt32Bits values.AsSingle[0] = 0 ->
                Padding.resize axis (struct (before, after)) x
            | _ -> Padding.fill fill axis (struct (before, after)) x
        | _ when extent = 0 -> NodeCall.refuse call "it repeats elements of an empty tensor."
        | _ ->
            call.Spend(int64 (max 0 (extent + before + after)))

            Indexing.pick
                call
                axis
                [|
                    for place in -before .. extent + after - 1 -> placeOf call mode extent place
                |]
                x

    /// Pads and value are operands since version 11, attributes before.
    let private pad: OperatorRule =
        fun call ->
            let rank = (NodeCall.tensor call 0).Shape.Length

            let pads =
                match NodeCall.list call 1 "pads" with
                | Some pads -> pads
                | None -> NodeCall.refuse call "it has no pads."

            let axes =
                match NodeCall.optional call 3 with
                | Some axes -> NodeCall.wholes call "axes" axes |> List.map (NodeCall.axis call rank)
                | None -> [ 0 .. rank - 1 ]

            if pads.Length <> 2 * axes.Length then
                NodeCall.refuse call "it does not have two numbers of pads per axis."

            if pads |> List.exists (fun count -> abs count > int64 (1 <<< 30)) then
                NodeCall.refuse call "its result has a shape that no tensor can have."

            let fill =
                match NodeCall.optional call 2 with
                | Some value -> Tensor.reshape [] value.Tensor
                | None -> Tensor.scalar (NodeCall.number call "value" 0.0)

            let mode = NodeCall.text call "mode" "constant"
            let before, after = List.splitAt axes.Length pads

            like call (fun x ->
                List.zip3 axes before after
                |> List.fold
                    (fun y (axis, before, after) ->
                        if before = 0L && after = 0L then
                            y
                        else
                            padAxis call mode fill axis (int before) (int after) y)
                    x)

    // ---- sums of what comes before

    let private cumulativeSum: OperatorRule =
        fun call ->
            let rank = (NodeCall.tensor call 0).Shape.Length

            let axis =
                match NodeCall.wholes call "axis" (NodeCall.operand call 1) with
                | [ axis ] -> NodeCall.axis call rank axis
                | _ -> NodeCall.refuse call "its axis is not a single number."

            like call (fun x ->
                let extent = x.Shape[axis]
                call.Spend(64L * int64 extent)
                let element i = Tensor.slice axis i 1 x
                let isReversed = NodeCall.integer call "reverse" 0 <> 0

                let order =
                    if isReversed then
                        [ extent - 1 .. -1 .. 0 ]
                    else
                        [ 0 .. extent - 1 ]

                match order with
                | [] -> x
                | first :: rest ->
                    let sums = List.scan (fun sum i -> sum + element i) (element first) rest

                    let shown =
                        if NodeCall.integer call "exclusive" 0 = 0 then
                            sums
                        else
                            Tensor.zerosLike (element first) :: List.truncate rest.Length sums

                    Tensor.concat axis (if isReversed then List.rev shown else shown))

    let rules: (string * OperatorRule) list =
        [
            "Split", split
            "Tile", tile
            "ConstantOfShape", constantOfShape
            "Pad", pad
            "CumSum", cumulativeSum
        ]
