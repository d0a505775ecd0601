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
        /// The number of examples of this class.
        Support: int
    }

/// The quality of predictions.
type Quality =
    /// The fraction of examples whose most probable class is correct, and the number of examples by true class and predicted
    /// class. Of several labels: the fraction of examples of which every label is correct, and the number of labels that are no and
    /// yes by what is predicted.
    | Classified of accuracy: float * confusion: int[,]
    /// Root mean square and mean absolute error in the target's unit, and the fraction of its variance that is explained. Of
    /// several targets: the means of these over the targets.
    | Estimated of rmse: float * mae: float * r2: float

/// The quality of outputs on some examples.
type Measures =
    {
        Examples: int
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
    let internal ofConfusion (confusion: int[,]) : Quality =
        let right =
            Seq.sum (seq { for i in 0 .. Array2D.length1 confusion - 1 -> confusion[i, i] })

        Classified(float right / float (max 1 (Seq.sum (Seq.cast<int> confusion))), confusion)

    /// <summary>Accuracy and confusion matrix.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <param name="outputs">[examples; classes]: the maximum is the prediction.</param>
    /// <param name="targets">[examples], class indices.</param>
    /// <exception cref="T:Hybrid.NonFiniteResultException">An output is NaN or infinite.</exception>
    let classified (classes: int) (outputs: float32[]) (targets: float32[]) : Quality =
        Finite.requireOutputs classes (ReadOnlySpan outputs)
        let confusion = Array2D.zeroCreate classes classes

        for i in 0 .. targets.Length - 1 do
            let predicted = predictedClass (ReadOnlySpan(outputs, i * classes, classes))
            let actual = int targets[i]
            confusion[actual, predicted] <- confusion[actual, predicted] + 1

        ofConfusion confusion

    /// <summary>Root mean square error, mean absolute error and R² = 1 - Σ(t - p)² / Σ(t - t̄)². If the target does not vary, R²
    /// is 1 where every prediction is right, else 0. Without examples, all are NaN.</summary>
    /// <exception cref="T:Hybrid.NonFiniteResultException">An output is NaN or infinite.</exception>
    let internal estimated (outputs: float32[]) (targets: float32[]) : Quality =
        Finite.requireOutputs 1 (ReadOnlySpan outputs)
        let errors = Array.map2 (fun p t -> float p - float t) outputs targets
        let squares = errors |> Array.sumBy (fun e -> e * e)

        let average values =
            if Array.isEmpty values then nan else Array.average values

        let mean = targets |> Array.map float |> average
        let variation = targets |> Array.sumBy (fun t -> (float t - mean) ** 2.0)

        let r2 =
            if errors.Length = 0 then nan
            elif variation > 0.0 then 1.0 - squares / variation
            elif squares = 0.0 then 1.0
            else 0.0

        Estimated(sqrt (squares / float errors.Length), average (Array.map abs errors), r2)

    /// The sum of some confusion matrices of the same classes.
    let internal sumOf (confusions: int[,] list) : int[,] =
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
    let internal confusionsOf (each: Quality list) : int[,] list =
        each
        |> List.choose (fun quality ->
            match quality with
            | Classified(_, confusion) -> Some confusion
            | Estimated _ -> None)

    /// <summary>The quality of outputs, and that of each target on the examples that have it.</summary>
    /// <param name="task">What is predicted.</param>
    /// <param name="outputs">[examples; outputs]: a label is yes if its score is above 0.</param>
    /// <param name="targets">[examples; targets]; NaN for a missing one.</param>
    /// <exception cref="T:Hybrid.NonFiniteResultException">An output is NaN or infinite.</exception>
    let internal ofTargets
        (task: LearningTask)
        (outputs: float32[])
        (targets: float32[])
        : struct (Quality * Quality list) =
        let width = LearningTask.targets task

        /// The outputs and the targets of one of them.
        let present (target: int) =
            [|
                for i in target..width .. targets.Length - 1 do
                    if not (Single.IsNaN targets[i]) then
                        struct (outputs[i], targets[i])
            |]
            |> Array.map (fun struct (output, target) -> output, target)
            |> Array.unzip

        match task with
        | Classification classes ->
            let quality = classified classes outputs targets
            struct (quality, [ quality ])
        | Regression _ ->
            let each =
                List.init width (present >> fun (outputs, targets) -> estimated outputs targets)

            struct (average each, each)
        | MultiLabel _ ->
            Finite.requireOutputs width (ReadOnlySpan outputs)

            let isRight i =
                Single.IsNaN targets[i] || (outputs[i] > 0f) = (targets[i] > 0.5f)

            let examples = targets.Length / width

            let exact =
                Seq.init examples (fun example ->
                    Seq.forall isRight (seq { example * width .. (example + 1) * width - 1 }))
                |> Seq.sumBy (fun isExact -> if isExact then 1 else 0)

            let each =
                List.init width (fun label ->
                    let confusion = Array2D.zeroCreate 2 2
                    let outputs, targets = present label

                    for i in 0 .. outputs.Length - 1 do
                        let actual, predicted = int targets[i], (if outputs[i] > 0f then 1 else 0)
                        confusion[actual, predicted] <- confusion[actual, predicted] + 1

                    ofConfusion confusion)

            struct (Classified(float exact / float (max 1 examples), sumOf (confusionsOf each)), each)

    /// The measures of examples whose outputs are not all finite: only their number is known.
    let internal unknown (task: LearningTask) (examples: int) : Measures =
        {
            Examples = examples
            Loss = nan
            Quality =
                match task with
                | Classification classes -> Classified(nan, Array2D.zeroCreate classes classes)
                | MultiLabel _ -> Classified(nan, Array2D.zeroCreate 2 2)
                | Regression _ -> Estimated(nan, nan, nan)
            Each = []
        }

    /// Precision, recall and F1 of each class, from the number of examples by true class and predicted class.
    let perClass (confusion: int[,]) : ClassMeasures[] =
        let classes = Array2D.length1 confusion

        let share part whole =
            if whole = 0 then 0.0 else float part / float whole

        Array.init classes (fun c ->
            let right = confusion[c, c]
            let predicted = Seq.sum (seq { for i in 0 .. classes - 1 -> confusion[i, c] })
            let support = Seq.sum (seq { for i in 0 .. classes - 1 -> confusion[c, i] })

            {
                Precision = share right predicted
                Recall = share right support
                // 2PR / (P + R), without division by zero
                F1 = share (2 * right) (predicted + support)
                Support = support
            })
