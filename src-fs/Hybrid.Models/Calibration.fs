namespace Hybrid.Models

open System
open Hybrid.Core

/// Calibration of models on examples that they did not learn from.
module Calibration =
    /// What the model returns for examples, [examples; outputs].
    let private outputs (engine: Engine) (examples: Examples) (model: Model) : float32[] =
        (Inference.once engine model.Network model.Inputs).Run(examples)

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

        let scores = (Inference.once engine (Model.scores model) model.Inputs).Run(examples)

        let labels = examples.Pick(1, examples.Targets) |> Array.map int

        Array.create labels.Length 1.0
        |> ScoredExamples.ofClasses classes scores labels
        |> Temperature.fit

    /// The expected calibration error of a model's probabilities on examples.
    let internal error (engine: Engine) (examples: Examples) (model: Model) : float =
        let metric = Metric.named "calibration-error"

        Evaluation.measure engine [ metric ] examples model
        |> List.exactlyOne
        |> snd
        |> Result.defaultValue nan

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
        let width = model.Schema.Targets.Length
        let known = Array.zeroCreate<int> width
        let holding = Array.zeroCreate<int> width
        let sizes = Array.init width (fun _ -> RunningSum())
        let together = ref 0

        /// Of a target that an example has.
        let add target holds size =
            known[target] <- known[target] + 1
            sizes[target].Add size

            if holds then
                holding[target] <- holding[target] + 1

        let addSets (classes: string[]) (targets: float32[]) (outputs: float32[]) =
            Array.chunkBySize classes.Length outputs
            |> Array.iteri (fun row outputs ->
                let set = Model.classSet model outputs
                add 0 (Array.contains (int targets[row]) set) (float set.Length))

        let addIntervals (targets: float32[]) (outputs: float32[]) =
            let intervals = Model.intervals model (inUnit model outputs)
            let actual = inUnit model targets
            let mutable areHeld = true

            for i in 0 .. targets.Length - 1 do
                if not (Single.IsNaN targets[i]) then
                    let struct (lower, upper) = intervals[i]
                    let holds = lower <= actual[i] && actual[i] <= upper
                    add (i % width) holds (upper - lower)
                    areHeld <- areHeld && holds

                if i % width = width - 1 then
                    if areHeld then
                        together.Value <- together.Value + 1

                    areHeld <- true

        Inference.each (Inference.once engine model.Network model.Inputs) examples (fun part outputs ->
            let targets = targetsOf part model

            match model.Schema.Classes with
            | Some classes -> addSets classes targets outputs
            | None -> addIntervals targets outputs)

        let each =
            List.init width (fun target ->
                {
                    Examples = known[target]
                    Share = float holding[target] / float known[target]
                    Size = sizes[target].Value / float known[target]
                    Each = []
                })

        match each with
        | [ one ] -> one
        | several ->
            {
                Examples = examples.Count
                Share = float together.Value / float examples.Count
                Size = nan
                Each = several
            }
