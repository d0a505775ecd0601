namespace Hybrid.Core

/// What training minimises, as a graph: the losses of a batch.
module internal Objective =
    let private weighted (areWeighted: bool) (examples: int) (losses: Tensor) : Tensor =
        if areWeighted then
            losses * Batch.weight examples
        else
            losses

    /// <summary>The loss of each example, times its weight, [examples].</summary>
    /// <param name="task">What is predicted.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="areWeighted">Whether examples or classes have weights; if not, all are 1.</param>
    /// <param name="forward">From features, [examples; width], to outputs.</param>
    /// <param name="width">The number of features.</param>
    /// <param name="examples">The number of examples.</param>
    let losses
        (task: LearningTask)
        (loss: Loss)
        (areWeighted: bool)
        (forward: Tensor -> Tensor)
        (width: int)
        (examples: int)
        : Tensor =
        Loss.perExample
            task
            loss
            (forward (Batch.features examples width))
            (Batch.target examples (LearningTask.targets task))
        |> weighted areWeighted examples

    /// <summary>The loss of each example's worst input in a share of the box around it, times its weight,
    /// [examples].</summary>
    let worst
        (task: LearningTask)
        (loss: Loss)
        (areWeighted: bool)
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
        |> weighted areWeighted examples
