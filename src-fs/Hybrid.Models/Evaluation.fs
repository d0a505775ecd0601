namespace Hybrid.Models

open Hybrid.Core
open Hybrid.Data

/// How good models are on examples.
module Evaluation =
    /// The confusion matrix of more classes would be too large.
    let private mostClasses = 4096

    /// <summary>Loss and quality on examples whose targets are as training sees them, for any number of calls, by one thread at a
    /// time.</summary>
    /// <exception cref="T:Hybrid.HybridException">The model has more than 4,096 classes.</exception>
    /// <exception cref="T:Hybrid.NonFiniteResultException">When used: an output or a loss is NaN or infinite.</exception>
    let evaluator (engine: Engine) (model: Model) : Examples -> Measures =
        match model.Schema.Classes with
        | Some classes when classes.Length > mostClasses ->
            raise (
                HybridException
                    $"The model has {classes.Length} classes, and a confusion matrix has at most {mostClasses}."
            )
        | _ -> ()

        let network = Model.scores model
        let scores = Inference.once engine network model.Inputs
        let task = Model.task model

        match model.Thresholds with
        | None -> Inference.evaluate task model.Loss scores
        | Some thresholds ->
            let probabilities =
                if network.Layers.Length = model.Network.Layers.Length then
                    id
                else
                    let sigmoid =
                        Inference.create
                            engine
                            (Network.ofLayer (Activation.layer "sigmoid"))
                            thresholds.Length

                    fun (scores: float32[]) -> sigmoid.Run scores

            let decide = probabilities >> Array.map float >> Model.labels model
            Inference.evaluateBy decide task model.Loss scores

    /// <summary>Loss and quality on the examples of a table.</summary>
    /// <exception cref="T:Hybrid.HybridException">There are no examples, or they do not fit the model.</exception>
    /// <exception cref="T:Hybrid.NonFiniteResultException">An output or a loss is NaN or infinite.</exception>
    let evaluate (engine: Engine) (table: Table) (model: Model) : Measures =
        if table.Examples = 0 then
            raise (HybridException $"{table.Source}: there are no examples to measure on.")

        evaluator engine model (Model.examples model table)

    /// What a model says of examples by its outputs for them, and what is true.
    let private outcomesOf (model: Model) (examples: Examples) (outputs: float32[]) : Outcomes =
        let width = LearningTask.targets (Model.task model)
        let weights = examples.Weighted |> Option.map (Array.map float)

        let struct (outputs, targets) =
            let targets = examples.Pick(width, examples.Targets)

            match model.Loss.Kind with
            | LossKind.Quantiles _ as kind -> LossKind.predictions kind outputs targets
            // a network of counts ends in them
            | _ -> struct (outputs, targets)

        let width = width / LossKind.outputs model.Loss.Kind

        let inUnits =
            lazy (Prediction.targetsInUnit model outputs, Prediction.targetsInUnit model targets)

        /// Of the examples that have the target.
        let ofTarget
            (create: int -> float[] -> float[] -> float[] option -> Outcomes)
            (target: int)
            : Outcomes =
            let outputs, targets = inUnits.Value

            let present =
                [| 0 .. targets.Length / width - 1 |]
                |> Array.filter (fun example -> not (System.Double.IsNaN targets[example * width + target]))

            let pick (values: float[]) =
                present |> Array.map (fun example -> values[example * width + target])

            if present.Length = 0 then
                Outcomes.Each []
            else
                create
                    target
                    (pick outputs)
                    (pick targets)
                    (weights
                     |> Option.map (fun weights -> present |> Array.map (fun example -> weights[example])))

        let together (outcomes: Outcomes list) =
            match outcomes with
            | [ one ] -> one
            | several -> Outcomes.Each several

        match model.Schema.Classes with
        | None when model.Schema.HasLabels ->
            let areProbabilities = Model.outputName model = "probabilities"

            let thresholds = Model.thresholds model

            let ofLabel label scores targets =
                Outcomes.ofLabel areProbabilities thresholds[label] scores (Array.map int targets)

            List.init width (ofTarget ofLabel) |> together
        | None -> List.init width (ofTarget (fun _ -> Outcomes.ofQuantity)) |> together
        | Some names ->
            let areProbabilities, scores =
                match Model.outputName model with
                | "probabilities" -> true, Array.map float outputs
                | "log-probabilities" -> true, Array.map (float >> exp) outputs
                | _ -> false, Array.map float outputs

            Outcomes.ofClasses names areProbabilities scores (Array.map int targets) weights

    /// <summary>What a model predicts for examples, and what is true of them.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="examples">As the model takes them: raw columns, and class indices or quantities less the target's offset, once for each output.</param>
    /// <param name="model">The model.</param>
    /// <exception cref="T:Hybrid.NonFiniteResultException">An output is NaN or infinite.</exception>
    let outcomes (engine: Engine) (examples: Examples) (model: Model) : Outcomes =
        (Inference.once engine model.Network model.Inputs).Run examples
        |> outcomesOf model examples

    /// What metrics need to know of a model's outcomes on examples, a part of them at a time.
    let private tally (needs: Needs) (inference: Inference) (examples: Examples) (model: Model) : Tally =
        let tally = Tally needs
        Inference.each inference examples (fun part outputs -> tally.Add(outcomesOf model part outputs))
        tally

    /// The value of a metric for a model whose network is run by the inference.
    let internal measureBy
        (inference: Inference)
        (metric: Metric)
        (examples: Examples)
        (model: Model)
        : Result<float, string> =
        metric.Value(tally metric.Needs inference examples model)

    /// The largest number of scores that are kept without being asked for: a quarter of a gigabyte.
    let private mostScores = 1L <<< 26

    /// <summary>Measures a model on examples, a part of them at a time. What is in memory grows with their number only for metrics that need
    /// the score of each: those of ranks, some 16 bytes an example of two classes, and one's own.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="metrics">What to measure. None: the usual metrics of those that have a value; where more than 2²⁶ scores were to be
    /// kept, without those that need each.</param>
    /// <param name="examples">As for outcomes, at least one.</param>
    /// <param name="model">The model.</param>
    /// <returns>The values, in the order of the metrics; why there is none.</returns>
    /// <exception cref="T:Hybrid.NonFiniteResultException">An output is NaN or infinite.</exception>
    let measure
        (engine: Engine)
        (metrics: Metric list)
        (examples: Examples)
        (model: Model)
        : (Metric * Result<float, string>) list =
        let inference = Inference.once engine model.Network model.Inputs
        let isSmall = int64 examples.Count * int64 inference.Outputs <= mostScores

        let isMeasured (metric: Metric) =
            isSmall || metric.Needs &&& Needs.Order = enum 0

        let needs =
            match metrics with
            | [] -> Metric.mayBeUsual |> List.filter isMeasured
            | some -> some
            |> Metric.needs

        let tally = tally needs inference examples model
        let valueOf (metric: Metric) = metric, metric.Value tally

        match metrics with
        | [] ->
            Metric.usualOf tally
            |> List.filter isMeasured
            |> List.map valueOf
            |> List.filter (fun (_, value) -> Result.isOk value)
        | some -> List.map valueOf some
