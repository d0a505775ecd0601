namespace Hybrid.Core

open System

/// Training options.
[<NoComparison; ReferenceEquality>]
type StepOptions =
    {
        Task: LearningTask
        Loss: Loss
        Regularizer: Regularizer
        Optimizer: Optimizer
        Schedule: Schedule
        /// Above 0.
        LearningRate: float
        /// The maximum Euclidean length of all gradients together; no limit if absent.
        ClipNorm: float option
        /// From 1 to the number of examples.
        BatchSize: int
        /// The number of parts, grains, that each batch is cut into: their gradients are computed one by one and summed in a fixed tree, so
        /// that the result depends on their number, but not on which process computes which. At least 1: the batch as a whole.
        Grains: int
        /// At least 1.
        Epochs: int
        /// Stop after this many epochs without a lower validation loss; never if absent.
        Patience: int option
        /// The weight of each class in the loss; all 1 if absent.
        ClassWeights: float32[] option
        /// Where the gradients of the loss come from.
        Gradients: GradientSource
        /// The box around each example whose worst input is to have a low loss; only the examples themselves if absent.
        Certify: ExampleBox option
        /// The key of all random numbers: the same key gives the same shuffling, dropout and noise.
        Key: uint64
    }

module StepOptions =
    /// <summary>Softmax for classes and squared error for quantities, Adam at its default rate, batches of 32 (or all examples,
    /// if there are fewer), 100 epochs, and no regularisation.</summary>
    /// <param name="task">What is predicted.</param>
    /// <param name="examples">The number of training examples, at least 1.</param>
    let defaults (task: LearningTask) (examples: int) : StepOptions =
        {
            Task = task
            Loss =
                (match task with
                 | Classification _ -> Loss.softmax
                 | Regression _ -> Loss.squared
                 | MultiLabel _ -> Loss.sigmoid)
            Regularizer = Regularizer.none
            Optimizer = Optimizer.adam
            Schedule = Schedule.constant
            LearningRate = Optimizer.adam.DefaultRate
            ClipNorm = None
            BatchSize = min 32 examples
            Grains = 1
            Epochs = 100
            Patience = None
            ClassWeights = None
            Gradients = GradientSource.graph
            Certify = None
            Key = 1UL
        }

