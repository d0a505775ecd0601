namespace Hybrid.Core

/// <summary>yⱼ = maxₖ (x Wₖᵀ + bₖ)ⱼ: each unit is the greatest of several linear pieces.</summary>
/// <remarks>Goodfellow, Warde-Farley, Mirza, Courville and Bengio, "Maxout networks" (2013). Two pieces hold ReLU and
/// leaky ReLU as special cases, for twice the parameters.</remarks>
[<NoComparison; ReferenceEquality>]
type Maxout =
    {
        /// How many linear pieces each unit has.
        Pieces: int
        /// [pieces · units; inputs]: all units' first pieces, then all their second ones, …
        Weight: Tensor
        /// [pieces · units]
        Bias: Tensor
    }

module Maxout =
    /// <summary>The greatest piece of each unit, with x [examples; inputs] and y [examples; units].</summary>
    /// <exception cref="T:Hybrid.ShapeMismatch">The input has another number of features than the weight.</exception>
    let forward (maxout: Maxout) (x: Tensor) : Tensor =
        let pieces =
            Linear.forward
                {
                    Weight = maxout.Weight
                    Bias = Some maxout.Bias
                }
                x

        let units = pieces.Shape[1] / maxout.Pieces
        Tensor.max 1 (Tensor.reshape [ pieces.Shape[0]; maxout.Pieces; units ] pieces)

    /// New units: random weights, biases 0.
    let create (initializer: Initializer) (key: uint64) (pieces: int) (inputs: int) (units: int) : Maxout =
        {
            Pieces = pieces
            Weight = Initializer.weight initializer key inputs units [ pieces * units; inputs ]
            Bias = Initializer.zeros [ pieces * units ]
        }

    /// The layer, whose parameters are "weight" and "bias".
    let layer (maxout: Maxout) : Layer =
        let ofParameters parameters =
            let struct (weight, bias) = Layer.two "maxout" parameters

            { maxout with
                Weight = weight
                Bias = bias
            }

        Layer.create
            "maxout"
            [ "weight", maxout.Weight; "bias", maxout.Bias ]
            (Maxouts(maxout.Pieces, ofParameters >> forward))

    /// The layer as a network.
    let network (maxout: Maxout) : Network = Network.ofLayer (layer maxout)
