namespace Hybrid.Data

open System

/// Numbers texts from 0 on, by their bytes: a known one is found without making a string of it.
[<Sealed>]
type internal TextIndex() =
    let keys = ResizeArray<byte[]>()
    // 1 + the number of a text, or 0 for none; at most half of the places are taken
    let mutable places: int[] = Array.zeroCreate 16

    /// Fowler, Noll and Vo's hash, FNV-1a.
    let hash (text: ReadOnlySpan<byte>) =
        let mutable hash = 2166136261u

        for byte in text do
            hash <- (hash ^^^ uint32 byte) * 16777619u

        int (hash ^^^ (hash >>> 15))

    /// Where a text stands, or would stand.
    let place (text: ReadOnlySpan<byte>) =
        let last = places.Length - 1
        let mutable i = hash text &&& last

        while places[i] > 0 && not (text.SequenceEqual(ReadOnlySpan keys[places[i] - 1])) do
            i <- (i + 1) &&& last

        i

    member _.Count = keys.Count

    /// The number of a text; -1 if it is not known.
    member _.Find(text: ReadOnlySpan<byte>) : int = places[place text] - 1

    /// Numbers a text that is not known.
    member _.Add(text: ReadOnlySpan<byte>) : unit =
        keys.Add(text.ToArray())

        if 2 * keys.Count > places.Length then
            places <- Array.zeroCreate (2 * places.Length)

            for number in 0 .. keys.Count - 1 do
                places[place (ReadOnlySpan keys[number])] <- number + 1
        else
            places[place text] <- keys.Count
