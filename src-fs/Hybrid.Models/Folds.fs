namespace Hybrid.Models

open System
open Hybrid
open Hybrid.Core
open Hybrid.Data

/// The training of one fold, and what it predicts for the examples that it held out.
[<NoComparison; ReferenceEquality>]
type FoldResult =
    {
        /// From 1.
        Repeat: int
        /// From 1.
        Fold: int
        /// The rows of the table that it held out.
        Held: int[]
        /// The number of rows that it could learn from.
        Learned: int
        /// Of its own model, whose test part are the rows held out.
        Report: Report
        /// In the order of the rows held out.
        Outcomes: Outcomes
        /// What its model returns for them, [held; outputs], in the targets' own units.
        Predicted: float[]
        /// [held; targets]: class indices, 1 or 0 of labels, quantities in their own units; NaN for one that is missing.
        Actual: float[]
    }

/// A metric over folds.
[<NoComparison; ReferenceEquality>]
type FoldSummary =
    {
        Metric: Metric
        /// One for each fold.
        Values: float list
        Mean: float
        /// Of a sample: with n - 1 in the denominator.
        Deviation: float
        /// The ends of the 95 % interval.
        Lower: float
        Upper: float
    }

/// <summary>Cross-validation of a whole training: everything that it learns and chooses is learned and chosen again in each fold,
/// from the other folds only. With times, each fold learns from the rows before it, and the earliest rows are held out by none.</summary>
module Folds =
    [<Literal>]
    let private Coverage = 0.95

    let private refuse option problem =
        raise (OptionException(option, problem))

    /// <summary>Refuses numbers of folds or repeats that the examples do not allow, and options that folds replace.</summary>
    /// <exception cref="T:Hybrid.OptionException">One of them.</exception>
    let check (options: Options) (folds: int) (repeats: int) (table: Table) : unit =
        let rows = [| 0 .. table.Examples - 1 |]
        let most = KFold.most table rows

        if folds < 2 then
            refuse ("Folds") $"must be at least 2, not {folds}"

        if repeats < 1 then
            refuse "Repeats" $"must be at least 1, not {repeats}"

        match table.SplitBy with
        | Some { Role = SplitRole.Time _ } when folds > most ->
            refuse
                "Folds"
                $"must be at most {most}, one less than the number of different times, not {folds}: the first ones are only learned from"
        | Some { Role = SplitRole.Time _ } when repeats > 1 ->
            refuse "Repeats" $"must be 1 with times, whose folds are always the same, not {repeats}"
        | Some _ when folds > most ->
            refuse ("Folds") $"must be at most the number of groups, {most}, not {folds}"
        | None when folds > most ->
            refuse ("Folds") $"must be at most the number of examples, {most}, not {folds}"
        | _ -> ()

        if options.TestFraction.IsSome || options.TestData.IsSome then
            refuse
                (nameof options.TestFraction)
                "cannot be combined with folds, which are held out in its place"

        match options.From with
        | Some model when ModelData.isTrainedOn (Table.inSchema model.Schema table) model ->
            refuse
                (nameof options.From)
                "must be a model of other data than the folds: it has learned from these examples, and none of them is new to it"
        | _ -> ()

    /// One training that may be cancelled: how it ended, and its state there.
    let private train
        engine
        (cancelled: unit -> bool)
        (prepared: Prepared)
        : Progress * (unit -> TrainingState) =
        let state = ref (fun () -> raise (OperationCanceledException()))
        let watch now = state.Value <- now

        match
            Recipe.resumable engine Communicator.alone cancelled watch None prepared
            |> Seq.tryLast
        with
        | Some last when not last.Progress.Cancelled -> last.Progress, state.Value
        | _ -> raise (OperationCanceledException())

    /// What the training of a fold gives for the rows that it held out.
    let internal resultOf
        (engine: Engine)
        (repeat: int)
        (fold: int)
        (held: int[])
        (learned: int)
        (test: Table)
        (report: Report)
        : FoldResult =
        let model = report.Model
        let examples = Model.examples model test

        let outputs = (Inference.once engine model.Network model.Inputs).Run(examples)

        {
            Repeat = repeat
            Fold = fold
            Held = held
            Learned = learned
            Report = report
            Outcomes = Evaluation.outcomes engine examples model
            Predicted = Prediction.inUnit model outputs
            Actual =
                (Table.forSchema model.Schema test).Target.Value
                |> Target.numbers
                |> Prediction.targetsInUnit model
        }

    /// <summary>Trains once for each fold of each repeat, several at once.</summary>
    /// <param name="engine">Computes; the results do not depend on it.</param>
    /// <param name="communicator">Connects ranks that share the trainings; all have the results.</param>
    /// <param name="threads">The number of trainings at once; 0 for one per processor.</param>
    /// <param name="cancelled">Called before every step; if it returns true, there are no results.</param>
    /// <param name="finished">Called with the number of folds that are finished, by any thread, one at a time.</param>
    /// <param name="options">How to train; repeats count the seed on.</param>
    /// <param name="folds">The number of folds, at least 2.</param>
    /// <param name="repeats">How often the examples are dealt into folds, at least 1.</param>
    /// <param name="table">The examples.</param>
    /// <exception cref="T:Hybrid.OptionException">There are more folds than examples or groups, or as for Recipe.prepare.</exception>
    /// <exception cref="T:System.OperationCanceledException">It was cancelled.</exception>
    let evaluate
        (engine: Engine)
        (communicator: ICommunicator)
        (threads: int)
        (cancelled: unit -> bool)
        (finished: int -> unit)
        (options: Options)
        (folds: int)
        (repeats: int)
        (table: Table)
        : FoldResult list =
        check options folds repeats table

        let jobs =
            [|
                for repeat in 1..repeats do
                    let seed = Seeds.at options.Seed (repeat - 1)

                    for fold, (training, held) in
                        List.indexed (KFold.split seed folds table [| 0 .. table.Examples - 1 |]) do
                        repeat, fold + 1, seed, training, held
            |]

        let gate, done' = obj (), ref 0
        let owner index = index % communicator.Size

        let prepared index =
            let _, _, seed, training, held = jobs[index]

            Recipe.prepare
                { options with Seed = seed }
                {
                    Train = Table.subset training table
                    Test = Some(Table.subset held table)
                }

        let result index prepared progress =
            let repeat, fold, _, training, held = jobs[index]
            let report = Recipe.conclude engine prepared progress
            resultOf engine repeat fold held training.Length (Table.subset held table) report

        let own =
            [| 0 .. jobs.Length - 1 |]
            |> Array.filter (fun index -> owner index = communicator.Rank)

        let trained =
            Jobs.run threads own.Length (fun job ->
                let prepared = prepared own[job]
                let progress, state = train engine cancelled prepared
                let result = result own[job] prepared progress

                lock gate (fun () ->
                    done'.Value <- done'.Value + 1
                    finished done'.Value)

                result, state)
            |> Array.zip own
            |> dict

        let share index state =
            Communicator.share communicator (owner index) state

        [
            for index in 0 .. jobs.Length - 1 do
                match trained.TryGetValue index with
                | true, (result, state) ->
                    if communicator.Size > 1 then
                        state ()
                        |> TrainingState.ended true
                        |> Checkpoint.toBytes
                        |> share index
                        |> ignore

                    result
                | _ ->
                    let prepared = prepared index

                    share index [||]
                    |> Checkpoint.ofBytes
                    |> TrainingState.progress prepared
                    |> Option.get
                    |> result index prepared
        ]

    /// <summary>A metric over folds: Student's t interval of the mean, whose variance s² (1/J + n₂/n₁), with J values, n₁ examples learned
    /// from and n₂ held out, allows for training parts that overlap. With times, whose folds learn from more and more, n₁ and n₂ are the
    /// sums over the folds, and the interval is a rough one. It ends where the metric's values do.</summary>
    /// <returns>Why not, where the metric has no value in some fold.</returns>
    /// <remarks>Nadeau and Bengio, "Inference for the generalization error" (2003); Bouckaert and Frank, "Evaluating the
    /// replicability of significance tests for comparing learning algorithms" (2004), for repeats.</remarks>
    let summary (metric: Metric) (results: FoldResult list) : Result<FoldSummary, string> =
        let values = results |> List.map (fun result -> Metric.value metric result.Outcomes)

        match
            values
            |> List.tryPick (fun value ->
                match value with
                | Error reason -> Some reason
                | Ok _ -> None)
        with
        | Some reason -> Error $"it has none in some fold: {reason}"
        | None ->
            let values = values |> List.map (Result.defaultValue nan)
            let count = float values.Length
            let mean = List.average values

            let variance =
                (values |> List.sumBy (fun value -> (value - mean) ** 2.0)) / (count - 1.0)

            // without times every row is held out once, and learned from in the other folds: 1 / (folds - 1)
            let ratio =
                float (results |> List.sumBy _.Held.Length)
                / float (results |> List.sumBy _.Learned)

            let half =
                StudentT.quantile (values.Length - 1) Coverage
                * sqrt (variance * (1.0 / count + ratio))

            Ok
                {
                    Metric = metric
                    Values = values
                    Mean = mean
                    Deviation = sqrt variance
                    Lower = max metric.Range.Lower (mean - half)
                    Upper = min metric.Range.Upper (mean + half)
                }

    /// The metrics that are usual for results.
    let usual (results: FoldResult list) : Metric list =
        let rec always (outcomes: Outcomes) =
            match outcomes with
            | Outcomes.Classes _ -> [ "accuracy" ]
            | Outcomes.Quantity _ -> [ "rmse"; "mae"; "r2" ]
            | Outcomes.Each targets -> targets |> List.tryHead |> Option.map always |> Option.defaultValue []

        List.map Metric.named (always results.Head.Outcomes)
        @ (Metric.usual results.Head.Outcomes
           |> List.filter (fun metric ->
               results
               |> List.forall (fun result -> Result.isOk (Metric.value metric result.Outcomes))))
