namespace Hybrid.Core

open System
open Hybrid

/// Training by batches: one epoch after another, as they are requested.
module Training =
    let private validate (communicator: ICommunicator) (options: StepOptions) (examples: Examples) =
        let require condition name message =
            if not condition then
                raise (ArgumentException(message, (name: string)))

        require (examples.Count > 0) (nameof examples) "There are no training examples."

        require
            (options.BatchSize >= 1 && options.BatchSize <= examples.Count)
            (nameof options.BatchSize)
            $"The batch size must be from 1 to the number of training examples, {examples.Count}."

        require (options.Grains >= 1) (nameof options.Grains) "There must be at least one grain."

        require
            (options.Grains = 1 || options.BatchSize <= (1 <<< 24))
            (nameof options.BatchSize)
            "A batch of more than 2²⁴ examples cannot be cut into grains."

        require
            (communicator.Size <= options.Grains)
            (nameof options.Grains)
            $"Each of the {communicator.Size} ranks needs a grain of its own."

        require
            (options.LearningRate > 0.0 && Double.IsFinite options.LearningRate)
            (nameof options.LearningRate)
            "The learning rate must be positive and finite."

        require (options.Epochs >= 1) (nameof options.Epochs) "At least one epoch is needed."

    let private stepsOf (from: Position option) : StepPosition option =
        match from with
        | Some(Position.Steps steps) -> Some steps
        | Some(Position.Lbfgs _) -> Position.refuse "it is one of L-BFGS, not of training by steps"
        | None -> None

    /// <summary>As epochs, from any place on.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="communicator">Connects the ranks that compute the training together. All are given the same, and the result is that
    /// of one alone; rank 0 decides whether it is cancelled.</param>
    /// <param name="cancelled">As for epochs.</param>
    /// <param name="watch">Called before every step, with a function that returns the training's position: there, and after the last
    /// step.</param>
    /// <param name="from">Where to go on; none for the beginning.</param>
    /// <param name="options">The training options. If they make other batches, an epoch in progress is begun anew.</param>
    /// <param name="network">Where to start.</param>
    /// <param name="isInPlace">Whether the network's own numbers are changed, instead of a copy of them.</param>
    /// <param name="examples">The training examples.</param>
    /// <param name="validation">The examples to measure after each epoch, if any.</param>
    /// <returns>Epochs, whose networks and positions are in the arrays that the next step changes: what is kept is copied.</returns>
    /// <exception cref="T:Hybrid.HybridException">While epochs are enumerated: as for epochs, or the position is not one of such a
    /// training.</exception>
    let internal resumable
        (engine: Engine)
        (communicator: ICommunicator)
        (cancelled: unit -> bool)
        (watch: (unit -> Position) -> unit)
        (from: Position option)
        (options: StepOptions)
        (network: Network)
        (isInPlace: bool)
        (examples: Examples)
        (validation: Examples option)
        : Epoch seq =
        validate communicator options examples

        Seq.delay (fun () ->
            let options =
                { options with
                    Loss = Loss.forTargets examples.Targets options.Loss
                }

            let session =
                Session(
                    engine,
                    communicator,
                    cancelled,
                    watch,
                    stepsOf from,
                    options,
                    network,
                    isInPlace,
                    examples
                )

            Epoch.until options.Epochs options.Patience (fun () -> session.Standing) (fun () ->
                Some(session.Epoch validation)))

    /// <summary>Trains, one epoch each time that the next one is requested.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="cancelled">Called before every step, and while steps are compiled; if it returns true, the epoch ends there,
    /// and so does the training.</param>
    /// <param name="options">The training options.</param>
    /// <param name="network">Where to start.</param>
    /// <param name="examples">The training examples: at least one.</param>
    /// <param name="validation">The examples to measure after each epoch, if any.</param>
    /// <returns>Epochs, lazily; the same ones each time for the same arguments, whatever the engine's number of
    /// threads.</returns>
    /// <exception cref="T:Hybrid.TrainingDivergedException">While epochs are enumerated: the loss or a weight is not finite.</exception>
    /// <exception cref="T:System.ArgumentException">The batch size, the learning rate or the number of epochs is
    /// out of range, or there are no examples.</exception>
    let epochs
        (engine: Engine)
        (cancelled: unit -> bool)
        (options: StepOptions)
        (network: Network)
        (examples: Examples)
        (validation: Examples option)
        : Epoch seq =
        resumable engine Communicator.alone cancelled ignore None options network false examples validation
        |> Seq.map Epoch.copied
