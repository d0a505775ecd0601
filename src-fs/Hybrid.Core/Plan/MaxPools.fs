namespace Hybrid.Core

/// <summary>Maximum pooling of windows side by side, and its gradient, in one pass over the images each.</summary>
/// <remarks>Pooling takes maxima along one axis, then along the other, of elements that are no part of a window left out before. The
/// gradient of each maximum is a product with 1 at the index of the first maximum and 0 elsewhere, and the gradient of what was left
/// out is 0.</remarks>
module internal MaxPools =
    /// Larger windows gain nothing.
    let private most = 16

    let private isSame a b = obj.ReferenceEquals(a, b)

    /// Whether a view has the elements of three axes from the start of the second on.
    let private isStart (view: Strided) (shape: Shape) =
        shape.Length = 3
        && view.Offset = 0
        && view.Extents.Length = 3
        && List.ofArray view.Strides = Shape.strides shape
        && view.Extents[0] = shape[0]
        && view.Extents[2] = shape[2]

    /// What a tensor is the start of along an axis, the extent of the axis and of the start; or itself.
    let private whole (x: Tensor) : struct (Tensor * struct (int * int) voption) =
        match (Calls.owner x).Node with
        | Apply({ Kernel = Kernel.Read view }, [ source ]) when isStart view source.Shape ->
            struct (source, ValueSome struct (source.Shape[1], view.Extents[1]))
        | _ -> struct (x, ValueNone)

    /// A maximum of a few elements along one axis.
    [<return: Struct>]
    let private (|Maximum|_|) (x: Tensor) =
        match (Calls.owner x).Node with
        | Apply({
                    Kernel = Kernel.Reduce(Reduction.Max, outer, length, inner)
                },
                [ elements ]) when length <= most -> ValueSome struct (outer, length, inner, elements)
        | _ -> ValueNone

    /// Windows along one axis, whose pixels are the start of an axis.
    let private line outer length inner (start: struct (int * int) voption) : PoolWindows voption =
        let struct (extent, used) = ValueOption.defaultValue (struct (length, length)) start

        if used % length = 0 && outer % (used / length) = 0 then
            ValueSome
                {
                    Images = outer / (used / length)
                    Height = 1
                    Width = extent
                    Channels = inner
                    Rows = 1
                    Columns = used / length
                    WindowRows = 1
                    WindowColumns = length
                }
        else
            ValueNone

    /// Windows along one axis, of maxima along the next one, whose pixels are the start of an axis.
    let private plane
        (pool: PoolWindows)
        outer
        length
        inner
        (start: struct (int * int) voption)
        : PoolWindows voption =
        let columns = pool.Channels / inner

        let struct (extent, used) =
            ValueOption.defaultValue (struct (columns * length, columns * length)) start

        if
            pool.Height = 1
            && pool.Channels % inner = 0
            && outer = pool.Images * pool.Width * columns
            && used = columns * length
        then
            ValueSome
                {
                    Images = pool.Images
                    Height = pool.Width
                    Width = extent
                    Channels = inner
                    Rows = pool.Columns
                    Columns = columns
                    WindowRows = pool.WindowColumns
                    WindowColumns = length
                }
        else
            ValueNone

    /// Whether a view repeats elements along this axis, which are those of another block in order.
    let private isSpread (axis: int) (shape: Shape) (view: Strided) =
        let strides = Shape.strides (List.updateAt axis 1 shape)

        view.Offset = 0
        && List.ofArray view.Extents = shape
        && List.forall
            (fun i -> shape[i] = 1 || view.Strides[i] = (if i = axis then 0 else strides[i]))
            [ 0 .. shape.Length - 1 ]

    /// Whether the elements of a tensor are their positions along this axis.
    let private isPosition (axis: int) (shape: Shape) (x: Tensor) =
        match x.Node with
        | Apply({ Kernel = Kernel.Read view }, [ positions ]) ->
            match (Calls.owner positions).Node with
            | Constant values ->
                values.AsSingle = Array.init shape[axis] float32
                && view.Offset = 0
                && List.forall
                    (fun i -> shape[i] = 1 || view.Strides[i] = (if i = axis then 1 else 0))
                    [ 0 .. shape.Length - 1 ]
            | _ -> false
        | _ -> false

    /// The axis around which a shape has these numbers of elements.
    let private axisOf (shape: Shape) around =
        [ 0 .. shape.Length - 1 ]
        |> List.tryFind (fun axis -> Shape.around axis shape = around)

    /// For the gradient of a maximum along one axis: the numbers of elements around it, the cotangent, and the elements.
    [<return: Struct>]
    let private (|MaximumGradient|_|) (x: Tensor) =
        match x.Node with
        | Apply({ Kernel = Kernel.Zip Binary.Multiply },
                [ {
                      Node = Apply({ Kernel = Kernel.Read spread }, [ cotangent ])
                  }
                  {
                      Node = Apply({ Kernel = Kernel.Zip Binary.Equal },
                                   [ positions
                                     {
                                         Node = Apply({ Kernel = Kernel.Read index }, [ indices ])
                                     } ])
                  } ]) ->
            match (Calls.owner indices).Node with
            | Apply({
                        Kernel = Kernel.Reduce(Reduction.ArgMax, outer, length, inner)
                    },
                    [ elements ]) when length > 1 && length <= most ->
                match axisOf x.Shape (struct (outer, length, inner)) with
                | Some axis when
                    isSpread axis x.Shape spread
                    && isSpread axis x.Shape index
                    && isPosition axis x.Shape positions
                    ->
                    ValueSome struct (outer, length, inner, cotangent, elements)
                | _ -> ValueNone
            | _ -> ValueNone
        | _ -> ValueNone

    [<return: Struct>]
    let private (|Gradient|_|) (x: Tensor) =
        match (Calls.owner x).Node with
        | Apply({ Kernel = Kernel.MaxPoolGradient pool }, [ cotangent; elements ]) ->
            ValueSome struct (pool, cotangent, elements)
        | _ -> ValueNone

    let private gradient (x: Tensor) (primitive: Primitive) cotangent elements (pool: PoolWindows) : Tensor =
        Tensor.apply
            x.Shape
            [ cotangent; elements ]
            { primitive with
                Name = "MaxPoolGradient"
                Kernel = Kernel.MaxPoolGradient pool
            }

    /// The windows of a maximum's gradient and their cotangent: those of two axes, if that is the gradient of a maximum of these
    /// maxima.
    let private joined (isAlone: Tensor -> bool) outer length inner (g: Tensor) (elements: Tensor) =
        let both =
            match g with
            | Gradient(pool, cotangent, Maximum(outer', length', inner', elements')) when
                struct (outer', length', inner') = struct (outer, length, inner)
                && isSame (Calls.owner elements') (Calls.owner elements)
                && isAlone (Calls.owner g)
                ->
                plane pool outer length inner ValueNone
                |> ValueOption.map (fun pool -> struct (pool, cotangent))
            | _ -> ValueNone

        match both, line outer length inner ValueNone with
        | ValueSome both, _ -> ValueSome both
        | _, ValueSome pool -> ValueSome struct (pool, g)
        | _ -> ValueNone

    /// The same windows where the pool's pixels are the start of a longer axis.
    let private widened (pool: PoolWindows) (view: Strided) (extent: int) : PoolWindows voption =
        let outer, used = view.Extents[0], view.Extents[1]
        let columns = used / pool.WindowColumns

        if view.Extents[2] <> pool.Channels then
            ValueNone
        elif
            pool.Height = 1
            && pool.Columns = 1
            && columns * pool.WindowColumns = used
            && outer * columns = pool.Images
        then
            ValueSome
                { pool with
                    Images = outer
                    Width = extent
                    Columns = columns
                }
        elif pool.Width = used && outer = pool.Images * pool.Height then
            ValueSome { pool with Width = extent }
        else
            ValueNone

    let private replace (isAlone: Tensor -> bool) (x: Tensor) : Tensor =
        match x, x.Node with
        | MaximumGradient(outer, length, inner, g, elements), Apply(primitive, _) ->
            match joined isAlone outer length inner g elements with
            | ValueSome struct (pool, g) -> gradient x primitive g elements pool
            | ValueNone -> x
        | _, Apply({ Kernel = Kernel.Write [ place ] } as primitive, [ Gradient(pool, g, elements) as inner ]) when
            isStart place x.Shape && isAlone (Calls.owner inner)
            ->
            match whole elements with
            | struct (source, ValueSome struct (extent, used)) when
                source.Shape = x.Shape && used = place.Extents[1]
                ->
                widened pool place extent
                |> ValueOption.map (gradient x primitive g source)
                |> ValueOption.defaultValue x
            | _ -> x
        | _,
          Apply({
                    Kernel = Kernel.Reduce(Reduction.Max, outer, length, inner)
                } as primitive,
                [ elements ]) when length <= most ->
            let struct (rows, start) = whole elements

            match rows, line outer length inner start with
            | Maximum(outer', length', inner', elements'), ValueSome pool ->
                let struct (source, start) = whole elements'

                match plane pool outer' length' inner' start with
                | ValueSome pool ->
                    Tensor.apply
                        x.Shape
                        [ source ]
                        { primitive with
                            Name = "MaxPool"
                            Kernel = Kernel.MaxPool pool
                        }
                | ValueNone -> x
            | _ -> x
        | _ -> x

    /// <summary>The same outputs, with such kernels.</summary>
    let outputs (cancellation: Cancellation) (outputs: Tensor list) : Tensor list =
        Rewriting.outputs cancellation replace outputs
