namespace Hybrid.Models

open System
open System.Threading.Tasks
open System.Runtime.ExceptionServices

/// Independent pieces of work on several threads.
module internal Jobs =
    /// <summary>The results of jobs in their order, whatever the number of threads.</summary>
    /// <param name="threads">At most so many at once; 0 for one per processor.</param>
    /// <param name="count">The number of jobs, which are numbered from 0.</param>
    /// <param name="job">One of them; what the first of those that fail raises is raised.</param>
    let run (threads: int) (count: int) (job: int -> 'result) : 'result[] =
        let results: Result<'result, exn>[] = Array.zeroCreate count

        let options =
            ParallelOptions(
                MaxDegreeOfParallelism = (if threads = 0 then Environment.ProcessorCount else threads)
            )

        let body (index: int) =
            results[index] <-
                try
                    Ok(job index)
                with error ->
                    Error error

        Parallel.For(0, count, options, body) |> ignore

        results
        |> Array.map (fun result ->
            match result with
            | Ok result -> result
            | Error error ->
                ExceptionDispatchInfo.Capture(error).Throw()
                raise error)
