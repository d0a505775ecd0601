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
    /// <param name="examples">The number of examples.</param>
    /// <param name="outputs">Of the network, for these examples.</param>
    let losses
        (task: LearningTask)
        (loss: Loss)
        (areWeighted: bool)
        (examples: int)
        (outputs: Tensor)
        : Tensor =
        Loss.perExample task loss outputs (Batch.target examples (LearningTask.targets task))
        |> weighted areWeighted examples

    /// <summary>The loss of the worst input in a part of a share of the box around each example, once the example is attacked in the
    /// rest of it, times its weight, [examples].</summary>
    let worst
        (gradients: GradientSource)
        (task: LearningTask)
        (loss: Loss)
        (areWeighted: bool)
        (network: Network)
        (box: ExampleBox)
        (share: Tensor)
        (inner: Tensor)
        (width: int)
        (examples: int)
        : Tensor =
        let features = Batch.features examples width
        let target = Batch.target examples (LearningTask.targets task)

        let center =
            WorstCase.attacked gradients task loss network box ((1.0 - inner) * share) features target

        WorstCase.losses task loss network box (inner * share) center target
        |> weighted areWeighted examples
