namespace Hybrid.Models

open System
open Hybrid.Core
open Hybrid.Data

/// The state of training after some epochs.
[<NoComparison; ReferenceEquality>]
type Progress =
    {
        /// The one of lowest validation loss, or the last one where there is no validation.
        Best: Epoch
        Last: Epoch
        /// Whether the training was cut short.
        Cancelled: bool
    }

module Progress =
    /// After one more epoch; none while none has made a step.
    let after (epoch: Epoch) (progress: Progress option) : Progress option =
        match progress with
        // stopped before its first step
        | _ when epoch.Cancelled && Double.IsNaN epoch.TrainingLoss ->
            progress |> Option.map (fun progress -> { progress with Cancelled = true })
        | Some progress ->
            Some
                {
                    Best = Epoch.better progress.Best epoch
                    Last = epoch
                    Cancelled = epoch.Cancelled
                }
        | None ->
            Some
                {
                    Best = epoch
                    Last = epoch
                    Cancelled = epoch.Cancelled
                }

/// The result of a training: measures are those of the model as it is used, in the target's own unit.
[<NoComparison; ReferenceEquality>]
type Report =
    {
        Model: Model
        /// The number of epochs begun, with at least one step each.
        Epochs: int
        /// The epoch that the model comes from.
        BestEpoch: int
        Cancelled: bool
        Train: Measures
        /// On the validation part; where there was a cross-validation, on the examples held out there, by networks that did not
        /// learn from them.
        Validation: Measures option
        Test: Measures option
    }

    /// The seed of the split, the initial weights and the steps.
    member this.Seed = this.Model.Training.Value.Seed

    /// What the course of the training shows.
    member this.Notes = TrainingRecord.notes this.Model.Training.Value

/// A training after one more epoch.
[<NoComparison; ReferenceEquality>]
type TrainedEpoch =
    {
        Epoch: Epoch
        /// Whether it made a step; if not, training was cut short before.
        HasStep: bool
        /// On the validation part: a loss of the standardised target, and errors in its own unit.
        Validation: Measures option
        Progress: Progress
    }

