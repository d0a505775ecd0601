namespace Hybrid.Core

open System
open System.Collections.Generic
open System.Numerics

/// <summary>A network that runs on an engine, with a plan for each batch size used so far. To be used by one thread at a
/// time.</summary>
/// <param name="engine">Computes.</param>
/// <param name="cancelled">Called while a plan is compiled; if it returns true, that ends with an
/// OperationCanceledException.</param>
/// <param name="network">Takes [examples; width].</param>
/// <param name="width">The number of features of an example.</param>
/// <param name="state">The values of the network's parameters by name, read at every run.</param>
/// <param name="isFixedState">Whether these never change: plans may then keep them in the order that products read.</param>
/// <exception cref="T:Hybrid.ShapeMismatchException">The network does not return one row per example.</exception>
[<Sealed>]
type Inference
    internal
    (
        engine: Engine,
        cancelled: unit -> bool,
        network: Network,
        width: int,
        state: IReadOnlyDictionary<string, float32[]>,
        isFixedState: bool
    ) =
    let traced = Network.withInputs network

    let answer rows =
        Network.forward traced (Batch.features rows width)

    let refuse rows (shape: Shape) =
        raise (
            ShapeMismatchException(
                "Inference",
                [ [ rows; width ]; shape ],
                "A network must return one row per example."
            )
        )

    let one = answer 1

    let row =
        match one.Shape with
        | 1 :: row -> row
        | other -> refuse 1 other

    let outputs = Shape.size row
    let traced = [ Batch.features 1 width; one ]
    let batch = Inference.BatchSize traced
    let fewest = Inference.FewestShared(traced, state.Values |> Seq.sumBy _.LongLength)
    let threads = engine.Kernels.Threads
    let fixedState = if isFixedState then Some(FixedValues()) else None

    let plansOn engine =
        Plans(
            engine,
            cancelled,
            state,
            fixedState,
            fun rows ->
                let y = answer rows

                if y.Shape <> rows :: row then
                    refuse rows y.Shape

                [ y ], []
        )

    let plans = plansOn engine
    let shared = lazy SharedPlans(engine, plansOn)

    static let powerOfTwo (most: int) =
        int (BitOperations.RoundUpToPowerOf2(uint32 most + 1u) / 2u)

    /// <summary>The number of examples computed at once: 256, or the largest power of two for which the graph computes at most
    /// about 2²⁴ numbers; at least 1.</summary>
    /// <param name="traced">The input and the output of the graph, for one example.</param>
    static member internal BatchSize(traced: Tensor list) : int =
        let fitting = float (1 <<< 24) / max 1.0 (Graph.elements traced)
        max 1 (powerOfTwo (int (min 256.0 fitting)))

    /// <summary>The smallest number of examples that is worth a thread's own plan, a power of two: they take much longer than threads
    /// wait for each other, and weights that do not stay in a processor's cache, more than 2¹⁸, are read for at least as many
    /// numbers.</summary>
    /// <param name="traced">The input and the output of the graph, for one example.</param>
    /// <param name="weights">The number of weights.</param>
    static member internal FewestShared(traced: Tensor list, weights: int64) : int =
        let numbers = max (1L <<< 15) (if weights > (1L <<< 18) then weights else 0L)
        let enough = ceil (float numbers / max 1.0 (Graph.elements traced))
        int (BitOperations.RoundUpToPowerOf2(uint32 (max 2.0 (min 1e9 enough))))

    /// As many examples at once as there are, or fewer, in powers of two: batches of any size then need few plans.
    member private _.Part(left: int) = min batch (powerOfTwo left)

    /// The number of examples in each part that a thread computes by itself, or 0 if there are too few of them.
    member private _.SharedPart(left: int) =
        let part = min batch (powerOfTwo (left / threads))
        if threads > 1 && part >= fewest then part else 0

    /// Where a part begins: a single remaining row is computed together with the one before it, so that each of several rows has
    /// the same bits whatever the others are. If every row is computed alone, it has them anyway.
    member private _.Begin(start: int, rows: int) =
        if batch > 1 && start > 0 && rows - start = 1 then
            start - 1
        else
            start

    /// The outputs for some rows: of the examples or, without, of the features. False if a feature that the
    /// network reads is infinite.
    member private this.Compute
        (examples: Examples voption, features: ReadOnlySpan<float32>, rows: int, into: Span<float32>)
        : bool =
        let canShare = examples.IsNone || examples.Value.Stored.IsNone
        let mutable start = 0
        let mutable haveRun = true

        while start < rows do
            let size = if canShare then this.SharedPart(rows - start) else 0

            let parts, size =
                if size > 0 then
                    (rows - start) / size / threads * threads, size
                else
                    start <- this.Begin(start, rows)
                    1, this.Part(rows - start)

            let count = parts * size

            let x =
                if examples.IsSome then
                    features
                else
                    features.Slice(start * width, count * width)

            let y = into.Slice(start * outputs, count * outputs)

            let ran =
                if parts = 1 then
                    BatchPlan.run engine (plans.For size) examples start size x y
                else
                    shared.Value.Run(parts, size, examples, start, x, y)

            haveRun <- haveRun && ran
            start <- start + count

        haveRun

    member internal _.Engine = engine

    /// The number of features of an example.
    member _.Width = width

    /// The number of outputs per example.
    member _.Outputs = outputs

    /// <summary>The network's outputs, [rows; outputs], for the given rows of the features, in that order.</summary>
    /// <exception cref="T:Hybrid.NonFiniteResultException">An output is NaN or infinite.</exception>
    member this.Run(features: float32[], rows: int[]) : float32[] =
        this.Run
            {
                Width = width
                Features = features
                Stored = None
                Targets = [||]
                Weights = None
                Rows = rows
            }

    /// <summary>The network's outputs, [examples; outputs], for some examples, in their order.</summary>
    /// <exception cref="T:Hybrid.NonFiniteResultException">An output is NaN or infinite.</exception>
    member this.Run(examples: Examples) : float32[] =
        let outputs = Array.zeroCreate (examples.Rows.Length * this.Outputs)

        this.Compute(ValueSome examples, ReadOnlySpan(), examples.Rows.Length, Span outputs)
        |> ignore

        Finite.requireOutputs this.Outputs (ReadOnlySpan outputs)
        outputs

    /// <summary>The network's outputs, [rows; outputs], for all rows of the features.</summary>
    member this.Run(features: float32[]) : float32[] =
        this.Run(features, Array.init (features.Length / max 1 width) id)

    /// <summary>The network's outputs for rows in the caller's memory, written to the caller's memory. Allocates nothing once
    /// batches of these sizes have been used.</summary>
    /// <param name="features">[rows; width].</param>
    /// <param name="outputs">[rows; outputs].</param>
    /// <exception cref="T:Hybrid.NonFiniteResultException">An output is NaN or infinite.</exception>
    /// <exception cref="T:Hybrid.HybridException">A feature is infinite. The outputs must not be used then either.</exception>
    member this.Run(features: ReadOnlySpan<float32>, outputs: Span<float32>) : unit =
        if not (this.Compute(ValueNone, features, outputs.Length / this.Outputs, outputs)) then
            Finite.requireFeatures width features

        Finite.requireOutputs this.Outputs (Span.op_Implicit outputs)

