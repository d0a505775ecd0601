namespace Hybrid.Core

open System

/// The description of one layer.
type LayerSummary =
    {
        Kind: string
        /// The shape of its output for one example; of images, channels, height and width, in this order.
        Shape: Shape
        Parameters: int
        /// The number of its neurons; 0 for activations and the like.
        Neurons: int
        /// How many products are added up for one example.
        MultiplyAdds: int64
    }

/// The description of a network.
type NetworkSummary =
    {
        Inputs: int
        Layers: LayerSummary list
        Neurons: int
        Parameters: int
        /// The number of layers of neurons, as the lecture counts them: without the input, and activations belong to their layer.
        Depth: int
    }

/// Descriptions of networks, layer by layer.
module Summary =
    /// Whether a layer consists of neurons: it multiplies its input by a trained matrix.
    let private hasNeurons (layer: Layer) (x: Tensor) (y: Tensor) =
        match layer.Form with
        | Affine _
        | Convolves _
        | Quantized _
        | Maxouts _ -> true
        | OfEach _
        | Normalizes _
        | Tables _
        | OnlyInTraining _ -> false
        | Joins _
        | OnImages _
        | Other _ ->
            let from (sources: Tensor list) =
                let found = Collections.Generic.HashSet<Tensor>(sources, HashIdentity.Reference)

                for node in Graph.order [ y ] do
                    if Graph.operands node |> List.exists found.Contains then
                        found.Add node |> ignore

                found

            let ofInput, ofParameters = from [ x ], from (List.map snd layer.Parameters)

            Graph.order [ y ]
            |> Array.exists (fun node ->
                match node.Node with
                | Apply({ Kernel = Kernel.MatMul _ }, [ a; b ]) ->
                    ofInput.Contains a && ofParameters.Contains b
                    || ofInput.Contains b && ofParameters.Contains a
                | _ -> false)

    /// The products of matrices, and sums of products, as of depthwise convolutions.
    let private multiplyAdds (y: Tensor) : int64 =
        Graph.order [ y ]
        |> Array.sumBy (fun node ->
            match node.Node with
            | Apply({
                        Kernel = Kernel.MatMul(_, _, m, k, n)
                    },
                    _) -> int64 m * int64 k * int64 n
            | Apply({
                        Kernel = Kernel.Reduce(Reduction.Sum, outer, length, inner)
                    },
                    [ {
                          Node = Apply({ Kernel = Kernel.Zip Binary.Multiply }, _)
                      } ]) -> int64 outer * int64 length * int64 inner
            | _ -> 0L)

    /// Trained numbers, and the weights and biases of neurons of integers.
    let private parameters (layer: Layer) : int =
        match layer.Form with
        | Quantized neurons ->
            neurons.Integers :: Option.toList neurons.Biases
            |> List.sumBy (fun value -> Shape.size value.Shape)
        | _ -> Network.parameterCount (Network.ofLayer layer)

    /// The kind of a layer, with what its weights are stored in if that is not float32.
    let private kind (layer: Layer) : string =
        if layer.Parameters |> List.exists (snd >> Tensor.isHalved) then
            $"{layer.Kind}-bfloat16"
        else
            layer.Kind

    /// <summary>The layers of a network with their shapes and sizes.</summary>
    /// <param name="inputs">The number of features of an example.</param>
    /// <param name="network">Takes [examples; inputs].</param>
    /// <exception cref="T:Hybrid.ShapeMismatchException">A layer cannot take the output of the one before it.</exception>
    let ofNetwork (inputs: int) (network: Network) : NetworkSummary =
        let describe (shape: Shape) (areLast: bool, layer: Layer) =
            let x = Tensor.input "x" shape
            let y = layer.Forward (List.map snd layer.Parameters) x

            let shape =
                match y.Shape with
                | [] -> [] // a number for the whole batch
                | _ :: (_ :: _ :: _ as image) when areLast ->
                    List.last image :: List.truncate (image.Length - 1) image
                | _ :: shape -> shape

            {
                Kind = kind layer
                Shape = shape
                Parameters = parameters layer
                Neurons = if hasNeurons layer x y then Shape.size shape else 0
                MultiplyAdds = multiplyAdds y
            },
            y.Shape

        let layers =
            List.zip (ImageAxes.areLast [ 1; inputs ] network) network.Layers
            |> List.mapFold describe [ 1; inputs ]
            |> fst

        {
            Inputs = inputs
            Layers = layers
            Neurons = layers |> List.sumBy _.Neurons
            Parameters = layers |> List.sumBy _.Parameters
            Depth = layers |> List.filter (fun layer -> layer.Neurons > 0) |> List.length
        }
