namespace Hybrid.Theory

open Hybrid.Core

/// Lipschitz constants of networks, in Euclidean distance.
module Lipschitz =
    /// An upper bound of the largest singular value: the minimum of √(‖W‖₁ ‖W‖∞) and the Frobenius norm.
    let private norm (weight: Tensor) =
        let values = Reference.value weight
        let rows, columns = weight.Shape[0], weight.Shape[1]
        let ofRows, ofColumns = Array.zeroCreate rows, Array.zeroCreate columns
        let mutable squares = 0.0

        for i in 0 .. rows - 1 do
            for j in 0 .. columns - 1 do
                let size = abs values[i * columns + j]
                ofRows[i] <- ofRows[i] + size
                ofColumns[j] <- ofColumns[j] + size
                squares <- squares + size * size

        // sums of n non-negative terms are accurate to n units in the last place
        let rounded = 1.0 + float (values.Length + 8) * 2.0 ** -52.0
        rounded * min (sqrt (Array.max ofRows * Array.max ofColumns)) (sqrt squares)

    let private ofLayer (layer: Layer) =
        match layer.Form, layer.Parameters with
        | Affine _, (_, weight) :: _
        // the maximum of several numbers changes by no more than all of them together
        | Maxouts _, (_, weight) :: _ -> norm weight
        | OfEach f, _ -> f.Slope
        | OnlyInTraining _, _ -> 1.0
        | _ ->
            match Layer.primitive layer with
            // its derivative is a covariance matrix of numbers at most √2 apart
            | Some { Kernel = Kernel.Softmax _ } -> 0.5
            | Some {
                       Kernel = Kernel.Map _
                       Rounding = RoundingRule.Elementary derivative
                   } -> derivative Interval.everything |> RoundingRule.magnitude
            | _ -> infinity

    /// <summary>An upper bound of sup |N(x) - N(y)| / |x - y|: the product of the known constants of the layers.</summary>
    /// <remarks>Szegedy et al., "Intriguing properties of neural networks" (2014), section 4.3.</remarks>
    /// <returns>Infinite if a layer jumps, or its slope is not known.</returns>
    let ofNetwork (network: Network) : float =
        let constants = network.Layers |> List.map ofLayer

        if List.contains infinity constants then
            infinity
        else
            List.fold (*) 1.0 constants * (1.0 + float constants.Length * 2.0 ** -52.0)
