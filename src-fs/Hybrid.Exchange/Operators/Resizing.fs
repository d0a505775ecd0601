namespace Hybrid.Exchange

open System
open Hybrid.Core

/// Operators that make images larger or smaller by taking the nearest elements.
module internal Resizing =
    /// The place in an axis from which an element of the resized axis is taken: a real number, in float32 as in other runtimes, since it
    /// is rounded.
    let private coordinate
        (call: NodeCall)
        (mode: string)
        (extent: int)
        (resized: int)
        (scale: float32)
        (i: int)
        : float32 =
        let i = float32 i
        let half = (i + 0.5f) / scale - 0.5f

        match mode with
        | "asymmetric" -> i / scale
        | "half_pixel" -> half
        | "half_pixel_symmetric" ->
            // the centre of the axis stays where it is, though its extent was rounded
            let cut = float32 extent / 2f * (1f - float32 resized / (scale * float32 extent))
            cut + half
        | "pytorch_half_pixel" -> if resized > 1 then half else 0f
        | "align_corners" ->
            if resized > 1 then
                i * float32 (extent - 1) / float32 (resized - 1)
            else
                0f
        | "tf_half_pixel_for_nn" -> (i + 0.5f) / scale
        | other ->
            NodeCall.refuse
                call
                $"its coordinate_transformation_mode {Printable.quote other} is not supported."

    [<Literal>]
    let private Simple = "simple"

    let private rounded (call: NodeCall) (mode: string) (scale: float32) (place: float32) : float32 =
        match mode with
        | "floor" -> floor place
        | "ceil" -> ceil place
        | "round_prefer_floor" -> ceil (place - 0.5f)
        | "round_prefer_ceil" -> floor (place + 0.5f)
        // before version 11, which names the modes
        | Simple -> if scale < 1f then ceil place else floor place
        | other -> NodeCall.refuse call $"there is no nearest_mode {Printable.quote other}."

    /// Each element several times, one after the other.
    let private stretched (axis: int) (count: int) (x: Tensor) : Tensor =
        let outer, inner = List.splitAt (axis + 1) x.Shape

        x
        |> Tensor.reshape (outer @ 1 :: inner)
        |> Tensor.broadcast (outer @ count :: inner)
        |> Tensor.reshape (List.updateAt axis (count * x.Shape[axis]) x.Shape)

    /// An axis with its elements at the places from which the resized axis takes them.
    let private taken (call: NodeCall) (axis: int) (places: int[]) (x: Tensor) : Tensor =
        let extent = x.Shape[axis]
        let count = places.Length / max 1 extent

        if
            count > 0
            && places.Length = count * extent
            && Array.forall (fun i -> places[i] = i / count) [| 0 .. places.Length - 1 |]
        then
            if count = 1 then x else stretched axis count x
        else
            Indexing.pick call axis places x

    /// The resized extent and the scale of each axis.
    let private resized
        (call: NodeCall)
        (x: Tensor)
        (axes: int list)
        (target: (int * float32) list)
        (coordinates: string)
        (nearest: string)
        : Operand list =
        let places (axis: int) (count: int, scale: float32) =
            let extent = x.Shape[axis]

            if extent = 0 then
                NodeCall.refuse call "it resizes an axis without elements."

            call.Spend(int64 count)

            Array.init count (fun i ->
                coordinate call coordinates extent count scale i
                |> rounded call nearest scale
                |> max 0f
                |> min (float32 (extent - 1))
                |> int)

        [
            List.zip axes target
            |> List.fold (fun y (axis, size) -> taken call axis (places axis size) y) x
            |> Operand.real
        ]

    /// A positive extent that an array can have.
    let private extentOf (call: NodeCall) (extent: float) : int =
        if extent >= 1.0 && extent <= float (1 <<< 24) then
            int extent
        else
            NodeCall.refuse call $"it asks for an extent of {extent}."

    let private byScales (call: NodeCall) (x: Tensor) (axes: int list) (scales: float[]) =
        if scales.Length <> axes.Length then
            NodeCall.refuse call "it does not have one scale per axis."

        if scales |> Array.exists (fun scale -> not (scale > 0.0 && Double.IsFinite scale)) then
            NodeCall.refuse call "one of its scales is not a positive number."

        List.map2
            (fun axis scale -> extentOf call (floor (float x.Shape[axis] * scale)), float32 scale)
            axes
            (List.ofArray scales)

    let private requireNearest (call: NodeCall) =
        match NodeCall.text call "mode" "nearest" with
        | "nearest" -> ()
        | mode -> NodeCall.refuse call $"its mode {Printable.quote mode} is not supported, only nearest is."

    let private allAxes (x: Tensor) = [ 0 .. x.Shape.Length - 1 ]

    /// Elements of an optional operand that has some.
    let private numbers (call: NodeCall) (what: string) (index: int) : float[] option =
        NodeCall.optional call index
        |> Option.filter (fun operand -> Shape.size operand.Tensor.Shape > 0)
        |> Option.map (NodeCall.known call what)

    let private upsample: OperatorRule =
        fun call ->
            let x = NodeCall.tensor call 0
            requireNearest call

            let scales =
                match numbers call "scales" 1, NodeCall.numbers call "scales" with
                | Some scales, _
                | None, Some scales -> scales
                | None, None -> NodeCall.refuse call "it has no scales."

            let axes = allAxes x
            resized call x axes (byScales call x axes scales) "asymmetric" Simple

    /// The sizes of each axis, which keep their ratio if the file asks for that.
    let private bySizes (call: NodeCall) (x: Tensor) (axes: int list) (sizes: float[]) =
        if sizes.Length <> axes.Length then
            NodeCall.refuse call "it does not have one size per axis."

        let ratios =
            List.map2 (fun axis size -> size / float x.Shape[axis]) axes (List.ofArray sizes)

        let keeping ratio =
            axes
            |> List.map (fun axis ->
                extentOf call (Math.Round(ratio * float x.Shape[axis], MidpointRounding.AwayFromZero)),
                float32 ratio)

        match NodeCall.text call "keep_aspect_ratio_policy" "stretch" with
        | "not_larger" -> keeping (List.min ratios)
        | "not_smaller" -> keeping (List.max ratios)
        | "stretch" ->
            List.map2 (fun size ratio -> extentOf call size, float32 ratio) (List.ofArray sizes) ratios
        | other -> NodeCall.refuse call $"there is no keep_aspect_ratio_policy {Printable.quote other}."

    let private resize: OperatorRule =
        fun call ->
            let x = NodeCall.tensor call 0
            requireNearest call

            if call.Opset < 11 then
                match numbers call "scales" 1 with
                | Some scales ->
                    let axes = allAxes x
                    resized call x axes (byScales call x axes scales) "asymmetric" Simple
                | None -> NodeCall.refuse call "it has no scales."
            else
                let axes =
                    match NodeCall.integers call "axes" with
                    | Some axes -> List.map (NodeCall.axis call x.Shape.Length) axes
                    | None -> allAxes x

                let target =
                    match numbers call "scales" 2, numbers call "sizes" 3 with
                    | Some scales, None -> byScales call x axes scales
                    | None, Some sizes -> bySizes call x axes sizes
                    | _ -> NodeCall.refuse call "it needs either scales or sizes."

                resized
                    call
                    x
                    axes
                    target
                    (NodeCall.text call "coordinate_transformation_mode" "half_pixel")
                    (NodeCall.text call "nearest_mode" "round_prefer_floor")

    let rules: (string * OperatorRule) list = [ "Upsample", upsample; "Resize", resize ]
