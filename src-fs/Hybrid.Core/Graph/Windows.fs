namespace Hybrid.Core

/// Windows along one axis: elements at a fixed distance from each other, from starts at a fixed distance.
type internal Window =
    {
        /// The number of elements of a window.
        Size: int
        /// The distance between the starts of neighbouring windows.
        Stride: int
        /// The distance between neighbouring elements of a window.
        Dilation: int
    }

module internal Window =
    /// Windows of neighbouring elements.
    let create size stride : Window =
        {
            Size = size
            Stride = stride
            Dilation = 1
        }

    /// The number of elements from the first of a window to its last.
    let reach (window: Window) : int64 =
        int64 (window.Size - 1) * int64 window.Dilation + 1L

    /// <summary>The number of windows that lie within an axis.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatchException">There is none, or a size, stride or dilation is below 1.</exception>
    let count (operation: string) (shape: Shape) (extent: int) (window: Window) : int =
        let fail rule =
            raise (ShapeMismatchException(operation, [ shape ], rule))

        if window.Size < 1 || window.Stride < 1 || window.Dilation < 1 then
            fail
                $"A window's size {window.Size}, stride {window.Stride} and dilation {window.Dilation} must be at least 1."

        if reach window > int64 extent then
            fail
                $"A window from the first to the {reach window}th element is larger than an axis of {extent}."

        int ((int64 extent - reach window) / int64 window.Stride) + 1