module Inference =
    /// The values of a network's parameters, in new arrays.
    let internal state (engine: Engine) (network: Network) : Dictionary<string, float32[]> =
        let state = Dictionary<string, float32[]>()

        for name, value in Network.parameters network do
            state[name] <- Array.copy (Eager.value engine value)

        state

    /// The values of a network's parameters, in its own arrays where these are of single precision and no other parameter's.
    let internal values (engine: Engine) (network: Network) : Dictionary<string, float32[]> =
        let values = Dictionary<string, float32[]>()
        let seen = HashSet<float32[]> HashIdentity.Reference

        for name, value in Network.parameters network do
            let array = Eager.value engine value
            values[name] <- if seen.Add array then array else Array.copy array

        values

    /// Inference on a network with its present parameters, of which it has copies.
    let create (engine: Engine) (network: Network) (width: int) : Inference =
        Inference(engine, (fun () -> false), network, width, state engine network, true)

    /// <summary>The same for a few runs on many examples, on the network's own arrays: weights are not kept a second time, nor in the
    /// order that products read.</summary>
    let internal once (engine: Engine) (network: Network) (width: int) : Inference =
        Inference(engine, (fun () -> false), network, width, values engine network, false)

    /// The approximate number of outputs that are in memory at once.
    let private outputsAtATime = 1 <<< 20

    /// Parts of examples, small enough for their outputs, each with the number of examples before it. What they give is what all
    /// examples at once do, to the bit: none is a single example unless there is only one.
    let private parts (outputs: int) (examples: Examples) : (int * Examples) seq =
        let atATime = MeasureTally.LossesAtATime
        // a multiple of the parts that losses are computed in
        let rows = atATime * max 1 (outputsAtATime / (atATime * max 1 outputs))

        if examples.Count <= rows then
            Seq.singleton (0, examples)
        else
            0
            |> Seq.unfold (fun start ->
                let left = examples.Count - start
                let size = if left <= rows + 1 then left else rows

                if left = 0 then
                    None
                else
                    Some(
                        (start,
                         { examples with
                             Rows = Array.sub examples.Rows start size
                         }),
                        start + size
                    ))

    /// <summary>Passes the outputs of a network for examples on, a part of them at a time, so that what is in memory does not grow with
    /// their number.</summary>
    /// <param name="inference">Runs the network.</param>
    /// <param name="examples">The examples.</param>
    /// <param name="action">Called with each part, in order, and its outputs, [examples; outputs].</param>
    /// <exception cref="T:Hybrid.NonFiniteResultException">An output is NaN or infinite.</exception>
    let internal each
        (inference: Inference)
        (examples: Examples)
        (action: Examples -> float32[] -> unit)
        : unit =
        for before, part in parts inference.Outputs examples do
            let outputs =
                try
                    inference.Run part
                with :? NonFiniteResultException as error ->
                    raise (error.Of("", int64 before, [||]))

            action part outputs

    /// <summary>Loss and quality of outputs, [examples; outputs], compared with targets in the task's form.</summary>
    /// <param name="engine">Computes the losses.</param>
    /// <param name="task">What is predicted.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="weights">The weight of each example; all 1 if absent.</param>
    /// <param name="outputs">[examples; outputs].</param>
    /// <param name="targets">[examples; targets].</param>
    /// <exception cref="T:Hybrid.NonFiniteResultException">An output or a loss is NaN or infinite.</exception>
    let internal measure
        (engine: Engine)
        (task: LearningTask)
        (loss: Loss)
        (weights: float32[] option)
        (outputs: float32[])
        (targets: float32[])
        : Measures =
        let tally = MeasureTally(engine, task, loss, QualityTally.YesFromZero)
        tally.Add(weights, outputs, targets)
        tally.Measures

    /// The measures of inference on examples, by what scores of labels, [examples; labels], decide.
    let internal evaluateBy
        (decide: float32[] -> bool[])
        (task: LearningTask)
        (loss: Loss)
        (inference: Inference)
        (examples: Examples)
        : Measures =
        let tally = MeasureTally(inference.Engine, task, loss, decide)

        each inference examples (fun part outputs ->
            tally.Add(part.Weighted, outputs, part.Pick(LearningTask.targets task, part.Targets)))

        tally.Measures

    /// The measures of inference on examples, a part of them at a time: what is in memory does not grow with their number.
    let evaluate (task: LearningTask) (loss: Loss) (inference: Inference) (examples: Examples) : Measures =
        evaluateBy QualityTally.YesFromZero task loss inference examples
