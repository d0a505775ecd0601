namespace Hybrid.Data

open System.Collections.Generic
open Hybrid.Core

/// Reading a table to train on: once to decide what its columns hold, and again with that decided, as for a model.
module internal CsvTraining =
    /// The codes of plain numbers as categories; none where a number is written in two ways.
    let private codesOf (names: string[]) (cells: ColumnCells) : Dictionary<float32, float32> option =
        let byText = ColumnText.codes names
        let codes = Dictionary<float32, float32>()

        let isClear =
            cells.Numbers.Known
            |> Seq.forall (fun cell ->
                match byText.TryGetValue cell.Text with
                | true, code -> codes.TryAdd(float32 cell.Number, float32 code)
                | _ -> false)

        if isClear && not cells.Numbers.IsFull then
            Some codes
        else
            None

    /// <summary>The rows that the scan has read already, if all that is learned from them are plain numbers: what reading them again would
    /// give.</summary>
    /// <param name="decision">What is learned.</param>
    /// <param name="scan">All cells, and the numbers of some rows.</param>
    /// <param name="isFirst">Whether the first row, if it holds data, is one of them.</param>
    let known (decision: CsvDecision) (scan: CsvScan) (isFirst: bool) : RawBatch option =
        let schema = decision.Schema

        let isPlain (column: Column) field =
            scan.Below[field].ArePlain
            && match column.Kind with
               | Number format -> format = NumberFormat.plain
               | Category _ -> false

        let codes =
            match schema.Targets with
            | [| { Kind = Category names } |] when scan.Below[decision.TargetFields[0]].ArePlain ->
                codesOf names scan.Below[decision.TargetFields[0]]
            | _ -> None

        let isKnown =
            not (isNull scan.Values)
            && scan.ShortRows = 0
            && scan.Remarks = 0
            && decision.Split.IsNone
            && decision.WeightField.IsNone
            && Array.forall2 isPlain schema.Columns decision.Fields
            && (codes.IsSome || Array.forall2 isPlain schema.Targets decision.TargetFields)
            && decision.TargetFields
               |> Array.forall (fun field -> scan.Below[field].Missing = 0)

        if not isKnown then
            None
        else
            let first =
                if decision.HasHeader || not isFirst then
                    null
                else
                    // counted last
                    scan.Below |> Array.map (fun cells -> float32 cells.Value)

            let target field : float32[] =
                let below = scan.Values.Column field

                if isNull first then
                    below
                else
                    Array.append [| Array.get first field |] below

            let targets = Array.map target decision.TargetFields
            let examples = targets[0].Length

            Some
                {
                    Batch =
                        {
                            Rows =
                                {
                                    Source = scan.Source
                                    Target = None
                                    Features = scan.Values.Pick(first, decision.Fields)
                                    Examples = examples
                                    Weights = None
                                    Stored = None
                                    OneUnit = false
                                    SplitBy = None
                                    RowNumbers = None
                                    Notes = []
                                }
                            Kept = Array.empty
                            Skipped = 0
                            Mended = 0
                        }
                    Targets =
                        match codes with
                        | Some codes -> targets[0] |> Array.map (fun number -> float (codes[number]))
                        | None ->
                            Array.init (examples * targets.Length) (fun i ->
                                float (targets[i % targets.Length][i / targets.Length]))
                    Tally = RowTally.none
                }

    /// <summary>Passes the rows on in batches, as was decided.</summary>
    /// <param name="options">What is wished.</param>
    /// <param name="input">The table, or a part of it.</param>
    /// <param name="decision">What is read.</param>
    /// <param name="form">That of the table.</param>
    /// <param name="isFirst">Whether the first row, if it holds data, is one of them.</param>
    /// <param name="size">The number of rows in a batch, at most.</param>
    /// <param name="action">Called with each batch, in order.</param>
    let readAgain
        (options: CsvOptions)
        (input: TableInput)
        (decision: CsvDecision)
        (form: CsvForm)
        (isFirst: bool)
        (size: int)
        (action: RawBatch -> unit)
        : unit =
        let schema = decision.Schema

        CsvRows.read input form options.Missing (fun rows ->
            CsvRows.readFirst rows

            let wanted: CsvBatches.Wanted =
                {
                    Fields = decision.Fields
                    Targets = decision.TargetFields
                    Weight =
                        Option.map2
                            (fun column field -> struct (column, field))
                            schema.Reading.Weight
                            decision.WeightField
                    Kept = decision.Split |> Option.map snd |> Option.toArray
                    OnError = RowErrors.Fail
                    Skipped = 0
                }

            if isFirst && not decision.HasHeader || rows.Read() then
                CsvBatches.read rows schema wanted size action)

    /// Fails because of the column that splits respect.
    let failSplit source problem = DataFile.failFile source $"{problem}."

    /// All rows of a table in memory.
    let told (decision: CsvDecision) (raw: RawBatch) : TableRows =
        let batch = CsvBatches.told decision.Schema true raw

        match decision.Split with
        | None -> batch.Rows
        | Some(role, _) ->
            match CsvBatches.withSplit role batch with
            | Ok batch -> batch.Rows
            | Error problem -> failSplit batch.Rows.Source problem

    let private whole
        (options: CsvOptions)
        (input: TableInput)
        (decision: CsvDecision)
        (form: CsvForm)
        : RawBatch =
        let parts = ResizeArray<RawBatch>(1)
        readAgain options input decision form true System.Int32.MaxValue parts.Add

        if parts.Count = 0 then
            DataFile.failFile (TableInput.name input) "the file has a header, but no rows of data below it."

        parts[0]

    /// The table of rows that were read as was decided.
    let table (decision: CsvDecision) (rows: TableRows) : Table =
        { Table.ofRows decision.Schema rows with
            Notes = decision.Notes @ rows.Notes
        }

    /// The options for a table in which it may be known whether it has names.
    let headed (input: TableInput) (options: CsvOptions) : CsvOptions =
        { options with
            Header = TableInput.header input options.Header
        }

    /// Reads a table whose target and columns the options name.
    let read (options: CsvOptions) (input: TableInput) : Table =
        TableInput.unchanged input (fun () ->
            let options = headed input options
            let scan = CsvScan.read true options input
            use values = scan.Values
            let decision = CsvDecision.ofScan options scan

            let known = known decision scan true

            // they go before the others come
            if known.IsNone && not (isNull values) then
                values.Clear()

            known
            |> Option.defaultWith (fun () -> whole options input decision scan.Form)
            |> told decision
            |> table decision)

    /// The same with the rows in a file.
    let stream (streaming: StreamOptions) (options: CsvOptions) (input: TableInput) : Table =
        TableInput.unchanged input (fun () ->
            let options = headed input options
            let scan = CsvScan.read false options input
            let decision = CsvDecision.ofScan options scan

            let struct (rows, _, _) =
                Streaming.collect streaming scan.Source decision.Schema (failSplit scan.Source) (fun add ->
                    readAgain
                        options
                        input
                        decision
                        scan.Form
                        true
                        (Streaming.rowsAtATime decision.Fields.Length)
                        (add (Option.map fst decision.Split)))

            table decision rows)
