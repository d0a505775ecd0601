namespace Hybrid.Models

open System
open Hybrid
open Hybrid.Core
open Hybrid.Data

/// <summary>How many epochs few examples need. A part that is held out to decide it would be small, so that it decides badly, and
/// would be missed in training. In cross-validation each fifth of the examples is held out in turn: five networks are trained, and
/// the loss of all held-out examples together has its minimum after some number of epochs. Then one network is trained on all
/// examples, for as many epochs. What is learned of the columns, such as their means, is that of all these examples throughout, and
/// test examples have no part in it.</summary>
module internal CrossValidation =
    [<Literal>]
    let Folds = 5

    let private fewest, most = 20, 1_000

    /// Five networks of more weights would take long.
    let private mostWeights = 50_000

    /// Classes are told apart better and better for some time after the loss has begun to rise, because wrong probabilities are
    /// then too close to 0 and 1; and all examples are a quarter more than four fifths.
    let private further (task: LearningTask) (epochs: int) : int =
        match task with
        | LearningTask.Classification _
        | LearningTask.MultiLabel _ -> epochs + epochs / 2
        | LearningTask.Regression _ -> epochs

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
        : Measures[] =
        let trainings =
            folds
            |> List.map (fun (training, held) ->
                let options =
                    { options with
                        BatchSize = min options.BatchSize training.Count
                    }

                // the folds end together
                (Training.resumable
                    engine
                    communicator
                    cancelled
                    ignore
                    None
                    { options with Patience = None }
                    network
                    training
                    (Some held))
                    .GetEnumerator())

        let measured = ResizeArray<Measures>()
        let mutable best = 0

        let needed best =
            max (best + defaultArg options.Patience options.Epochs) (further options.Task best)

        // rank 0 decides for all
        let cancelled () =
            Communicator.agree communicator (cancelled ())

        while not (cancelled ())
              && measured.Count < options.Epochs
              && (best = 0 || measured.Count < needed best) do
            let epochs =
                trainings
                |> List.map (fun training ->
                    training.MoveNext() |> ignore
                    training.Current)

            if
                epochs |> List.forall _.Validation.IsSome
                && not (epochs |> List.exists _.Cancelled)
            then
                measured.Add(together (epochs |> List.map _.Validation.Value))

                if best = 0 || measured[measured.Count - 1].Loss < measured[best - 1].Loss then
                    best <- measured.Count

        for training in trainings do
            training.Dispose()

        measured.ToArray() |> Array.truncate (further options.Task best)
