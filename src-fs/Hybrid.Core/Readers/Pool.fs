namespace Hybrid.Core

open System.Collections.Generic

/// Arrays that are free, by length: values that are not needed at the same time share one.
[<Sealed>]
type internal Pool() =
    let free = SortedDictionary<int, Stack<float32[]>>()

    /// An array of at least this length, and at most twice of it, that is free; or a new one.
    member _.Rent(length: int) : float32[] =
        let fits (entry: KeyValuePair<int, Stack<float32[]>>) =
            entry.Key >= length && entry.Key <= 2 * length && entry.Value.Count > 0

        match Seq.tryFind fits free with
        | Some entry -> entry.Value.Pop()
        | None -> Array.zeroCreate length

    member _.Return(array: float32[]) : unit =
        match free.TryGetValue array.Length with
        | true, stack -> stack.Push array
        | false, _ -> free[array.Length] <- Stack [ array ]
