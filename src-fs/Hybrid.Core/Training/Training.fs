namespace Hybrid.Core

open System

/// A training in progress: the state that its plans share, and its position.
[<Sealed>]
type private Session
    (engine: Engine, cancelled: unit -> bool, options: StepOptions, network: Network, examples: Examples) =
    let width = examples.Width
    let state = Inference.state engine network
    let traced = Network.withInputs network
    let inference = Inference(engine, cancelled, traced, width, state, false)
    let batches = (examples.Count + options.BatchSize - 1) / options.BatchSize
    let mutable steps = 0L
    let mutable epoch = 0
    let mutable rate = options.LearningRate

    do
        state[InputName.Step] <- Array.zeroCreate 2
        state[InputName.Rate] <- Array.zeroCreate 1
        state[InputName.Share] <- Array.zeroCreate 1
        state[InputName.Inner] <- Array.zeroCreate 1

        for name, value in Network.trained network do
            for slot in 1 .. options.Optimizer.Slots do
                state[Step.slotName name slot] <- Array.zeroCreate (Shape.size value.Shape)

    let plans =
        Plans(
            engine,
            cancelled,
            state,
            false,
            fun rows ->
                let loss, updates = Step.graph options examples.Weights.IsSome traced width rows
                [ loss ], updates
        )

    /// The losses of the worst inputs in the box, as training ends with them.
    let worst =
        options.Certify
        |> Option.map (fun box ->
            Plans(
                engine,
                cancelled,
                state,
                false,
                fun rows ->
                    [
                        Objective.worst
                            options.Gradients
                            options.Task
                            options.Loss
                            true
                            traced
                            box
                            (Tensor.scalar 1.0)
                            (Tensor.scalar (WorstCase.inner 1.0))
                            width
                            rows
                    ],
                    []
            ))

    /// The mean loss of the worst inputs in the boxes around some examples.
    let worstLoss (plans: Plans) (examples: Examples) =
        examples.Rows
        |> Array.chunkBySize options.BatchSize
        |> Array.sumBy (fun rows ->
            let plan = plans.For rows.Length
            let weight = Batch.fill engine options.Task None plan examples (ReadOnlySpan rows)
            plan.Run()
            weight * Array.averageBy float (plan.Output 0))
        |> fun total -> total / examples.Weight

    /// One step on the rows of a batch; returns their mean loss before the step, and the sum of their weights.
    let step (order: int[]) batch =
        let start = batch * options.BatchSize
        let rows = min options.BatchSize (examples.Count - start)
        let plan = plans.For rows

        let weight =
            Batch.fill
                engine
                options.Task
                options.ClassWeights
                plan
                examples
                (ReadOnlySpan(order, start, rows))

        let progress = float steps / (float batches * float options.Epochs)

        let factor =
            if options.Certify.IsSome then
                WorstCase.rate progress
            else
                1.0

        rate <- options.LearningRate * factor * options.Schedule.Factor progress
        state[InputName.Share][0] <- float32 (WorstCase.share progress)
        state[InputName.Inner][0] <- float32 (WorstCase.inner progress)

        state[InputName.Rate][0] <- float32 rate
        Draw.write steps state[InputName.Step]
        plan.Run()
        steps <- steps + 1L
        let loss = float (Array.head (plan.Output 0))

        if not (Double.IsFinite loss) then
            raise (TrainingDivergedException(epoch, rate))

        struct (loss, weight)

    let snapshot () =
        network
        |> Network.map (fun name value ->
            if Array.exists (Single.IsFinite >> not) state[name] then
                raise (TrainingDivergedException(epoch, rate))

            Tensor.single value.Shape (Array.copy state[name]))

    /// One pass over the examples in a new order, until cancelled.
    member _.Epoch(validation: Examples option) : Epoch =
        epoch <- epoch + 1

        let order =
            Random.permutation (Random.split options.Key 2) (uint64 epoch) examples.Count
            |> Array.map (fun place -> examples.Rows[place])

        let mutable total = 0.0
        let mutable seen = 0.0
        let mutable batch = 0

        try
            while batch < batches && not (cancelled ()) do
                let struct (loss, weight) = step order batch
                total <- total + loss * weight
                seen <- seen + weight
                batch <- batch + 1
        with :? OperationCanceledException ->
            ()

        // none if even that was cancelled
        let measure validation =
            try
                let measures =
                    Inference.evaluate engine options.Task options.Loss inference validation

                match worst with
                | Some plans ->
                    Some
                        { measures with
                            Loss = worstLoss plans validation
                        }
                | None -> Some measures
            with
            | :? OperationCanceledException -> None
            | :? NonFiniteResultException -> raise (TrainingDivergedException(epoch, rate))

        {
            Number = epoch
            Network = snapshot ()
            TrainingLoss = (if seen = 0.0 then nan else total / seen)
            Validation = Option.bind measure validation
            LearningRate = rate
            Cancelled = batch < batches
        }

/// Training by batches: one epoch after another, as they are requested.
module Training =
    let private validate (options: StepOptions) (examples: Examples) =
        let require condition name message =
            if not condition then
                raise (ArgumentException(message, (name: string)))

        require (examples.Count > 0) (nameof examples) "There are no training examples."

        require
            (options.BatchSize >= 1 && options.BatchSize <= examples.Count)
            (nameof options.BatchSize)
            $"The batch size must be from 1 to the number of training examples, {examples.Count}."

        require
            (options.LearningRate > 0.0 && Double.IsFinite options.LearningRate)
            (nameof options.LearningRate)
            "The learning rate must be positive and finite."

        require (options.Epochs >= 1) (nameof options.Epochs) "At least one epoch is needed."

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
        validate options examples

        Seq.delay (fun () ->
            let options =
                { options with
                    Loss = Loss.forTargets examples.Targets options.Loss
                }

            let session = Session(engine, cancelled, options, network, examples)

            Epoch.until options.Epochs options.Patience (fun () -> Some(session.Epoch validation)))
