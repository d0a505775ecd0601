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

    let private weightOf (weights: float32[] option) (example: int) : float =
        match weights with
        | Some weights -> float weights[example]
        | None -> 1.0

    /// <summary>Accuracy and confusion matrix, by the weights of examples.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <param name="weights">The weight of each example; all 1 if absent.</param>
    /// <param name="outputs">[examples; classes]: the maximum is the prediction.</param>
    /// <param name="targets">[examples], class indices.</param>
    /// <exception cref="T:Hybrid.NonFiniteResultException">An output is NaN or infinite.</exception>
    let internal classifiedBy
        (classes: int)
        (weights: float32[] option)
        (outputs: float32[])
        (targets: float32[])
        : Quality =
        Finite.requireOutputs classes (ReadOnlySpan outputs)
        let confusion = Array2D.zeroCreate classes classes

        for i in 0 .. targets.Length - 1 do
            let predicted = predictedClass (ReadOnlySpan(outputs, i * classes, classes))
            let actual = int targets[i]
            confusion[actual, predicted] <- confusion[actual, predicted] + weightOf weights i

        ofConfusion confusion

    /// <summary>Accuracy and confusion matrix.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <param name="outputs">[examples; classes]: the maximum is the prediction.</param>
    /// <param name="targets">[examples], class indices.</param>
    /// <exception cref="T:Hybrid.NonFiniteResultException">An output is NaN or infinite.</exception>
    let classified (classes: int) (outputs: float32[]) (targets: float32[]) : Quality =
        classifiedBy classes None outputs targets

    /// <summary>Root mean square error, mean absolute error and R² = 1 - Σ w(t - p)² / Σ w(t - t̄)², with the weighted mean t̄. If the
    /// target does not vary, R² is 1 where every prediction is right, else 0. Where the weights add up
    /// to 1 or less too, as that of a single example, it is NaN; without examples, all are.</summary>
    /// <param name="weights">The weight w of each example; all 1 if absent.</param>
    /// <param name="outputs">The predictions p.</param>
    /// <param name="targets">The targets t.</param>
    /// <exception cref="T:Hybrid.NonFiniteResultException">An output is NaN or infinite.</exception>
    let internal estimated (weights: float32[] option) (outputs: float32[]) (targets: float32[]) : Quality =
        Finite.requireOutputs 1 (ReadOnlySpan outputs)

        // several outputs of an example have its weight
        let outputsEach =
            weights
            |> Option.map (fun weights -> outputs.Length / max 1 weights.Length)
            |> Option.defaultValue 1
            |> max 1

        let average (value: int -> float) =
            let mutable sum = 0.0
            let mutable weight = 0.0

            for i in 0 .. outputs.Length - 1 do
                let w = weightOf weights (i / outputsEach)
                sum <- sum + w * value i
                weight <- weight + w

            sum / weight

        let error i = float outputs[i] - float targets[i]
        let square = average (fun i -> error i * error i)
        let mean = average (fun i -> float targets[i])
        let variance = average (fun i -> (float targets[i] - mean) ** 2.0)

        // an example of weight 2 comes twice, one of weight 0 never
        let count =
            match weights with
            | Some weights -> Array.sumBy float weights
            | None -> float outputs.Length

        let r2 =
            if outputs.Length = 0 then nan
            elif variance = 0.0 && count <= 1.0 then nan
            elif variance > 0.0 then 1.0 - square / variance
            elif square = 0.0 then 1.0
            else 0.0

        Estimated(sqrt square, average (error >> abs), r2)

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

    /// The examples that have one of several targets.
    let private present (width: int) (targets: float32[]) (target: int) : int[] =
        [| 0 .. targets.Length / width - 1 |]
        |> Array.filter (fun example -> not (Single.IsNaN targets[example * width + target]))

    /// <summary>The quality of decisions about labels, and that of each label on the examples that have it.</summary>
    /// <param name="width">The number of labels.</param>
    /// <param name="weights">The weight of each example; all 1 if absent.</param>
    /// <param name="areYes">[examples; labels], what is predicted.</param>
    /// <param name="targets">[examples; labels]; NaN for a missing one.</param>
    let internal ofLabels
        (width: int)
        (weights: float32[] option)
        (areYes: bool[])
        (targets: float32[])
        : struct (Quality * Quality list) =
        let isRight i =
            Single.IsNaN targets[i] || areYes[i] = (targets[i] > 0.5f)

        let mutable exact = 0.0
        let mutable all = 0.0

        for example in 0 .. targets.Length / width - 1 do
            let weight = weightOf weights example
            all <- all + weight

            if Seq.forall isRight (seq { example * width .. (example + 1) * width - 1 }) then
                exact <- exact + weight

        let each =
            List.init width (fun label ->
                let confusion = Array2D.zeroCreate 2 2

                for example in present width targets label do
                    let at = example * width + label
                    let actual, predicted = int targets[at], (if areYes[at] then 1 else 0)

                    confusion[actual, predicted] <- confusion[actual, predicted] + weightOf weights example

                ofConfusion confusion)

        let share = if all = 0.0 then 0.0 else exact / all
        struct (Classified(share, sumOf (confusionsOf each)), each)

    /// <summary>The quality of outputs, and that of each target on the examples that have it.</summary>
    /// <param name="task">What is predicted.</param>
    /// <param name="width">The number of targets of an example.</param>
    /// <param name="weights">The weight of each example; all 1 if absent.</param>
    /// <param name="outputs">[examples; outputs]: a label is yes if its score is at least 0, its probability 0.5.</param>
    /// <param name="targets">[examples; targets]; NaN for a missing one.</param>
    /// <exception cref="T:Hybrid.NonFiniteResultException">An output is NaN or infinite.</exception>
    let internal ofTargets
        (task: LearningTask)
        (width: int)
        (weights: float32[] option)
        (outputs: float32[])
        (targets: float32[])
        : struct (Quality * Quality list) =
        let pick target (values: 'n[]) (examples: int[]) =
            examples |> Array.map (fun example -> values[example * width + target])

        let weightsOf (examples: int[]) =
            weights
            |> Option.map (fun weights -> examples |> Array.map (fun example -> weights[example]))

        match task with
        | Classification classes ->
            let quality = classifiedBy classes weights outputs targets
            struct (quality, [ quality ])
        | Regression _ ->
            let each =
                List.init width (fun target ->
                    let examples = present width targets target

                    estimated
                        (weightsOf examples)
                        (pick target outputs examples)
                        (pick target targets examples))

            struct (average each, each)
        | MultiLabel _ ->
            Finite.requireOutputs width (ReadOnlySpan outputs)
            ofLabels width weights (outputs |> Array.map (fun score -> score >= 0f)) targets

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
