namespace Hybrid.Core

open System.Collections.Generic

/// Free arrays, by length: values that are not needed at the same time share one.
[<Sealed>]
type internal Pool() =
    let free = Dictionary<int, Stack<float32[]>>()
    // the lengths of which an array is free
    let lengths = SortedSet<int>()

    /// A free array of at least this length and at most twice that; or a new one.
    member _.Rent(length: int) : float32[] =
        let most = int (min (2L * int64 length) (int64 System.Array.MaxLength))
        // 0 if there is none
        match lengths.GetViewBetween(length, max length most).Min with
        | 0 -> Array.zeroCreate length
        | fitting ->
            let array = free[fitting].Pop()

            if free[fitting].Count = 0 then
                lengths.Remove fitting |> ignore

            array

    member _.Return(array: float32[]) : unit =
        if array.Length > 0 then
            lengths.Add array.Length |> ignore

            match free.TryGetValue array.Length with
            | true, stack -> stack.Push array
            | false, _ -> free[array.Length] <- Stack [ array ]
