namespace Hybrid.Lecture

open System
open System.Threading.Tasks
open Hybrid.Core
open Hybrid.Kernels

/// Many independent runs on all processors.
module internal Runs =
    /// <summary>f of every item, each on one thread with its own engine; results in the items' order, the same for any
    /// number of processors.</summary>
    let map (f: Engine -> 'item -> 'result) (items: 'item list) : 'result list =
        let items = Array.ofList items
        let results = Array.zeroCreate items.Length
        let options = ParallelOptions(MaxDegreeOfParallelism = Environment.ProcessorCount)

        let run index =
            use engine = CpuEngine.Create 1
            results[index] <- f engine items[index]

        try
            Parallel.For(0, items.Length, options, run) |> ignore
        with :? AggregateException as all ->
            // the first is the cause: it stopped the others, or they are alike
            Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(all.Flatten().InnerExceptions[0])

        List.ofArray results

    /// <summary>f of every kind from every seed.</summary>
    /// <returns>The results of each kind, in the order of the seeds.</returns>
    let bySeed
        (f: Engine -> 'kind * uint64 -> 'result)
        (seeds: uint64 list)
        (kinds: 'kind list)
        : 'result list list =
        List.allPairs kinds seeds |> map f |> List.chunkBySize seeds.Length
