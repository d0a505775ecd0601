namespace Hybrid.Models

open System
open Hybrid.Core

/// Calibration of models on examples that they did not learn from.
module Calibration =
    /// What the model returns for examples, [examples; outputs].
    let private outputs (engine: Engine) (examples: Examples) (model: Model) : float32[] =
        (Inference.create engine model.Network model.Inputs).Run(examples)

    let private inUnit (model: Model) (targets: float32[]) : float[] = Prediction.inUnit model targets

    /// [examples; targets].
    let private targetsOf (examples: Examples) (model: Model) : float32[] =
        examples.Pick(model.Schema.Targets.Length, examples.Targets)

    /// The numbers of one target for some examples.
    let private pick (model: Model) (target: int) (rows: int[]) (values: 'value[]) : 'value[] =
        rows
        |> Array.map (fun row -> values[row * model.Schema.Targets.Length + target])

    /// What is found of each target, by its number and the examples that have it.
    let private ofEach (model: Model) (targets: float32[]) (find: int -> int[] -> 'found) : 'found list =
        let width = model.Schema.Targets.Length

        List.init width (fun target ->
            [| 0 .. targets.Length / width - 1 |]
            |> Array.filter (fun row -> not (Single.IsNaN targets[row * width + target]))
            |> find target)

    /// <summary>The factor of the scores, 1 / T for a temperature T, of least cross-entropy on examples; 1 where no other lowers
    /// it.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="examples">Examples that the model did not learn from, such as the validation part.</param>
    /// <param name="model">Its loss is softmax.</param>
    /// <exception cref="T:Hybrid.NonFiniteResultException">A score is NaN or infinite.</exception>
    let internal factor (engine: Engine) (examples: Examples) (model: Model) : float =
        let classes = LearningTask.outputs (Model.task model)

        let scores =
            (Inference.create engine (Model.scores model) model.Inputs).Run(examples)

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
        let outputs = outputs engine examples model
        let targets = targetsOf examples model

        let weights =
            examples.Weighted
            |> Option.defaultWith (fun () -> Array.create examples.Count 1f)

        { model with
            Thresholds =
                ofEach model targets (fun label rows ->
                    Thresholds.choose
                        (pick model label rows outputs |> Array.map float)
                        (pick model label rows targets |> Array.map (fun target -> target > 0.5f))
                        (rows |> Array.map (fun row -> float weights[row])))
                |> Some
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
        let targets = targetsOf examples model

        { model with
            Conformal =
                match model.Schema.Classes with
                | None ->
                    ofEach model targets (fun target rows ->
                        Conformal.ofQuantity
                            level
                            (pick model target rows (inUnit model outputs))
                            (pick model target rows (inUnit model targets)))
                | Some classes ->
                    targets
                    |> Array.mapi (fun row target -> outputs[row * classes.Length + int target])
                    |> Conformal.ofClasses level
                    |> List.singleton
        }

    /// <summary>How often the model's intervals or sets hold the truth of examples, and how large they are.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="examples">At least one, with targets as training sees them.</param>
    /// <param name="model">The model.</param>
    /// <exception cref="T:Hybrid.HybridException">The model was trained without intervals.</exception>
    /// <exception cref="T:Hybrid.NonFiniteResultException">An output is NaN or infinite.</exception>
    let coverage (engine: Engine) (examples: Examples) (model: Model) : Coverage =
        let outputs = outputs engine examples model
        let targets = targetsOf examples model

        let share (holds: bool[]) =
            holds |> Array.averageBy (fun holds -> if holds then 1.0 else 0.0)

        match model.Schema.Classes with
        | Some classes ->
            let sets =
                Array.chunkBySize classes.Length outputs |> Array.map (Model.classSet model)

            {
                Examples = examples.Count
                Share = share (Array.map2 (fun set target -> Array.contains (int target) set) sets targets)
                Size = sets |> Array.averageBy (fun set -> float set.Length)
                Each = []
            }
        | None ->
            let intervals = Model.intervals model (inUnit model outputs)

            let holds =
                Array.map2
                    (fun struct (lower, upper) target -> lower <= target && target <= upper)
                    intervals
                    (inUnit model targets)

            let each =
                ofEach model targets (fun target rows ->
                    {
                        Examples = rows.Length
                        Share =
                            if rows.Length = 0 then
                                nan
                            else
                                share (pick model target rows holds)
                        Size =
                            if rows.Length = 0 then
                                nan
                            else
                                pick model target rows intervals
                                |> Array.averageBy (fun struct (lower, upper) -> upper - lower)
                        Each = []
                    })

            match each with
            | [ one ] -> one
            | several ->
                let together =
                    Array.map2 (fun holds target -> holds || Single.IsNaN target) holds targets
                    |> Array.chunkBySize several.Length
                    |> Array.map (Array.forall id)

                {
                    Examples = examples.Count
                    Share = share together
                    Size = nan
                    Each = several
                }
