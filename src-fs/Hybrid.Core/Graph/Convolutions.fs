namespace Hybrid.Core

/// Convolutions, by windows and matrix products. Channels are the last axis: a batch of images is [examples; height; width;
/// channels], and a weight [outputs; height; width; channels per group].
module internal Convolutions =
    let private fail operation shapes rule =
        raise (ShapeMismatchException(operation, shapes, rule))

    let private product (shape: Shape) = List.fold (*) 1 shape

    /// The extents of the axes between the first and the last.
    let private spatial (x: Tensor) : Shape = x.Shape[1 .. x.Shape.Length - 2]

    let private channels (x: Tensor) : int = List.last x.Shape

    /// Part g of a number of equal parts of an axis.
    let private part axis parts g (x: Tensor) =
        let axis = Shape.axis "Conv" axis x.Shape
        let count = x.Shape[axis] / parts
        Tensor.slice axis (g * count) count x

    let private requireGroups operation groups (x: Tensor) (weight: Tensor) fits =
        let rank = x.Shape.Length

        if rank < 3 || weight.Shape.Length <> rank then
            fail operation [ x.Shape; weight.Shape ] "Both need the same number of axes, at least 3."

        if groups < 1 || channels x % groups <> 0 || weight.Shape[0] % groups <> 0 then
            let rule =
                $"{groups} groups must divide the {channels x} channels and the {weight.Shape[0]} outputs."

            fail operation [ x.Shape; weight.Shape ] rule

        if not fits then
            fail
                operation
                [ x.Shape; weight.Shape ]
                "The channels per group differ. Channels are the last axis."

    /// The windows of a weight's sizes, one for each axis between the first and the last.
    let private sized operation (windows: Window list) edges (weight: Tensor) (x: Tensor) : Window list =
        if windows.Length <> x.Shape.Length - 2 || List.length edges <> windows.Length then
            fail operation [ x.Shape ] "Each axis between the first and the last needs a window and padding."

        List.map2 (fun (window: Window) size -> { window with Size = size }) windows (spatial weight)

    /// Each output's sum over one channel, [examples · windows; outputs], with the elements of windows
    /// [examples; windows …; elements …; channels].
    let private depthwise (rows: int) (elements: int) (weight: Tensor) (windows: Tensor) : Tensor =
        let each = channels windows
        let outputs = weight.Shape[0] / each

        let factors =
            Tensor.reshape [ each; outputs; elements ] weight |> Tensor.permute [ 2; 0; 1 ]

        Tensor.reshape [ rows; elements; each; 1 ] windows * factors
        |> Tensor.sum 1
        |> Tensor.reshape [ rows; each * outputs ]

    /// <summary>Convolution, as the cross-correlation that neural networks mean by it: yₒ(i) = bₒ + Σₜ Σ꜀ wₒ(t, c) x(i s + t d, c), with
    /// stride s and dilation d.</summary>
    /// <param name="windows">The strides and dilations of the axes between the first and the last; sizes are the weight's.</param>
    /// <param name="edges">The zeros before and after each of these axes.</param>
    /// <param name="groups">The outputs of each group see the channels of their group only.</param>
    /// <param name="weight">[outputs; sizes …; channels per group].</param>
    /// <param name="bias">[outputs], if any.</param>
    /// <param name="x">[examples; extents …; channels].</param>
    /// <returns>[examples; windows …; outputs].</returns>
    /// <exception cref="T:Hybrid.ShapeMismatchException">The shapes do not fit, or a window is larger than the padded axis.</exception>
    let forward
        (windows: Window list)
        (edges: struct (int * int) list)
        (groups: int)
        (weight: Tensor)
        (bias: Tensor option)
        (x: Tensor)
        : Tensor =
        requireGroups "Conv" groups x weight (channels x = groups * channels weight)

        let windows = sized "Conv" windows edges weight x
        let sizes = spatial weight
        let padded = Tensor.pad (Padding.none :: edges @ [ Padding.none ]) x
        let outputs = weight.Shape[0]

        let lead (taken: Tensor) =
            List.take (1 + windows.Length) taken.Shape

        let one (weight: Tensor) (x: Tensor) : Tensor =
            let taken = Tensor.windows windows x
            let k = product sizes * channels x

            Tensor.reshape [ product (lead taken); k ] taken
            *@ Tensor.transpose (Tensor.reshape [ weight.Shape[0]; k ] weight)

        let rows =
            if groups = 1 then
                one weight padded
            elif channels weight = 1 then
                let taken = Tensor.windows windows padded
                depthwise (product (lead taken)) (product sizes) weight taken
            else
                List.init groups (fun g -> one (part 0 groups g weight) (part -1 groups g padded))
                |> Tensor.concat 1

        let counts = List.map2 (Window.count "Conv" padded.Shape) (spatial padded) windows

        let sums =
            match bias with
            | Some bias -> rows + bias
            | None -> rows

        Tensor.reshape (x.Shape.Head :: counts @ [ outputs ]) sums

    /// <summary>Transposed convolution: the adjoint of the convolution that takes the result's channels to those of x.</summary>
    /// <param name="windows">The strides and dilations of the axes between the first and the last; sizes are the weight's.</param>
    /// <param name="edges">How much is removed before and after each of these axes; a negative number adds zeros.</param>
    /// <param name="groups">As in a convolution.</param>
    /// <param name="weight">[channels; sizes …; outputs per group].</param>
    /// <param name="bias">[outputs], if any.</param>
    /// <param name="x">[examples; extents …; channels].</param>
    /// <returns>[examples; (extent - 1) stride + (size - 1) dilation + 1 - removed …; outputs].</returns>
    /// <exception cref="T:Hybrid.ShapeMismatchException">The shapes do not fit, or nothing remains.</exception>
    let transposed
        (windows: Window list)
        (edges: struct (int * int) list)
        (groups: int)
        (weight: Tensor)
        (bias: Tensor option)
        (x: Tensor)
        : Tensor =
        requireGroups "ConvTranspose" groups x weight (channels x = weight.Shape[0])

        let windows = sized "ConvTranspose" windows edges weight x
        let sizes, counts = spatial weight, spatial x

        let extents =
            List.map2
                (fun count (window: Window) ->
                    int (int64 (count - 1) * int64 window.Stride + Window.reach window))
                counts
                windows

        let one (weight: Tensor) (x: Tensor) : Tensor =
            let outputs = channels weight

            let spread =
                Tensor.reshape [ product (x.Shape.Head :: counts); channels x ] x
                *@ Tensor.reshape [ channels x; product sizes * outputs ] weight

            Tensor.reshape (x.Shape.Head :: counts @ sizes @ [ outputs ]) spread
            |> Tensor.overlapAdd windows extents

        let whole =
            List.init groups (fun g -> one (part 0 groups g weight) (part -1 groups g x))
            |> Tensor.concat -1

        let cut =
            List.indexed edges
            |> List.fold
                (fun y (axis, struct (before, after)) -> Padding.resize (axis + 1) (-before, -after) y)
                whole

        match bias with
        | Some bias -> cut + bias
        | None -> cut
