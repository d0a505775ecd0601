namespace Hybrid.Lecture

open System.Diagnostics

/// How long work takes: the only clock of the lecture.
module Timing =
    /// <summary>Median seconds of several pieces of work. They are taken in turn, so that what else the machine does hits all
    /// alike; each is done a few times before, so that what is compiled late is compiled.</summary>
    /// <param name="rounds">At least 1.</param>
    /// <param name="works">Each called rounds times and three times before.</param>
    let medians (rounds: int) (works: (unit -> unit) list) : float list =
        let seconds (work: unit -> unit) =
            let watch = Stopwatch.StartNew()
            work ()
            watch.Elapsed.TotalSeconds

        for _ in 1..3 do
            works |> List.iter (fun work -> work ())

        List.init rounds (fun _ -> works |> List.map seconds)
        |> List.transpose
        |> List.map Statistics.median
