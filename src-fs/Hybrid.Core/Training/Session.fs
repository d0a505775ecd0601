namespace Hybrid.Core

open System
open Hybrid

/// A training in progress: the state that its plans share, and its position.
[<Sealed>]
type internal Session
    (
        engine: Engine,
        communicator: ICommunicator,
        cancelled: unit -> bool,
        watch: (unit -> Position) -> unit,
        from: StepPosition option,
        options: StepOptions,
        start: Network,
        isInPlace: bool,
        examples: Examples
    ) =
    let width = examples.Width

    let state =
        if isInPlace then
            Inference.values engine start
        else
            Inference.state engine start

    let traced = Network.withInputs start

    /// With the numbers of the moment, which steps change.
    let network =
        traced |> Network.map (fun name value -> Tensor.single value.Shape state[name])

    // where there are several ranks, all stop after the same step, as rank 0 says
    let isAlone = communicator.Size = 1
    let mutable stops = false
    let isStopped () = if isAlone then cancelled () else stops
    let interrupted () = isAlone && cancelled ()

    let inference = Inference(engine, interrupted, traced, width, state, false)
    let order: int[] = Array.zeroCreate examples.Count
    let batches = (examples.Count + options.BatchSize - 1) / options.BatchSize

    /// Those of the epoch in progress, unless its steps are now others.
    let begun = from |> Option.filter (fun from -> from.BatchesPerEpoch = batches)

    let mutable steps = from |> Option.map _.Steps |> Option.defaultValue 0L
    let mutable batch = begun |> Option.map _.Batches |> Option.defaultValue 0
    let mutable total = begun |> Option.map _.LossSum |> Option.defaultValue 0.0
    let mutable seen = begun |> Option.map _.WeightSum |> Option.defaultValue 0.0

    let mutable standing =
        from |> Option.map _.Standing |> Option.defaultValue Standing.start

    /// The fraction of the training that lies before a step.
    let progress (step: int64) =
        float step / (float batches * float options.Epochs)

    /// The learning rate of a step.
    let rateOf (step: int64) =
        let factor =
            if options.Certify.IsSome then
                WorstCase.rate (progress step)
            else
                1.0

        options.LearningRate * factor * options.Schedule.Factor(progress step)

    let mutable rate =
        if steps = 0L then
            options.LearningRate
        else
            rateOf (steps - 1L)

    /// What training changes, beside its position.
    let names =
        [
            for name, _ in Network.parameters network -> name
            for name, _ in Network.trained network do
                for slot in 1 .. options.Optimizer.Slots -> Step.slotName name slot
        ]

    do
        state[InputName.Step] <- Array.zeroCreate (if options.Grains > 1 then 3 else 2)
        state[InputName.Rate] <- Array.zeroCreate 1
        state[InputName.Share] <- Array.zeroCreate 1
        state[InputName.Inner] <- Array.zeroCreate 1

        for name, value in Network.trained network do
            for slot in 1 .. options.Optimizer.Slots do
                state[Step.slotName name slot] <- Array.zeroCreate (Shape.size value.Shape)

        from |> Option.iter (fun from -> Position.restore from.Values names state)

    let grains =
        if options.Grains > 1 then
            Some(
                GrainStep(
                    engine,
                    interrupted,
                    communicator,
                    state,
                    options,
                    traced,
                    width,
                    examples.Weights.IsSome
                )
            )
        else
            None

    let plans =
        Plans(
            engine,
            interrupted,
            state,
            None,
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
                interrupted,
                state,
                None,
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

    /// A batch as a whole; returns the mean loss of its rows before the step, and the sum of their weights.
    let whole (examples: Examples) (order: int[]) start rows =
        let plan = plans.For rows

        let weight =
            Batch.fill
                engine
                options.Task
                options.ClassWeights
                plan
                examples
                (ReadOnlySpan(order, start, rows))

        plan.Run()
        struct (float (Array.head (plan.Output 0)), weight)

    /// One step on the rows of a batch; returns their mean loss before the step, and the sum of their weights.
    let step (feed: Feed) batch =
        let rows = min options.BatchSize (examples.Count - batch * options.BatchSize)

        let struct (examples, order, start) = feed.At(batch * options.BatchSize)
        rate <- rateOf steps
        let progress = progress steps
        state[InputName.Share][0] <- float32 (WorstCase.share progress)
        state[InputName.Inner][0] <- float32 (WorstCase.inner progress)
        state[InputName.Rate][0] <- float32 rate
        Draw.write steps state[InputName.Step]

        let struct (loss, weight) =
            match grains with
            | Some grains ->
                let struct (loss, weight, isLast) =
                    grains.Run(examples, order, start, rows, cancelled ())

                stops <- isLast
                struct (loss, weight)
            | None -> whole examples order start rows

        steps <- steps + 1L

        if not (Double.IsFinite loss) then
            raise (TrainingDivergedException(standing.Epochs + 1, rate))

        struct (loss, weight)

    let requireFinite () =
        for name, _ in Network.parameters network do
            if not (Finite.areAll (ReadOnlySpan state[name])) then
                raise (TrainingDivergedException(standing.Epochs + 1, rate))

    let position () : Position =
        Position.Steps
            {
                Values = names |> List.map (fun name -> name, state[name])
                Steps = steps
                Standing = standing
                Batches = batch
                BatchesPerEpoch = batches
                LossSum = total
                WeightSum = seen
            }

    /// How far the training has come.
    member _.Standing = standing

    /// The rest of a pass over the examples in a new order, until cancelled.
    member _.Epoch(validation: Examples option) : Epoch =
        let window =
            match examples.Stored with
            | Some stored -> Shuffle.window stored.Buffer options.BatchSize examples.Count
            | None -> examples.Count

        let shuffled =
            match examples.Stored with
            | Some stored when not stored.AreApart -> window
            | _ -> examples.Count

        Shuffle.write (Random.split options.Key 2) (uint64 (standing.Epochs + 1)) shuffled examples.Rows order

        if not isAlone then
            stops <- Communicator.agree communicator (cancelled ())

        // of examples outside memory each rank reads those of its own grains
        let isOwn place =
            let first = place / options.BatchSize * options.BatchSize
            let rows = min options.BatchSize (examples.Count - first)
            let grain = Grains.ofRow options.Grains rows (place - first)
            Grains.owner options.Grains communicator.Size grain = communicator.Rank

        use feed =
            new Feed(
                examples,
                LearningTask.targets options.Task,
                order,
                window,
                (if isAlone then (fun _ -> true) else isOwn),
                batch * options.BatchSize
            )

        try
            while batch < batches && not (isStopped ()) do
                watch position
                let struct (loss, weight) = step feed batch
                total <- total + loss * weight
                seen <- seen + weight
                batch <- batch + 1
        with :? OperationCanceledException ->
            ()

        // none if even that was cancelled
        let measure validation =
            try
                let measures = Inference.evaluate options.Task options.Loss inference validation

                match worst with
                | Some plans ->
                    Some
                        { measures with
                            Loss = worstLoss plans validation
                        }
                | None -> Some measures
            with
            | :? OperationCanceledException -> None
            | :? NonFiniteResultException -> raise (TrainingDivergedException(standing.Epochs + 1, rate))

        let measures = Option.bind measure validation
        requireFinite ()

        let epoch =
            {
                Number = standing.Epochs + 1
                Network = network
                TrainingLoss = (if seen = 0.0 then nan else total / seen)
                Validation = measures
                LearningRate = rate
                Cancelled = batch < batches || (measures.IsNone && validation.IsSome)
            }

        if not epoch.Cancelled then
            standing <- Standing.after epoch standing
            batch <- 0
            total <- 0.0
            seen <- 0.0

        epoch
