namespace Hybrid.Data

open System
open System.Runtime.InteropServices

/// <summary>Rows of equal width that grow as they are read. They lie in one block outside the managed heap, which moves into the array of all
/// rows piece by piece, from its end: so they are never held twice, nor left behind for a garbage collector that sees no need to
/// collect.</summary>
[<Sealed; AllowNullLiteral>]
type internal RowStore(source: string, width: int) =
    let rowsInPiece = max 1 ((1 <<< 16) / max 1 width)
    // the last rows, until they are as many
    let piece: float32[] = Array.zeroCreate (rowsInPiece * width)
    let pieceBytes = nativeint piece.Length * nativeint sizeof<float32>
    let mutable block = 0n
    // in pieces
    let mutable room = 0
    let mutable count = 0

    /// An operating system grows and shrinks a large block without copying it.
    let resize pieces =
        block <- Marshal.ReAllocHGlobal(block, nativeint pieces * pieceBytes)
        room <- pieces

    let release () =
        Marshal.FreeHGlobal block
        block <- 0n
        room <- 0
        count <- 0

    let append index =
        if index = room then
            resize (max 1 (2 * room))

        Marshal.Copy(piece, 0, block + nativeint index * pieceBytes, piece.Length)

    let load index (into: float32[]) =
        Marshal.Copy(block + nativeint index * pieceBytes, into, 0, into.Length)

    /// How many pieces are in the block: the last rows are not.
    let whole () = max 0 (count - 1) / rowsInPiece

    /// Refuses more values than an array may have.
    static member RequireMemory(source: string, values: int64) : unit =
        if values > int64 Array.MaxLength then
            DataFile.failFile
                source
                $"the table has more than {Array.MaxLength} values, too many to hold in memory."

    member _.Count = count

    /// Appends a row and returns it for filling in, all of it.
    member _.Add() : Span<float32> =
        RowStore.RequireMemory(source, int64 (count + 1) * int64 width)
        let row = count % rowsInPiece

        if row = 0 && count > 0 then
            append (count / rowsInPiece - 1)

        count <- count + 1
        Span(piece, row * width, width)

    /// <summary>Some fields of all rows, in order. Empties the store.</summary>
    /// <param name="first">A row that comes before all others; null if there is none.</param>
    /// <param name="fields">The fields, in any order.</param>
    member _.Pick(first: float32[], fields: int[]) : float32[] =
        let before = if isNull first then 0 else 1

        // its pages are taken as they are written to
        let values =
            GC.AllocateUninitializedArray<float32>((before + count) * fields.Length)

        if before = 1 then
            fields |> Array.iteri (fun i field -> values[i] <- first[field])

        let areAll = fields.Length = width && Array.forall2 (=) fields (Array.init width id)

        for index in whole () .. -1 .. 0 do
            let start = index * rowsInPiece

            if index < whole () then
                load index piece
                resize (max 1 index)

            let rows = min rowsInPiece (count - start)

            if areAll then
                Array.blit piece 0 values ((before + start) * width) (rows * width)
            else
                for row in 0 .. rows - 1 do
                    let into = (before + start + row) * fields.Length

                    for j in 0 .. fields.Length - 1 do
                        values[into + j] <- piece[row * width + fields[j]]

        release ()
        values

    /// Empties the store.
    member _.Clear() : unit = release ()

    /// All rows, in order. Empties the store.
    member this.ToArray() : float32[] = this.Pick(null, Array.init width id)

    /// One field of all rows, in order; the store keeps them.
    member _.Column(field: int) : float32[] =
        let values = Array.zeroCreate count
        let past: float32[] = Array.zeroCreate piece.Length

        for index in 0 .. whole () do
            let rows =
                if index < whole () then
                    load index past
                    past
                else
                    piece

            for row in index * rowsInPiece .. min count ((index + 1) * rowsInPiece) - 1 do
                values[row] <- rows[(row - index * rowsInPiece) * width + field]

        values

    interface IDisposable with
        member _.Dispose() = release ()
