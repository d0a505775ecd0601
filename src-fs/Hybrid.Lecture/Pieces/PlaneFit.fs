namespace Hybrid.Lecture

open Hybrid.Core

/// Small networks for points in the plane, and their training.
module internal PlaneFit =
    /// Adam on all examples at once, without regularisation.
    let fullBatch (examples: Examples) (rate: float) (steps: int) (key: uint64) : StepOptions =
        { StepOptions.defaults (Classification(PlanePoints.classes examples)) examples.Count with
            LearningRate = rate
            BatchSize = examples.Count
            Epochs = steps
            Key = key
        }

    /// The network at the end of its training.
    let train (engine: Engine) (options: StepOptions) (start: Network) (examples: Examples) : Network =
        (Training.epochs engine (fun () -> false) options start examples None |> Seq.last).Network

    [<Literal>]
    let private ConvNetBatch = 10

    /// ConvNetJS's demonstration goes through the points 20,000 times; with a rate of 0.1 instead of its 0.01 the loss
    /// has settled by then.
    [<Literal>]
    let private ConvNetPasses = 20_000

    /// <summary>Trains like the demonstration that drew the lecture's pictures: batches of 10, v ← 0.1 v - η g and
    /// p ← p + v with η = 0.1, 20,000 passes.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="decay">Its l2_decay. ConvNetJS adds λw to the batch's summed gradient and then divides by the batch
    /// size, so that relative to the mean loss the strength of ½λ‖w‖² is decay / 10. Biases are exempt.</param>
    /// <param name="key">Of the weights, N(0, 1 / inputs), and of the examples' order, which is shuffled, whereas ConvNetJS
    /// cycles.</param>
    /// <param name="hidden">The number of tanh neurons; the scores of the classes follow.</param>
    /// <param name="examples">The training examples.</param>
    /// <remarks>Karpathy's ConvNetJS, demo classify2d and its SGDTrainer.</remarks>
    let convNet (engine: Engine) (decay: float) (key: uint64) (hidden: int) (examples: Examples) : Network =
        let momentum =
            { Optimizer.momentum with
                Update =
                    fun step parameter gradient slots ->
                        let velocity = 0.1 * slots.Head + gradient
                        parameter - step.Rate * velocity, [ velocity ]
            }

        // every point ten times, so that all batches have ten examples
        let repeated =
            { examples with
                Rows = Array.replicate ConvNetBatch examples.Rows |> Array.concat
            }

        let options =
            { fullBatch examples 0.1 (ConvNetPasses / ConvNetBatch) (Random.split key 1) with
                Regularizer =
                    { Regularizer.none with
                        L2 = decay / float ConvNetBatch
                    }
                Optimizer = momentum
                BatchSize = ConvNetBatch
            }

        let layer index inputs outputs =
            Linear.network (Linear.create LeCun (Random.split (Random.split key 0) index) inputs outputs)

        let start =
            layer 0 2 hidden
            >=> Activation.tanh
            >=> layer 1 hidden (PlanePoints.classes examples)

        train engine options start repeated

    /// The mean loss of a network on examples, without training's noise, and its accuracy.
    let measure (engine: Engine) (network: Network) (examples: Examples) : struct (float * float) =
        let inference = Inference.create engine network examples.Width

        let measures =
            Inference.evaluate (Classification inference.Outputs) Loss.softmax inference examples

        match measures.Quality with
        | Classified(accuracy, _) -> struct (measures.Loss, accuracy)
        | Estimated _ -> struct (measures.Loss, nan)

    /// The Euclidean norm of all weights together, without the biases.
    let weightNorm (network: Network) : float =
        Network.parameters network
        |> List.filter (snd >> Regularizer.isWeight)
        |> List.sumBy (fun (_, weight) -> Reference.value weight |> Array.sumBy (fun w -> w * w))
        |> sqrt
