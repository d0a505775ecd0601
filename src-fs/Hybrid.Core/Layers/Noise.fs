namespace Hybrid.Core

/// <summary>In training, x + σn with n of the standard normal distribution; in use, nothing changes.</summary>
/// <remarks>Bishop, "Training with noise is equivalent to Tikhonov regularization" (1995).</remarks>
module Noise =
    /// x + σ n, with normal numbers n of their own for each element.
    let training (deviation: float) (draw: Draw) (x: Tensor) : Tensor =
        x + deviation * Draw.normal x.Shape draw

    /// <summary>The layer.</summary>
    /// <param name="deviation">The standard deviation σ, in the unit of the input; at least 0.</param>
    /// <exception cref="T:System.ArgumentOutOfRangeException">The deviation is negative or not finite.</exception>
    let layer (deviation: float) : Layer =
        if not (deviation >= 0.0 && System.Double.IsFinite deviation) then
            let message = "A standard deviation is finite and at least 0."
            raise (System.ArgumentOutOfRangeException(nameof deviation, deviation, message))

        Layer.onlyInTraining "noise" (training deviation)

    /// The layer as a network.
    let network (deviation: float) : Network = Network.ofLayer (layer deviation)
