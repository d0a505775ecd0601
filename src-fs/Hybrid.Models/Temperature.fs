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

/// <summary>Examples by their scores before softmax, of which only the differences from the greatest one matter.</summary>
[<RequireQualifiedAccess; NoComparison; ReferenceEquality>]
type internal ScoredExamples =
    private
        {
            Scores: float[][]
            Labels: int[]
            Weights: float[]
            Weight: float
        }

module internal ScoredExamples =
    let private create (examples: struct (float[] * int * float)[]) : ScoredExamples =
        let weights = examples |> Array.map (fun struct (_, _, weight) -> weight)

        {
            Scores =
                examples
                |> Array.map (fun struct (scores, _, _) ->
                    let top = Array.max scores
                    scores |> Array.map (fun score -> score - top))
            Labels = examples |> Array.map (fun struct (_, label, _) -> label)
            Weights = weights
            Weight = Array.sum weights
        }

    /// <summary>Examples of one class each.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <param name="scores">[examples; classes].</param>
    /// <param name="labels">The class of each example.</param>
    /// <param name="weights">The weight of each example.</param>
    let ofClasses (classes: int) (scores: float32[]) (labels: int[]) (weights: float[]) : ScoredExamples =
        Array.chunkBySize classes scores
        |> Array.mapi (fun i row -> struct (Array.map float row, labels[i], weights[i]))
        |> create

    /// <summary>Each label of each example that has it: sigmoid is the softmax of the score and 0.</summary>
    /// <param name="labels">The number of labels.</param>
    /// <param name="scores">[examples; labels].</param>
    /// <param name="targets">[examples; labels]: 1 for yes, 0 for no, NaN where it is missing.</param>
    /// <param name="weights">The weight of each example.</param>
    let ofLabels (labels: int) (scores: float32[]) (targets: float32[]) (weights: float[]) : ScoredExamples =
        [| 0 .. targets.Length - 1 |]
        |> Array.filter (fun i -> not (Single.IsNaN targets[i]))
        |> Array.map (fun i -> struct ([| 0.0; float scores[i] |], int targets[i], weights[i / labels]))
        |> create

    /// The weight of each example.
    let weights (examples: ScoredExamples) : float[] = examples.Weights

    /// Of each example whether its label scores highest.
    let right (examples: ScoredExamples) : bool[] =
        // what is highest is 0
        Array.map2 (fun (scores: float[]) label -> scores[label] = 0.0) examples.Scores examples.Labels

/// <summary>Probabilities softmax(z / T) in place of softmax(z), with one temperature T for all classes: it changes how certain a
/// model is, and never which class is the most probable.</summary>
/// <remarks>Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks" (2017), section 4.2.</remarks>
module internal Temperature =
    /// Factors 1 / T beyond these are not looked for.
    let private least, most = 1e-3, 1e3

    let private halvings = 60

    [<Literal>]
    let private MostSteps = 200

    /// <summary>The mean cross-entropy of softmax(factor · z), in nats.</summary>
    let loss (examples: ScoredExamples) (factor: float) : float =
        let mutable sum = 0.0

        for i in 0 .. examples.Labels.Length - 1 do
            let scores = examples.Scores[i]
            let mutable total = 0.0

            for score in scores do
                total <- total + exp (factor * score)

            sum <- sum + examples.Weights[i] * (log total - factor * scores[examples.Labels[i]])

        sum / examples.Weight

    /// The first two derivatives of the loss by the factor: the means of Σ pⱼ zⱼ - zᵧ and of the variance of z under p.
    let private derivatives (examples: ScoredExamples) (factor: float) : struct (float * float) =
        let mutable slope = 0.0
        let mutable curvature = 0.0

        for i in 0 .. examples.Labels.Length - 1 do
            let scores = examples.Scores[i]
            let mutable total = 0.0
            let mutable first = 0.0
            let mutable second = 0.0

            for score in scores do
                let weight = exp (factor * score)
                total <- total + weight
                first <- first + weight * score
                second <- second + weight * score * score

            let mean = first / total
            slope <- slope + examples.Weights[i] * (mean - scores[examples.Labels[i]])
            curvature <- curvature + examples.Weights[i] * (second / total - mean * mean)

        struct (slope / examples.Weight, curvature / examples.Weight)

    /// <summary>The factor 1 / T of least cross-entropy, a convex function of the factor, by Newton's method between bounds that
    /// close in on it. It is 1 where there is no such factor, as for examples whose right class always scores highest, or where
    /// it lowers nothing.</summary>
    let fit (examples: ScoredExamples) : float =
        let slope factor =
            let struct (slope, _) = derivatives examples factor
            slope

        let rec search lower upper width at steps =
            let struct (slope, curvature) = derivatives examples at
            let lower, upper = (if slope < 0.0 then at, upper else lower, at)
            let newton = at - slope / curvature

            let next =
                // where Newton's steps do not halve what is left, bounds of any size are halved on a logarithmic scale
                if newton > lower && newton < upper && abs (newton - at) <= width / 2.0 then
                    newton
                else
                    sqrt (lower * upper)

            if abs (next - at) <= 1e-9 * at || steps = MostSteps then
                next
            else
                search lower upper (abs (next - at)) next (steps + 1)

        if not (slope least < 0.0 && slope most > 0.0) then
            1.0
        else
            // layers compute in float32
            let factor = float (float32 (search least most most 1.0 0))

            if loss examples factor < loss examples 1.0 then
                factor
            else
                1.0

    /// The layer that multiplies scores by a factor.
    let layer (factor: float) : Network =
        Network.ofLayer (Layer.ofFunction "temperature" (fun scores -> scores * factor))

    /// <summary>The network whose scores are multiplied by a factor, without a layer more.</summary>
    /// <param name="factor">The factor.</param>
    /// <param name="network">Its last layer with parameters is an affine one, and what follows it does not change scores.</param>
    let scaled (factor: float) (network: Network) : Network =
        if factor = 1.0 then
            network
        else
            let last =
                network.Layers |> List.findIndexBack (fun layer -> not layer.Parameters.IsEmpty)

            let names =
                network.Layers[last].Parameters
                |> List.map (fst >> Network.parameterName last)
                |> set

            network
            |> Network.map (fun name value ->
                if names.Contains name then
                    Reference.value value
                    |> Array.map (fun x -> float32 (factor * x))
                    |> Tensor.single value.Shape
                else
                    value)
