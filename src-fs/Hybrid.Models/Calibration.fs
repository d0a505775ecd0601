namespace Hybrid.Models

open Hybrid.Core

/// Calibration of models on examples that they did not learn from.
module Calibration =
    /// What the model returns for examples, [examples; outputs].
    let private outputs (engine: Engine) (examples: Examples) (model: Model) : float32[] =
        (Inference.create engine model.Network model.Inputs).Run(examples.Features, examples.Rows)

    let private inUnit (model: Model) (targets: float32[]) : float[] = Prediction.inUnit model targets

    /// <summary>The factor of the scores, 1 / T for a temperature T, of least cross-entropy on examples; 1 where no other lowers
    /// it.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="examples">Examples that the model did not learn from, such as the validation part.</param>
    /// <param name="model">Its loss is softmax.</param>
    /// <exception cref="T:Hybrid.NonFiniteResultException">A score is NaN or infinite.</exception>
    let internal factor (engine: Engine) (examples: Examples) (model: Model) : float =
        let classes = LearningTask.outputs (Model.task model)

        let scores =
            (Inference.create engine (Model.scores model) model.Inputs).Run(examples.Features, examples.Rows)

        let labels = examples.Pick(1, examples.Targets) |> Array.map int
        let factor = Temperature.fit classes scores labels
        let loss = Temperature.loss classes scores labels
        if loss factor < loss 1.0 then factor else 1.0

    /// The expected calibration error of a model's probabilities on examples.
    let internal error (engine: Engine) (examples: Examples) (model: Model) : float =
        match Evaluation.outcomes engine examples model with
        | Outcomes.Classes outcomes -> Probabilities.calibrationError outcomes
        | _ -> nan

    /// <summary>The model with a threshold for each label: that of the highest F1 on the examples that have it.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="examples">Examples that the model did not learn from, such as the validation part.</param>
    /// <param name="model">It predicts labels.</param>
    /// <exception cref="T:Hybrid.NonFiniteResultException">An output is NaN or infinite.</exception>
    let internal withThresholds (engine: Engine) (examples: Examples) (model: Model) : Model =
        let width = model.Schema.Targets.Length
        let outputs = outputs engine examples model
        let targets = examples.Pick(width, examples.Targets)

        let weights =
            examples.Weighted
            |> Option.defaultWith (fun () -> Array.create examples.Count 1f)

        let ofLabel label =
            let at example = example * width + label

            let present =
                [| 0 .. examples.Count - 1 |]
                |> Array.filter (fun example -> not (System.Single.IsNaN targets[at example]))

            Thresholds.choose
                (present |> Array.map (fun example -> float outputs[at example]))
                (present |> Array.map (fun example -> targets[at example] > 0.5f))
                (present |> Array.map (fun example -> float weights[example]))

        { model with
            Thresholds = Some(List.init width ofLabel)
        }

    /// <summary>The model with intervals, or sets of classes, of a level.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="level">In (0, 1).</param>
    /// <param name="examples">Examples that chose nothing of the model, with targets as training sees them.</param>
    /// <param name="model">The model.</param>
    /// <exception cref="T:Hybrid.HybridException">There are fewer examples than the level needs; the message has the minimum.</exception>
    /// <exception cref="T:Hybrid.NonFiniteResultException">An output is NaN or infinite.</exception>
    let ofExamples (engine: Engine) (level: float) (examples: Examples) (model: Model) : Model =
        let outputs = outputs engine examples model
        let targets = examples.Pick(1, examples.Targets)

        { model with
            Conformal =
                match model.Schema.Classes with
                | None -> Conformal.ofQuantity level (inUnit model outputs) (inUnit model targets)
                | Some classes ->
                    targets
                    |> Array.mapi (fun row target -> outputs[row * classes.Length + int target])
                    |> Conformal.ofClasses level
                |> Some
        }

    /// <summary>How often the model's intervals or sets hold the truth of examples, and how large they are.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="examples">At least one, with targets as training sees them.</param>
    /// <param name="model">The model.</param>
    /// <exception cref="T:Hybrid.HybridException">The model was trained without intervals.</exception>
    /// <exception cref="T:Hybrid.NonFiniteResultException">An output is NaN or infinite.</exception>
    let coverage (engine: Engine) (examples: Examples) (model: Model) : Coverage =
        let outputs = outputs engine examples model
        let targets = examples.Pick(1, examples.Targets)

        let each =
            match model.Schema.Classes with
            | None ->
                Array.map2
                    (fun predicted target ->
                        let struct (lower, upper) = Model.interval model predicted
                        lower <= target && target <= upper, upper - lower)
                    (inUnit model outputs)
                    (inUnit model targets)
            | Some classes ->
                Array.map2
                    (fun outputs target ->
                        let set = Model.classSet model outputs
                        Array.contains (int target) set, float set.Length)
                    (Array.chunkBySize classes.Length outputs)
                    targets

        {
            Examples = each.Length
            Share = each |> Array.averageBy (fun (holds, _) -> if holds then 1.0 else 0.0)
            Size = each |> Array.averageBy snd
        }
