namespace Hybrid.Core

/// <summary>In training, x + σ n with standard normal n; otherwise the layer does nothing.</summary>
/// <remarks>Bishop, "Training with noise is equivalent to Tikhonov regularization" (1995).</remarks>
module Noise =
    /// <summary>x + σ n, with an independent standard normal number n for each element.</summary>
    /// <param name="deviation">The standard deviation σ, in the unit of x.</param>
    /// <param name="draw">The random numbers.</param>
    /// <param name="x">Any shape.</param>
    /// <returns>A tensor of the shape of x.</returns>
    let training (deviation: float) (draw: Draw) (x: Tensor) : Tensor =
        x + deviation * Draw.normal x.Shape draw

    /// <summary>The noise layer.</summary>
    /// <param name="deviation">The standard deviation σ, in the unit of the input; at least 0.</param>
    /// <exception cref="T:System.ArgumentOutOfRangeException">The deviation is negative or not finite.</exception>
    let layer (deviation: float) : Layer =
        if not (deviation >= 0.0 && System.Double.IsFinite deviation) then
            let message = "A standard deviation must be finite and at least 0."
            raise (System.ArgumentOutOfRangeException(nameof deviation, deviation, message))

        Layer.onlyInTraining "noise" (training deviation)

    /// The layer as a network.
    let network (deviation: float) : Network = Network.ofLayer (layer deviation)
