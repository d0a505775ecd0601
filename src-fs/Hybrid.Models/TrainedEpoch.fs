namespace Hybrid.Models

open Hybrid
open Hybrid.Core
open Hybrid.Data

/// A training after one more epoch.
[<NoComparison; ReferenceEquality>]
type TrainedEpoch =
    {
        Epoch: Epoch
        /// Whether it made a step; if not, training was cut short before.
        HasStep: bool
        /// On the validation part: a loss of the standardised target, and errors in its own unit.
        Validation: Measures option
        /// The value of the metric that decides which epoch is best; none for the loss.
        StopBy: float option
        Progress: Progress
    }

/// The epochs of a training with what is measured after each.
module internal TrainedEpoch =
    /// Epochs, from any place on: see Training.resumable. After a cross-validation they have what was measured in it after as many.
    let positioned
        (engine: Engine)
        (communicator: ICommunicator)
        (cancelled: unit -> bool)
        (watch: (unit -> Position) -> unit)
        (from: Position option)
        (isInPlace: bool)
        (prepared: Prepared)
        : Epoch seq =
        let steps options network validation =
            Training.resumable
                engine
                communicator
                cancelled
                watch
                from
                options
                network
                isInPlace
                prepared.Examples
                validation

        match Settings.patientIf prepared.Options.StopBy.IsNone prepared.Settings with
        | Settings.Steps _ when not prepared.Folds.IsEmpty ->
            Seq.delay (fun () ->
                let network, options, course =
                    NetworkChoice.decide engine communicator cancelled prepared

                steps options network None
                |> Seq.map (fun epoch ->
                    match Array.tryItem (epoch.Number - 1) course with
                    | Some held ->
                        { epoch with
                            Network = Temperature.scaled held.Factor epoch.Network
                            Validation = Some held.Measures
                        }
                    | None -> epoch))
        | Settings.Steps options -> steps options prepared.Learned prepared.Validation
        | Settings.Lbfgs options ->
            Lbfgs.resumable
                engine
                cancelled
                watch
                from
                options
                prepared.Learned
                prepared.Examples
                prepared.Validation

    /// An epoch's measures on the validation part: a loss of the standardised target, and errors in its own unit.
    let validation (prepared: Prepared) (epoch: Epoch) : Measures option =
        epoch.Validation
        |> Option.map (fun measures ->
            match measures.Quality with
            | Classified _ -> measures
            | Estimated _ ->
                let each =
                    List.map2
                        (fun unit' quality ->
                            match quality with
                            | Estimated(rmse, mae, r2) -> Estimated(unit' * rmse, unit' * mae, r2)
                            | other -> other)
                        prepared.Units
                        measures.Each

                { measures with
                    Quality = Metrics.average each
                    Each = each
                })

    /// The value of the metric to stop by, after an epoch.
    let private stopBy (engine: Engine) (prepared: Prepared) : (Epoch -> float) option =
        prepared.Options.StopBy
        |> Option.map (fun metric ->
            let network = TrainedModel.ofNetwork prepared.Learned prepared None
            let watch = NetworkWatch(engine, network.Network, network.Inputs)

            let ofTable (table: Table) =
                { Table.examples table with
                    Targets = Model.targets network table.Target
                }

            let examples =
                match prepared.OwnValidation with
                | Some own -> ofTable own
                | None ->
                    { ofTable prepared.Table with
                        Rows = prepared.Split.Validation
                    }

            fun (epoch: Epoch) ->
                match Evaluation.measureBy (watch.Of epoch.Network) metric examples network with
                | Ok value -> value
                | Error reason ->
                    raise (
                        OptionException(
                            nameof prepared.Options.StopBy,
                            $"cannot be {metric.Name}, which has no value on the validation part: {reason}"
                        )
                    ))

    /// As long as patience lasts, where a metric decides.
    let private patiently (prepared: Prepared) (start: Progress option) (epochs: TrainedEpoch seq) =
        let goesOn (progress: Progress) =
            prepared.Options.StopBy.IsNone
            || progress.Epochs - progress.Best.Number < prepared.Record.Patience

        seq {
            use epochs = epochs.GetEnumerator()

            let rec next progress =
                seq {
                    if Option.forall goesOn progress && epochs.MoveNext() then
                        let epoch = epochs.Current
                        yield epoch
                        yield! next (Some epoch.Progress)
                }

            yield! next start
        }

    /// The epochs of a training, with the progress so far: take makes the epoch that is returned of one in the training's own arrays, and
    /// keep makes the best one so far of that. In place, the numbers of the network to start from are changed.
    let following
        (take: Epoch -> Epoch)
        (keep: Epoch -> Epoch)
        (isInPlace: bool)
        (engine: Engine)
        (communicator: ICommunicator)
        (cancelled: unit -> bool)
        (watch: (unit -> TrainingState) -> unit)
        (from: TrainingState option)
        (prepared: Prepared)
        : TrainedEpoch seq =
        Seq.delay (fun () ->
            let mark = lazy (TrainingMark.ofPrepared prepared)
            from |> Option.iter (fun from -> TrainingState.require mark.Value from)

            if communicator.Size > 1 then
                TrainingMark.agree communicator mark.Value

            let start = from |> Option.bind (TrainingState.progress prepared)
            let stopBy = stopBy engine prepared

            // after the last whole epoch
            let whole = ref start

            let state (position: unit -> Position) () =
                TrainingState.create mark.Value whole.Value (position ())

            let after (epoch: Epoch) before =
                let score =
                    match stopBy with
                    // the network of an epoch without a step, or without validation, has not been measured
                    | Some value when epoch.Validation.IsSome -> Some(value epoch)
                    | _ -> None

                let isHigherBetter = prepared.Options.StopBy |> Option.forall _.IsHigherBetter

                let progress = Progress.after isHigherBetter epoch score before

                let progress =
                    if prepared.Folds.IsEmpty || Progress.isStepless epoch then
                        progress
                    else
                        // as many as were decided before
                        progress |> Option.map (fun progress -> { progress with Best = epoch })

                let progress =
                    progress
                    |> Option.map (fun progress ->
                        if obj.ReferenceEquals(progress.Best, epoch) then
                            { progress with Best = keep epoch }
                        else
                            progress)

                if not epoch.Cancelled then
                    whole.Value <- progress

                progress, score

            let epochs =
                positioned
                    engine
                    communicator
                    cancelled
                    (state >> watch)
                    (from |> Option.map _.Position)
                    isInPlace
                    prepared
                |> Seq.map take

            (None, epochs)
            ||> Seq.scan (fun before epoch ->
                let progress, score =
                    match before with
                    | Some(_, progress, _) -> after epoch progress
                    | None -> after epoch start

                Some(epoch, progress, score))
            |> Seq.choose (fun state ->
                match state with
                | Some(epoch, Some progress, score) ->
                    Some
                        {
                            Epoch = epoch
                            HasStep = not (Progress.isStepless epoch)
                            Validation = validation prepared epoch
                            StopBy = score
                            Progress = progress
                        }
                | _ -> None)
            |> patiently prepared start)
