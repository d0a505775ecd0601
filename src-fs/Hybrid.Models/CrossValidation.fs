namespace Hybrid.Models

open System
open Hybrid
open Hybrid.Core
open Hybrid.Data

/// What the examples held out measure after an epoch.
[<NoComparison>]
type internal HeldOut =
    {
        /// With the factor; R² is the mean of the folds'.
        Measures: Measures
        /// The factor of scores that makes the loss least, of those that are at most 1.
        Factor: float
        /// That loss, in which classes have their weights: the number of epochs is decided by it.
        Loss: float
    }

/// <summary>How many epochs few examples need. A part that is held out to decide it would be small, so that it decides badly, and
/// would be missed in training. In cross-validation each fifth of the examples is held out in turn: five networks are trained, and
/// the loss of all held-out examples together has its minimum after some number of epochs. Then one network is trained on all
/// examples, for as many epochs. What is learned of the columns, such as their means, is that of all these examples throughout, and
/// test examples have no part in it.
/// Scores of classes and labels tell them apart better and better for some time after the loss has begun to rise, because
/// probabilities are then too close to 0 and 1. So the loss that decides is that of scores times the factor of at most 1 that makes
/// it least, a temperature, and the network's scores are multiplied by the factor. Probabilities that are not certain enough become
/// so by training.</summary>
/// <remarks>Berta, Holzmüller, Jordan and Bach, "Rethinking early stopping: refine, then calibrate" (2025).</remarks>
module internal CrossValidation =
    [<Literal>]
    let Folds = 5

    let private fewest, most = 20, 1_000

    /// Five networks of more weights would take long.
    let private mostWeights = 50_000

    /// Fewer epochs are as good where they lack no more than this share of all that the loss falls after the first epoch.
    [<Literal>]
    let private Tolerance = 0.01

    /// Calibrated losses fall slowly.
    [<Literal>]
    let private MorePatience = 2

    let private isOfClasses (task: LearningTask) : bool = not task.IsRegression

    /// The number of epochs to make with all examples, by the losses after each epoch of the folds: with a quarter more examples,
    /// classes need a quarter more epochs.
    let private chosen (task: LearningTask) (losses: float seq) : int =
        let least = Seq.min losses

        if isOfClasses task then
            let limit = least + Tolerance * (Seq.head losses - least)
            let first = losses |> Seq.findIndex (fun loss -> loss <= limit)
            (first + 1) * Folds / (Folds - 1)
        else
            1 + Seq.findIndex ((=) least) losses

    /// <summary>Whether cross-validation decides, unless the options say how many epochs there are, or what decides it.</summary>
    /// <param name="options">The options.</param>
    /// <param name="table">All examples.</param>
    /// <param name="test">The share of them that is held out for testing.</param>
    /// <param name="task">What is learned.</param>
    let suits (options: Options) (table: Table) (test: float) (task: LearningTask) : bool =
        let rows = int ((1.0 - test) * float table.Examples)

        let features =
            let choices =
                options.Embed |> List.map (EmbeddingChoice.parse (nameof options.Embed))

            table.Columns |> Array.sumBy (Embedded.features choices rows)

        let weights =
            features :: NewLayers.hidden options rows features
            @ [ LearningTask.outputs task ]
            |> List.pairwise
            |> List.sumBy (fun (inputs, units) -> int64 inputs * int64 units)

        options.ValidationFraction.IsNone
        && not options.Temperature
        && not options.LabelThresholds
        && options.Epochs.IsNone
        && options.Patience.IsNone
        && options.StopBy.IsNone
        && options.Loss.IsNone
        && options.Network.IsNone
        && options.Layers.IsNone
        && options.From.IsNone
        && options.Certify.IsNone
        && not options.Optimizer.IsLbfgs
        && options.Schedule |> Option.forall ((=) Schedule.constant)
        && rows >= fewest
        && rows <= most
        && weights * int64 (max 1 options.MaxoutPieces) <= int64 mostWeights
        && (match table.SplitBy with
            | None -> true
            // those held out would be earlier than what is learned from
            | Some { Role = SplitRole.Time _ } -> false
            | Some { Role = SplitRole.Group _ } ->
                let split = Split.ofTable options.Seed 0.0 test table
                KFold.most table split.Training >= Folds)

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
    let private heldOut
        (engine: Engine)
        (options: StepOptions)
        (outputs: (Examples * float32[]) list)
        : HeldOut =
        let examples =
            if isOfClasses options.Task then
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

        {
            Measures = measures
            Factor = factor
            Loss =
                match examples with
                | Some examples -> Temperature.loss examples factor
                | None -> measures.Loss
        }

    /// <summary>What the held-out examples measure after each epoch, for as many epochs as are to be made with all
    /// examples.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="communicator">As for Training.resumable.</param>
    /// <param name="cancelled">Called before every step; the course ends there if it returns true.</param>
    /// <param name="options">For all examples; the folds have the same, at a smaller batch if they must.</param>
    /// <param name="network">Where every fold starts.</param>
    /// <param name="folds">The examples to learn from and those held out.</param>
    let course
        (engine: Engine)
        (communicator: ICommunicator)
        (cancelled: unit -> bool)
        (options: StepOptions)
        (network: Network)
        (folds: (Examples * Examples) list)
        : HeldOut[] =
        let trainings =
            folds
            |> List.map (fun (training, held) ->
                let options =
                    { options with
                        BatchSize = min options.BatchSize training.Count
                    }

                // the folds end together
                let epochs =
                    Training.resumable
                        engine
                        communicator
                        cancelled
                        ignore
                        None
                        { options with Patience = None }
                        network
                        training
                        None

                epochs.GetEnumerator(), held)

        let watch = NetworkWatch(engine, network, (snd folds.Head).Width)

        let measure (epochs: (Examples * Epoch) list) =
            try
                epochs
                |> List.map (fun (held, epoch) -> held, (watch.Of epoch.Network).Run held)
                |> heldOut engine options
            with :? NonFiniteResultException ->
                let _, epoch = epochs.Head
                raise (TrainingDivergedException(epoch.Number, epoch.LearningRate))

        let measured = ResizeArray<HeldOut>()
        let mutable best = 0

        let patience =
            let patience = defaultArg options.Patience options.Epochs

            if isOfClasses options.Task then
                MorePatience * patience
            else
                patience

        let chosen () =
            measured |> Seq.map _.Loss |> chosen options.Task

        // rank 0 decides for all
        let cancelled () =
            Communicator.agree communicator (cancelled ())

        while not (cancelled ())
              && measured.Count < options.Epochs
              && (best = 0 || measured.Count < max (best + patience) (chosen ())) do
            let epochs =
                trainings
                |> List.map (fun (training, held) ->
                    training.MoveNext() |> ignore
                    held, training.Current)

            if epochs |> List.forall (fun (_, epoch) -> not epoch.Cancelled) then
                measured.Add(measure epochs)

                if best = 0 || measured[measured.Count - 1].Loss < measured[best - 1].Loss then
                    best <- measured.Count

        for training, _ in trainings do
            training.Dispose()

        if measured.Count = 0 then
            [||]
        else
            measured.ToArray() |> Array.truncate (chosen ())
