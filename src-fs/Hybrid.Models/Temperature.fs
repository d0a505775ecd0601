namespace Hybrid.Models

open System
open Hybrid.Core

/// The temperature of a model's probabilities, and how well they were calibrated without and with it.
[<CompiledName("FSharpTemperatureFit")>]
type TemperatureFit =
    {
        /// Above 1 where the model was too certain, below 1 where it was not certain enough.
        Temperature: float
        /// The expected calibration error without it, on the test part, or where there is none on the validation part.
        Before: float
        /// The same with it.
        After: float
    }

/// <summary>Probabilities softmax(z / T) in place of softmax(z), with one temperature T for all classes: it changes how certain a
/// model is, and never which class is the most probable.</summary>
/// <remarks>Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks" (2017), section 4.2.</remarks>
module internal Temperature =
    /// Factors 1 / T beyond these are not looked for.
    let private least, most = 1e-3, 1e3

    let private halvings = 60

    /// The scores of each example less their maximum, which softmax does not see.
    let private rows (classes: int) (scores: float32[]) : float[][] =
        scores
        |> Array.chunkBySize classes
        |> Array.map (fun row ->
            let top = Array.max row
            row |> Array.map (fun score -> float score - float top))

    /// <summary>The mean cross-entropy of softmax(factor · z), in nats.</summary>
    let loss (classes: int) (scores: float32[]) (labels: int[]) (factor: float) : float =
        Array.map2
            (fun (row: float[]) (label: int) ->
                log (row |> Array.sumBy (fun score -> exp (factor * score)))
                - factor * row[label])
            (rows classes scores)
            labels
        |> Array.average

    /// <summary>The factor 1 / T of least cross-entropy, a convex function of the factor: where its derivative, the mean of
    /// Σ pⱼ zⱼ - zᵧ, is 0. It is 1 where there is no such factor, as for examples whose right class always scores highest.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <param name="scores">[examples; classes], before softmax.</param>
    /// <param name="labels">The class of each example.</param>
    let fit (classes: int) (scores: float32[]) (labels: int[]) : float =
        let rows = rows classes scores

        let slope (factor: float) =
            Array.map2
                (fun (row: float[]) (label: int) ->
                    let weights = row |> Array.map (fun score -> exp (factor * score))

                    Array.fold2 (fun sum weight score -> sum + weight * score) 0.0 weights row
                    / Array.sum weights
                    - row[label])
                rows
                labels
            |> Array.average

        if not (slope least < 0.0 && slope most > 0.0) then
            1.0
        else
            let struct (lower, upper) =
                (struct (log least, log most), seq { 1..halvings })
                ||> Seq.fold (fun (struct (lower, upper)) _ ->
                    let middle = (lower + upper) / 2.0

                    if slope (exp middle) < 0.0 then
                        struct (middle, upper)
                    else
                        struct (lower, middle))

            // the layer computes in float32
            float (float32 (exp ((lower + upper) / 2.0)))

    /// The layer that multiplies scores by a factor.
    let layer (factor: float) : Network =
        Network.ofLayer (Layer.ofFunction "temperature" (fun scores -> scores * factor))
