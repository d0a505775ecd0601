namespace Hybrid.Core

/// Maxima and averages of windows. Channels are the last axis.
module internal Pooling =
    /// Windows along an axis, and the number of elements that padding adds before and after it.
    type Axis =
        {
            Window: Window
            Before: int
            After: int
            /// Whether a window that starts within the axis or the padding before it, and ends beyond, counts.
            Ceiling: bool
        }

    /// The number of windows along an axis.
    let internal count (extent: int) (axis: Axis) : int =
        let stride = int64 axis.Window.Stride

        let room =
            int64 extent + int64 axis.Before + int64 axis.After - Window.reach axis.Window

        if room < 0L then
            0
        else
            let rounded = if axis.Ceiling then room + stride - 1L else room
            let count = rounded / stride + 1L

            // the last window must not lie in the padding after the axis
            if (count - 1L) * stride >= int64 extent + int64 axis.Before then
                int count - 1
            else
                int count

    /// Reductions of windows along one axis. Elements that padding adds have no part in them: a reduction is given how many
    /// elements of its windows, at axis 2, are within the padded axis.
    let private along
        (operation: string)
        (reduce: int -> Tensor -> Tensor)
        (position: int)
        (axis: Axis)
        (x: Tensor)
        : Tensor =
        let window = axis.Window
        let extent = x.Shape[position]
        // sizes below 1, and an axis without windows, are errors
        Window.count operation x.Shape (extent + axis.Before + axis.After) window
        |> ignore

        let count = count extent axis
        let struct (outer, _, inner) = Shape.around position x.Shape
        let block = Tensor.reshape [ outer; extent; inner ] x
        let start i = i * window.Stride - axis.Before

        /// The first element of a window within the axis, the first one after them, and the first one beyond the padding.
        let range i =
            let until limit =
                min window.Size ((limit - start i + window.Dilation - 1) / window.Dilation)

            struct (max 0 ((window.Dilation - 1 - start i) / window.Dilation),
                    until extent,
                    until (extent + axis.After))

        let isWhole i =
            let struct (first, until, _) = range i
            first = 0 && until = window.Size

        let windows at count size stride =
            let window =
                { window with
                    Size = size
                    Stride = stride
                }

            let length = (count - 1) * stride + int (Window.reach window)
            Tensor.slice 1 at length block |> Tensor.windows [ window ]

        let single i =
            let struct (first, until, padded) = range i

            if until <= first then
                let rule = $"Window {i} of axis {position} lies in the padding."
                raise (ShapeMismatchException(operation, [ x.Shape ], rule))

            windows (start i + first * window.Dilation) 1 (until - first) 1 |> reduce padded

        let whole = [ 0 .. count - 1 ] |> List.filter isWhole

        let parts =
            match whole with
            | [] -> List.init count single
            | first :: _ ->
                let last = List.last whole

                let middle =
                    windows (start first) (last - first + 1) window.Size window.Stride
                    |> reduce window.Size

                List.init first single
                @ [ middle ]
                @ List.init (count - 1 - last) (fun i -> single (last + 1 + i))

        Tensor.concat 1 parts |> Tensor.reshape (List.updateAt position count x.Shape)

    let private all operation reduce (axes: Axis list) (x: Tensor) : Tensor =
        if x.Shape.Length <> axes.Length + 2 then
            let rule =
                $"The axis of the examples, {axes.Length} axes for windows and the channels are needed."

            raise (ShapeMismatchException(operation, [ x.Shape ], rule))

        // the last axis first: of equal maxima, the first one in row-major order counts
        List.indexed axes
        |> List.rev
        |> List.fold (fun x (i, axis) -> along operation reduce (i + 1) axis x) x

    /// <summary>The maximum of each window; padding has no part in it, as if it were -∞. Of equal maxima, the derivative is that of
    /// the first in row-major order.</summary>
    /// <param name="axes">The windows of the axes between the first and the last.</param>
    /// <param name="x">[examples; extents …; channels].</param>
    /// <exception cref="T:Hybrid.ShapeMismatchException">The shapes do not fit, or a window lies in the padding.</exception>
    let max (axes: Axis list) (x: Tensor) : Tensor =
        all "MaxPool" (fun _ -> Tensor.max 2) axes x

    /// <summary>The mean of each window.</summary>
    /// <param name="padded">Whether zeros that padding adds are counted.</param>
    /// <param name="axes">The windows of the axes between the first and the last.</param>
    /// <param name="x">[examples; extents …; channels].</param>
    /// <exception cref="T:Hybrid.ShapeMismatchException">The shapes do not fit, or a window lies in the padding.</exception>
    let mean (padded: bool) (axes: Axis list) (x: Tensor) : Tensor =
        let reduce counted (windows: Tensor) =
            let divisor = if padded then counted else windows.Shape[2]
            Tensor.sum 2 windows / float divisor

        all "AveragePool" reduce axes x

    /// All elements of each channel along the second axis, [examples; elements; channels].
    let private whole (x: Tensor) : Tensor =
        Tensor.reshape [ x.Shape.Head; Shape.size x.Shape[1 .. x.Shape.Length - 2]; List.last x.Shape ] x

    /// The maximum of each channel, [examples; channels].
    let globalMax (x: Tensor) : Tensor = Tensor.max 1 (whole x)

    /// The mean of each channel, [examples; channels].
    let globalMean (x: Tensor) : Tensor = Tensor.mean 1 (whole x)