/// <summary>Trainings, from options and data to a model. The same options and data give the same model, to the bit, on every
/// engine.</summary>
module Recipe =
    /// <summary>What options mean for some data. A test part that comes with the data is used unless the options ask for a
    /// share.</summary>
    /// <exception cref="T:Hybrid.OptionException">An option is out of range, by itself or for the data.</exception>
    /// <exception cref="T:Hybrid.HybridException">There is nothing to learn from the data, or they do not fit the model to train
    /// further.</exception>
    let prepare (options: Options) (data: Sets) : Prepared = Prepared.ofOptions options data

    /// <summary>Trains, one epoch each time that the next one is requested. The first one may follow a cross-validation: then
    /// what is measured after an epoch are the examples that were held out there, after as many epochs.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="cancelled">Called before every step; training ends there if it returns true.</param>
    /// <param name="prepared">The training.</param>
    /// <exception cref="T:Hybrid.TrainingDivergedException">While epochs are enumerated: the loss or a weight is not finite.</exception>
    let epochs (engine: Engine) (cancelled: unit -> bool) (prepared: Prepared) : Epoch seq =
        let network, examples, validation =
            prepared.Learned, prepared.Examples, prepared.Validation

        match prepared.Settings with
        | Settings.Steps options when not prepared.Folds.IsEmpty ->
            Seq.delay (fun () ->
                let course = CrossValidation.course engine cancelled options network prepared.Folds

                let options =
                    { options with
                        Epochs = max 1 course.Length
                    }

                Training.epochs engine cancelled options network examples None
                |> Seq.map (fun epoch ->
                    { epoch with
                        Validation = Array.tryItem (epoch.Number - 1) course
                    }))
        | Settings.Steps options -> Training.epochs engine cancelled options network examples validation
        | Settings.Lbfgs options -> Lbfgs.epochs engine cancelled options network examples validation

    /// An epoch's measures on the validation part: a loss of the standardised target, and errors in its own unit.
    let private validation (prepared: Prepared) (epoch: Epoch) : Measures option =
        epoch.Validation
        |> Option.map (fun measures ->
            match measures.Quality with
            | Classified _ -> measures
            | Estimated(rmse, mae, r2) ->
                { measures with
                    Quality = Estimated(prepared.Unit * rmse, prepared.Unit * mae, r2)
                })

    /// <summary>The same with the progress so far, and without epochs before any step.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="cancelled">Called before every step; training ends there if it returns true.</param>
    /// <param name="prepared">The training.</param>
    /// <exception cref="T:Hybrid.HybridException">As for epochs.</exception>
    let trained (engine: Engine) (cancelled: unit -> bool) (prepared: Prepared) : TrainedEpoch seq =
        let after epoch before =
            let progress = Progress.after epoch before

            if prepared.Folds.IsEmpty then
                progress
            else
                // as many as were decided before
                progress |> Option.map (fun progress -> { progress with Best = progress.Last })

        (None, epochs engine cancelled prepared)
        ||> Seq.scan (fun before epoch -> Some(epoch, after epoch (Option.bind snd before)))
        |> Seq.choose (fun state ->
            match state with
            | Some(epoch, Some progress) ->
                Some
                    {
                        Epoch = epoch
                        HasStep = obj.ReferenceEquals(progress.Last, epoch)
                        Validation = validation prepared epoch
                        Progress = progress
                    }
            | _ -> None)

    /// The model of an epoch, from raw columns to final outputs.
    let model (prepared: Prepared) (epoch: Epoch) : Model =
        {
            Network = Network.thaw prepared.Start epoch.Network >=> prepared.Ending
            Schema = prepared.Schema
            Loss = prepared.Loss
            Training =
                Some
                    { prepared.Record with
                        BestEpoch = Some epoch.Number
                    }
            Notes = []
        }

    /// <summary>The result of a training: the model of its best epoch, and its measures on each part of the data.</summary>
    /// <exception cref="T:Hybrid.NonFiniteResultException">The model's output for an example is NaN or infinite.</exception>
    let conclude (engine: Engine) (prepared: Prepared) (progress: Progress) : Report =
        let model = model prepared progress.Best
        let evaluate = Evaluation.evaluator engine model

        let raw =
            { prepared.Examples with
                Targets = Target.numbers prepared.Table.Target
            }

        let measure rows = evaluate { raw with Rows = rows }

        let measureOwn (own: Table option) (rows: int[]) =
            match own with
            | Some table -> Some(evaluate (Model.examples model table))
            | None when rows.Length = 0 -> None
            | None -> Some(measure rows)

        {
            Model = model
            Epochs = progress.Last.Number
            BestEpoch = progress.Best.Number
            Cancelled = progress.Cancelled
            Train = measure prepared.Split.Training
            Validation =
                if prepared.Folds.IsEmpty then
                    measureOwn prepared.OwnValidation prepared.Split.Validation
                else
                    // the squared error of a quantity is in its own unit too
                    validation prepared progress.Best
                    |> Option.map (fun measures ->
                        { measures with
                            Loss = prepared.Unit * prepared.Unit * measures.Loss
                        })
            Test = measureOwn prepared.OwnTest prepared.Split.Test
        }

    /// <summary>Splits data, learns their preprocessing, makes a network, trains it and measures it.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="options">How to train.</param>
    /// <param name="data">What to learn from.</param>
    /// <exception cref="T:Hybrid.HybridException">As for prepare, epochs and conclude.</exception>
    let train (engine: Engine) (options: Options) (data: Sets) : Report =
        let prepared = prepare options data

        let last = trained engine (fun () -> false) prepared |> Seq.last
        conclude engine prepared last.Progress
