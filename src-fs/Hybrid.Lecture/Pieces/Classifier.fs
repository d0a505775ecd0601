namespace Hybrid.Lecture

open Hybrid.Core

/// The training of classifiers, in the experiments on images.
module internal Classifier =
    /// Softmax with cross-entropy, without regularisation, at a constant learning rate.
    let options
        (images: Images)
        (optimizer: Optimizer)
        (rate: float)
        (batch: int)
        (epochs: int)
        (key: uint64)
        : StepOptions =
        { StepOptions.defaults (Classification images.Classes) batch with
            Optimizer = optimizer
            LearningRate = rate
            BatchSize = batch
            Epochs = epochs
            Key = key
        }

    let private never () = false

    /// <summary>The epochs, lazily, each measured on further examples.</summary>
    /// <exception cref="T:Hybrid.TrainingDivergedException">While epochs are enumerated: see Training.epochs.</exception>
    let epochs engine options network examples validation : Epoch seq =
        Training.epochs engine never options network examples validation

    /// <summary>The network after the last epoch; None if training diverged.</summary>
    let train engine options network examples : Network option =
        try
            Some (epochs engine options network examples None |> Seq.last).Network
        with :? TrainingDivergedException ->
            None

    /// The share of examples whose class has the maximum output.
    let private rightShare classes outputs targets =
        match Metrics.classified classes outputs targets with
        | Classified(accuracy, _) -> accuracy
        | Estimated _ -> nan

    /// The share of examples that a network classifies correctly.
    let accuracy engine (classes: int) (network: Network) (examples: Examples) : float =
        let outputs =
            (Inference.create engine network examples.Width).Run(examples.Features, examples.Rows)

        rightShare classes outputs (examples.Pick(1, examples.Targets))

    /// The share of an epoch's measured examples that its network classifies wrongly.
    let error (epoch: Epoch) : float =
        match epoch.Validation with
        | Some { Quality = Classified(accuracy, _) } -> 1.0 - accuracy
        | Some _
        | None -> nan
