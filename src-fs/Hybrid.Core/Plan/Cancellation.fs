namespace Hybrid.Core

open System

/// Whether long work should end early. The caller is asked only from time to time, since asking may cost more than a piece of the
/// work.
[<Sealed>]
type internal Cancellation(cancelled: unit -> bool) =
    static let piecesBetween = 1024
    let mutable pieces = 0

    /// <summary>Called for every piece of the work, such as a node of a graph.</summary>
    /// <exception cref="T:System.OperationCanceledException">The work should end.</exception>
    member _.Check() : unit =
        pieces <- pieces + 1

        if pieces % piecesBetween = 0 && cancelled () then
            raise (OperationCanceledException())
