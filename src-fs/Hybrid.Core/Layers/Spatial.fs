namespace Hybrid.Core

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

    /// Nodes between two that move the channels to the front, and back to the end.
    let onImages
        (image: Shape)
        (input: string)
        (output: string)
        (nodes: string -> string -> OnnxNode list)
        : OnnxNode list =
        let before, after = output + "/image", output + "/result"

        [
            OnnxNode.create "Transpose" [ input ] before [ "perm", channelsFirst image.Length ]
            yield! nodes before after
            OnnxNode.create "Transpose" [ after ] output [ "perm", channelsLast image.Length ]
        ]
