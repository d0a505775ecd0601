namespace Hybrid.Tuning

open System
open Hybrid
open Hybrid.Core
open Hybrid.Data
open Hybrid.Models

/// A search that is ready to start: what is searched, and how trials are measured.
[<Sealed>]
type TuneTask
    internal
    (options: Options, folds: int, sets: Sets, prepared: Prepared, objective: Objective, space: SearchSpace) =
    member internal _.Options = options
    member internal _.Sets = sets
    member internal _.Prepared = prepared
    member internal _.Objective = objective

    /// Where is searched.
    member _.Space = space

    /// What trials are compared by; none for the loss.
    member _.Metric = objective.Metric

    /// What may make results look better than they are: see Prepared.Notes.
    member _.Notes = prepared.Notes

    /// The largest number of epochs of a trial.
    member _.Epochs = objective.Epochs

    /// The number of trainings of a trial, each of which holds out another part of the examples.
    member _.Parts = objective.Parts.Length

    /// The number of examples that the search sees.
    member _.Examples = prepared.Split.Training.Length

    /// The number of folds that measure the whole search; 0 where a test part does.
    member _.Folds = folds

/// <summary>Searches for the options of a training. Trials are compared on examples that they did not learn from, by
/// cross-validation or, from 5,000 examples on, on a validation part. The best one of many is better on these than on others: what is
/// said of the result is measured on a test part, or on folds with a search of their own, that no trial saw.</summary>
module Tune =
    [<Literal>]
    let private Parts = 5

    /// From so many on, one part is large enough.
    [<Literal>]
    let private MostForFolds = 5_000

    let private usualValidation = 0.2

    let private refuse option problem =
        raise (OptionException(option, problem))

    let private check (options: Options) =
        let decided = "cannot be combined with a search, which finds the number of epochs"

        let after =
            "cannot be combined with a search: train once more with the options that it found"

        [
            nameof options.From,
            options.From.IsSome,
            "cannot be combined with a search: the model may have learned from all examples"
            nameof options.StopBy, options.StopBy.IsSome, decided
            nameof options.Patience, options.Patience.IsSome, decided
            nameof options.Interval, options.Interval.IsSome, after
            nameof options.Temperature, options.Temperature, after
            nameof options.LabelThresholds, options.LabelThresholds, after
            nameof options.Certify, options.Certify.IsSome, after
            nameof options.ValidationFraction,
            options.ValidationFraction = Some 0.0 && options.ValidationData.IsNone,
            "must be above 0: trials are compared on that part"
        ]
        |> List.iter (fun (option, isGiven, problem) ->
            if isGiven then
                refuse option problem)

    /// What is learned from and what is held out, for each training of a trial.
    let private parts (options: Options) (prepared: Prepared) : (Table * Table) list =
        let table = Table.subset prepared.Split.Training prepared.Table
        let all = [| 0 .. table.Examples - 1 |]

        let isInOrder =
            match table.SplitBy with
            | Some { Role = SplitRole.Time _ } -> true
            | _ -> false

        match prepared.OwnValidation, options.ValidationFraction with
        | Some own, _ -> [ table, own ]
        | None, None when not isInOrder && table.Examples <= MostForFolds ->
            let count = min Parts (KFold.most table all)

            if count < 2 then
                refuse
                    "Data"
                    $"needs at least 2 examples, or groups of examples, to search with; it has {count}"

            KFold.split options.Seed count table all
            |> List.map (fun (training, held) -> Table.subset training table, Table.subset held table)
        | None, share ->
            let split = Split.ofTable options.Seed (defaultArg share usualValidation) 0.0 table
            [ Table.subset split.Training table, Table.subset split.Validation table ]

    /// <summary>What a search means for some data.</summary>
    /// <param name="options">What is not searched; where it differs from the defaults, it is left as it is, whatever the space. Epochs is
    /// the largest number of epochs.</param>
    /// <param name="given">The names of axes that are not searched besides, because the options' defaults are wanted.</param>
    /// <param name="space">Where to search; none for the usual space.</param>
    /// <param name="metric">What trials are compared by; none for the loss.</param>
    /// <param name="folds">The number of folds that measure the whole search, at least 2; 0 for a test part.</param>
    /// <param name="sets">The data. Of a test part that comes with it, nothing is learned; with folds it is left out.</param>
    /// <exception cref="T:Hybrid.OptionException">An option, the space, the metric or the folds do not fit each other or the
    /// data.</exception>
    let prepare
        (options: Options)
        (given: string list)
        (space: SearchSpace option)
        (metric: Metric option)
        (folds: int)
        (sets: Sets)
        : TuneTask =
        check options

        if folds <> 0 then
            Folds.check options folds 1 sets.Train

        let sets = if folds = 0 then sets else { sets with Test = None }

        let whole =
            { options with
                ValidationFraction = Some 0.0
                TestFraction = if folds = 0 then options.TestFraction else Some 0.0
            }

        let prepared = Recipe.prepare whole sets

        let epochs =
            match prepared.Settings with
            | Settings.Steps steps -> steps.Epochs
            | Settings.Lbfgs all -> all.Epochs

        let space =
            space
            |> Option.defaultWith (fun () ->
                SearchSpace.usual options prepared.Split.Training.Length prepared.Sizes.Head)
            |> SearchSpace.withoutGiven options given

        SearchSpace.check options space

        let objective =
            {
                Options = { whole with ValidationData = None }
                Metric = metric
                Epochs = epochs
                Parts = parts options prepared
            }

        // what does not fit is said before the search
        Objective.prepare objective { Values = [] } objective.Parts.Head |> ignore
        TuneTask(options, folds, sets, prepared, objective, space)

    /// <summary>The trials of a search, as many as its budget allows.</summary>
    /// <param name="engine">Computes; the results do not depend on it.</param>
    /// <param name="communicator">Connects ranks that share the trials; all have the results, and rank 0 decides about time and
    /// budget.</param>
    /// <param name="threads">The number of trainings at once; 0 for one per processor. The results do not depend on it.</param>
    /// <param name="cancelled">Called before every step; if it returns true, there are no further results.</param>
    /// <param name="isLate">Whether the time is over: trainings then end after the epoch that they are in, and none begins but those of
    /// the first trial.</param>
    /// <param name="isAllowed">Whether one more trial may begin: see Budget.</param>
    /// <param name="finished">Called with each new result, by any thread, one at a time.</param>
    /// <param name="known">Results of an earlier run, which are not computed again.</param>
    /// <param name="task">The search.</param>
    /// <exception cref="T:System.OperationCanceledException">It was cancelled.</exception>
    let search
        (engine: Engine)
        (communicator: ICommunicator)
        (threads: int)
        (cancelled: unit -> bool)
        (isLate: unit -> bool)
        (isAllowed: SearchProgress -> bool)
        (finished: TrialResult -> unit)
        (known: TrialResult list)
        (task: TuneTask)
        : Trial list =
        Search.run
            engine
            communicator
            threads
            cancelled
            isLate
            isAllowed
            finished
            known
            task.Objective
            task.Space

    /// The best of some trials: at least as good as the options as they are, which are the first trial, on what compares them.
    let best (task: TuneTask) (trials: Trial list) : Trial = Trial.best task.Metric trials

    /// The options of a trial, for a training on all examples that the search saw.
    let options (task: TuneTask) (trial: Trial) : Options =
        Objective.options task.Objective trial.Configuration task.Examples

    /// The same as concluded, and the training.
    let internal train
        (engine: Engine)
        (cancelled: unit -> bool)
        (task: TuneTask)
        (trial: Trial)
        : Prepared * Report =
        match trial.Score with
        | None ->
            raise (
                HybridException
                    $"""No trial could be trained. Of the first one: {defaultArg trial.Failure "no reason is known"}"""
            )
        | Some score ->
            let prepared = Recipe.prepare (options task trial) task.Sets

            let last =
                Recipe.trained engine cancelled prepared
                |> Seq.truncate score.Epoch
                |> Seq.tryLast

            match last with
            | Some last when not last.Progress.Cancelled ->
                prepared, Recipe.conclude engine prepared { last.Progress with Best = last.Epoch }
            | _ -> raise (OperationCanceledException())

    /// <summary>Trains with the options of a trial on all examples that the search saw, for its best number of epochs, and measures
    /// the model on the test part.</summary>
    /// <exception cref="T:Hybrid.HybridException">The trial failed, or as for Recipe.train.</exception>
    /// <exception cref="T:System.OperationCanceledException">It was cancelled.</exception>
    let conclude (engine: Engine) (cancelled: unit -> bool) (task: TuneTask) (trial: Trial) : Report =
        snd (train engine cancelled task trial)

    /// <summary>Measures the whole search: for each fold, another search with the same seed, space and number of trials sees only the other
    /// folds; the model that it leads to is measured on the fold.</summary>
    /// <param name="engine">As for search.</param>
    /// <param name="communicator">As for search.</param>
    /// <param name="threads">As for search.</param>
    /// <param name="cancelled">As for search.</param>
    /// <param name="isLate">As for search, by the number of the fold, from 1: asked for when its search begins.</param>
    /// <param name="finished">As for search, with the number of the fold.</param>
    /// <param name="known">As for search, by the number of the fold.</param>
    /// <param name="trials">The number of trials of each search.</param>
    /// <param name="task">A search with folds.</param>
    let evaluate
        (engine: Engine)
        (communicator: ICommunicator)
        (threads: int)
        (cancelled: unit -> bool)
        (isLate: int -> unit -> bool)
        (finished: int -> TrialResult -> unit)
        (known: int -> TrialResult list)
        (trials: int)
        (task: TuneTask)
        : FoldResult list =
        let table = task.Sets.Train

        KFold.split task.Options.Seed task.Folds table [| 0 .. table.Examples - 1 |]
        |> List.mapi (fun index (training, held) ->
            let fold = index + 1
            let test = Table.subset held table

            let inner =
                prepare
                    { task.Options with
                        Epochs = Some task.Epochs
                        BatchSize = task.Options.BatchSize |> Option.map (min training.Length)
                    }
                    []
                    (Some task.Space)
                    task.Metric
                    0
                    {
                        Train = Table.subset training table
                        Test = Some test
                    }

            let isLate = isLate fold

            let report =
                search
                    engine
                    communicator
                    threads
                    cancelled
                    isLate
                    (Budget.trials trials)
                    (finished fold)
                    (known fold)
                    inner
                |> best inner
                |> conclude engine cancelled inner

            Folds.resultOf engine 1 fold held training.Length test report)
