namespace Hybrid.Core

/// <summary>yⱼ = maxₖ (x Wₖᵀ + bₖ)ⱼ: each unit is the maximum of several linear pieces.</summary>
/// <remarks>Goodfellow, Warde-Farley, Mirza, Courville and Bengio, "Maxout networks" (2013). With two pieces, ReLU and leaky ReLU
/// are special cases, for twice the parameters.</remarks>
[<NoComparison; ReferenceEquality>]
type Maxout =
    {
        /// The number of linear pieces of each unit.
        Pieces: int
        /// [pieces · units; inputs]: the first pieces of all units, then the second pieces, …
        Weight: Tensor
        /// [pieces · units]
        Bias: Tensor
    }

module Maxout =
    /// <summary>The maximum piece of each unit, with x [examples; inputs] and y [examples; units].</summary>
    /// <exception cref="T:Hybrid.ShapeMismatchException">The number of features of the input differs from that of the weight.</exception>
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

    /// <summary>New units: random weights, biases 0.</summary>
    /// <param name="initializer">The rule for the variance of the weights.</param>
    /// <param name="key">The same key gives the same weights.</param>
    /// <param name="pieces">The number of linear pieces of each unit, at least 1.</param>
    /// <param name="inputs">The number of features of an example, at least 1.</param>
    /// <param name="units">The number of units, at least 1.</param>
    /// <exception cref="T:System.ArgumentOutOfRangeException">A size is below 1.</exception>
    let create (initializer: Initializer) (key: uint64) (pieces: int) (inputs: int) (units: int) : Maxout =
        Initializer.requireSize (nameof pieces) pieces
        Initializer.requireSize (nameof inputs) inputs
        Initializer.requireSize (nameof units) units

        {
            Pieces = pieces
            Weight = Initializer.weight initializer key inputs units [ pieces * units; inputs ]
            Bias = Initializer.zeros [ pieces * units ]
        }

    /// The layer; its parameters are "weight" and "bias".
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
