namespace Hybrid.Core

open System
open System.Threading.Tasks

/// <summary>The examples of an epoch's batches. Those that lie outside memory are read ahead, one buffer while another one is learned
/// from, so that at most two are in memory.</summary>
/// <param name="examples">The examples.</param>
/// <param name="targets">The number of targets of an example.</param>
/// <param name="order">Rows of the data, in the order in which they are learned from.</param>
/// <param name="window">The number of rows of a buffer: whole batches.</param>
/// <param name="isRead">Whether the features at a place in the order are needed; those of others are not read.</param>
/// <param name="start">Where in the order to begin.</param>
[<Sealed>]
type internal Feed
    (examples: Examples, targets: int, order: int[], window: int, isRead: int -> bool, start: int) =
    let ahead number : Task<Examples> =
        if examples.Stored.IsSome && int64 number * int64 window < order.LongLength then
            Task.Run(fun () ->
                let first = number * window
                let rows = Array.sub order first (min window (order.Length - first))
                examples.Loaded(targets, rows, Array.init rows.Length (fun i -> isRead (first + i))))
        else
            null

    let mutable number = start / window
    let mutable next = ahead number
    let mutable current = examples

    /// <summary>The examples with those of a batch among them.</summary>
    /// <param name="place">Where in the order the batch begins: those of one batch after the other.</param>
    /// <returns>Examples, their rows in order, and where among these the batch begins.</returns>
    member _.At(place: int) : struct (Examples * int[] * int) =
        if examples.Stored.IsNone then
            struct (examples, order, place)
        else
            while not (isNull next) && place / window >= number do
                current <- next.GetAwaiter().GetResult()
                number <- number + 1
                next <- ahead number

            struct (current, current.Rows, place % window)

    interface IDisposable with
        // what is read ahead may be a file that is closed next
        member _.Dispose() =
            if not (isNull next) then
                (next :> IAsyncResult).AsyncWaitHandle.WaitOne() |> ignore
