namespace Hybrid.Core

/// Layers of images, [examples; height; width; channels], without parameters.
module internal Images =
    let private square size stride (image: Shape) : Window list =
        List.replicate (image.Length - 2) (Window.create size stride)

    let private axes size stride padding (image: Shape) : Pooling.Axis list =
        square size stride image
        |> List.map (fun window ->
            {
                Window = window
                Before = padding
                After = padding
                Ceiling = false
            })

    let private pooling kind operator attributes size stride padding pool : Layer =
        Initializer.requireSize (nameof size) size
        Initializer.requireSize (nameof stride) stride

        if padding < 0 || padding >= size then
            let rule = "Padding must be at least 0 and smaller than a window."
            raise (System.ArgumentOutOfRangeException(nameof padding, padding, rule))

        let forward (x: Tensor) : Tensor =
            if x.Shape.Length < 3 then
                let rule = "An image of [examples; height; width; channels] is needed."
                raise (ShapeMismatchException(operator, [ x.Shape ], rule))

            pool (axes size stride padding x.Shape) x

        let onnx (image: Shape) (inputs: string list) (output: string) =
            let windows = square size stride image
            let edges = windows |> List.map (fun _ -> struct (padding, padding))

            Spatial.onImages image inputs.Head output (fun image result ->
                [
                    OnnxNode.create operator [ image ] result (Spatial.attributes windows edges @ attributes)
                ])

        Layer.create kind [] (OnImages((fun _ x -> forward x), onnx))

    /// <summary>The maximum of each window of a channel; padding has no part in it.</summary>
    /// <param name="size">The height and width of a window.</param>
    /// <param name="stride">The distance between neighbouring windows.</param>
    /// <param name="padding">How far windows may reach beyond each edge, less than the size.</param>
    let maxPool (size: int) (stride: int) (padding: int) : Layer =
        pooling "max-pool" "MaxPool" [] size stride padding Pooling.max

    /// <summary>The mean of each window of a channel; padding is not counted.</summary>
    /// <param name="size">The height and width of a window.</param>
    /// <param name="stride">The distance between neighbouring windows.</param>
    /// <param name="padding">How far windows may reach beyond each edge, less than the size.</param>
    let averagePool (size: int) (stride: int) (padding: int) : Layer =
        let excluded = [ "count_include_pad", OnnxAttribute.Integer 0L ]
        pooling "average-pool" "AveragePool" excluded size stride padding (Pooling.mean false)

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
