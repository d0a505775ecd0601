namespace Hybrid.Core

/// <summary>Batch normalization of [examples; …; channels], as functions of tensors: the parameters are scale, shift, running mean and
/// running variance, [channels] each.</summary>
/// <remarks>Ioffe and Szegedy, "Batch normalization: accelerating deep network training by reducing internal covariate shift"
/// (2015).</remarks>
module internal Normalization =
    let names = [ "scale"; "shift"; "mean"; "variance" ]

    /// The names of the parameters that no gradient changes.
    let running = List.skip 2 names

    /// The part of the running statistics that each batch replaces.
    let momentum = 0.1

    let private four (parameters: Tensor list) : struct (Tensor * Tensor * Tensor * Tensor) =
        match parameters with
        | [ scale; shift; mean; variance ] -> struct (scale, shift, mean, variance)
        | _ -> raise (ParameterCountException("norm", 4, parameters.Length))

    let private requireChannels (scale: Tensor) (x: Tensor) : unit =
        if x.Shape.Length < 2 || List.last x.Shape <> Shape.size scale.Shape then
            raise (
                ShapeMismatchException(
                    "BatchNormalization",
                    [ x.Shape; scale.Shape ],
                    "The last axis must have as many channels as there are scales."
                )
            )

    /// a and b of the function a x + b that the layer is in use: a = scale / √(variance + ε), b = shift - a mean.
    let affine (epsilon: float) (parameters: Tensor list) : struct (Tensor * Tensor) =
        let struct (scale, shift, mean, variance) = four parameters
        let factor = scale / Tensor.sqrt (variance + epsilon)
        struct (factor, shift - mean * factor)

    /// The output in use, by the running statistics.
    let forward (epsilon: float) (parameters: Tensor list) (x: Tensor) : Tensor =
        requireChannels parameters.Head x
        let struct (factor, offset) = affine epsilon parameters
        x * factor + offset

    /// <summary>The output in training, and the new running mean and variance. Each channel is normalized by its mean and variance
    /// over the n numbers that it has in the batch, of all examples and positions; gradients flow through both. The variance divides by
    /// n, the one that goes into the running variance by n - 1. A single number has no variance: then the output is that in use, and
    /// the running statistics stay.</summary>
    let training (epsilon: float) (parameters: Tensor list) (x: Tensor) : Tensor * Tensor list =
        requireChannels parameters.Head x
        let struct (scale, shift, mean, variance) = four parameters
        let channels = List.last x.Shape
        let n = Shape.size x.Shape / channels

        if n = 1 then
            forward epsilon parameters x, [ mean; variance ]
        else
            let rows = Tensor.reshape [ n; channels ] x
            let ownMean = Tensor.mean 0 rows
            let centred = rows - ownMean
            let ownVariance = Tensor.mean 0 (centred * centred)
            let y = centred * (scale / Tensor.sqrt (ownVariance + epsilon)) + shift
            let unbiased = ownVariance * (float n / float (n - 1))

            let after (before: Tensor) (now: Tensor) =
                (1.0 - momentum) * before + momentum * now

            Tensor.reshape x.Shape y, [ after mean ownMean; after variance unbiased ]
