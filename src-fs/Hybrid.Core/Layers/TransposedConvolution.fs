namespace Hybrid.Core

/// Neurons whose weights are spread over windows of the result: the adjoint of a convolution, which makes images larger. The weight is
/// [channels; height; width; outputs per group], and the border says what is left out around the result.
module internal TransposedConvolution =
    let private operation = "ConvTranspose"

    /// <summary>The transposed convolution of [examples; height; width; channels]: along each axis
    /// (extent - 1) stride + (size - 1) dilation + 1 elements, less those that the border leaves out.</summary>
    /// <exception cref="T:Hybrid.ShapeMismatchException">The shapes do not fit, or nothing is left.</exception>
    let forward (convolution: Convolution) (x: Tensor) : Tensor =
        let windows = Convolution.windows operation convolution x.Shape

        Convolutions.transposed
            windows
            (Border.removed convolution.Border windows)
            convolution.Groups
            convolution.Weight
            convolution.Bias
            x

    /// <summary>New neurons: random weights, biases 0.</summary>
    /// <param name="initializer">The rule for the variance of the weights, by the numbers that an output adds up.</param>
    /// <param name="key">The same key gives the same weights.</param>
    /// <param name="sizes">The height and width of a window, or the sizes along other numbers of axes.</param>
    /// <param name="strides">The distance between neighbouring windows along each axis.</param>
    /// <param name="groups">The outputs of each group see the channels of their group only.</param>
    /// <param name="channels">The number of channels of an image.</param>
    /// <param name="outputs">The number of channels of the result, a multiple of the groups.</param>
    /// <exception cref="T:Hybrid.HybridException">A size is out of range, or the weights do not fit into an array.</exception>
    let create initializer key (sizes: int list) (strides: int list) groups channels outputs : Convolution =
        LayerSize.requireWindows sizes channels (outputs / groups)
        let elements = Shape.size sizes

        // windows that are a stride apart share an output with size / stride others
        let shared =
            List.fold2 (fun count size stride -> count * ((size + stride - 1) / stride)) 1 sizes strides

        let shape = channels :: sizes @ [ outputs / groups ]

        { Convolution.ofShape
              initializer
              key
              (shared * (channels / groups))
              (elements * (outputs / groups))
              shape
              outputs with
            Strides = strides
            Groups = groups
        }

    /// The layer; its parameters are "weight" and, if there are any, "bias".
    let layer (convolution: Convolution) : Layer =
        let onnx (image: Shape) (inputs: string list) (output: string) =
            let windows = Convolution.windows operation convolution image
            let removed = Border.removed convolution.Border windows
            let weight = output + "/weight"
            let nchw = Spatial.channelsFirst image.Length

            // zeros after an axis are what ONNX calls output padding
            let attributes =
                Spatial.attributes
                    windows
                    (removed
                     |> List.map (fun (struct (before, after)) -> struct (before, max 0 after)))
                @ [
                    "dilations", Spatial.list _.Dilation windows
                    "group", OnnxAttribute.Integer(int64 convolution.Groups)
                    "output_padding",
                    OnnxAttribute.IntegerList(
                        removed |> List.map (fun (struct (_, after)) -> int64 (max 0 -after))
                    )
                ]

            Spatial.onImages image inputs.Head output (fun image result ->
                [
                    OnnxNode.create "Transpose" [ inputs[1] ] weight [ "perm", nchw ]
                    OnnxNode.create operation (image :: weight :: List.skip 2 inputs) result attributes
                ])

        let forward parameters x =
            forward (Convolution.withParameters parameters convolution) x

        Layer.create "transposed-conv" (Convolution.parameters convolution) (OnImages(forward, onnx))
