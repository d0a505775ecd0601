namespace Hybrid.Lecture

open System
open System.Threading.Tasks
open Hybrid.Core
open Hybrid.Kernels

/// Many independent runs on all processors.
module Runs =
    /// <summary>f of every item, each on one thread with an engine of its own; results in the items' order, the same for any
    /// number of processors.</summary>
    let map (f: IKernels -> 'item -> 'result) (items: 'item list) : 'result list =
        let items = Array.ofList items
        let results = Array.zeroCreate items.Length
        let options = ParallelOptions(MaxDegreeOfParallelism = Environment.ProcessorCount)

        let run index =
            let engine = Engine.Create 1
            results[index] <- f engine items[index]

            match engine with
            | :? IDisposable as disposable -> disposable.Dispose()
            | _ -> ()

        try
            Parallel.For(0, items.Length, options, run) |> ignore
        with :? AggregateException as all ->
            // the first one is what went wrong: the others were stopped by it, or are its like
            Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(all.Flatten().InnerExceptions[0])

        List.ofArray results

    /// <summary>f of every kind from every seed.</summary>
    /// <returns>For each kind its results, in the order of the seeds.</returns>
    let bySeed
        (f: IKernels -> 'kind * uint64 -> 'result)
        (seeds: uint64 list)
        (kinds: 'kind list)
        : 'result list list =
        List.allPairs kinds seeds |> map f |> List.chunkBySize seeds.Length
