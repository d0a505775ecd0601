namespace Hybrid.Data

open System

/// Rows as the text of a CSV file.
[<Sealed>]
type internal RowText(name: string, reader: RowReader, ended: int -> unit) =
    inherit ForwardStream()
    let row = CellWriter(name, reader.Columns)
    let mutable taken = 0
    let mutable rows = -1
    let mutable hasEnded = false

    let addRow () =
        row.Clear()
        taken <- 0

        if rows < 0 then
            reader.Columns
            |> Array.iteri (fun column text ->
                row.Begin column
                row.Text(text.AsSpan()))

            row.EndRow()
            rows <- 0
        elif reader.Read() then
            for column in 0 .. reader.Columns.Length - 1 do
                row.Begin column
                reader.Write(column, row)

            row.EndRow()
            rows <- rows + 1
        else
            hasEnded <- true
            ended rows

    override _.Read(into: Span<byte>) : int =
        while taken = row.Length && not hasEnded do
            try
                addRow ()
            with error when not (error :? Hybrid.HybridException) ->
                DataFile.failFile
                    name
                    $"it could not be read further after {max 0 rows} rows: {error.Message.TrimEnd '.'}."

        let count = min into.Length (row.Length - taken)
        row.Buffer.AsSpan(taken, count).CopyTo into
        taken <- taken + count
        count
