namespace Hybrid.Data

open System

/// Rows of equal width that grow as they are read. Chunks keep the growth from copying.
[<Sealed>]
type internal RowStore(source: string, width: int) =
    let rowsInChunk = max 1 ((1 <<< 16) / max 1 width)
    let chunks = ResizeArray<float32[]>()
    let mutable count = 0

    member _.Count = count

    /// Appends a row and returns it for filling.
    member _.Add() : Span<float32> =
        let row = count % rowsInChunk

        if row = 0 then
            if int64 (count + rowsInChunk) * int64 width > int64 Array.MaxLength then
                DataFile.failFile
                    source
                    $"the table has more than {Array.MaxLength} values, too many to hold in memory."

            chunks.Add(Array.zeroCreate (rowsInChunk * width))

        count <- count + 1
        Span(chunks[chunks.Count - 1], row * width, width)

    /// All rows, in order. Empties the store, so that at most one chunk is held twice.
    member _.ToArray() : float32[] =
        let values = Array.zeroCreate (count * width)

        for i in 0 .. chunks.Count - 1 do
            let start = i * rowsInChunk * width
            Array.blit chunks[i] 0 values start (min chunks[i].Length (values.Length - start))
            chunks[i] <- Array.empty

        count <- 0
        values
