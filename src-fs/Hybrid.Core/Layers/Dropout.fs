namespace Hybrid.Core

/// <summary>In training, each element is set to 0 with probability rate, and otherwise divided by 1 - rate; otherwise the layer
/// does nothing.</summary>
/// <remarks>Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, "Dropout: a simple way to prevent neural
/// networks from overfitting" (2014), in the form that scales while training.</remarks>
module Dropout =
    /// <summary>Each element is set to 0 with probability rate, and otherwise divided by 1 - rate.</summary>
    /// <param name="rate">The probability of dropping an element, in [0, 1).</param>
    /// <param name="draw">The random numbers.</param>
    /// <param name="x">Any shape; elements are dropped independently.</param>
    /// <returns>A tensor of the shape of x.</returns>
    let training (rate: float) (draw: Draw) (x: Tensor) : Tensor =
        let kept = 1.0 - rate
        let keep = Tensor.greater (Tensor.scalar kept) (Draw.uniform x.Shape draw)
        x * (keep / kept)

    /// <summary>The dropout layer.</summary>
    /// <param name="rate">The probability of dropping an element, in [0, 1).</param>
    /// <exception cref="T:System.ArgumentOutOfRangeException">The rate is outside [0, 1).</exception>
    let layer (rate: float) : Layer =
        if not (rate >= 0.0 && rate < 1.0) then
            raise (
                System.ArgumentOutOfRangeException(
                    nameof rate,
                    rate,
                    "A dropout rate must be at least 0 and below 1."
                )
            )

        Layer.onlyInTraining "dropout" (training rate)

    /// The layer as a network.
    let network (rate: float) : Network = Network.ofLayer (layer rate)
