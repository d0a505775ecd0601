namespace Hybrid.Core

/// y = x Wᵀ + b: fully connected neurons without an activation.
[<NoComparison; ReferenceEquality>]
type Linear =
    {
        /// [outputs; inputs], one neuron a row.
        Weight: Tensor
        /// [outputs]
        Bias: Tensor
    }

module Linear =
    /// <summary>y = x Wᵀ + b, with x [examples; inputs] and y [examples; outputs].</summary>
    /// <exception cref="T:Hybrid.ShapeMismatch">The input has another number of features than the weight.</exception>
    let forward (linear: Linear) (x: Tensor) : Tensor =
        x *@ Tensor.transpose linear.Weight + linear.Bias

    /// New neurons: random weights, biases 0.
    let create (initializer: Initializer) (key: uint64) (inputs: int) (outputs: int) : Linear =
        {
            Weight = Initializer.weight initializer key inputs outputs [ outputs; inputs ]
            Bias = Initializer.zeros [ outputs ]
        }

    /// Neurons that answer 0 whatever the input: an output layer that starts without an opinion.
    let zeros (inputs: int) (outputs: int) : Linear =
        {
            Weight = Initializer.zeros [ outputs; inputs ]
            Bias = Initializer.zeros [ outputs ]
        }

    /// The layer, whose parameters are "weight" and "bias".
    let layer (linear: Linear) : Layer =
        Layer.deterministic "linear" [ "weight", linear.Weight; "bias", linear.Bias ] (fun parameters x ->
            let struct (weight, bias) = Layer.two "linear" parameters
            forward { Weight = weight; Bias = bias } x)

    /// The layer as a network.
    let network (linear: Linear) : Network = Network.ofLayer (layer linear)
