namespace Hybrid.Core

/// Where images have their channels: last in our layers, and before their extents in files, and so between the layers of a file.
[<Struct>]
type internal ChannelOrder =
    {
        /// Whether a layer takes images whose channels come first.
        TakesFirst: bool
        /// Whether it returns such images.
        ReturnsFirst: bool
    }

module internal ChannelOrder =
    /// Channels are last, before and after.
    let last: ChannelOrder =
        {
            TakesFirst = false
            ReturnsFirst = false
        }

    /// The shape of images with their channels last.
    let shapeLast (order: ChannelOrder) (image: Shape) : Shape =
        if order.TakesFirst then
            image.Head :: image.Tail.Tail @ [ image[1] ]
        else
            image

    /// A function of images with their channels last, for images in this order.
    let around (order: ChannelOrder) (f: Tensor -> Tensor) (x: Tensor) : Tensor =
        let rank = x.Shape.Length

        let y =
            if order.TakesFirst && rank > 2 then
                f (Tensor.permute (0 :: [ 2 .. rank - 1 ] @ [ 1 ]) x)
            else
                f x

        if order.ReturnsFirst then
            Tensor.permute (0 :: rank - 1 :: [ 1 .. rank - 2 ]) y
        else
            y

/// ONNX operators on images, which have their channels before height and width: ours come last.
module internal Spatial =
    /// The order of axes with the channels as the second one.
    let channelsFirst (rank: int) : OnnxAttribute =
        OnnxAttribute.IntegerList(0L :: int64 (rank - 1) :: [ for axis in 1 .. rank - 2 -> int64 axis ])

    /// The order of axes with the second one, the channels, as the last.
    let channelsLast (rank: int) : OnnxAttribute =
        OnnxAttribute.IntegerList(0L :: [ for axis in 2 .. rank - 1 -> int64 axis ] @ [ 1L ])

    /// A number for each axis along which windows move.
    let list (number: Window -> int) (windows: Window list) : OnnxAttribute =
        OnnxAttribute.IntegerList(windows |> List.map (number >> int64))

    /// The sizes, strides and paddings of windows.
    let attributes (windows: Window list) (edges: struct (int * int) list) =
        [
            "kernel_shape", list _.Size windows
            "strides", list _.Stride windows
            "pads",
            OnnxAttribute.IntegerList(
                List.map (fun (struct (before, _)) -> int64 before) edges
                @ List.map (fun (struct (_, after)) -> int64 after) edges
            )
        ]

    /// Nodes of images with their channels first, for images in an order: nodes before and after them move the channels.
    let inOrder
        (order: ChannelOrder)
        (image: Shape)
        (input: string)
        (output: string)
        (nodes: string -> string -> OnnxNode list)
        : OnnxNode list =
        let before = if order.TakesFirst then input else output + "/image"
        let after = if order.ReturnsFirst then output else output + "/result"

        [
            if not order.TakesFirst then
                OnnxNode.create "Transpose" [ input ] before [ "perm", channelsFirst image.Length ]
            yield! nodes before after
            if not order.ReturnsFirst then
                OnnxNode.create "Transpose" [ after ] output [ "perm", channelsLast image.Length ]
        ]

    /// The same for images with their channels last.
    let onImages = inOrder ChannelOrder.last
