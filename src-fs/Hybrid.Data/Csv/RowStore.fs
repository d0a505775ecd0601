namespace Hybrid.Data

open System

/// Rows of equal width that grow as they are read. Chunks keep the growth from copying.
[<Sealed; AllowNullLiteral>]
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

    /// <summary>Some fields of all rows, in order. Empties the store, so that at most one chunk is held twice.</summary>
    /// <param name="first">A row that comes before all others; null if there is none.</param>
    /// <param name="fields">The fields, in any order.</param>
    member _.Pick(first: float32[], fields: int[]) : float32[] =
        let before = if isNull first then 0 else 1
        let values = Array.zeroCreate ((before + count) * fields.Length)

        if before = 1 then
            fields |> Array.iteri (fun i field -> values[i] <- first[field])

        let areAll = fields.Length = width && Array.forall2 (=) fields (Array.init width id)

        for i in 0 .. chunks.Count - 1 do
            let start = i * rowsInChunk
            let rows = min rowsInChunk (count - start)
            let chunk = chunks[i]

            if areAll then
                Array.blit chunk 0 values ((before + start) * width) (rows * width)
            else
                for row in 0 .. rows - 1 do
                    let into = (before + start + row) * fields.Length

                    for j in 0 .. fields.Length - 1 do
                        values[into + j] <- chunk[row * width + fields[j]]

            chunks[i] <- Array.empty

        count <- 0
        values

    /// All rows, in order. Empties the store.
    member this.ToArray() : float32[] = this.Pick(null, Array.init width id)

    /// One field of all rows, in order; the store keeps them.
    member _.Column(field: int) : float32[] =
        Array.init count (fun row -> chunks[row / rowsInChunk][row % rowsInChunk * width + field])
