namespace Hybrid.Models

open Hybrid.Core

/// What the examples held out measure after an epoch.
[<NoComparison>]
type internal HeldOut =
    {
        /// With the factor; R² is the mean of the folds'.
        Measures: Measures
        /// The factor of scores that makes the loss least, of those that are at most 1.
        Factor: float
        /// That loss, in which classes have their weights.
        Loss: float
        /// The weight of each class or label, with that of its class; none of quantities.
        Weights: float[]
        /// Which classes or labels were right.
        Right: bool[]
        /// The share of the weights of those; NaN of quantities.
        Accuracy: float
    }

module internal HeldOut =
    /// The measures of all held-out examples; R² is the mean of the folds'.
    let private together (folds: Measures list) : Measures =
        let weight = folds |> List.sumBy _.Weight

        let mean (values: float list) =
            (List.zip folds values |> List.sumBy (fun (fold, value) -> fold.Weight * value))
            / weight

        let combined (qualities: Quality list) : Quality =
            match Metrics.confusionsOf qualities with
            | [] ->
                let estimates choose =
                    qualities
                    |> List.map (fun quality ->
                        match quality with
                        | Estimated(rmse, mae, r2) -> choose struct (rmse, mae, r2)
                        | Classified _ -> nan)
                    |> mean

                Estimated(
                    sqrt (estimates (fun struct (rmse, _, _) -> rmse * rmse)),
                    estimates (fun struct (_, mae, _) -> mae),
                    estimates (fun struct (_, _, r2) -> r2)
                )
            | confusions -> Metrics.ofConfusion (Metrics.sumOf confusions)

        let each = folds |> List.map _.Each |> List.transpose |> List.map combined

        {
            Examples = folds |> List.sumBy _.Examples
            Weight = weight
            Loss = mean (folds |> List.map _.Loss)
            Quality =
                match folds.Head.Quality, each with
                | _, [ one ] -> one
                | Estimated _, _ -> Metrics.average each
                | Classified _, _ ->
                    let exact =
                        folds
                        |> List.map (fun fold ->
                            match fold.Quality with
                            | Classified(exact, _) -> exact
                            | Estimated _ -> nan)

                    Classified(mean exact, Metrics.sumOf (Metrics.confusionsOf each))
            Each = each
        }

    /// The scores of the examples held out, [examples; outputs] in each fold, with what they are compared with.
    let private scored (options: StepOptions) (outputs: (Examples * float32[]) list) : ScoredExamples =
        let width = LearningTask.outputs options.Task
        let scores = outputs |> List.map snd |> Array.concat

        let targets =
            outputs
            |> List.map (fun (held, _) -> held.Pick(LearningTask.targets options.Task, held.Targets))
            |> Array.concat

        let weights =
            outputs
            |> List.map (fun (held, _) ->
                match held.Weighted with
                | Some weights -> Array.map float weights
                | None -> Array.create held.Count 1.0)
            |> Array.concat

        match options.Task with
        | LearningTask.MultiLabel _ -> ScoredExamples.ofLabels width scores targets weights
        | _ ->
            let labels = Array.map int targets

            let weights =
                match options.ClassWeights with
                | Some each -> Array.map2 (fun weight label -> weight * float each[label]) weights labels
                | None -> weights

            ScoredExamples.ofClasses width scores labels weights

    /// What outputs of the folds for the examples that they held out measure together.
    let measure (engine: Engine) (options: StepOptions) (outputs: (Examples * float32[]) list) : HeldOut =
        let examples =
            if not options.Task.IsRegression then
                Some(scored options outputs)
            else
                None

        let factor =
            examples |> Option.map Temperature.fit |> Option.defaultValue 1.0 |> min 1.0

        let measures =
            outputs
            |> List.map (fun (held, outputs) ->
                Inference.measure
                    engine
                    options.Task
                    options.Loss
                    held.Weighted
                    (if factor = 1.0 then
                         outputs
                     else
                         outputs |> Array.map (fun score -> float32 (factor * float score)))
                    (held.Pick(LearningTask.targets options.Task, held.Targets)))
            |> together

        let weights, right =
            match examples with
            | Some examples -> ScoredExamples.weights examples, ScoredExamples.right examples
            | None -> [||], [||]

        let ofRight weight isRight = if isRight then weight else 0.0

        {
            Measures = measures
            Factor = factor
            Loss =
                match examples with
                | Some examples -> Temperature.loss examples factor
                | None -> measures.Loss
            Weights = weights
            Right = right
            Accuracy = Array.sum (Array.map2 ofRight weights right) / Array.sum weights
        }
