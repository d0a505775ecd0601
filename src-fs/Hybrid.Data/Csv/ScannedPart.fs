namespace Hybrid.Data

open System
open System.IO

/// What a rank has found in its part.
type internal ScannedPart =
    {
        /// "" if nothing is wrong with it.
        Problem: string
        First: string
        /// Without the first one.
        Rows: int
        ShortRows: int
        ShortLine: int
        Lines: int
        HasValues: bool
        /// Its columns' cells, written.
        Cells: byte[]
    }

module internal ScannedPart =
    /// Writes what a rank has found, or what is wrong.
    let write
        (problem: string option)
        (part: TablePart)
        (scan: CsvScan option)
        (writer: BinaryWriter)
        : unit =
        writer.Write(Option.defaultValue "" problem)

        match problem, scan with
        | None, Some scan ->
            use cells = new MemoryStream()
            use into = new BinaryWriter(cells)

            if scan.RowsBelow > 0 then
                for column in scan.Below do
                    column.Write into

            into.Flush()
            writer.Write(String.Join('\n', scan.First))
            writer.Write scan.RowsBelow
            writer.Write scan.ShortRows
            writer.Write scan.ShortLine
            writer.Write part.Lines
            writer.Write(not (isNull scan.Values))
            writer.Write(int cells.Length)
            writer.Write(cells.ToArray())
        | _ -> ()

    /// What was written.
    let read (reader: BinaryReader) : ScannedPart =
        match reader.ReadString() with
        | "" ->
            {
                Problem = ""
                First = reader.ReadString()
                Rows = reader.ReadInt32()
                ShortRows = reader.ReadInt32()
                ShortLine = reader.ReadInt32()
                Lines = reader.ReadInt32()
                HasValues = reader.ReadBoolean()
                Cells = reader.ReadBytes(reader.ReadInt32())
            }
        | problem ->
            {
                Problem = problem
                First = ""
                Rows = 0
                ShortRows = 0
                ShortLine = 0
                Lines = 0
                HasValues = false
                Cells = Array.empty
            }

    /// For each rank what is to be added to the numbers of its lines.
    let linesAbove (all: ScannedPart[]) : int[] =
        all |> Array.scan (fun lines one -> lines + one.Lines) 0

    /// The scan of the whole table, with this rank's numbers.
    let merged (options: CsvOptions) (own: CsvScan) (all: ScannedPart[]) : CsvScan =
        let above = linesAbove all
        let rows = all |> Array.sumBy (fun one -> int64 one.Rows)

        if rows > int64 Int32.MaxValue then
            DataFile.failFile own.Source $"the table has {rows} rows; at most {Int32.MaxValue} are read."

        let cells =
            if rows = 0L then
                Array.empty
            else
                Array.init own.First.Length (CsvScan.cellsOf options own.Missing own.First)

        Array.zip all (Array.truncate all.Length above)
        |> Array.iter (fun (one, lines) ->
            if one.Rows > 0 then
                use reader = new BinaryReader(new MemoryStream(one.Cells))

                for column in cells do
                    column.Append(reader, lines))

        let short = all |> Array.tryFindIndex (fun one -> one.ShortRows > 0)

        { own with
            RowsBelow = int rows
            Below = cells
            ShortRows = all |> Array.sumBy _.ShortRows
            ShortLine =
                short
                |> Option.map (fun rank -> all[rank].ShortLine + above[rank])
                |> Option.defaultValue 0
            Values = if all |> Array.forall _.HasValues then own.Values else null
        }
