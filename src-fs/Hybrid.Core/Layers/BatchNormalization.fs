namespace Hybrid.Core

/// <summary>A normalization of each channel, the last axis of what it takes: in training by the mean and variance of the batch, in use by
/// averages of these.</summary>
/// <remarks>y = (x - mean) / √(variance + ε) · scale + shift; Ioffe and Szegedy, "Batch normalization: accelerating deep network
/// training by reducing internal covariate shift" (2015). In training, mean and variance are those of the channel's numbers in the batch
/// over all examples and positions, and gradients flow through them. Running statistics are averages over batches that each replaces
/// a tenth of: 0.9 of the one before and 0.1 of the batch's, whose variance is the unbiased one, divided by n - 1, as in PyTorch. Where a
/// channel has a single number in a batch, as in a batch of one row of features, the running statistics take the place of the batch's
/// and stay.</remarks>
module internal BatchNormalization =
    /// ε: keeps the divisor from 0.
    [<Literal>]
    let Epsilon = 1e-5

    let private make (epsilon: float) (values: Tensor list) : Layer =
        Layer.create "norm" (List.zip Normalization.names values) (Normalizes epsilon)

    /// <summary>The layer of given parameters, all [channels].</summary>
    /// <param name="epsilon">Above 0: keeps the divisor from 0.</param>
    /// <param name="scale">Of the normalized numbers.</param>
    /// <param name="shift">Added to the scaled ones.</param>
    /// <param name="mean">The running mean.</param>
    /// <param name="variance">The running variance, at least 0.</param>
    let ofParameters
        (epsilon: float)
        (scale: Tensor)
        (shift: Tensor)
        (mean: Tensor)
        (variance: Tensor)
        : Layer =
        make epsilon [ scale; shift; mean; variance ]

    /// <summary>A layer that starts with scale 1, shift 0, running mean 0 and running variance 1.</summary>
    /// <param name="channels">The extent of the last axis: channels of images, or features.</param>
    /// <exception cref="T:System.ArgumentOutOfRangeException">The number is below 1.</exception>
    let layer (channels: int) : Layer =
        Initializer.requireSize (nameof channels) channels

        let zeros, ones =
            Initializer.zeros [ channels ], Tensor.constant [ channels ] (Array.create channels 1.0)

        make Epsilon [ ones; zeros; zeros; ones ]

    /// The ONNX node, for an input that has its channels last.
    let onnx (epsilon: float) (shape: Shape) (inputs: string list) (output: string) : OnnxNode list =
        let node input result =
            [
                OnnxNode.create
                    "BatchNormalization"
                    (input :: inputs.Tail)
                    result
                    [ "epsilon", OnnxAttribute.Float(float32 epsilon) ]
            ]

        if shape.Length = 2 then
            node inputs.Head output
        else
            Spatial.onImages shape inputs.Head output node

    /// A tensor of known numbers, in the precision of another.
    let private computed (like: Tensor) (x: Tensor) : Tensor =
        let values = Reference.value x

        match like.Node with
        | Constant(Single _ | Halved _) -> Tensor.single x.Shape (Array.map float32 values)
        | _ -> Tensor.constant x.Shape values

    /// Weights W and a bias, if there is one, followed by a x + b: a W and a (bias) + b.
    let private into (epsilon: float) (layer: Layer) (normalization: Layer) : Layer =
        let struct (factor, offset) =
            Normalization.affine epsilon (List.map snd normalization.Parameters)

        let weight, bias =
            match List.map snd layer.Parameters with
            | [ weight; bias ] -> weight, factor * bias + offset
            | parameters -> parameters.Head, offset

        let rows = weight.Shape.Head :: List.replicate (weight.Shape.Length - 1) 1
        let scaled = weight * Tensor.reshape rows factor

        { layer with
            Parameters = [ "weight", computed weight scaled; "bias", computed weight bias ]
        }

    /// <summary>The same network in use without the normalizations that follow a layer of neurons or a convolution: what they do is
    /// part of its weights and biases, to a rounding.</summary>
    /// <param name="network">Every parameter has a value.</param>
    let rec folded (network: Network) : Network =
        let rec fold (layers: Layer list) =
            match layers with
            | layer :: next :: rest ->
                match layer.Form, next.Form with
                | (Affine _ | Convolves _), Normalizes epsilon -> fold (into epsilon layer next :: rest)
                | _ -> inside layer :: fold (next :: rest)
            | _ -> List.map inside layers

        { Layers = fold network.Layers }

    and private inside (layer: Layer) : Layer =
        match Layer.parts layer with
        | Some(junction, parts) when
            parts |> List.concat |> List.exists (fun part -> not part.Running.IsEmpty)
            ->
            let fold part = (folded { Layers = part }).Layers
            Layer.joined layer.Kind junction (List.map fold parts)
        | _ -> layer
