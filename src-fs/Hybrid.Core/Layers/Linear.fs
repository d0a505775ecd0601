namespace Hybrid.Core

/// y = x Wᵀ + b, or x Wᵀ: fully connected neurons without an activation.
[<NoComparison; ReferenceEquality>]
type Linear =
    {
        /// [outputs; inputs], one neuron per row.
        Weight: Tensor
        /// [outputs], if the neurons have biases.
        Bias: Tensor option
    }

module Linear =
    /// <summary>y = x Wᵀ + b, with x [examples; inputs] and y [examples; outputs].</summary>
    /// <exception cref="T:Hybrid.ShapeMismatchException">The number of features of the input differs from that of the weight.</exception>
    let forward (linear: Linear) (x: Tensor) : Tensor =
        let product = x *@ Tensor.transpose linear.Weight

        match linear.Bias with
        | Some bias -> product + bias
        | None -> product

    /// <summary>New neurons: random weights, biases 0.</summary>
    /// <param name="initializer">The rule for the variance of the weights.</param>
    /// <param name="key">The same key gives the same weights.</param>
    /// <param name="inputs">The number of features of an example, at least 1.</param>
    /// <param name="outputs">The number of neurons, at least 1.</param>
    /// <exception cref="T:System.ArgumentOutOfRangeException">A size is below 1.</exception>
    let create (initializer: Initializer) (key: uint64) (inputs: int) (outputs: int) : Linear =
        Initializer.requireSize (nameof inputs) inputs
        Initializer.requireSize (nameof outputs) outputs

        {
            Weight = Initializer.weight initializer key inputs outputs [ outputs; inputs ]
            Bias = Some(Initializer.zeros [ outputs ])
        }

    /// <summary>Neurons with zero weights and biases: an output layer that starts neutral.</summary>
    /// <param name="inputs">The number of features of an example, at least 1.</param>
    /// <param name="outputs">The number of neurons, at least 1.</param>
    /// <exception cref="T:System.ArgumentOutOfRangeException">A size is below 1.</exception>
    let zeros (inputs: int) (outputs: int) : Linear =
        Initializer.requireSize (nameof inputs) inputs
        Initializer.requireSize (nameof outputs) outputs

        {
            Weight = Initializer.zeros [ outputs; inputs ]
            Bias = Some(Initializer.zeros [ outputs ])
        }

    /// The neurons without biases: y = x Wᵀ.
    let withoutBias (linear: Linear) : Linear = { linear with Bias = None }

    /// The neurons with these parameters: a weight, and optionally a bias.
    let internal ofParameters (parameters: Tensor list) : Linear =
        match parameters with
        | [ weight ] -> { Weight = weight; Bias = None }
        | [ weight; bias ] -> { Weight = weight; Bias = Some bias }
        | _ -> raise (ParameterCountException("linear", 2, parameters.Length))

    /// The layer; its parameters are "weight" and, if there is one, "bias".
    let layer (linear: Linear) : Layer =
        let bias = linear.Bias |> Option.map (fun bias -> "bias", bias) |> Option.toList

        Layer.create "linear" (("weight", linear.Weight) :: bias) (Affine(ofParameters >> forward))

    /// The neurons of a layer, if that is what it is.
    let internal ofLayer (layer: Layer) : Linear option =
        match layer.Form with
        | Affine _ -> Some(ofParameters (List.map snd layer.Parameters))
        | _ -> None

    /// The layer as a network.
    let network (linear: Linear) : Network = Network.ofLayer (layer linear)
