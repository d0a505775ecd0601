namespace Hybrid.Models

open Hybrid
open Hybrid.Core

/// Which network is trained, and with how many epochs, where cross-validation decides.
module internal NetworkChoice =
    /// The networks that are compared, with how each is trained: one, or two.
    let private candidates (prepared: Prepared) : struct (Network * StepOptions)[] =
        prepared :: Option.toList prepared.Alternative
        |> List.choose (fun candidate ->
            match candidate.Settings with
            | Settings.Steps options -> Some struct (candidate.Learned, options)
            | Settings.Lbfgs _ -> None)
        |> List.toArray

    /// What the examples held out measure after each epoch of each network; nothing of a second one that diverges.
    let courses
        (engine: Engine)
        (communicator: ICommunicator)
        (cancelled: unit -> bool)
        (prepared: Prepared)
        : HeldOut[][] =
        let candidates = candidates prepared
        // small networks leave all threads but one idle; ranks must agree in the same order
        let areParallel = candidates.Length > 1 && communicator.Size = 1
        let own = if areParallel then engine.Alone else engine

        Jobs.run (if areParallel then engine.Kernels.Threads else 1) candidates.Length (fun index ->
            let struct (network, options) = candidates[index]

            try
                CrossValidation.course own communicator cancelled options network prepared.Folds
            with :? TrainingDivergedException when index > 0 ->
                // the usual network may be trained all the same
                [||])

    /// <summary>The network, how it is trained, and what the examples held out measured after each of its epochs.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="communicator">As for Training.resumable.</param>
    /// <param name="cancelled">As for Training.resumable.</param>
    /// <param name="prepared">A training with folds.</param>
    let decide
        (engine: Engine)
        (communicator: ICommunicator)
        (cancelled: unit -> bool)
        (prepared: Prepared)
        : Network * StepOptions * HeldOut[] =
        let struct (network, options), course =
            courses engine communicator cancelled prepared
            |> Array.zip (candidates prepared)
            |> Array.reduce (fun (_, usual as first) (_, other as second) ->
                if CrossValidation.isBetter prepared.Task other usual then
                    second
                else
                    first)

        let course = CrossValidation.decided prepared.Task course

        network,
        { options with
            Epochs = max 1 course.Length
        },
        course
