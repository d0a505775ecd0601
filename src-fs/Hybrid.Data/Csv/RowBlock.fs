namespace Hybrid.Data

open System
open System.Threading.Tasks
open Hybrid.Core

/// Some rows of a table, copied, so that each column can be looked at by a thread of its own, in the order of the rows.
[<Sealed>]
type internal RowBlock(width: int) =
    let mutable bytes: byte[] = Array.zeroCreate (1 <<< 16)
    let mutable ends: int[] = Array.zeroCreate (width + 1)
    let lines: int[] = Array.zeroCreate RowBlock.Rows
    let mutable count = 0

    /// The number of rows of a whole block.
    static member Rows = 512

    member _.Count = count
    member _.IsFull = (count = RowBlock.Rows)
    member _.Clear() = count <- 0

    /// Copies the current row.
    member _.Add(rows: CsvRows) : unit =
        // as many rows as there are: a short file of many columns takes little
        if (count + 1) * width >= ends.Length then
            Array.Resize(&ends, min (RowBlock.Rows * width + 1) (2 * ends.Length + width))

        for field in 0 .. width - 1 do
            let text = rows.Bytes field
            let start = ends[count * width + field]

            while start + text.Length > bytes.Length do
                Array.Resize(&bytes, 2 * bytes.Length)

            text.CopyTo(bytes.AsSpan start)
            ends[count * width + field + 1] <- start + text.Length

        lines[count] <- rows.Line
        count <- count + 1

    member _.Line(row: int) : int = lines[row]

    member _.Bytes(row: int, field: int) : ReadOnlySpan<byte> =
        let start = ends[row * width + field]
        ReadOnlySpan(bytes, start, ends[row * width + field + 1] - start)

    /// <summary>Looks at every column, whole blocks on all processors.</summary>
    /// <param name="column">Looks at the column of a number.</param>
    /// <exception cref="T:Hybrid.TableException">That of the first row with one, and there of the first column.</exception>
    member this.ByColumns(column: int -> unit) : unit =
        let failures: TableException option[] = Array.create width None

        let guarded field =
            try
                column field
            with :? TableException as error ->
                failures[field] <- Some error

        if this.IsFull && width > 1 then
            Parallel.For(0, width, guarded) |> ignore
        else
            for field in 0 .. width - 1 do
                guarded field

        match Array.choose id failures with
        | [||] -> ()
        | failures ->
            raise (
                failures
                |> Array.minBy (fun error -> error.Line.GetValueOrDefault(), error.Column.GetValueOrDefault())
            )
