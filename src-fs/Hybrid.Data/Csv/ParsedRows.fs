namespace Hybrid.Data

open System.IO

/// The tallies of parts of a table.
module internal PartTally =
    /// Writes it for add.
    let write (tally: RowTally) (writer: BinaryWriter) : unit =
        for count in
            [
                tally.ShortRows
                tally.ShortLine
                tally.LatinLine
                tally.Left
                tally.Weightless
            ] do
            writer.Write count

        writer.Write tally.Missing.Length

        for count in tally.Missing do
            writer.Write count

    /// The tally of all rows from those of their parts.
    let add (all: RowTally) (lines: int) (reader: BinaryReader) : RowTally =
        let shortRows = reader.ReadInt32()
        let shortLine = reader.ReadInt32()
        let latin = reader.ReadInt32()
        let left = reader.ReadInt32()
        let weightless = reader.ReadInt32()
        let missing = Array.init (reader.ReadInt32()) (fun _ -> reader.ReadInt32())

        let firstOf before line =
            if before > 0 || line = 0 then before else line + lines

        { all with
            ShortRows = all.ShortRows + shortRows
            ShortLine = firstOf all.ShortLine shortLine
            LatinLine = firstOf all.LatinLine latin
            Left = all.Left + left
            Weightless = all.Weightless + weightless
            Missing =
                if missing.Length = 0 then all.Missing
                elif all.Missing.Length = 0 then missing
                else Array.map2 (+) all.Missing missing
        }

/// What a rank has parsed, with its features in memory or in a file.
[<Sealed>]
type internal ParsedRows(file: RowFile option) =
    let batches = ResizeArray<RawBatch>()
    let starts = ResizeArray<int>()
    let mutable count = 0

    member _.Examples = count
    member _.Batches = batches.Count

    /// Of all rows.
    member _.Tally =
        if batches.Count = 0 then
            RowTally.none
        else
            batches[batches.Count - 1].Tally

    member _.Add(raw: RawBatch) : unit =
        starts.Add count
        count <- count + raw.Batch.Rows.Examples

        match file with
        | None -> batches.Add raw
        | Some file ->
            file.Append raw.Batch.Rows.Features

            batches.Add(RawRows.withFeatures Array.empty raw)

    /// Ends the adding.
    member _.Complete() : unit = file |> Option.iter _.Complete()

    /// One batch, once all are there; it is forgotten.
    member _.Take(index: int, width: int) : RawBatch =
        let raw = batches[index]
        batches[index] <- Unchecked.defaultof<_>

        match file with
        | None -> raw
        | Some file ->
            let examples = raw.Batch.Rows.Examples
            let features: float32[] = Array.zeroCreate (examples * width)
            file.Read(Array.init examples ((+) starts[index]), features)
            RawRows.withFeatures features raw
