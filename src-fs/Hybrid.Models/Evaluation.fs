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
        let scores = Inference.create engine network model.Inputs
        let task = Model.task model

        match model.Thresholds with
        | None -> Inference.evaluate engine task model.Loss scores
        | Some thresholds ->
            let width = thresholds.Length

            let probabilities =
                if network.Layers.Length = model.Network.Layers.Length then
                    id
                else
                    let sigmoid =
                        Inference.create engine (Network.ofLayer (Activation.layer "sigmoid")) width

                    fun (scores: float32[]) -> sigmoid.Run scores

            fun examples ->
                let outputs = scores.Run examples
                let targets = examples.Pick(width, examples.Targets)
                let areYes = probabilities outputs |> Array.map float |> Model.labels model
                let struct (quality, each) = Metrics.ofLabels width examples.Weighted areYes targets

                { Inference.measure engine task model.Loss examples.Weighted outputs targets with
                    Quality = quality
                    Each = each
                }

    /// <summary>Loss and quality on the examples of a table.</summary>
    /// <exception cref="T:Hybrid.HybridException">There are no examples, or they do not fit the model.</exception>
    /// <exception cref="T:Hybrid.NonFiniteResultException">An output or a loss is NaN or infinite.</exception>
    let evaluate (engine: Engine) (table: Table) (model: Model) : Measures =
        if table.Examples = 0 then
            raise (HybridException $"{table.Source}: there are no examples to measure on.")

        evaluator engine model (Model.examples model table)

    /// The outcomes of a model whose network is run by the inference.
    let internal outcomesBy (inference: Inference) (examples: Examples) (model: Model) : Outcomes =
        let outputs = inference.Run examples
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
        outcomesBy (Inference.create engine model.Network model.Inputs) examples model

    /// The largest number of scores that are kept without being asked for: half a gigabyte.
    let private mostScores = 1L <<< 26

    /// Whether the outcomes of some examples take little memory.
    let internal isSmall (examples: int) (model: Model) : bool =
        int64 examples * int64 (LearningTask.outputs (Model.task model)) <= mostScores
