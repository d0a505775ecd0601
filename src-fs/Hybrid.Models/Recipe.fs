namespace Hybrid.Models

open System
open Hybrid
open Hybrid.Core
open Hybrid.Data

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
        /// The metric that decided which epoch was best; none for the loss.
        Metric: Metric option
        /// Its value on the validation part.
        StopBy: float option
        /// The temperature of the probabilities; none unless it was asked for.
        Temperature: TemperatureFit option
        /// Of the model's intervals or sets of classes, on the test part; none where there is no such part, or no interval was asked
        /// for.
        Coverage: Coverage option
    }

    /// The seed of the split, the initial weights and the steps.
    member this.Seed = this.Model.Training.Value.Seed

    /// What the course of the training shows.
    member this.Notes = TrainingRecord.notes this.Model.Training.Value

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
        TrainedEpoch.positioned engine Communicator.alone cancelled ignore None false prepared
        |> Seq.map Epoch.copied

    /// The loss of a cross-validation in the targets' own units: for quantities, their mean square error.
    let private inUnits (prepared: Prepared) (measures: Measures) : float =
        match prepared.Units, measures.Each with
        | [ one ], _ -> one * one * measures.Loss
        | _, each when prepared.Task.IsRegression ->
            each
            |> List.averageBy (fun quality ->
                match quality with
                | Estimated(rmse, _, _) -> rmse * rmse
                | Classified _ -> nan)
        | _ -> measures.Loss

    /// The model of an epoch, from raw columns to final outputs.
    let model (prepared: Prepared) (epoch: Epoch) : Model = TrainedModel.ofEpoch prepared epoch

    /// The same of an epoch in the training's own arrays, whose next step may follow.
    let internal modelMeanwhile (prepared: Prepared) (epoch: Epoch) : Model =
        model prepared (Epoch.copied epoch)

    /// <summary>As trained, from any place on, and with what is needed to go on from any place: see TrainingState.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="communicator">Connects the ranks that compute the training together, at most as many as there are grains. Each is given
    /// the same, and has the same result, that of one alone; rank 0 decides whether it is cancelled.</param>
    /// <param name="cancelled">As for trained.</param>
    /// <param name="watch">Called before every step, with a function that returns the training's state: there, and after the last
    /// step.</param>
    /// <param name="from">Where to go on; none for the beginning. Where it was at its end, there are no epochs.</param>
    /// <param name="prepared">The training.</param>
    /// <exception cref="T:Hybrid.HybridException">While epochs are enumerated: as for epochs, or the state or rank 0 is one of other data,
    /// options or layers.</exception>
    /// <exception cref="T:Hybrid.OptionException">As for trained.</exception>
    let resumable
        (engine: Engine)
        (communicator: ICommunicator)
        (cancelled: unit -> bool)
        (watch: (unit -> TrainingState) -> unit)
        (from: TrainingState option)
        (prepared: Prepared)
        : TrainedEpoch seq =
        let watch state = watch (state >> TrainingState.copied)
        TrainedEpoch.following Epoch.copied id false engine communicator cancelled watch from prepared

    /// The same without copies, and only once. Epochs are in the training's own arrays, which the next step changes. The best network is a
    /// copy where an earlier epoch can be the best, or states are kept.
    let internal sparing
        (areStatesKept: bool)
        (engine: Engine)
        (communicator: ICommunicator)
        (cancelled: unit -> bool)
        (watch: (unit -> TrainingState) -> unit)
        (from: TrainingState option)
        (prepared: Prepared)
        : TrainedEpoch seq =
        let best = KeptNetwork()

        let keep (epoch: Epoch) =
            // there are no steps after one that was cut short
            if not epoch.Cancelled && (areStatesKept || prepared.Validation.IsSome) then
                { epoch with
                    Network = best.Of epoch.Network
                }
            else
                epoch

        // states tell trainings apart by the numbers that these start from
        let isInPlace = prepared.AreWeightsNew && not areStatesKept
        TrainedEpoch.following id keep isInPlace engine communicator cancelled watch from prepared

    /// <summary>The same with the progress so far, and without epochs before any step.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="cancelled">Called before every step; training ends there if it returns true.</param>
    /// <param name="prepared">The training.</param>
    /// <exception cref="T:Hybrid.HybridException">As for epochs.</exception>
    /// <exception cref="T:Hybrid.OptionException">The metric to stop by has no value on the validation part.</exception>
    let trained (engine: Engine) (cancelled: unit -> bool) (prepared: Prepared) : TrainedEpoch seq =
        resumable engine Communicator.alone cancelled ignore None prepared

    /// <summary>The result of a training: the model of its best epoch, calibrated if intervals were asked for, and its measures on
    /// each part of the data.</summary>
    /// <exception cref="T:Hybrid.NonFiniteResultException">The model's output for an example is NaN or infinite.</exception>
    let conclude (engine: Engine) (prepared: Prepared) (progress: Progress) : Report =
        let raw (rows: int[]) (model: Model) : Examples =
            { prepared.Examples with
                Targets = Model.targets model prepared.Table.Target
                Rows = rows
            }

        let part (own: Table option) (rows: int[]) (model: Model) : Examples option =
            match own with
            | Some table -> Some(Model.examples model table)
            | None when rows.Length = 0 -> None
            | None -> Some(raw rows model)

        let validationPart = part prepared.OwnValidation prepared.Split.Validation
        let testPart = part prepared.OwnTest prepared.Split.Test

        let model, temperature =
            let before = model prepared progress.Best

            match validationPart before with
            | Some examples when prepared.Options.Temperature ->
                let factor = Calibration.factor engine examples before
                let after = TrainedModel.tempered prepared progress.Best factor
                let part = testPart before |> Option.defaultValue examples

                after,
                Some(
                    {
                        Temperature = 1.0 / factor
                        Before = Calibration.error engine part before
                        After = Calibration.error engine part after
                    }
                    : TemperatureFit
                )
            | _ -> before, None

        let model =
            match validationPart model with
            | Some examples when prepared.Options.LabelThresholds ->
                Calibration.withThresholds engine examples model
            | _ -> model

        let model =
            match prepared.Options.Interval with
            | Some level -> Calibration.ofExamples engine level (raw prepared.Split.Calibration model) model
            | None -> model

        let evaluate = Evaluation.evaluator engine model

        {
            Model = model
            Epochs = progress.Epochs
            BestEpoch = progress.Best.Number
            Cancelled = progress.Cancelled
            Train = evaluate (raw prepared.Split.Training model)
            Validation =
                if prepared.Folds.IsEmpty then
                    validationPart model |> Option.map evaluate
                else
                    // the squared error of a quantity is in its own unit too
                    TrainedEpoch.validation prepared progress.Best
                    |> Option.map (fun measures ->
                        { measures with
                            Loss = inUnits prepared measures
                        })
            Test = testPart model |> Option.map evaluate
            Metric = prepared.Options.StopBy
            StopBy = progress.Score
            Temperature = temperature
            Coverage =
                (if model.Conformal.IsEmpty then None else testPart model)
                |> Option.map (fun examples -> Calibration.coverage engine examples model)
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
