namespace Hybrid.Core

/// The extent of each axis, outermost first; [] is a scalar. Elements are stored in row-major order.
type Shape = int list

/// Sizes, strides and broadcasting of shapes.
module internal Shape =
    /// The number of elements: the product of the extents, 1 for a scalar.
    let size (shape: Shape) : int = List.fold (*) 1 shape

    /// The distance in elements between neighbours along each axis.
    let strides (shape: Shape) : int list = List.scanBack (*) shape 1 |> List.tail

    /// <summary>The common shape of two operands under broadcasting: axes are aligned at the last one, and an axis of
    /// extent 1 (or none) stretches to the other's extent.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatchException">Two aligned extents differ and neither is 1.</exception>
    let broadcast (operation: string) (a: Shape) (b: Shape) : Shape =
        let rank = max a.Length b.Length

        let pad (shape: Shape) =
            List.replicate (rank - shape.Length) 1 @ shape

        List.map2
            (fun m n ->
                if m = n || n = 1 then
                    m
                elif m = 1 then
                    n
                else
                    raise (
                        ShapeMismatchException(
                            operation,
                            [ a; b ],
                            "Aligned at the last axis, extents must be equal or 1."
                        )
                    ))
            (pad a)
            (pad b)

    /// The shape without the axis.
    let without (axis: int) (shape: Shape) : Shape = List.removeAt axis shape

    /// <summary>An axis counted from the front: -1 is the last one.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatchException">There is no such axis.</exception>
    let axis (operation: string) (axis: int) (shape: Shape) : int =
        let fromFront = if axis < 0 then axis + shape.Length else axis

        if fromFront < 0 || fromFront >= shape.Length then
            raise (ShapeMismatchException(operation, [ shape ], $"There is no axis {axis}."))

        fromFront

    /// The shape around an axis as (outer, length, inner): the number of runs, their length, and the distance between elements of
    /// a run.
    let around (axis: int) (shape: Shape) : struct (int * int * int) =
        struct (size (List.take axis shape), shape[axis], size (List.skip (axis + 1) shape))
