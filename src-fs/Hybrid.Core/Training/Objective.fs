namespace Hybrid.Core

/// What training minimises, as a graph: the losses of a batch.
module internal Objective =
    let private weighted (classWeights: float32[] option) (examples: int) (losses: Tensor) : Tensor =
        match classWeights with
        | Some _ -> losses * Batch.weight examples
        | None -> losses

    /// <summary>The loss of each example, times the weight of its class, [examples].</summary>
    /// <param name="task">What is predicted.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="classWeights">The weight of each class; all 1 if absent.</param>
    /// <param name="forward">From features, [examples; width], to outputs.</param>
    /// <param name="width">The number of features.</param>
    /// <param name="examples">The number of examples.</param>
    let losses
        (task: LearningTask)
        (loss: Loss)
        (classWeights: float32[] option)
        (forward: Tensor -> Tensor)
        (width: int)
        (examples: int)
        : Tensor =
        Loss.perExample
            task
            loss
            (forward (Batch.features examples width))
            (Batch.target examples (LearningTask.targets task))
        |> weighted classWeights examples

    /// <summary>The loss of each example's worst input in a share of the box around it, times the weight of its class,
    /// [examples].</summary>
    let worst
        (task: LearningTask)
        (loss: Loss)
        (classWeights: float32[] option)
        (network: Network)
        (box: ExampleBox)
        (share: Tensor)
        (width: int)
        (examples: int)
        : Tensor =
        WorstCase.losses
            task
            loss
            network
            box
            share
            (Batch.features examples width)
            (Batch.target examples (LearningTask.targets task))
        |> weighted classWeights examples
