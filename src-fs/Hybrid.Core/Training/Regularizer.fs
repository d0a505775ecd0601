namespace Hybrid.Core

/// Keeps weights small. Biases are exempt: they do not multiply anything.
type Regularizer =
    {
        /// λ of λ Σ |w|.
        L1: float
        /// λ of ½λ Σ w².
        L2: float
        /// The maximum Euclidean length of a neuron's weights; no limit if absent.
        MaxNorm: float option
    }

module Regularizer =
    let none = { L1 = 0.0; L2 = 0.0; MaxNorm = None }

    /// Whether a parameter is a weight: it has one row per neuron.
    let internal isWeight (parameter: Tensor) : bool = parameter.Shape.Length >= 2

    /// λ₁ Σ |w| + ½λ₂ Σ w² over all weights of a network, a scalar.
    let penalty (regularizer: Regularizer) (parameters: Tensor list) : Tensor =
        let term (strength: float) (of': Tensor -> Tensor) =
            if strength = 0.0 then
                Tensor.scalar 0.0
            else
                parameters
                |> List.filter isWeight
                |> List.fold
                    (fun total weight -> total + strength * Tensor.sumAll (of' weight))
                    (Tensor.scalar 0.0)

        term regularizer.L1 Tensor.abs
        + term (regularizer.L2 / 2.0) (fun weight -> weight * weight)

    /// <summary>A weight with every row that is longer than the limit scaled back to it.</summary>
    /// <remarks>Srebro, Rennie and Jaakkola, "Maximum-margin matrix factorization" (2005); with dropout, Srivastava et
    /// al. (2014).</remarks>
    let project (regularizer: Regularizer) (parameter: Tensor) : Tensor =
        match regularizer.MaxNorm with
        | Some bound when parameter.Shape.Length = 2 ->
            let length = Tensor.sqrt (Tensor.sum 1 (parameter * parameter))
            let scale = Tensor.scalar bound / Tensor.maximum length (Tensor.scalar bound)
            parameter * Tensor.spread 1 parameter.Shape scale
        | _ -> parameter