/// One training step as a graph.
module internal Step =
    /// The name of a tensor that the optimizer keeps for a parameter.
    let internal slotName (name: string) slot = name + "/slot" + string<int> slot

    /// The scalar step count, from 1, from the two words of the step.
    let private count (step: Tensor) =
        let word i =
            Tensor.reshape [] (Tensor.slice 0 i 1 step)

        16777216.0 * word 0 + word 1 + 1.0

    /// The loss of each example of a batch or of a part of it, and the new value of each running statistic.
    let private losses
        (options: StepOptions)
        (areWeighted: bool)
        (network: Network)
        (width: int)
        (step: Tensor)
        (examples: int)
        : Tensor * (string * Tensor) list =
        let draw =
            {
                Key = Random.split options.Key 1
                Step = step
            }

        let areWeighted = areWeighted || options.ClassWeights.IsSome

        let outputs, learned = Network.learn draw network (Batch.features examples width)

        let losses = Objective.losses options.Task options.Loss areWeighted examples outputs

        match options.Certify with
        | Some box ->
            let weight = WorstCase.weight Batch.share

            (1.0 - weight) * losses
            + weight
              * Objective.worst
                  options.Gradients
                  options.Task
                  options.Loss
                  areWeighted
                  network
                  box
                  Batch.share
                  Batch.inner
                  width
                  examples
        | None -> losses
        , learned

    /// What is added to the loss: weight decay of the optimizer's own is no part of it.
    let private penalised (options: StepOptions) : Regularizer =
        if options.Optimizer.DecaysWeights then
            { options.Regularizer with L2 = 0.0 }
        else
            options.Regularizer

    /// The new value of each trained parameter and slot.
    let private updates
        (options: StepOptions)
        (step: Tensor)
        (named: (string * Tensor) list)
        (gradients: Tensor list)
        : (string * Tensor) list =
        let gradients =
            match options.ClipNorm with
            | Some bound -> Optimizer.clip bound gradients
            | None -> gradients

        let context =
            {
                Count = count step
                Rate = Batch.rate
            }

        let update (name, parameter: Tensor) gradient =
            let slots =
                [
                    for slot in 1 .. options.Optimizer.Slots ->
                        Tensor.input (slotName name slot) parameter.Shape
                ]

            let decayed =
                if options.Optimizer.DecaysWeights && Regularizer.isWeight parameter then
                    parameter * (1.0 - context.Rate * options.Regularizer.L2)
                else
                    parameter

            let next, remembered = options.Optimizer.Update context decayed gradient slots

            (name, Regularizer.project options.Regularizer next)
            :: List.mapi (fun i slot -> slotName name (i + 1), slot) remembered

        List.map2 update named gradients |> List.concat

    /// <summary>One training step as a graph: the batch's mean loss, and the new value of each parameter, running statistic and
    /// slot.</summary>
    /// <param name="options">The training options.</param>
    /// <param name="areWeighted">Whether the examples have weights of their own.</param>
    /// <param name="network">Its parameters are graph inputs of their names.</param>
    /// <param name="width">The number of features.</param>
    /// <param name="examples">The number of examples in the batch.</param>
    let internal graph
        (options: StepOptions)
        (areWeighted: bool)
        (network: Network)
        (width: int)
        (examples: int)
        : Tensor * (string * Tensor) list =
        let losses, learned = losses options areWeighted network width Batch.step examples
        let loss = Tensor.meanAll losses
        let named = Network.trained network
        let parameters = List.map snd named

        let gradients =
            options.Gradients.Gradient (loss + Regularizer.penalty (penalised options) parameters) parameters

        loss, updates options Batch.step named gradients @ learned

    /// What a sum over grains has beside the loss, in this order: the gradient of each trained parameter, and each running statistic.
    let internal summed (network: Network) : (string * Tensor) list =
        let running = Network.running network

        Network.trained network
        @ (Network.parameters network |> List.filter (fst >> running.Contains))

    /// The name of the input of the second part of a step that is a sum over grains.
    let internal sumName (name: string) = $"{name}/sum"

    /// <summary>The first part of a step that is computed in grains: the sum of the losses of a grain's examples, its gradient by each
    /// trained parameter, and the new value of each running statistic times the number of examples: the sums of all grains are those of the
    /// batch.</summary>
    /// <param name="options">The training options.</param>
    /// <param name="areWeighted">Whether the examples have weights of their own.</param>
    /// <param name="network">Its parameters are graph inputs of their names.</param>
    /// <param name="width">The number of features.</param>
    /// <param name="examples">The number of examples in the grain.</param>
    let internal grain
        (options: StepOptions)
        (areWeighted: bool)
        (network: Network)
        (width: int)
        (examples: int)
        : Tensor list =
        let losses, learned =
            losses options areWeighted network width Batch.stepOfPart examples

        let loss = Tensor.sumAll losses

        let gradients =
            Network.trained network |> List.map snd |> options.Gradients.Gradient loss

        loss :: gradients @ [ for _, value in learned -> float examples * value ]

    /// <summary>The second part: the new value of each parameter, running statistic and slot, from the sums over all grains.</summary>
    /// <param name="options">The training options.</param>
    /// <param name="network">Its parameters are graph inputs of their names.</param>
    /// <param name="examples">The number of examples in the batch.</param>
    let internal ofGrains (options: StepOptions) (network: Network) (examples: int) : (string * Tensor) list =
        let named = Network.trained network
        let penalised = penalised options

        let mean (name, parameter: Tensor) =
            Tensor.input (sumName name) parameter.Shape / float examples

        let gradients =
            if penalised.L1 = 0.0 && penalised.L2 = 0.0 then
                List.map mean named
            else
                let parameters = List.map snd named

                options.Gradients.Gradient (Regularizer.penalty penalised parameters) parameters
                |> List.map2 (fun each penalty -> mean each + penalty) named

        let learned =
            summed network
            |> List.skip named.Length
            |> List.map (fun (name, value) -> name, mean (name, value))

        updates options Batch.stepOfPart named gradients @ learned

    /// <summary>Class weights that make all classes count equally: n / (k · nᶜ) for examples of k classes whose weights sum to n. A
    /// class without examples has weight 0.</summary>
    let balancedWeights (classes: int) (examples: Examples) : float32[] =
        let counts: float[] = Array.zeroCreate classes

        for row in examples.Rows do
            let target = int examples.Targets[row]

            counts[target] <-
                counts[target]
                + (match examples.Weights with
                   | Some weights -> float weights[row]
                   | None -> 1.0)

        let present = counts |> Array.filter (fun count -> count > 0.0) |> Array.length

        counts
        |> Array.map (fun count ->
            if count = 0.0 then
                0f
            else
                float32 (Array.sum counts / (float present * count)))