/// <summary>Primitives from which convolutions and pooling follow: windows that may overlap, and the adjoint of these.</summary>
/// <remarks>The first axis is that of the examples; windows move along the axes after it, and the rest are channels: an image is
/// [examples; height; width; channels].</remarks>
[<AutoOpen>]
module internal Windows =
    open Operands

    /// Where the windows' elements, [examples; windows …; elements …; channels …], are in a tensor of the given shape.
    let private viewOf operation (windows: Window list) (shape: Shape) : Strided =
        let rank = windows.Length

        if shape.Length < rank + 1 then
            raise (
                ShapeMismatchException(
                    operation,
                    [ shape ],
                    $"The axis of the examples and {rank} axes for windows are needed."
                )
            )

        let along = List.take rank shape.Tail
        let counts = List.map2 (Window.count operation shape) along windows
        let channels = List.skip (rank + 1) shape
        let extents = shape.Head :: counts @ List.map _.Size windows @ channels

        if
            extents |> List.fold (fun size extent -> size * bigint extent) 1I > bigint System.Array.MaxLength
        then
            raise (
                ShapeMismatchException(operation, [ shape; extents ], "The windows do not fit into an array.")
            )

        let strides = Shape.strides shape
        let spatial = List.take rank strides.Tail

        let moved (step: Window -> int) =
            List.map2 (fun stride window -> stride * step window) spatial windows

        Strided(
            Array.ofList extents,
            Array.ofList (strides.Head :: moved _.Stride @ moved _.Dilation @ List.skip (rank + 1) strides),
            0
        )

    /// Whether a view has all elements of a block of this size in order.
    let private isDense (view: Strided) (size: int) =
        view.Repeats size && Array.fold (*) 1 view.Extents = size

    /// The ONNX form: an operator on a matrix for each example, whose rows are channels.
    let private onMatrices rows (channels: Shape) (result: Shape) operation inputs output =
        let rows', matrices, product, shape =
            output + "/rows", output + "/matrices", output + "/product", output + "/shape"

        [
            OnnxNode.integers rows' [ 0; rows; Shape.size channels ]
            OnnxNode.create "Reshape" (inputs @ [ rows' ]) matrices []
            yield! operation matrices product
            OnnxNode.integers shape (0 :: result)
            OnnxNode.create "Reshape" [ product; shape ] output []
        ]

    /// The positions of the elements of windows of one example, without channels.
    let private cells (windows: Window list) (extents: Shape) : int[] =
        (viewOf "Windows" windows (1 :: extents)).Indices

    type Tensor with

        /// <summary>The elements of windows that may overlap.</summary>
        /// <param name="windows">Those of the axes after the first one.</param>
        /// <param name="x">[examples; extents …; channels …], with an extent for each of them.</param>
        /// <returns>[examples; windows …; elements …; channels …]. Windows that do not fit are left out.</returns>
        /// <exception cref="T:Hybrid.ShapeMismatchException">There are too few axes, or no window lies within one.</exception>
        static member internal windows (windows: Window list) (x: Tensor) : Tensor =
            let view = viewOf "Windows" windows x.Shape
            let shape = List.ofArray view.Extents
            let channels = List.skip (windows.Length + 1) x.Shape
            let extents = List.take windows.Length x.Shape.Tail

            let pick (operand: 'n[]) =
                Array.map (fun i -> operand[i]) view.Indices

            let onnx =
                onMatrices (Shape.size extents) channels shape.Tail (fun matrices product ->
                    let indices = product + "/indices"

                    [
                        OnnxNode.integers indices (cells windows extents)
                        OnnxNode.create
                            "Gather"
                            [ matrices; indices ]
                            product
                            [ "axis", OnnxAttribute.Integer 1L ]
                    ])

            if isDense view (Shape.size x.Shape) then
                Tensor.reshape shape x
            else
                Tensor.apply
                    shape
                    [ x ]
                    {
                        Name = "Windows"
                        Vjp = fun _ _ g -> [ Tensor.overlapAdd windows extents g ]
                        Jvp = fun _ _ tangents -> Tensor.windows windows (one tangents)
                        Reference = fun operands -> pick (one operands)
                        Enclosure = fun operands -> pick (one operands)
                        Continuity = Continuity.Smooth
                        Rounding = RoundingRule.Moves
                        Kernel = Kernel.Read view
                        Onnx = onnx
                    }

        /// <summary>The sum, at each element of the axes, of the elements of all windows that lie there: the adjoint of
        /// windows.</summary>
        /// <param name="windows">Those of the axes after the first one.</param>
        /// <param name="extents">The extents of these axes.</param>
        /// <param name="x">[examples; windows …; elements …; channels …].</param>
        /// <returns>[examples; extents …; channels …].</returns>
        /// <exception cref="T:Hybrid.ShapeMismatchException">The operand is not one of such windows.</exception>
        static member internal overlapAdd (windows: Window list) (extents: Shape) (x: Tensor) : Tensor =
            let fail () =
                let rule = $"Windows of the extents {Printable.integers extents} are needed."
                raise (ShapeMismatchException("OverlapAdd", [ x.Shape ], rule))

            if extents.Length <> windows.Length || x.Shape.Length < 1 + 2 * windows.Length then
                fail ()

            let channels = List.skip (1 + 2 * windows.Length) x.Shape
            let shape = x.Shape.Head :: extents @ channels
            let view = viewOf "OverlapAdd" windows shape

            if List.ofArray view.Extents <> x.Shape then
                fail ()

            let total zero plus (x: 'n[]) =
                let y = Array.create (Shape.size shape) zero
                Array.iter2 (fun at v -> y[at] <- plus y[at] v) view.Indices x
                y

            let onnx =
                let places = cells windows extents
                let rows = Shape.size extents

                onMatrices places.Length channels shape.Tail (fun matrices product ->
                    let sums = product + "/sums"

                    let tensor =
                        {
                            OnnxTensor.Name = sums
                            Dimensions = [ rows; places.Length ]
                            Values =
                                Floats(
                                    Array.init (rows * places.Length) (fun i ->
                                        if places[i % places.Length] = i / places.Length then
                                            1f
                                        else
                                            0f)
                                )
                        }

                    [
                        OnnxNode.create "Constant" [] sums [ "value", OnnxAttribute.Tensor tensor ]
                        OnnxNode.create "MatMul" [ sums; matrices ] product []
                    ])

            if isDense view (Shape.size shape) then
                Tensor.reshape shape x
            else
                Tensor.apply
                    shape
                    [ x ]
                    {
                        Name = "OverlapAdd"
                        Vjp = fun _ _ g -> [ Tensor.windows windows g ]
                        Jvp = fun _ _ tangents -> Tensor.overlapAdd windows extents (one tangents)
                        Reference = fun operands -> total 0.0 (+) (one operands)
                        Enclosure = fun operands -> total (Interval.exactly 0.0) Interval.add (one operands)
                        Continuity = Continuity.Smooth
                        Rounding = RoundingRule.Sums
                        Kernel = Kernel.Accumulate view
                        Onnx = onnx
                    }
