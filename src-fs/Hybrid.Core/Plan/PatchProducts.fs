namespace Hybrid.Core

/// The windows that views read.
module private PatchViews =
    /// <summary>The windows that a view reads from images of this shape, or adds to them.</summary>
    /// <param name="view">[examples; windows …; elements …; channels], with one or two axes for each.</param>
    /// <param name="shape">[examples; extents …; channels].</param>
    let ofView (view: Strided) (shape: Shape) : Patches voption =
        let rank = shape.Length - 2
        let extents, strides = view.Extents, view.Strides
        let dense = Array.ofList (Shape.strides shape)
        let image = Array.ofList shape

        let fits axis =
            let step, dilation = strides[axis], strides[axis + rank]
            let counted = (extents[axis] - 1) * (step / dense[axis])
            let reach = (extents[axis + rank] - 1) * (dilation / dense[axis])

            step > 0
            && dilation > 0
            && step % dense[axis] = 0
            && dilation % dense[axis] = 0
            && counted + reach < image[axis]

        if
            (rank = 1 || rank = 2)
            && extents.Length = 2 * rank + 2
            && view.Offset = 0
            && Array.forall (fun extent -> extent > 0) image
            && extents[0] = image[0]
            && strides[0] = dense[0]
            && extents[2 * rank + 1] = image[rank + 1]
            && strides[2 * rank + 1] = 1
            && Seq.forall fits [ 1..rank ]
        then
            // windows of one axis are those of images with a single row
            let along axis =
                if axis = 0 then
                    struct (1, 1, 1, 1, 1)
                else
                    struct (image[axis],
                            extents[axis],
                            strides[axis] / dense[axis],
                            extents[axis + rank],
                            strides[axis + rank] / dense[axis])

            let struct (height, rows, rowStride, windowRows, rowDilation) = along (rank - 1)

            let struct (width, columns, columnStride, windowColumns, columnDilation) =
                along rank

            ValueSome
                {
                    Examples = image[0]
                    Height = height
                    Width = width
                    Channels = image[rank + 1]
                    Top = 0
                    Left = 0
                    PaddedHeight = height
                    PaddedWidth = width
                    Rows = rows
                    Columns = columns
                    RowStride = rowStride
                    ColumnStride = columnStride
                    WindowRows = windowRows
                    WindowColumns = windowColumns
                    RowDilation = rowDilation
                    ColumnDilation = columnDilation
                }
        else
            ValueNone

    /// <summary>The same windows, if a view places smaller images of this shape in those of the windows.</summary>
    /// <param name="view">The place of [examples; extents …; channels] in the larger images.</param>
    /// <param name="shape">The shape of the smaller images.</param>
    /// <param name="patches">The windows of the larger images.</param>
    let within (view: Strided) (shape: Shape) (patches: Patches) : Patches voption =
        let padded =
            [
                patches.Examples
                if shape.Length = 4 then
                    patches.Height
                patches.Width
                patches.Channels
            ]

        let strides = Shape.strides padded
        let row, column = patches.Width * patches.Channels, patches.Channels
        let top, left = view.Offset / row, view.Offset % row / column
        let height = if shape.Length = 4 then shape[1] else 1
        let width = shape[shape.Length - 2]

        if
            shape.Length = padded.Length
            && List.ofArray view.Extents = shape
            && List.ofArray view.Strides = strides
            && shape.Head = patches.Examples
            && List.last shape = patches.Channels
            && view.Offset = top * row + left * column
            && top + height <= patches.Height
            && left + width <= patches.Width
        then
            ValueSome
                { patches with
                    Height = height
                    Width = width
                    Top = patches.Top + top
                    Left = patches.Left + left
                }
        else
            ValueNone

