namespace Hybrid.Core

/// y = x Wᵀ + b, or x Wᵀ: fully connected neurons without an activation.
[<NoComparison; ReferenceEquality>]
type Linear =
    {
        /// [outputs; inputs], one neuron a row.
        Weight: Tensor
        /// [outputs], if the neurons have biases.
        Bias: Tensor option
    }

module Linear =
    /// <summary>y = x Wᵀ + b, with x [examples; inputs] and y [examples; outputs].</summary>
    /// <exception cref="T:Hybrid.ShapeMismatch">The input has another number of features than the weight.</exception>
    let forward (linear: Linear) (x: Tensor) : Tensor =
        let product = x *@ Tensor.transpose linear.Weight

        match linear.Bias with
        | Some bias -> product + bias
        | None -> product

    /// New neurons: random weights, biases 0.
    let create (initializer: Initializer) (key: uint64) (inputs: int) (outputs: int) : Linear =
        {
            Weight = Initializer.weight initializer key inputs outputs [ outputs; inputs ]
            Bias = Some(Initializer.zeros [ outputs ])
        }

    /// Neurons that answer 0 whatever the input: an output layer that starts without an opinion.
    let zeros (inputs: int) (outputs: int) : Linear =
        {
            Weight = Initializer.zeros [ outputs; inputs ]
            Bias = Some(Initializer.zeros [ outputs ])
        }

    /// The neurons without their biases: y = x Wᵀ.
    let withoutBias (linear: Linear) : Linear = { linear with Bias = None }

    /// The neurons of parameters: a weight, and a bias if there is a second one.
    let internal ofParameters (parameters: Tensor list) : Linear =
        match parameters with
        | [ weight ] -> { Weight = weight; Bias = None }
        | [ weight; bias ] -> { Weight = weight; Bias = Some bias }
        | _ -> raise (ParameterCount("linear", 2, parameters.Length))

    /// The layer, whose parameters are "weight" and, if there is one, "bias".
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
