namespace Hybrid.Core

/// What windows see beyond the edges of an image.
[<RequireQualifiedAccess>]
type Border =
    /// Nothing: windows lie within the image.
    | Valid
    /// So much that there are extent / stride windows, rounded up; of an odd number of elements, the larger part comes after the axis.
    | Same
    /// So many elements before and after each axis along which windows move.
    | Edges of (int * int) list

module internal Border =
    let private sides (same: unit -> struct (int * int) list) (border: Border) (windows: Window list) =
        match border with
        | Border.Valid -> windows |> List.map (fun _ -> Padding.none)
        | Border.Same -> same ()
        | Border.Edges edges -> edges |> List.map (fun (before, after) -> struct (before, after))

    /// The elements before and after each axis between the first and the last.
    let edges (border: Border) (windows: Window list) (image: Shape) : struct (int * int) list =
        let same () =
            List.map2 (Padding.same true) image[1 .. image.Length - 2] windows

        sides same border windows

    /// <summary>What a transposed convolution leaves out before and after each axis: nothing, or so much that extent · stride elements are
    /// left, where windows are smaller than the stride also a negative number of elements, which adds zeros after the axis.</summary>
    let removed (border: Border) (windows: Window list) : struct (int * int) list =
        let same (window: Window) =
            let total = int (Window.reach window) - window.Stride
            let before = max 0 total / 2
            struct (before, total - before)

        sides (fun () -> List.map same windows) border windows