/// <summary>Products with windows of images, in place of products with windows stored as a matrix: convolutions and their
/// gradients.</summary>
/// <remarks>A convolution is pad, windows and a product; the gradient of its weights another product with the same windows; the
/// gradient of its images a product, overlapAdd and slices. Each becomes one node that reads or writes images, and whose results are
/// equal to the bit. Products of one row or one column are left as they are, for they are computed as dot products.</remarks>
module internal PatchProducts =
    /// The images of a matrix of windows.
    let private (|Windows|_|) (x: Tensor) : struct (Patches * Tensor) voption =
        match (Calls.owner x).Node with
        | Apply({ Kernel = Kernel.Read view }, [ padded ]) ->
            match PatchViews.ofView view padded.Shape with
            | ValueNone -> ValueNone
            | ValueSome patches ->
                match padded.Node with
                | Apply({ Kernel = Kernel.Write [ place ] }, [ image ]) ->
                    match PatchViews.within place image.Shape patches with
                    | ValueSome patches -> ValueSome struct (patches, image)
                    | ValueNone -> ValueSome struct (patches, padded)
                | _ -> ValueSome struct (patches, padded)
        | _ -> ValueNone

    let private isMatrix rows columns (patches: Patches) =
        patches.Count = rows && patches.Size = columns && rows > 1 && columns > 1

    let private apply (x: Tensor) (primitive: Primitive) (product: PatchProduct) operands : Tensor =
        Tensor.apply
            x.Shape
            operands
            { primitive with
                Name =
                    match product.Form with
                    | PatchForm.Convolve -> "Convolution"
                    | PatchForm.Weights -> "WeightGradient"
                    | _ -> "ImageGradient"
                Kernel = Kernel.PatchProduct product
            }

    /// The node with windows as a factor or as the result, if it is one; isAlone is whether a node has one reader only.
    let private replace (isAlone: Tensor -> bool) (x: Tensor) : Tensor =
        match x.Node with
        | Apply({
                    Kernel = Kernel.MatMul(false, turned, m, k, n)
                } as primitive,
                [ Windows(patches, image); weights ]) when isMatrix m k patches && n > 1 ->
            let product =
                {
                    Form = PatchForm.Convolve
                    Patches = patches
                    Outputs = n
                    Turned = not turned
                    Integers = ValueNone
                }

            apply x primitive product [ image; weights ]
        | Apply({
                    Kernel = Kernel.MatMul(true, false, m, k, n)
                } as primitive,
                [ cotangent; Windows(patches, image) ]) when isMatrix k n patches && m > 1 ->
            let product =
                {
                    Form = PatchForm.Weights
                    Patches = patches
                    Outputs = m
                    Turned = false
                    Integers = ValueNone
                }

            apply x primitive product [ cotangent; image ]
        | Apply({
                    Kernel = Kernel.MatMul(true, false, m, k, n)
                } as primitive,
                [ Windows(patches, image); cotangent ]) when isMatrix k m patches && n > 1 ->
            let product =
                {
                    Form = PatchForm.Weights
                    Patches = patches
                    Outputs = n
                    Turned = true
                    Integers = ValueNone
                }

            apply x primitive product [ cotangent; image ]
        | Apply({ Kernel = Kernel.Accumulate view } as primitive, [ windows ]) ->
            let matrix = Calls.owner windows

            match matrix.Node, PatchViews.ofView view x.Shape with
            | Apply({
                        Kernel = Kernel.MatMul(false, turned, m, k, n)
                    },
                    [ cotangent; weights ]),
              ValueSome patches when isMatrix m n patches && k > 1 && isAlone matrix ->
                let product =
                    {
                        Form = PatchForm.Images
                        Patches = patches
                        Outputs = k
                        Turned = turned
                        Integers = ValueNone
                    }

                apply x primitive product [ cotangent; weights ]
            | _ -> x
        | Apply({ Kernel = Kernel.Read view },
                [ {
                      Node = Apply({
                                       Kernel = Kernel.PatchProduct({ Form = PatchForm.Images } as product)
                                   } as primitive,
                                   operands)
                  } as images ]) when isAlone images ->
            match PatchViews.within view x.Shape product.Patches with
            | ValueSome patches -> apply x primitive { product with Patches = patches } operands
            | ValueNone -> x
        | _ -> x

    /// <summary>The same outputs, with such products.</summary>
    let outputs (cancellation: Cancellation) (outputs: Tensor list) : Tensor list =
        Rewriting.outputs cancellation replace outputs
