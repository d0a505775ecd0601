namespace Hybrid.Core

open System
open System.Collections.Generic
open System.Threading

module internal BatchPlan =
    /// <summary>Runs a plan on some rows; false, without a run, if a feature is infinite. Those of examples have been looked at.</summary>
    /// <param name="engine">Copies features.</param>
    /// <param name="plan">The plan for as many rows.</param>
    /// <param name="examples">What rows are read from, if not from the features.</param>
    /// <param name="start">The first of the examples.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="features">[rows; width], without examples.</param>
    /// <param name="into">[rows; outputs].</param>
    let run
        (engine: Engine)
        (plan: Plan)
        (examples: Examples voption)
        (start: int)
        (count: int)
        (features: ReadOnlySpan<float32>)
        (into: Span<float32>)
        : bool =
        let canRun =
            match examples with
            | ValueSome examples ->
                Batch.fillFeatures engine plan examples (ReadOnlySpan(examples.Rows, start, count))
                true
            | ValueNone ->
                not (plan.Needs InputName.Features)
                || Finite.copyFeatures features (Span(plan.Input InputName.Features))

        if canRun then
            plan.Run()
            ReadOnlySpan(plan.Output 0, 0, into.Length).CopyTo into

        canRun

/// <summary>Many rows that the threads of an engine share: each computes parts of them by a plan of its own, from the first layer to the
/// last. What a layer computes then stays in the caches of its processor, and threads wait for each other once. To be used by one
/// thread at a time.</summary>
/// <param name="engine">Its threads share the rows.</param>
/// <param name="plansOn">Makes plans on an engine.</param>
[<Sealed>]
type internal SharedPlans(engine: Engine, plansOn: Engine -> Plans) =
    let alone = engine.Alone
    let plans = Array.init engine.Kernels.Threads (fun _ -> plansOn alone)

    // plans that a thread is using, of which there are as many as threads, and the thread that used them last
    let taken: int[] = Array.zeroCreate plans.Length
    let users: int[] = Array.zeroCreate plans.Length

    // of the rows that are being shared
    let mutable examples: Examples voption = ValueNone
    let mutable first = 0
    let mutable size = 0
    let mutable haveRun = true

    let tryTake i =
        Interlocked.CompareExchange(&taken[i], 1, 0) = 0

    // a thread's own plans, since what they wrote is in its processor's caches, or any that are free
    let rec take thread i =
        if i < plans.Length then
            if Volatile.Read(&users[i]) = thread && tryTake i then
                i
            else
                take thread (i + 1)
        elif tryTake (i % plans.Length) then
            i % plans.Length
        else
            take thread (i + 1)

    let runPart (part: int) (x: ReadOnlySpan<float32>) (y: Span<float32>) : unit =
        let thread = Environment.CurrentManagedThreadId
        let mine = take thread 0
        Volatile.Write(&users[mine], thread)

        try
            if not (BatchPlan.run alone (plans[mine].For size) examples (first + part * size) size x y) then
                Volatile.Write(&haveRun, false)
        finally
            Volatile.Write(&taken[mine], 0)

    // made once, so that sharing allocates nothing
    let work = PartOfRows(fun part x y -> runPart part x y)

    // sizes of parts that all plans are compiled for: a later run may find any of them free
    let compiled = HashSet<int>()

    /// <summary>The outputs of parts of equal size, as those of <see cref="BatchPlan.run"/>: whether all have run.</summary>
    member _.Run
        (
            parts: int,
            partSize: int,
            from: Examples voption,
            start: int,
            features: ReadOnlySpan<float32>,
            into: Span<float32>
        ) : bool =
        haveRun <- true
        examples <- from
        first <- start
        size <- partSize

        if not (compiled.Contains partSize) then
            engine.Kernels.Share(
                plans.Length,
                ReadOnlySpan(),
                Span(),
                PartOfRows(fun i _ _ -> plans[i].For partSize |> ignore)
            )

            compiled.Add partSize |> ignore

        try
            engine.Kernels.Share(parts, features, into, work)
            haveRun
        finally
            examples <- ValueNone
