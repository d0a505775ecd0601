namespace Hybrid.Core

open System
open System.Collections.Generic

/// What came of one pass over the training examples.
[<NoComparison; ReferenceEquality>]
type Epoch =
    {
        /// From 1.
        Number: int
        /// As it stood at the end of the epoch.
        Network: Network
        /// The mean of the batches' losses as they went by: before their updates, with dropout and noise, and with
        /// class weights, without regularisation.
        TrainingLoss: float
        /// Measured at the end of the epoch, as the network is used.
        Validation: Measures option
        /// At the end of the epoch.
        LearningRate: float
        /// Whether it was cut short by a cancellation.
        Cancelled: bool
    }

/// A training under way: the state that its plans share, and where it stands.
[<Sealed>]
type private Session(engine: IKernels, options: TrainingOptions, network: Network, examples: Examples) =
    let width, targets = examples.Width, Task.targets options.Task
    let state = Inference.state engine network
    let traced = Network.withInputs network
    let inference = Inference(engine, traced, width, state)
    let plans = Dictionary<int, Plan>()
    let batches = (examples.Count + options.BatchSize - 1) / options.BatchSize
    let mutable steps = 0L
    let mutable epoch = 0
    let mutable rate = options.LearningRate

    do
        state["step"] <- Array.zeroCreate 2
        state["rate"] <- Array.zeroCreate 1

        for name, value in Network.parameters network do
            for slot in 1 .. options.Optimizer.Slots do
                state[Step.slotName name slot] <- Array.zeroCreate (Shape.size value.Shape)

    let plan rows =
        match plans.TryGetValue rows with
        | true, plan -> plan
        | false, _ ->
            let loss, updates = Step.graph options traced width rows
            let plan = Plan.compile engine state [ loss ] updates
            plans[rows] <- plan
            plan

    /// Copies the examples that stand at some places of an order into a plan's inputs.
    let fill (plan: Plan) (order: int[]) start rows =
        let x = if plan.Needs "x" then plan.Input "x" else [||]
        let target = plan.Input "target"

        for i in 0 .. rows - 1 do
            let row = examples.Rows[order[start + i]]

            if x.Length > 0 then
                Array.Copy(examples.Features, row * width, x, i * width, width)

            Array.Copy(examples.Targets, row * targets, target, i * targets, targets)

        match options.ClassWeights with
        | Some weights ->
            let weight = plan.Input "weight"

            for i in 0 .. rows - 1 do
                weight[i] <- weights[int target[i]]
        | None -> ()

    /// One step on the examples of a batch; their mean loss before it.
    let step (order: int[]) batch =
        let start = batch * options.BatchSize
        let rows = min options.BatchSize (examples.Count - start)
        let plan = plan rows
        fill plan order start rows

        rate <-
            options.LearningRate
            * options.Schedule.Factor(float steps / (float batches * float options.Epochs))

        state["rate"][0] <- float32 rate
        Draw.write steps state["step"]
        plan.Run()
        steps <- steps + 1L
        let loss = float (Array.head (plan.Output 0))

        if not (Double.IsFinite loss) then
            raise (TrainingDiverged(epoch, rate))

        struct (loss, rows)

    let snapshot () =
        network
        |> Network.map (fun name value ->
            if Array.exists (Single.IsFinite >> not) state[name] then
                raise (TrainingDiverged(epoch, rate))

            Tensor.single value.Shape (Array.copy state[name]))

    /// One pass over the examples in a new order, until cancelled.
    member _.Epoch(cancelled: unit -> bool, validation: Examples option) : Epoch =
        epoch <- epoch + 1

        let order =
            Random.permutation (Random.split options.Key 2) (uint64 epoch) examples.Count

        let mutable total = 0.0
        let mutable seen = 0
        let mutable batch = 0

        while batch < batches && not (cancelled ()) do
            let struct (loss, rows) = step order batch
            total <- total + loss * float rows
            seen <- seen + rows
            batch <- batch + 1

        let measure = Inference.evaluate engine options.Task options.Loss inference

        {
            Number = epoch
            Network = snapshot ()
            TrainingLoss = (if seen = 0 then nan else total / float seen)
            Validation = Option.map measure validation
            LearningRate = rate
            Cancelled = batch < batches
        }

module Training =
    let private validate (options: TrainingOptions) (examples: Examples) =
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
            "The learning rate must be above 0 and finite."

        require (options.Epochs >= 1) (nameof options.Epochs) "At least one epoch is needed."

    /// The better of two epochs: that of lower validation loss, the later one where none was measured.
    let better (a: Epoch) (b: Epoch) : Epoch =
        match a.Validation, b.Validation with
        | Some before, Some after when not (after.Loss < before.Loss) -> a
        | _ -> b

    /// <summary>Trains, one epoch each time that another one is asked for.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="cancelled">Asked before every step; a true answer ends the epoch there, and the training.</param>
    /// <param name="options">How to train.</param>
    /// <param name="network">Where to start.</param>
    /// <param name="examples">To learn from: at least one.</param>
    /// <param name="validation">To measure after each epoch, if any.</param>
    /// <returns>Epochs, lazily; the same ones each time for the same arguments, whatever the engine's threads.</returns>
    /// <exception cref="T:Hybrid.Core.TrainingDiverged">While epochs are drawn: the loss or a weight is not finite.</exception>
    /// <exception cref="T:System.ArgumentException">The batch size, the learning rate or the number of epochs is
    /// out of range, or there are no examples.</exception>
    let epochs
        (engine: IKernels)
        (cancelled: unit -> bool)
        (options: TrainingOptions)
        (network: Network)
        (examples: Examples)
        (validation: Examples option)
        : Epoch seq =
        validate options examples

        let goOn (best: Epoch) (last: Epoch) =
            not last.Cancelled
            && last.Number < options.Epochs
            && (last.Validation.IsNone
                || options.Patience
                   |> Option.forall (fun patience -> last.Number - best.Number < patience))

        let rec from (session: Session) best last =
            seq {
                yield last

                if goOn best last then
                    let next = session.Epoch(cancelled, validation)
                    yield! from session (better best next) next
            }

        Seq.delay (fun () ->
            let session = Session(engine, options, network, examples)
            let first = session.Epoch(cancelled, validation)
            from session first first)
