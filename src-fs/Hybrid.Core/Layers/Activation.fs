namespace Hybrid.Core

open System

/// Activations: functions of each element of a neuron's weighted sum, and the layers that apply them.
module Activation =
    /// x: no activation, as in an output layer.
    let identity (x: Tensor) : Tensor = x

    /// <summary>x where x ≥ 0, else a·x, with 0 ≤ a ≤ 1.</summary>
    /// <remarks>Maas, Hannun and Ng, "Rectifier nonlinearities improve neural network acoustic models" (2013).</remarks>
    let leakyRelu (a: float) (x: Tensor) : Tensor =
        // 0 times infinity is NaN
        if a = 0.0 then Tensor.relu x else Tensor.maximum x (a * x)

    /// <summary>x where x > 0, else α(exp x - 1).</summary>
    /// <remarks>Clevert, Unterthiner and Hochreiter, "Fast and accurate deep network learning by exponential linear
    /// units" (2016).</remarks>
    let elu (alpha: float) (x: Tensor) : Tensor =
        // exp is applied only to non-positive numbers, or its overflow would spoil the derivative
        Tensor.relu x
        + alpha * (Tensor.exp (Tensor.minimum x (Tensor.scalar 0.0)) - 1.0)

    /// <summary>λ·elu(α, x) with the constants that keep mean 0 and variance 1 through the layers.</summary>
    /// <remarks>Klambauer, Unterthiner, Mayr and Hochreiter, "Self-normalizing neural networks" (2017), eq. 2.</remarks>
    let selu (x: Tensor) : Tensor =
        1.0507009873554805 * elu 1.6732632423543772 x

    /// <summary>x Φ(x), with Φ the distribution function of the standard normal.</summary>
    /// <remarks>Hendrycks and Gimpel, "Gaussian error linear units" (2016).</remarks>
    let gelu (x: Tensor) : Tensor =
        0.5 * x * (1.0 + Tensor.erf (x / Math.Sqrt 2.0))

    /// Every activation with its maximum slope, rounded up: of selu λα at 0, of gelu where its second derivative is 0, at √2.
    let private table: (string * Pointwise) list =
        [
            "relu", { Function = Tensor.relu; Slope = 1.0 }
            "leaky-relu",
            {
                Function = leakyRelu 0.01
                Slope = 1.0
            }
            "tanh", { Function = Tensor.tanh; Slope = 1.0 }
            "sigmoid",
            {
                Function = Tensor.sigmoid
                Slope = 0.25
            }
            "identity", { Function = identity; Slope = 1.0 }
            "elu", { Function = elu 1.0; Slope = 1.0 }
            "selu", { Function = selu; Slope = 1.7581 }
            "gelu", { Function = gelu; Slope = 1.1290 }
            "softplus",
            {
                Function = Tensor.softplus
                Slope = 1.0
            }
        ]

    /// Every activation by its name: the choices for networks, and the rows that the properties check.
    let functions: (string * (Tensor -> Tensor)) list =
        table |> List.map (fun (name, f) -> name, f.Function)

    /// The initializer that suits a layer followed by the activation of this name.
    let initializer (name: string) : Initializer =
        match name with
        | "tanh"
        | "sigmoid"
        | "identity" -> Glorot
        | "selu" -> LeCun
        | _ -> He

    /// <summary>The layer of an activation, by its name.</summary>
    /// <exception cref="T:Hybrid.HybridException">There is no activation of this name; the message lists the names.</exception>
    let layer (name: string) : Layer =
        let name, f = Named.find "activation" fst table name
        Layer.create name [] (OfEach f)

    let private network name = Network.ofLayer (layer name)
    let relu = network "relu"
    let tanh = network "tanh"
    let sigmoid = network "sigmoid"

    /// 1 where x > 0, else 0: the neuron that fires or does not. It has no slope to learn from, so it is not one of the
    /// functions.
    let step = Network.ofLayer (Layer.pointwise "step" infinity Tensor.step)

    /// Class scores, [examples; classes], to probabilities: the last layer to add after training with softmax.
    let softmax = Network.ofLayer (Layer.ofFunction "softmax" (Tensor.softmax 1))

    /// One score z as the scores of two classes, 0 and z: their softmax is 1 - σ(z) and σ(z).
    let twoClasses =
        Network.ofLayer (Layer.ofFunction "two-classes" (fun z -> z * Tensor.constant [ 2 ] [| 0.0; 1.0 |]))
