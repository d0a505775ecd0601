namespace Hybrid.Core

/// The zeros around the axes along which windows move.
[<RequireQualifiedAccess>]
type internal Border =
    /// None: windows lie within the image.
    | Valid
    /// So many that there are extent / stride windows, rounded up; of an odd number, the larger part comes after the axis.
    | Same
    /// Before and after each axis.
    | Zeros of struct (int * int) list

module internal Border =
    /// The padding of each axis between the first and the last.
    let edges (border: Border) (windows: Window list) (image: Shape) : struct (int * int) list =
        match border with
        | Border.Valid -> windows |> List.map (fun _ -> Padding.none)
        | Border.Same -> List.map2 (Padding.same true) image[1 .. image.Length - 2] windows
        | Border.Zeros edges -> edges

/// Neurons that see windows of an image, all windows with the same weights.
[<NoComparison; ReferenceEquality>]
type internal Convolution =
    {
        /// [outputs; height; width; channels per group]; other numbers of axes than two also work.
        Weight: Tensor
        /// [outputs], if the neurons have biases.
        Bias: Tensor option
        /// The distance between neighbouring windows.
        Stride: int
        /// The distance between neighbouring elements of a window.
        Dilation: int
        /// The outputs of each group see the channels of their group only.
        Groups: int
        Border: Border
    }

module internal Convolution =
    let private windows (convolution: Convolution) : Window list =
        let shape = convolution.Weight.Shape

        shape[1 .. shape.Length - 2]
        |> List.map (fun size ->
            {
                Size = size
                Stride = convolution.Stride
                Dilation = convolution.Dilation
            })

    /// <summary>The convolution of [examples; height; width; channels]: [examples; windows …; outputs].</summary>
    /// <exception cref="T:Hybrid.ShapeMismatchException">The shapes do not fit, or the image is smaller than a window.</exception>
    let forward (convolution: Convolution) (x: Tensor) : Tensor =
        if x.Shape.Length <> convolution.Weight.Shape.Length then
            raise (
                ShapeMismatchException(
                    "Conv",
                    [ x.Shape; convolution.Weight.Shape ],
                    "An image of [examples; height; width; channels] is needed."
                )
            )

        let windows = windows convolution

        Convolutions.forward
            windows
            (Border.edges convolution.Border windows x.Shape)
            convolution.Groups
            convolution.Weight
            convolution.Bias
            x

    /// <summary>New neurons for images: random weights, biases 0.</summary>
    /// <param name="initializer">The rule for the variance of the weights, by the number of elements that a window has.</param>
    /// <param name="key">The same key gives the same weights.</param>
    /// <param name="size">The height and width of a window.</param>
    /// <param name="channels">The number of channels of an image.</param>
    /// <param name="outputs">The number of channels of the result.</param>
    /// <exception cref="T:System.ArgumentOutOfRangeException">A size is below 1.</exception>
    let create (initializer: Initializer) (key: uint64) size channels outputs : Convolution =
        Initializer.requireSize (nameof size) size
        Initializer.requireSize (nameof channels) channels
        Initializer.requireSize (nameof outputs) outputs
        let elements = size * size

        {
            Weight =
                Initializer.weight
                    initializer
                    key
                    (elements * channels)
                    (elements * outputs)
                    [ outputs; size; size; channels ]
            Bias = Some(Initializer.zeros [ outputs ])
            Stride = 1
            Dilation = 1
            Groups = 1
            Border = Border.Valid
        }

    /// The layer; its parameters are "weight" and, if there are any, "bias".
    let layer (convolution: Convolution) : Layer =
        let ofParameters (parameters: Tensor list) =
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

        let onnx (image: Shape) (inputs: string list) (output: string) =
            let windows = windows convolution
            let weight = output + "/weight"
            let nchw = Spatial.channelsFirst image.Length

            let attributes =
                Spatial.attributes windows (Border.edges convolution.Border windows image)
                @ [
                    "dilations", Spatial.list _.Dilation windows
                    "group", OnnxAttribute.Integer(int64 convolution.Groups)
                ]

            Spatial.onImages image inputs.Head output (fun image result ->
                [
                    OnnxNode.create "Transpose" [ inputs[1] ] weight [ "perm", nchw ]
                    OnnxNode.create "Conv" (image :: weight :: List.skip 2 inputs) result attributes
                ])

        Layer.create
            "conv"
            [
                "weight", convolution.Weight
                match convolution.Bias with
                | Some bias -> "bias", bias
                | None -> ()
            ]
            (Convolves((fun parameters x -> forward (ofParameters parameters) x), onnx))
