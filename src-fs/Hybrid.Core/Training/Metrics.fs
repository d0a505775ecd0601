namespace Hybrid.Core

open System

/// How well one class is recognised; a ratio whose denominator is 0 is 0.
type ClassMeasures =
    {
        /// Precision: the fraction of the examples predicted to be of this class that are.
        Precision: float
        /// Recall: the fraction of the examples of this class that are predicted to be.
        Recall: float
        /// The harmonic mean of the two.
        F1: float
        /// The number of examples of this class; with weights, their sum.
        Support: float
    }

/// The quality of predictions.
type Quality =
    /// The fraction of examples whose most probable class is correct, and the number of examples by true class and predicted
    /// class; with weights, their sum. Of several labels: the fraction of examples of which every label is correct, and the number of
    /// labels that are no and yes by what is predicted.
    | Classified of accuracy: float * confusion: float[,]
    /// Root mean square and mean absolute error in the target's unit, and the fraction of its variance that is explained. Of
    /// several targets: the means of these over the targets.
    | Estimated of rmse: float * mae: float * r2: float

/// The quality of outputs on some examples.
type Measures =
    {
        Examples: int
        /// The sum of their weights: their number, if all count alike.
        Weight: float
        /// The mean loss of the examples, without regularisation.
        Loss: float
        Quality: Quality
        /// The quality of each target, on the examples that have it.
        Each: Quality list
    }

/// Measures of quality, from outputs and targets.
[<CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Metrics =
    /// <summary>The index of the first maximum of the outputs of an example.</summary>
    /// <exception cref="T:Hybrid.NonFiniteResultException">An output is NaN or infinite: such scores do not determine a class.</exception>
    let predictedClass (outputs: ReadOnlySpan<float32>) : int =
        Finite.requireOutputs outputs.Length outputs
        let mutable best = 0

        for i in 1 .. outputs.Length - 1 do
            if outputs[i] > outputs[best] then
                best <- i

        best

    /// The number of examples by true class and predicted class, and the accuracy that follows.
    let internal ofConfusion (confusion: float[,]) : Quality =
        let right =
            Seq.sum (seq { for i in 0 .. Array2D.length1 confusion - 1 -> confusion[i, i] })

        let all = Seq.sum (Seq.cast<float> confusion)
        Classified((if all = 0.0 then 0.0 else right / all), confusion)

    let internal weightOf (weights: float32[] option) (example: int) : float =
        match weights with
        | Some weights -> float weights[example]
        | None -> 1.0

    /// <summary>Adds the weights of examples to a confusion matrix.</summary>
    /// <param name="confusion">[true classes; predicted classes].</param>
    /// <param name="weights">The weight of each example; all 1 if absent.</param>
    /// <param name="outputs">[examples; classes]: the maximum is the prediction.</param>
    /// <param name="targets">[examples], class indices.</param>
    /// <exception cref="T:Hybrid.NonFiniteResultException">An output is NaN or infinite.</exception>
    let internal addTo
        (confusion: float[,])
        (weights: float32[] option)
        (outputs: float32[])
        (targets: float32[])
        : unit =
        let classes = Array2D.length1 confusion
        Finite.requireOutputs classes (ReadOnlySpan outputs)

        for i in 0 .. targets.Length - 1 do
            let predicted = predictedClass (ReadOnlySpan(outputs, i * classes, classes))
            let actual = int targets[i]
            confusion[actual, predicted] <- confusion[actual, predicted] + weightOf weights i

    /// <summary>Accuracy and confusion matrix.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <param name="outputs">[examples; classes]: the maximum is the prediction.</param>
    /// <param name="targets">[examples], class indices.</param>
    /// <exception cref="T:Hybrid.NonFiniteResultException">An output is NaN or infinite.</exception>
    let classified (classes: int) (outputs: float32[]) (targets: float32[]) : Quality =
        let confusion = Array2D.zeroCreate classes classes
        addTo confusion None outputs targets
        ofConfusion confusion

    /// The sum of some confusion matrices of the same classes.
    let internal sumOf (confusions: float[,] list) : float[,] =
        confusions |> List.reduce (fun a b -> Array2D.mapi (fun i j n -> n + b[i, j]) a)

    /// The means over several targets.
    let internal average (each: Quality list) : Quality =
        let values =
            each
            |> List.choose (fun quality ->
                match quality with
                | Estimated(rmse, mae, r2) -> Some struct (rmse, mae, r2)
                | Classified _ -> None)

        Estimated(
            values |> List.averageBy (fun struct (rmse, _, _) -> rmse),
            values |> List.averageBy (fun struct (_, mae, _) -> mae),
            values |> List.averageBy (fun struct (_, _, r2) -> r2)
        )

    /// The confusion matrices of the qualities that have them.
    let internal confusionsOf (each: Quality list) : float[,] list =
        each
        |> List.choose (fun quality ->
            match quality with
            | Classified(_, confusion) -> Some confusion
            | Estimated _ -> None)

    /// The measures of examples whose outputs are not all finite: only their number is known.
    let internal unknown (task: LearningTask) (examples: int) : Measures =
        {
            Examples = examples
            Weight = float examples
            Loss = nan
            Quality =
                match task with
                | Classification classes -> Classified(nan, Array2D.zeroCreate classes classes)
                | MultiLabel _ -> Classified(nan, Array2D.zeroCreate 2 2)
                | Regression _ -> Estimated(nan, nan, nan)
            Each = []
        }

    /// Precision, recall and F1 of each class, from the number of examples by true class and predicted class.
    let perClass (confusion: float[,]) : ClassMeasures[] =
        let classes = Array2D.length1 confusion

        let share part whole =
            if whole = 0.0 then 0.0 else part / whole

        Array.init classes (fun c ->
            let right = confusion[c, c]
            let predicted = Seq.sum (seq { for i in 0 .. classes - 1 -> confusion[i, c] })
            let support = Seq.sum (seq { for i in 0 .. classes - 1 -> confusion[c, i] })

            {
                Precision = share right predicted
                Recall = share right support
                // 2PR / (P + R), without division by zero
                F1 = share (2.0 * right) (predicted + support)
                Support = support
            })
