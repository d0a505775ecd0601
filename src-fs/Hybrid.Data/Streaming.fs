namespace Hybrid.Data

open System
open Hybrid.Core

/// How a table is read whose rows are kept in a file instead of in memory.
type StreamOptions =
    {
        /// How many rows are shuffled together in training; by default those of 32 MiB.
        Buffer: int option
    }

/// Collects batches of rows whose features go to a file.
[<Sealed>]
type internal RowCollector(source: string, schema: Schema, file: RowFile) =
    let values = new RowStore(source, schema.Targets.Length)
    let weights = ResizeArray<float32[]>()
    let numbers = ResizeArray<int[]>()
    let spread = TargetSpread schema.Targets
    let mutable split: SplitReader option = None
    let mutable examples = 0
    let mutable notes = []
    // the numbers of consecutive rows say nothing
    let mutable areAll = true

    /// How many rows were left out.
    member val Skipped = 0 with get, set

    /// How many rows have a value that counts as missing because it does not fit.
    member val Mended = 0 with get, set

    /// <summary>Adds a batch.</summary>
    /// <param name="role">What splits respect, if that is the last text kept of each row.</param>
    /// <param name="raw">The batch.</param>
    member this.Add(role: SplitRole option, raw: RawBatch) : unit =
        let rows = raw.Batch.Rows
        file.Append rows.Features
        spread.Add raw.Targets

        for start in 0 .. schema.Targets.Length .. raw.Targets.Length - 1 do
            let row = values.Add()

            for i in 0 .. row.Length - 1 do
                row[i] <- float32 raw.Targets[start + i]

        rows.Weights |> Option.iter weights.Add
        let own = defaultArg rows.RowNumbers Array.empty

        role
        |> Option.iter (fun role ->
            if split.IsNone then
                split <- Some(SplitReader role)

            Array.iter2
                (fun row (texts: string[]) -> split.Value.Add(row, Array.last texts))
                own
                raw.Batch.Kept)

        if areAll && own.Length > 0 && own[own.Length - 1] <> examples + own.Length then
            areAll <- false
            numbers.Add(Array.init examples ((+) 1))

        if not areAll then
            numbers.Add own

        examples <- examples + rows.Examples
        notes <- notes @ rows.Notes
        this.Skipped <- this.Skipped + raw.Batch.Skipped
        this.Mended <- this.Mended + raw.Batch.Mended

    /// <summary>All rows.</summary>
    /// <param name="failing">Called with what is wrong with the column that splits respect; there is none if that returns.</param>
    member _.Complete(failing: string -> unit) : TableRows =
        file.Complete()
        let targets = values.ToArray()

        {
            Source = source
            Features = Array.empty
            Stored = Some(file :> StoredRows)
            Examples = examples
            Target =
                if targets.Length = 0 then
                    None
                else
                    Some(spread.Target(source, targets))
            Weights =
                if weights.Count = 0 then
                    None
                else
                    Some(Array.concat weights)
            OneUnit = false
            SplitBy =
                match split |> Option.map _.Column with
                | Some(Ok column) -> Some column
                | Some(Error problem) ->
                    failing problem
                    None
                | None -> None
            RowNumbers = if areAll then None else Some(Array.concat numbers)
            Notes = notes
        }

    interface IDisposable with
        member _.Dispose() = (values :> IDisposable).Dispose()

/// <summary>Tables whose rows are kept in a file: what is in memory does not grow with the number of columns. Targets, weights and
/// orders of examples stay in memory, some 24 bytes for each row, and 8 more of its group or time.</summary>
module internal Streaming =
    [<Literal>]
    let private BufferBytes = 33_554_432

    /// How many rows are read at a time.
    let rowsAtATime (width: int) : int =
        max 1 (min 16_384 ((1 <<< 20) / max 1 width))

    /// How many rows are read ahead.
    let buffer (options: StreamOptions) (width: int) : int =
        match options.Buffer with
        | Some rows when rows < 1 ->
            raise (OptionException(nameof options.Buffer, $"must be at least 1, not {rows}"))
        | Some rows -> rows
        | None -> max 1 (BufferBytes / (4 * max 1 width))

    /// <summary>Batches of rows as rows in a file.</summary>
    /// <param name="options">How many are shuffled together.</param>
    /// <param name="source">Where the rows are from.</param>
    /// <param name="schema">What they hold.</param>
    /// <param name="failing">As for RowCollector.Complete.</param>
    /// <param name="read">Passes batches on, each with what splits respect, if that is the last text kept of each row.</param>
    /// <exception cref="T:Hybrid.TableException">As for reading, or the file cannot be written.</exception>
    let collect
        (options: StreamOptions)
        (source: string)
        (schema: Schema)
        (failing: string -> unit)
        (read: (SplitRole option -> RawBatch -> unit) -> unit)
        : struct (TableRows * int * int) =
        let width = schema.Columns.Length
        let file = RowFile.Create(source, width, buffer options width)
        use collector = new RowCollector(source, schema, file)
        read (fun role raw -> collector.Add(role, raw))
        struct (collector.Complete failing, collector.Skipped, collector.Mended)
