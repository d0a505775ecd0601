namespace Hybrid.Verification

open System
open System.Collections.Concurrent
open System.Collections.Generic
open System.Runtime.ExceptionServices
open System.Threading.Tasks

/// <summary>Leaves of a search that wait: the one with the least bound comes first, as long as not too many wait; those beyond, at
/// once.</summary>
[<Sealed>]
type internal Frontier<'leaf>(most: int) =
    let queue = PriorityQueue<'leaf, struct (float * int64)>()
    let stack = Stack<'leaf>()
    let mutable count = 0L

    member _.Add(leaf: 'leaf, bound: float) : unit =
        if queue.Count < most then
            queue.Enqueue(leaf, struct (bound, count))
            count <- count + 1L
        else
            stack.Push leaf

    /// Whether no leaf waits.
    member _.IsEmpty: bool = stack.Count = 0 && queue.Count = 0

    /// The next leaves, at most so many.
    member _.Take(most: int) : 'leaf[] =
        let taken = List<'leaf>()

        while taken.Count < most && (stack.Count > 0 || queue.Count > 0) do
            taken.Add(if stack.Count > 0 then stack.Pop() else queue.Dequeue())

        taken.ToArray()

/// <summary>Workers with memory of their own, one for each thread.</summary>
[<Sealed>]
type internal Workers<'worker>(threads: int, create: unit -> 'worker) =
    let threads = max 1 threads
    let idle = ConcurrentBag<'worker>()
    // made when it is needed: the lazy values of F# cannot be compiled ahead for any type
    let mutable first: 'worker voption = ValueNone

    /// The first.
    member _.First: 'worker =
        match first with
        | ValueSome worker -> worker
        | ValueNone ->
            let worker = create ()
            first <- ValueSome worker
            idle.Add worker
            worker

    /// The results for chunks of items, after each other.
    member this.InChunks<'item, 'result>
        (size: int, action: 'worker -> 'item[] -> 'result[], items: 'item[])
        : 'result[] =
        this.Map(action, Array.chunkBySize size items) |> Array.concat

    /// The results for all items, in order, whichever worker took one.
    member this.Map<'item, 'result>(action: 'worker -> 'item -> 'result, items: 'item[]) : 'result[] =
        if threads = 1 || items.Length < 2 then
            items |> Array.map (action this.First)
        else
            let results = Array.zeroCreate items.Length

            let work index =
                let worker =
                    match idle.TryTake() with
                    | true, worker -> worker
                    | false, _ -> create ()

                results[index] <- action worker items[index]
                idle.Add worker

            try
                Parallel.For(0, items.Length, ParallelOptions(MaxDegreeOfParallelism = threads), work)
                |> ignore
            with :? AggregateException as all ->
                // the first is the cause: it stopped the others, or they are alike
                ExceptionDispatchInfo.Throw(all.Flatten().InnerExceptions[0])

            results
