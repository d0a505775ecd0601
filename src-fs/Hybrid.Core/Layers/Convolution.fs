namespace Hybrid.Core

/// Neurons that see windows of an image, all windows with the same weights.
[<NoComparison; ReferenceEquality>]
type internal Convolution =
    {
        /// [outputs; height; width; channels per group]; other numbers of axes than two also work.
        Weight: Tensor
        /// [outputs], if the neurons have biases.
        Bias: Tensor option
        /// The distance between neighbouring windows along each axis.
        Strides: int list
        /// The distance between neighbouring elements of a window along each axis.
        Dilations: int list
        /// The outputs of each group see the channels of their group only.
        Groups: int
        Border: Border
    }

module internal Convolution =
    /// The windows of each axis of an image of [examples; height; width; channels], or of other axes between the first and the last.
    let windows (operation: string) (convolution: Convolution) (image: Shape) : Window list =
        let shape = convolution.Weight.Shape

        if image.Length <> shape.Length then
            let axes =
                match shape.Length with
                | 3 -> "length"
                | 4 -> "height; width"
                | rank -> String.concat "; " [ for axis in 1 .. rank - 2 -> $"extent {axis}" ]

            raise (
                ShapeMismatchException(
                    operation,
                    [ image; shape ],
                    $"An image of [examples; {axes}; channels] is needed."
                )
            )

        List.map3
            (fun size stride dilation ->
                {
                    Size = size
                    Stride = stride
                    Dilation = dilation
                })
            shape[1 .. shape.Length - 2]
            convolution.Strides
            convolution.Dilations

    /// <summary>The convolution of [examples; height; width; channels]: [examples; windows …; outputs].</summary>
    /// <exception cref="T:Hybrid.ShapeMismatchException">The shapes do not fit, or the image is smaller than a window.</exception>
    let forward (convolution: Convolution) (x: Tensor) : Tensor =
        let windows = windows "Conv" convolution x.Shape

        Convolutions.forward
            windows
            (Border.edges convolution.Border windows x.Shape)
            convolution.Groups
            convolution.Weight
            convolution.Bias
            x

    /// The numbers that windows see, zeros beyond the edges among them: [examples; windows …; elements …; channels].
    let seen (convolution: Convolution) (x: Tensor) : Tensor =
        let windows = windows "Conv" convolution x.Shape
        let edges = Border.edges convolution.Border windows x.Shape

        Tensor.pad (Padding.none :: edges @ [ Padding.none ]) x
        |> Tensor.windows windows

    /// Neurons with random weights of a shape, and biases 0.
    let internal ofShape initializer key inputs readers (shape: Shape) outputs : Convolution =
        let axes = shape.Length - 2

        {
            Weight = Initializer.weight initializer key inputs readers shape
            Bias = Some(Initializer.zeros [ outputs ])
            Strides = List.replicate axes 1
            Dilations = List.replicate axes 1
            Groups = 1
            Border = Border.Valid
        }

    /// <summary>New neurons for images: random weights, biases 0.</summary>
    /// <param name="initializer">The rule for the variance of the weights, by the number of elements that a window has.</param>
    /// <param name="key">The same key gives the same weights.</param>
    /// <param name="sizes">The height and width of a window, or the sizes along other numbers of axes.</param>
    /// <param name="channels">The number of channels of an image, or of a group of them.</param>
    /// <param name="outputs">The number of channels of the result.</param>
    /// <exception cref="T:Hybrid.HybridException">A size is out of range, or the weights do not fit into an array.</exception>
    let create (initializer: Initializer) (key: uint64) (sizes: int list) channels outputs : Convolution =
        LayerSize.requireWindows sizes channels outputs
        let elements = Shape.size sizes

        ofShape
            initializer
            key
            (elements * channels)
            (elements * outputs)
            (outputs :: sizes @ [ channels ])
            outputs

    /// The same neurons with other numbers: the weight and, if there is one, the bias.
    let withParameters (parameters: Tensor list) (convolution: Convolution) : Convolution =
        match parameters with
        | [ weight; bias ] ->
            { convolution with
                Weight = weight
                Bias = Some bias
            }
        | [ weight ] ->
            { convolution with
                Weight = weight
                Bias = None
            }
        | _ -> raise (ParameterCountException("conv", 2, parameters.Length))

    /// Their names and numbers.
    let parameters (convolution: Convolution) : (string * Tensor) list =
        [
            "weight", convolution.Weight
            match convolution.Bias with
            | Some bias -> "bias", bias
            | None -> ()
        ]

    /// <summary>The ONNX node.</summary>
    /// <param name="convolution">The neurons.</param>
    /// <param name="image">The shape of the images, channels last.</param>
    /// <param name="inputs">The names of the images, of the weight and, if there is one, of the bias: all have channels first.</param>
    /// <param name="output">The name of the result.</param>
    let node (convolution: Convolution) (image: Shape) (inputs: string list) (output: string) : OnnxNode =
        let windows = windows "Conv" convolution image

        Spatial.attributes windows (Border.edges convolution.Border windows image)
        @ [
            "dilations", Spatial.list _.Dilation windows
            "group", OnnxAttribute.Integer(int64 convolution.Groups)
        ]
        |> OnnxNode.create "Conv" inputs output

    /// The nodes of a layer, whose weight has its channels last.
    let onnx (convolution: Convolution) (order: ChannelOrder) (image: Shape) (inputs: string list) output =
        let weight = output + "/weight"

        Spatial.inOrder order image inputs.Head output (fun images result ->
            [
                OnnxNode.create
                    "Transpose"
                    [ inputs[1] ]
                    weight
                    [ "perm", Spatial.channelsFirst image.Length ]
                node
                    convolution
                    (ChannelOrder.shapeLast order image)
                    (images :: weight :: List.skip 2 inputs)
                    result
            ])
