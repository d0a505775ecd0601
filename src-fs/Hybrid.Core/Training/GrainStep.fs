namespace Hybrid.Core

open System
open System.Collections.Generic
open Hybrid

/// <summary>A training step that several ranks compute together: each computes the gradients of its grains of the batch, these are summed on
/// rank 0, whose sum all receive, and each makes the same update of its own copy of the parameters.</summary>
/// <param name="engine">Computes.</param>
/// <param name="cancelled">Called while plans are compiled.</param>
/// <param name="communicator">Connects the ranks, as many as there are grains at most.</param>
/// <param name="state">Parameters, slots and the other inputs by name; the step has three words.</param>
/// <param name="options">The training options.</param>
/// <param name="network">Its parameters are graph inputs of their names.</param>
/// <param name="width">The number of features.</param>
/// <param name="areWeighted">Whether the examples have weights of their own.</param>
[<Sealed>]
type internal GrainStep
    (
        engine: Engine,
        cancelled: unit -> bool,
        communicator: ICommunicator,
        state: IReadOnlyDictionary<string, float32[]>,
        options: StepOptions,
        network: Network,
        width: int,
        areWeighted: bool
    ) =
    let names = Step.summed network |> List.map (fst >> Step.sumName) |> Array.ofList

    let lengths =
        Step.summed network
        |> List.map (fun (_, value) -> Shape.size value.Shape)
        |> Array.ofList

    // the loss first, and last whether rank 0 wants to stop
    let length = Array.sum lengths + 2
    let total: float32[] = Array.zeroCreate length

    let sums =
        GrainSum(
            communicator,
            options.Grains,
            length,
            fun into more ->
                engine.Kernels.Binary(Binary.Add, ReadOnlySpan into, ReadOnlySpan more, Span into)
        )

    let grains =
        Plans(
            engine,
            cancelled,
            state,
            None,
            fun rows -> Step.grain options areWeighted network width rows, []
        )

    let updates =
        Plans(engine, cancelled, state, None, (fun rows -> [], Step.ofGrains options network rows))

    let compute (examples: Examples) (order: int[]) start mean first rows (into: float32[]) =
        let plan = grains.For rows

        Batch.fillPart
            mean
            engine
            options.Task
            options.ClassWeights
            plan
            examples
            (ReadOnlySpan(order, start + first, rows))

        state[InputName.Step][2] <- float32 first
        plan.Run()
        into[0] <- plan.Output(0)[0]
        into[length - 1] <- 0f
        let mutable at = 1

        for index in 0 .. lengths.Length - 1 do
            Array.Copy(plan.Output(index + 1), 0, into, at, lengths[index])
            at <- at + lengths[index]

    /// <summary>One step.</summary>
    /// <param name="examples">The training examples, with those of the batch in memory.</param>
    /// <param name="order">Rows of the data.</param>
    /// <param name="start">The place in it where the batch begins.</param>
    /// <param name="rows">The number of the batch's rows.</param>
    /// <param name="stops">Whether this rank wants to stop after the step.</param>
    /// <returns>The mean loss before the step, the sum of the rows' weights, and whether rank 0 wants to stop.</returns>
    member _.Run
        (examples: Examples, order: int[], start: int, rows: int, stops: bool)
        : struct (float * float * bool) =
        let mean = Batch.meanWeight examples.Weights (ReadOnlySpan(order, start, rows))
        sums.Run(rows, compute examples order start mean, total)
        total[length - 1] <- if stops then 1f else 0f
        Communicator.broadcast communicator total

        let plan = updates.For rows
        let mutable at = 1

        for index in 0 .. lengths.Length - 1 do
            if plan.Needs names[index] then
                Array.Copy(total, at, plan.Input names[index], 0, lengths[index])

            at <- at + lengths[index]

        plan.Run()
        struct (float total[0] / float rows, mean * float rows, total[length - 1] <> 0f)
