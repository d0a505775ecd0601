namespace Hybrid.Models

open System
open Hybrid
open Hybrid.Core
open Hybrid.Data

/// <summary>How many epochs few examples need. A part that is held out to decide it would be small, so that it decides badly, and
/// would be missed in training. In cross-validation each fifth of the examples is held out in turn: five networks are trained, and
/// the loss of all held-out examples together has its minimum after some number of epochs. Then one network is trained on all
/// examples, for as many epochs. What is learned of the columns, such as their means, is that of all these examples throughout, and
/// test examples have no part in it.
/// Scores of classes and labels tell them apart better and better for some time after the loss has begun to rise, because
/// probabilities are then too close to 0 and 1. So the loss that decides is that of scores times the factor of at most 1 that makes
/// it least, a temperature, and the network's scores are multiplied by the factor. Probabilities that are not certain enough become
/// so by training. Of the epochs whose losses are nearly the least, accuracy decides: see EpochChoice. Where the layers are not given,
/// two networks are compared so, of which some tables need the one and some the other.</summary>
/// <remarks>Berta, Holzmüller, Jordan and Bach, "Rethinking early stopping: refine, then calibrate" (2025).</remarks>
module internal CrossValidation =
    [<Literal>]
    let Folds = 5

    let private fewest, most = 20, 1_200

    /// Five networks of more weights would take long.
    let private mostWeights = 50_000

    /// Calibrated losses fall slowly.
    [<Literal>]
    let private MorePatience = 2

    let private isOfClasses (task: LearningTask) : bool = not task.IsRegression

    /// The index of the best epoch of the folds.
    let private best (task: LearningTask) (course: HeldOut seq) : int =
        let losses = course |> Seq.map _.Loss |> Seq.toArray

        if isOfClasses task then
            EpochChoice.best losses (course |> Seq.map _.Accuracy |> Seq.toArray)
        else
            Array.findIndex ((=) (Array.min losses)) losses

    /// The number of epochs to make with all examples: with a quarter more of them, classes need a quarter more epochs.
    let private chosen (task: LearningTask) (course: HeldOut seq) : int =
        let epochs = 1 + best task course

        if isOfClasses task then
            epochs * Folds / (Folds - 1)
        else
            epochs

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

    /// <summary>What the held-out examples measure after each epoch, until no further epoch is likely to be better.</summary>
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
                        false
                        training
                        None

                epochs.GetEnumerator(), held)

        let watch = NetworkWatch(engine, network, (snd folds.Head).Width)

        let measure (epochs: (Examples * Epoch) list) =
            try
                epochs
                |> List.map (fun (held, epoch) -> held, (watch.Of epoch.Network).Run held)
                |> HeldOut.measure engine options
            with :? NonFiniteResultException ->
                let _, epoch = epochs.Head
                raise (TrainingDivergedException(epoch.Number, epoch.LearningRate))

        let measured = ResizeArray<HeldOut>()
        let mutable least = 0

        let patience =
            let patience = defaultArg options.Patience options.Epochs

            if isOfClasses options.Task then
                MorePatience * patience
            else
                patience

        // rank 0 decides for all
        let cancelled () =
            Communicator.agree communicator (cancelled ())

        while not (cancelled ())
              && measured.Count < options.Epochs
              && (least = 0
                  || measured.Count < least + patience
                  || measured.Count < chosen options.Task measured) do
            let epochs =
                trainings
                |> List.map (fun (training, held) ->
                    training.MoveNext() |> ignore
                    held, training.Current)

            if epochs |> List.forall (fun (_, epoch) -> not epoch.Cancelled) then
                measured.Add(measure epochs)

                if least = 0 || measured[measured.Count - 1].Loss < measured[least - 1].Loss then
                    least <- measured.Count

        for training, _ in trainings do
            training.Dispose()

        measured.ToArray()

    /// <summary>What the held-out examples measure after each epoch, for as many epochs as are to be made with all examples.</summary>
    let decided (task: LearningTask) (course: HeldOut[]) : HeldOut[] =
        if course.Length = 0 then
            [||]
        else
            Array.truncate (chosen task course) course

    /// <summary>Whether a network is better than another by their courses: its least loss is lower, unless the other is more accurate in
    /// classes or labels.</summary>
    let isBetter (task: LearningTask) (one: HeldOut[]) (other: HeldOut[]) : bool =
        let least (course: HeldOut[]) = course |> Array.map _.Loss |> Array.min
        let right (course: HeldOut[]) = Array.map _.Right course

        let isMoreAccurate (one: HeldOut[]) (other: HeldOut[]) =
            EpochChoice.isMoreAccurate
                one[0].Weights
                (right one)
                (best task one)
                (right other)
                (best task other)

        one.Length > 0
        && other.Length > 0
        && (if task.IsRegression then
                least one < least other
            elif least one < least other then
                not (isMoreAccurate other one)
            else
                isMoreAccurate one other)
