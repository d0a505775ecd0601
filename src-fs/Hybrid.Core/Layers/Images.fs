namespace Hybrid.Core

/// Windows of an image whose maxima or means are taken.
[<CompiledName("FSharpPoolingWindows")>]
type PoolingWindows =
    {
        /// The height and width of a window: one size for each axis along which windows move.
        Size: int list
        /// The distance between neighbouring windows along each axis.
        Stride: int list
        /// What is around the image: it has no part in maxima.
        Border: Border
        /// Whether the last window may reach beyond the border where the strides do not come out even; if not, what is left over is
        /// dropped.
        Ceiling: bool
        /// Whether means count the zeros of the border; what is beyond it never counts.
        CountsBorder: bool
    }

module internal PoolingWindows =
    /// How far windows reach beyond an image if nothing else is said: where they overlap, each is around a pixel of the image.
    let overlap (size: int) (stride: int) : int =
        if stride < size then (size - 1) / 2 else 0

    /// Squares, with as many pixels around the image on every side.
    let square size stride padding : PoolingWindows =
        {
            Size = [ size; size ]
            Stride = [ stride; stride ]
            Border = Border.Edges [ padding, padding; padding, padding ]
            Ceiling = false
            CountsBorder = false
        }

/// Layers of images, [examples; height; width; channels], without parameters.
module internal Images =
    let private pooling
        kind
        operator
        attributes
        (pool: PoolingWindows)
        (reduce: Pooling.Axis list -> Tensor -> Tensor)
        =
        let windows = List.map2 Window.create pool.Size pool.Stride

        let edges (image: Shape) =
            if image.Length <> windows.Length + 2 then
                let rule =
                    $"Windows along {windows.Length} axes need an image of as many axes between the examples and the channels."

                raise (ShapeMismatchException(operator, [ image ], rule))

            Border.edges pool.Border windows image

        let forward (x: Tensor) : Tensor =
            List.map2
                (fun window (struct (before, after)) ->
                    {
                        Pooling.Window = window
                        Pooling.Before = before
                        Pooling.After = after
                        Pooling.Ceiling = pool.Ceiling
                    })
                windows
                (edges x.Shape)
            |> fun axes -> reduce axes x

        let onnx (image: Shape) (inputs: string list) (output: string) =
            let attributes =
                Spatial.attributes windows (edges image)
                @ attributes
                @ [
                    if pool.Ceiling then
                        "ceil_mode", OnnxAttribute.Integer 1L
                ]

            Spatial.onImages image inputs.Head output (fun image result ->
                [ OnnxNode.create operator [ image ] result attributes ])

        Layer.create kind [] (OnImages((fun _ x -> forward x), onnx))

    /// The maximum of each window of a channel; padding has no part in it.
    let maxPool (windows: PoolingWindows) : Layer =
        pooling "max-pool" "MaxPool" [] windows Pooling.max

    /// The mean of each window of a channel; zeros of the border are counted if the windows say so.
    let averagePool (windows: PoolingWindows) : Layer =
        let counted = OnnxAttribute.Integer(if windows.CountsBorder then 1L else 0L)

        pooling
            "average-pool"
            "AveragePool"
            [ "count_include_pad", counted ]
            windows
            (Pooling.mean windows.CountsBorder)

    let private globalPool kind operator (pool: Tensor -> Tensor) : Layer =
        let onnx (image: Shape) (inputs: string list) (output: string) =
            let before, after = output + "/image", output + "/result"

            [
                OnnxNode.create
                    "Transpose"
                    [ inputs.Head ]
                    before
                    [ "perm", Spatial.channelsFirst image.Length ]
                OnnxNode.create operator [ before ] after []
                OnnxNode.create "Flatten" [ after ] output [ "axis", OnnxAttribute.Integer 1L ]
            ]

        Layer.create kind [] (OnImages((fun _ x -> pool x), onnx))

    /// The maximum of each channel, [examples; channels].
    let globalMaxPool: Layer =
        globalPool "global-max-pool" "GlobalMaxPool" Pooling.globalMax

    /// The mean of each channel, [examples; channels].
    let globalAveragePool: Layer =
        globalPool "global-average-pool" "GlobalAveragePool" Pooling.globalMean

    /// <summary>Images with more elements around them.</summary>
    /// <param name="mode">What the elements are.</param>
    /// <param name="edges">How many before and after each axis between the first and the last.</param>
    let pad (mode: PaddingMode) (edges: struct (int * int) list) : Layer =
        let forward (x: Tensor) =
            if x.Shape.Length <> edges.Length + 2 then
                let rule =
                    $"Padding of {edges.Length} axes needs an image of as many axes between the examples and the channels."

                raise (ShapeMismatchException("Pad", [ x.Shape ], rule))

            List.indexed edges
            |> List.fold (fun x (axis, edges) -> Padding.add mode (axis + 1) edges x) x

        let onnx (_: Shape) (inputs: string list) (output: string) =
            let pads, fill = output + "/pads", output + "/value"
            let around (side: struct (int * int) -> int) = 0 :: List.map side edges @ [ 0 ]

            let name =
                match mode with
                | PaddingMode.Constant _ -> "constant"
                | PaddingMode.Edge -> "edge"
                | PaddingMode.Reflect -> "reflect"

            let fills =
                match mode with
                | PaddingMode.Constant value -> [ OnnxNode.scalar fill (float32 value) ]
                | _ -> []

            [
                OnnxNode.integers
                    pads
                    (around (fun (struct (before, _)) -> before)
                     @ around (fun (struct (_, after)) -> after))
                yield! fills
                OnnxNode.create
                    "Pad"
                    (inputs.Head :: pads :: List.map (fun _ -> fill) fills)
                    output
                    [ "mode", OnnxAttribute.Text name ]
            ]

        Layer.create "pad" [] (OnImages((fun _ x -> forward x), onnx))

    /// <summary>Rows of features, [examples; features], as images of [height; width; channels].</summary>
    let ofFeatures (shape: Shape) : Layer =
        Layer.ofFunction "image" (fun x -> Tensor.reshape (x.Shape.Head :: shape) x)

    /// The numbers of each example in a row, [examples; features].
    let flatten: Layer =
        Layer.ofFunction "flatten" (fun x -> Tensor.reshape [ x.Shape.Head; Shape.size x.Shape.Tail ] x)

    /// <summary>Dropout of whole channels: each channel of each example is set to 0 with probability rate, and otherwise divided by
    /// 1 - rate.</summary>
    /// <param name="rate">The probability of dropping a channel, in [0, 1).</param>
    /// <exception cref="T:System.ArgumentOutOfRangeException">The rate is outside [0, 1).</exception>
    /// <remarks>Tompson, Goroshin, Jain, LeCun and Bregler, "Efficient object localization using convolutional networks"
    /// (2015).</remarks>
    let dropout (rate: float) : Layer =
        let layer = Dropout.layer rate
        let kept = 1.0 - rate

        let training (draw: Draw) (x: Tensor) =
            let channels =
                x.Shape
                |> List.mapi (fun i extent -> if i = 0 || i = x.Shape.Length - 1 then extent else 1)

            let keep = Tensor.greater (Tensor.scalar kept) (Draw.uniform channels draw)
            x * (keep / kept)

        { layer with
            Kind = "channel-dropout"
            Form = OnlyInTraining training
        }

    /// <summary>g(x) + f(x): a network beside a shortcut, which changes extents and channels as the network does.</summary>
    /// <param name="shortcut">Without layers, it passes on what it takes.</param>
    /// <param name="network">Returns what the shortcut returns: a layer raises ShapeMismatchException for another shape.</param>
    /// <remarks>He, Zhang, Ren and Sun, "Deep residual learning for image recognition" (2016).</remarks>
    let residualOver (shortcut: Network) (network: Network) : Layer =
        Layer.joined "residual" Junction.Sum [ shortcut.Layers; network.Layers ]

    /// x + f(x): a network around which its input is passed on unchanged.
    let residual (network: Network) : Layer = residualOver Network.empty network

    /// The outputs of several networks of the same input, concatenated along the last axis, that of channels or features.
    let branches (networks: Network list) : Layer =
        if networks.IsEmpty then
            invalidArg (nameof networks) "At least one network is needed."

        networks
        |> List.map (fun network -> network.Layers)
        |> Layer.joined "branches" Junction.Concat
