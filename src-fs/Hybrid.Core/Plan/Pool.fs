namespace Hybrid.Core

open System.Collections.Generic

/// Free arrays, by length: values that are not needed at the same time share one.
[<Sealed>]
type internal Pool() =
    let free = Dictionary<int, Stack<float32[]>>()
    // the lengths of which an array is free, in ascending order
    let lengths = List<int>()

    /// A free array of at least this length and at most twice that; or a new one.
    member _.Rent(length: int) : float32[] =
        let found = lengths.BinarySearch length
        // that of the shortest which is long enough
        let index = if found < 0 then ~~~found else found

        if index < lengths.Count && int64 lengths[index] <= 2L * int64 length then
            let arrays = free[lengths[index]]
            let array = arrays.Pop()

            if arrays.Count = 0 then
                lengths.RemoveAt index

            array
        else
            Array.zeroCreate length

    member _.Return(array: float32[]) : unit =
        if array.Length > 0 then
            let found = lengths.BinarySearch array.Length

            if found < 0 then
                lengths.Insert(~~~found, array.Length)

            match free.TryGetValue array.Length with
            | true, stack -> stack.Push array
            | false, _ -> free[array.Length] <- Stack [ array ]
