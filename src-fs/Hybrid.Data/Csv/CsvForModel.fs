namespace Hybrid.Data

open System
open Hybrid.Core

/// Reading a table for a model: its schema says what each column holds. Training reads its own table in the same way, once its
/// columns are decided.
module internal CsvForModel =
    /// The schema with the targets' names in the file.
    let private named
        (source: string)
        (options: ModelCsvOptions)
        (fields: string[])
        (schema: Schema)
        : Schema =
        let named (name: string) =
            if CsvLayout.isNumbered schema && Seq.forall Char.IsAsciiDigit name then
                $"x{name}"
            else
                name.Trim()

        match CsvHeader.list (fun name -> Array.contains name fields) named options.Targets with
        | [] -> schema
        | names when names.Length <> schema.Targets.Length ->
            DataFile.failWith
                source
                None
                None
                $"the model has {schema.Targets.Length} targets, {Advice.list (schema.Targets |> Array.map _.Name)}, but {names.Length} are named."
                [ Advice.otherTarget ]
        | names ->
            { schema with
                Targets =
                    Array.map2
                        (fun (target: Column) name -> { target with Name = name })
                        schema.Targets
                        (Array.ofList names)
            }

    let private keptFields (source: string) (options: ModelCsvOptions) (layout: CsvLayout) : int[] =
        [|
            for name in options.Keep do
                match Array.IndexOf(layout.Names, name) with
                | -1 ->
                    DataFile.failFile
                        source
                        $"there is no column {Advice.quote name} to keep. The columns are {Advice.list layout.Names}."
                | field -> field
        |]

    /// Passes the rows of a file on in batches of at most the given size, with the file's own names of the targets, and what splits
    /// respect, if the file has it: it is the last text kept of each row.
    let eachRaw
        (schema: Schema)
        (options: ModelCsvOptions)
        (input: TableInput)
        (size: int)
        (action: Schema -> SplitRole option -> RawBatch -> unit)
        : unit =
        CsvRows.read input (CsvSeparator.detect input) schema.Reading.Missing (fun rows ->
            CsvRows.readFirst rows
            let schema = named rows.Source options (CsvHeader.names (rows.Texts())) schema

            let layout =
                CsvLayout.ofFirstRow schema (TableInput.header input options.Header) rows

            let kept = keptFields rows.Source options layout

            // a table that is measured need not have it
            let split =
                options.SplitBy
                |> Option.bind (fun role ->
                    match Array.IndexOf(layout.Names, SplitRole.column role) with
                    | -1 -> None
                    | field -> Some(role, field))

            let targets = if options.Evaluate then layout.Targets else Array.empty

            if options.Evaluate && targets.Length = 0 then
                let missing =
                    match
                        schema.Targets
                        |> Array.filter (fun target -> not (Array.contains target.Name layout.Names))
                    with
                    | [||] -> schema.Targets
                    | missing -> missing

                DataFile.failWith
                    rows.Source
                    None
                    None
                    $"the target {Advice.quote (TargetColumns.name missing)} is not in the file, so nothing can be evaluated. The columns are {Advice.list layout.Names}."
                    [ Remedy.Do "add the column"; Advice.otherTarget ]

            let weight, notes =
                if options.Evaluate then
                    CsvWeights.find rows.Source schema options layout
                else
                    None, []

            let notes =
                if layout.Says = "" then
                    notes
                else
                    {
                        Columns = []
                        Says = layout.Says
                        Remedies = []
                    }
                    :: notes

            let skipped = ref 0

            if layout.HasHeader && not (CsvBatches.next rows options.OnError skipped) then
                DataFile.failFile rows.Source "the file has a header but no data rows. Add the data."

            let wanted: CsvBatches.Wanted =
                {
                    Fields = layout.Fields
                    Targets = targets
                    Weight = weight
                    Kept = Array.append kept (split |> Option.map snd |> Option.toArray)
                    OnError = options.OnError
                    Skipped = skipped.Value
                }

            // with the first batch
            let pending = ref notes

            CsvBatches.read rows schema wanted size (fun raw ->
                let batch = raw.Batch

                if batch.Rows.Examples = 0 && not batch.Rows.Notes.IsEmpty && targets.Length > 0 then
                    DataFile.failFile
                        rows.Source
                        $"every value of the target {Advice.quote schema.TargetName} is missing."

                let batch = CsvWeights.note pending.Value batch
                pending.Value <- []
                action schema (Option.map fst split) { raw with Batch = batch }))

    /// Passes the rows of a file on in batches of at most the given size.
    let each
        (schema: Schema)
        (options: ModelCsvOptions)
        (input: TableInput)
        (size: int)
        (action: RowBatch -> unit)
        : unit =
        eachRaw schema options input size (fun schema split raw ->
            let batch = CsvBatches.told schema options.Evaluate raw

            match split with
            | None -> batch
            | Some role -> CsvBatches.withSplit role batch |> Result.defaultValue batch
            |> action)

    /// What is said about rows that do not fit.
    let private fitNotes (skipped: int) (mended: int) : Note list =
        let note count one several : Note list =
            [
                if count > 0 then
                    {
                        Columns = []
                        Says =
                            if count = 1 then
                                $"1 row {one}"
                            else
                                $"{count} rows {several}"
                        Remedies = []
                    }
            ]

        note skipped "does not fit and is left out" "do not fit and are left out"
        @ note
            mended
            "has a value that does not fit and counts as missing"
            "have values that do not fit and count as missing"

    /// Reads a whole table.
    let whole (schema: Schema) (options: ModelCsvOptions) (input: TableInput) : TableRows =
        let batches = ResizeArray<RowBatch>(1)
        each schema options input Int32.MaxValue batches.Add
        let batch = batches[0]

        { batch.Rows with
            Notes = batch.Rows.Notes @ fitNotes batch.Skipped batch.Mended
        }

    /// Reads a whole table, with the rows in a file.
    let streamed
        (streaming: StreamOptions)
        (schema: Schema)
        (options: ModelCsvOptions)
        (input: TableInput)
        : TableRows =
        let struct (rows, skipped, mended) =
            Streaming.collect streaming (TableInput.name input) schema ignore (fun add ->
                eachRaw
                    schema
                    options
                    input
                    (Streaming.rowsAtATime schema.Columns.Length)
                    (fun _ split raw -> add split raw))

        { rows with
            Notes = rows.Notes @ fitNotes skipped mended
        }
