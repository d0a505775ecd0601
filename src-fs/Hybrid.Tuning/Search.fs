namespace Hybrid.Tuning

open System
open System.Collections.Generic
open Hybrid
open Hybrid.Core
open Hybrid.Models

/// The search itself: brackets of trials, each by successive halving, one after another.
module internal Search =
    /// Why a training of a trial fails, where that says something of its configuration.
    let private attempt (work: unit -> 'result) : Result<'result, string> =
        try
            Ok(work ())
        with
        | :? OptionException as error when error.Option = TuneOption.Metric -> reraise ()
        | :? HybridException as error -> Error error.Message

    /// <summary>Searches until the budget allows no further trial. The results depend on seed, space and number of trials only, not
    /// on threads or time.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="communicator">Connects ranks that share the trials; all have the results, and rank 0 decides about time and
    /// budget.</param>
    /// <param name="threads">The number of trainings at once of each rank; 0 for one per processor.</param>
    /// <param name="cancelled">Called before every step; if it returns true, OperationCanceledException is raised.</param>
    /// <param name="isLate">Whether the time is over: trainings then end after the epoch that they are in, and none begins but those of
    /// the first trial.</param>
    /// <param name="isAllowed">Whether one more trial may begin.</param>
    /// <param name="finished">Called with each new result, by any thread, one at a time.</param>
    /// <param name="known">Results of an earlier run of the same search, which are not computed again.</param>
    /// <param name="objective">How trials are measured.</param>
    /// <param name="space">Where to search.</param>
    let run
        (engine: Engine)
        (communicator: ICommunicator)
        (threads: int)
        (cancelled: unit -> bool)
        (isLate: unit -> bool)
        (isAllowed: SearchProgress -> bool)
        (finished: TrialResult -> unit)
        (known: TrialResult list)
        (objective: Objective)
        (space: SearchSpace)
        : Trial list =
        let share owner results =
            if communicator.Size = 1 then
                results
            else
                TrialBytes.write results
                |> Communicator.share communicator owner
                |> TrialBytes.read

        let owner trial = trial % communicator.Size

        let isOwn trial = owner trial = communicator.Rank

        // for decisions that all make at the same place
        let isOver () =
            Communicator.agree communicator (isLate ())

        let isAllowed progress =
            Communicator.agree communicator (isAllowed progress)

        let known =
            share 0 known
            |> List.map (fun result -> (result.Trial, result.Reached), result)
            |> dict

        let results = Dictionary<int * int, TrialResult>()
        let courses = Dictionary<int, Course list>()
        let rungs = Halving.rungs objective.Epochs

        let wave =
            communicator.Size
            * (if threads = 0 then Environment.ProcessorCount else threads)

        let gate = obj ()

        let configuration trial =
            SearchSpace.configuration objective.Options trial space

        let begin' trial =
            if not (courses.ContainsKey trial) then
                courses[trial] <-
                    [
                        for part in objective.Parts ->
                            new Course(
                                engine,
                                cancelled,
                                (fun () -> Objective.prepare objective (configuration trial) part),
                                objective.Metric
                            )
                    ]

        let drop trial =
            match courses.TryGetValue trial with
            | true, begun ->
                for course in begun do
                    (course :> IDisposable).Dispose()

                courses.Remove trial |> ignore
            | _ -> ()

        let scoreOf trial reached =
            let score = Course.score objective.Metric reached courses[trial]

            if Double.IsFinite score.Value && Double.IsFinite score.Loss then
                Ok score
            else
                Error "What is measured is not a finite number."

        let conclude trial reached (parts: Result<unit, string> list) =
            let failure =
                parts
                |> List.tryPick (fun part ->
                    match part with
                    | Error reason -> Some reason
                    | Ok() -> None)

            let has =
                courses[trial] |> List.map (fun course -> course.Epochs reached) |> List.min

            let result =
                {
                    Trial = trial
                    Reached = if failure.IsSome then reached else has
                    Outcome =
                        match failure with
                        | Some reason -> Error reason
                        | None -> scoreOf trial has
                    IsCut = failure.IsNone && has < reached
                }

            results[(trial, reached)] <- result
            finished result

        /// Brings trials to a number of epochs: their trainings are shared by the threads.
        let reach (reached: int) (trials: int list) =
            let isKnown, pending =
                trials |> List.partition (fun trial -> known.ContainsKey((trial, reached)))

            for trial in isKnown do
                results[(trial, reached)] <- known[(trial, reached)]

            let awaited = pending
            let pending = pending |> List.filter isOwn |> Array.ofList
            pending |> Array.iter begin'
            let width = objective.Parts.Length
            let outcomes = Array.init pending.Length (fun _ -> Array.create width None)

            Jobs.run threads (pending.Length * width) (fun job ->
                let trial, part = job / width, job % width
                let course = List.item part courses[pending[trial]]
                let outcome = attempt (fun () -> course.Reach(reached, isLate))

                lock gate (fun () ->
                    outcomes[trial][part] <- Some outcome

                    if outcomes[trial] |> Array.forall _.IsSome then
                        conclude pending[trial] reached (List.choose id (List.ofArray outcomes[trial]))))
            |> ignore

            if communicator.Size > 1 then
                for trial in awaited do
                    let own = if isOwn trial then [ results[(trial, reached)] ] else []

                    for result in share (owner trial) own do
                        results[(trial, reached)] <- result

                        if not (isOwn trial) then
                            finished result

        /// A trial's last result: further epochs were not needed, where there is none for a rung.
        let last trial =
            rungs
            |> List.rev
            |> List.pick (fun reached ->
                match results.TryGetValue((trial, reached)) with
                | true, result -> Some result
                | _ -> None)

        let score trial =
            match (last trial).Outcome with
            | Ok score -> Some score
            | Error _ -> None

        /// Fills a bracket from its first trial on, as far as the budget allows.
        let fill (first: int) (size: int) (reached: int) : int list =
            let rec next count =
                let isThere i =
                    count + i < size
                    && (first + count + i = 1 || not (isOver ()))
                    && isAllowed
                        {
                            Begun = first - 1 + count + i
                            InBracket = count + i
                        }

                let width =
                    Seq.initInfinite id
                    |> Seq.takeWhile (fun i -> i < wave && isThere i)
                    |> Seq.length

                if width > 0 then
                    reach reached [ first + count .. first + count + width - 1 ]
                    next (count + width)
                else
                    count

            [ first .. first + next 0 - 1 ]

        /// Takes the better trials of a bracket from rung to rung.
        let rec climb (rungs: int list) (trials: int list) =
            match rungs with
            | _ :: (further :: _ as next) ->
                let promoted =
                    trials
                    |> List.map (fun trial -> trial, score trial)
                    |> List.filter (snd >> Option.isSome)
                    |> Halving.promote (Trial.compare objective.Metric)

                trials |> List.except promoted |> List.iter drop

                if isOver () then
                    promoted |> List.iter drop
                elif not promoted.IsEmpty then
                    promoted |> List.filter (last >> Trial.isSettled >> not) |> reach further
                    climb next promoted
            | _ -> trials |> List.iter drop

        let rec brackets (first: int) =
            let size = if first = 1 then 1 else Halving.Bracket

            match fill first size rungs.Head with
            | [] -> first - 1
            | trials ->
                climb rungs trials

                if trials.Length = size then
                    brackets (first + size)
                else
                    first - 1 + trials.Length

        let count =
            try
                brackets 1
            finally
                for trial in List.ofSeq courses.Keys do
                    drop trial

        results.Values
        |> Seq.filter (fun result -> result.Trial <= count)
        |> Seq.groupBy _.Trial
        |> Seq.sortBy fst
        |> Seq.map (fun (trial, results) ->
            {
                Number = trial
                Configuration = configuration trial
                Results = results |> Seq.sortBy _.Reached |> List.ofSeq
            })
        |> List.ofSeq
