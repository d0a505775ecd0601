namespace Hybrid.Exchange

open Hybrid.Core

/// Operators on images, which have their channels as axis 1: convolutions, pooling and the like.
module internal Convolving =
    /// The number of axes along which windows move.
    let private rankOf (call: NodeCall) (x: Tensor) : int =
        if x.Shape.Length < 3 then
            NodeCall.refuse
                call
                $"its operand has the shape {Printable.integers x.Shape}; it needs an axis of examples, one of channels, and those of an image."

        x.Shape.Length - 2

    let private channelsLast (x: Tensor) : Tensor =
        Tensor.permute (0 :: [ 2 .. x.Shape.Length - 1 ] @ [ 1 ]) x

    let private channelsFirst (x: Tensor) : Tensor =
        let last = x.Shape.Length - 1
        Tensor.permute (0 :: last :: [ 1 .. last - 1 ]) x

    /// An attribute with a number for each axis of the image, from 1 to the largest extent.
    let private each (call: NodeCall) (name: string) (rank: int) : int list =
        match NodeCall.integers call name with
        | None -> List.replicate rank 1
        | Some numbers when numbers.Length <> rank ->
            NodeCall.refuse
                call
                $"""its attribute {name} has {Printable.count numbers.Length "number"} instead of {rank}, one for each axis of the images."""
        | Some numbers ->
            if numbers |> List.exists (fun number -> number < 1L || number > 1_000_000L) then
                NodeCall.refuse call $"its attribute {name} has a number that is not from 1 to 1,000,000."

            List.map int numbers

    let private windows (call: NodeCall) (sizes: int list) : Window list =
        List.map3
            (fun size stride dilation ->
                {
                    Size = size
                    Stride = stride
                    Dilation = dilation
                })
            sizes
            (each call "strides" sizes.Length)
            (each call "dilations" sizes.Length)

    let private paired (call: NodeCall) (rank: int) : struct (int * int) list =
        match NodeCall.integers call "pads" with
        | None -> List.replicate rank Padding.none
        | Some pads ->
            if pads.Length <> 2 * rank then
                NodeCall.refuse
                    call
                    $"""its attribute pads has {Printable.count pads.Length "number"} instead of {2 * rank}, two for each axis of the images."""

            if pads |> List.exists (fun pad -> pad < 0L || pad > 1_000_000L) then
                NodeCall.refuse call "its attribute pads has a number that is not from 0 to 1,000,000."

            List.map2
                (fun before after -> struct (int before, int after))
                (List.take rank pads)
                (List.skip rank pads)

    /// The padding of each axis of the image.
    let private edges (call: NodeCall) (windows: Window list) (extents: Shape) : struct (int * int) list =
        match NodeCall.text call "auto_pad" "NOTSET" with
        | "NOTSET" -> paired call windows.Length
        | "VALID" -> windows |> List.map (fun _ -> Padding.none)
        | "SAME_UPPER" -> List.map2 (Padding.same true) extents windows
        | "SAME_LOWER" -> List.map2 (Padding.same false) extents windows
        | other -> NodeCall.refuse call $"there is no auto_pad {Printable.quote other}."

    let private bias (call: NodeCall) : Tensor option =
        NodeCall.optional call 2 |> Option.map _.Tensor

    /// Refuses an operand with other channels than its weight takes, which often come last by mistake.
    let private requireChannels (call: NodeCall) (x: Tensor) (weight: Tensor) (channels: int) : unit =
        if x.Shape[1] <> channels then
            let inner (shape: Shape) =
                shape |> List.map string |> String.concat "; "

            let remedy =
                if List.last x.Shape = channels then
                    " Its channels seem to come last: is a Transpose missing before it?"
                else
                    ""

            NodeCall.refuse
                call
                $"""its weight {Printable.integers weight.Shape} needs an operand [examples; {Printable.count channels "channel"}; …], but gets [examples; {inner x.Shape.Tail}].{remedy}"""

    /// The weight with its channels last, and the windows of its sizes.
    let private weight (call: NodeCall) (rank: int) =
        let weight = NodeCall.tensor call 1

        if weight.Shape.Length <> rank + 2 then
            NodeCall.refuse
                call
                $"its weight has the shape {Printable.integers weight.Shape}, but its operand has {rank + 2} axes."

        let sizes = weight.Shape[2..]

        match NodeCall.integers call "kernel_shape" with
        | Some stated when stated <> List.map int64 sizes ->
            NodeCall.refuse
                call
                $"its attribute kernel_shape is not that of its weight, {Printable.integers sizes}."
        | _ -> struct (channelsLast weight, windows call sizes)

    let private conv: OperatorRule =
        fun call ->
            let x = NodeCall.tensor call 0
            let struct (weight, windows) = weight call (rankOf call x)
            let edges = edges call windows x.Shape[2..]
            let groups = NodeCall.integer call "group" 1
            let given = NodeCall.tensor call 1
            requireChannels call x given (given.Shape[1] * groups)

            [
                channelsLast x
                |> Convolutions.forward windows edges groups weight (bias call)
                |> channelsFirst
                |> Operand.real
            ]

    let private convTranspose: OperatorRule =
        fun call ->
            let x = NodeCall.tensor call 0
            let struct (weight, windows) = weight call (rankOf call x)
            let given = NodeCall.tensor call 1
            requireChannels call x given given.Shape[0]

            let more =
                match NodeCall.integers call "output_padding" with
                | None -> windows |> List.map (fun _ -> 0)
                | Some more when
                    more.Length = windows.Length && List.forall (fun n -> 0L <= n && n < 1000L) more
                    ->
                    List.map int more
                | Some _ -> NodeCall.refuse call "its attribute output_padding is not a number for each axis."

            let whole =
                List.map2
                    (fun extent (window: Window) ->
                        int64 (extent - 1) * int64 window.Stride + Window.reach window)
                    x.Shape[2..]
                    windows

            // with a shape of the result, the padding follows
            let toShape (wanted: int64 list) upper =
                List.map3
                    (fun whole (more: int) wanted ->
                        let total = int (whole + int64 more - wanted)
                        let less = total / 2

                        if upper then
                            struct (less, total - less)
                        else
                            struct (total - less, less))
                    whole
                    more
                    wanted

            let auto = NodeCall.text call "auto_pad" "NOTSET"

            let same () =
                List.map2
                    (fun (extent: int) (window: Window) -> int64 extent * int64 window.Stride)
                    x.Shape[2..]
                    windows

            let removed =
                match NodeCall.integers call "output_shape", auto with
                | Some shape, _ when
                    shape.Length = windows.Length
                    && List.forall (fun n -> 1L <= n && n <= 1_000_000L) shape
                    ->
                    toShape shape (auto <> "SAME_LOWER")
                | Some _, _ ->
                    NodeCall.refuse
                        call
                        "its attribute output_shape is not a number from 1 to 1,000,000 for each axis."
                | None, "SAME_UPPER" -> toShape (same ()) true
                | None, "SAME_LOWER" -> toShape (same ()) false
                | None, _ -> edges call windows x.Shape[2..]

            let edges =
                List.map2 (fun (struct (before, after)) more -> struct (before, after - more)) removed more

            let groups = NodeCall.integer call "group" 1

            [
                channelsLast x
                |> Convolutions.transposed windows edges groups weight (bias call)
                |> channelsFirst
                |> Operand.real
            ]

    let private pool (reduce: NodeCall -> Pooling.Axis list -> Tensor -> Tensor) : OperatorRule =
        fun call ->
            let x = NodeCall.tensor call 0
            let rank = rankOf call x

            if (NodeCall.integers call "kernel_shape").IsNone then
                NodeCall.refuse call "it has no kernel_shape."

            let windows = windows call (each call "kernel_shape" rank)
            let edges = edges call windows x.Shape[2..]
            let ceiling = NodeCall.integer call "ceil_mode" 0 <> 0

            let axes: Pooling.Axis list =
                List.map2
                    (fun window (struct (before, after)) ->
                        {
                            Window = window
                            Before = before
                            After = after
                            Ceiling = ceiling
                        })
                    windows
                    edges

            [ channelsLast x |> reduce call axes |> channelsFirst |> Operand.real ]

    let private maxPool = pool (fun _ -> Pooling.max)

    let private averagePool =
        pool (fun call -> Pooling.mean (NodeCall.integer call "count_include_pad" 0 <> 0))

    let private globalPool (reduce: Tensor -> Tensor) : OperatorRule =
        fun call ->
            let x = NodeCall.tensor call 0
            let rank = rankOf call x

            [
                channelsLast x
                |> reduce
                |> Tensor.reshape (x.Shape[0] :: x.Shape[1] :: List.replicate rank 1)
                |> Operand.real
            ]

    /// <summary>x / (k + α/n Σ x²)^β, with the sum over n neighbouring channels.</summary>
    /// <remarks>Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional neural networks" (2012), section
    /// 3.3.</remarks>
    let private responseNormalization: OperatorRule =
        fun call ->
            let x = NodeCall.tensor call 0
            rankOf call x |> ignore
            let size = NodeCall.integer call "size" 0

            if size < 1 || size > 1_000_000 then
                NodeCall.refuse call "its attribute size is not from 1 to 1,000,000."

            let edges =
                x.Shape
                |> List.mapi (fun i _ ->
                    if i = 1 then
                        struct ((size - 1) / 2, size / 2)
                    else
                        Padding.none)

            let sums =
                Tensor.pad edges (x * x)
                |> Tensor.windows [ Window.create size 1 ]
                |> Tensor.sum 2

            let factor = NodeCall.number call "alpha" 0.0001 / float size
            let power = NodeCall.number call "beta" 0.75
            let offset = NodeCall.number call "bias" 1.0

            [
                Operand.real (x / Tensor.power (offset + factor * sums) (Tensor.scalar power))
            ]

    let rules: (string * OperatorRule) list =
        [
            "Conv", conv
            "ConvTranspose", convTranspose
            "MaxPool", maxPool
            "AveragePool", averagePool
            "GlobalMaxPool", globalPool Pooling.globalMax
            "GlobalAveragePool", globalPool Pooling.globalMean
            "LRN", responseNormalization
        ]
