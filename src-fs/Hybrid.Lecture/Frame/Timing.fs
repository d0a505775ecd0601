namespace Hybrid.Lecture

open System.Diagnostics

/// How long work takes: the lecture's only clock.
module internal Timing =
    /// <summary>Median seconds of several pieces of work. They are timed in turn, so that other load on the machine affects all
    /// alike, and each is warmed up, so that late compilation is not measured.</summary>
    /// <param name="rounds">At least 1.</param>
    /// <param name="works">Each is called rounds times, after three calls to warm up.</param>
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
