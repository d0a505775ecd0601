namespace Hybrid.Verification

open System

/// <summary>The frame of a search: parts wait, and are divided together, until none is left, one is violated, or the limits are
/// reached.</summary>
/// <param name="limits">How far the search may go.</param>
/// <param name="waiting">The number of parts that wait best first.</param>
/// <param name="together">The number of parts that are divided together: the same for any number of threads.</param>
[<Sealed>]
type internal BranchAndBound<'part>(limits: Limits, waiting: int, together: int) =
    let frontier = Frontier<'part> waiting
    let mutable round = 0UL
    let mutable ending: Outcome option = None

    /// The number of parts that were bounded.
    member val Count = 0L with get, set

    /// The share of the region on which every violation is refuted.
    member val Proved = 0.0 with get, set

    /// Lets a part wait, with its bound.
    member _.Add(part: 'part, bound: float) : unit = frontier.Add(part, bound)

    /// <summary>Searches, or goes on; a search that has ended says so again.</summary>
    /// <remarks>The parts that it ended with are not in the frontier any more.</remarks>
    /// <param name="most">The number of parts to stop at for now.</param>
    /// <param name="attack">Searches for a violation in the worst parts of a round, given its number.</param>
    /// <param name="divide">Divides parts, adds what is left of them, and says how the search ends if it does.</param>
    /// <param name="finish">How it ends when no part waits.</param>
    member this.Run
        (
            most: int64,
            attack: uint64 -> 'part[] -> float32[] option,
            divide: 'part[] -> Outcome option,
            finish: unit -> Outcome
        ) : Outcome =
        while ending.IsNone && (this.Count < most || frontier.IsEmpty) do
            ending <-
                try
                    if frontier.IsEmpty then
                        Some(finish ())
                    elif limits.Stop() then
                        Some Outcome.Stopped
                    else
                        let batch = frontier.Take together
                        round <- round + 1UL

                        match attack round batch with
                        | Some point -> Some(Outcome.Violated point)
                        | None -> divide batch
                with :? OperationCanceledException ->
                    Some Outcome.Stopped

        Option.defaultValue Outcome.Stopped ending
