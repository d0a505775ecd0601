namespace Hybrid.Core

/// What is added around an image.
[<RequireQualifiedAccess; CompiledName("FSharpPaddingMode")>]
type PaddingMode =
    /// The same number everywhere.
    | Constant of float
    /// The element at the edge, repeated.
    | Edge
    /// The elements next to the edge, mirrored at it: the edge itself is not repeated.
    | Reflect

/// How many elements are added before and after an axis, and where windows then lie along it.
module internal Padding =
    /// No padding: windows lie within the axis.
    let none: struct (int * int) = struct (0, 0)

    /// The padding with which there are extent / stride windows, rounded up. Of an odd number, the larger part comes after the
    /// axis if it is upper, else before it.
    let same (upper: bool) (extent: int) (window: Window) : struct (int * int) =
        let count = (extent - 1) / window.Stride + 1

        let total =
            max 0L (int64 (count - 1) * int64 window.Stride + Window.reach window - int64 extent)
            |> int

        let less = total / 2

        if upper then
            struct (less, total - less)
        else
            struct (total - less, less)

    /// Elements added to an axis, or removed if the number is negative.
    let resize (axis: int) (struct (before, after)) (x: Tensor) : Tensor =
        let edges =
            List.mapi
                (fun i _ ->
                    if i = axis then
                        struct (max 0 before, max 0 after)
                    else
                        none)
                x.Shape

        // added first: all of x may be removed
        let grown = Tensor.pad edges x
        let cut = max 0 -before
        Tensor.slice axis cut (grown.Shape[axis] - cut - max 0 -after) grown

    /// The same number before and after an axis, in the precision that the number has.
    let fill (number: Tensor) (axis: int) (struct (before, after)) (x: Tensor) : Tensor =
        let padded = resize axis (struct (before, after)) x
        let start = max 0 before
        let until = padded.Shape[axis] - max 0 after

        let isAdded =
            Array.init padded.Shape[axis] (fun place -> if place < start || place >= until then 1f else 0f)
            |> Tensor.single (List.mapi (fun i extent -> if i = axis then extent else 1) padded.Shape)

        Tensor.select isAdded number padded

    /// The edge elements of an axis, repeated.
    let edge (axis: int) (struct (before, after)) (x: Tensor) : Tensor =
        let repeated at count =
            List.replicate count (Tensor.slice axis at 1 x)

        repeated 0 before @ [ x ] @ repeated (x.Shape[axis] - 1) after
        |> Tensor.concat axis

    /// <summary>The elements next to the edges of an axis, mirrored at the outermost ones.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatchException">There are fewer elements to mirror.</exception>
    let reflect (axis: int) (struct (before, after)) (x: Tensor) : Tensor =
        let last = x.Shape[axis] - 1
        let element at = Tensor.slice axis at 1 x

        List.init before (fun i -> element (before - i))
        @ [ x ]
        @ List.init after (fun i -> element (last - 1 - i))
        |> Tensor.concat axis

    /// <summary>Elements of a kind added before and after an axis.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatchException">There are fewer elements to mirror.</exception>
    let add (mode: PaddingMode) : int -> struct (int * int) -> Tensor -> Tensor =
        match mode with
        | PaddingMode.Constant number when number = 0.0 && not (System.Double.IsNegative number) -> resize
        | PaddingMode.Constant number -> fill (Tensor.scalar number)
        | PaddingMode.Edge -> edge
        | PaddingMode.Reflect -> reflect
