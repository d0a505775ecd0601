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

    /// The table as the scan has read it already, if all that is learned from it are plain numbers: that is what reading it again
    /// would give.
    let private known (decision: CsvDecision) (scan: CsvScan) : TableRows option =
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
                if decision.HasHeader then
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

            let target =
                match codes with
                | Some codes -> targets[0] |> Array.map (fun number -> codes[number])
                | None when targets.Length = 1 -> targets[0]
                | None ->
                    Array.init (examples * targets.Length) (fun i ->
                        targets[i % targets.Length][i / targets.Length])

            Some
                {
                    Source = scan.Source
                    Target = Some((TargetSpread schema.Targets).Target(scan.Source, target))
                    Features = scan.Values.Pick(first, decision.Fields)
                    Examples = examples
                    Weights = None
                    Stored = None
                    OneUnit = false
                    SplitBy = None
                    RowNumbers = None
                    Notes = []
                }

    /// Passes the rows on in batches of at most the given size, as was decided.
    let private readAgain
        (options: CsvOptions)
        (input: TableInput)
        (decision: CsvDecision)
        (form: CsvForm)
        (size: int)
        (action: RawBatch -> unit)
        : unit =
        let schema = decision.Schema

        CsvRows.read input form options.Missing (fun rows ->
            CsvRows.readFirst rows

            if decision.HasHeader then
                rows.Read() |> ignore

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

            CsvBatches.read rows schema wanted size action)

    let private failSplit source problem = DataFile.failFile source $"{problem}."

    let private whole
        (options: CsvOptions)
        (input: TableInput)
        (decision: CsvDecision)
        (form: CsvForm)
        : TableRows =
        let parts = ResizeArray<TableRows>(1)

        readAgain options input decision form System.Int32.MaxValue (fun raw ->
            let batch = CsvBatches.told decision.Schema true raw

            match decision.Split with
            | None -> parts.Add batch.Rows
            | Some(role, _) ->
                match CsvBatches.withSplit role batch with
                | Ok batch -> parts.Add batch.Rows
                | Error problem -> failSplit batch.Rows.Source problem)

        parts[0]

    let private table (decision: CsvDecision) (rows: TableRows) : Table =
        { Table.ofRows decision.Schema rows with
            Notes = decision.Notes @ rows.Notes
        }

    let private headed (input: TableInput) (options: CsvOptions) =
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

            match known decision scan with
            | Some rows -> table decision rows
            | None ->
                // they go before the others come
                if not (isNull values) then
                    values.Clear()

                table decision (whole options input decision scan.Form))

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
                        (Streaming.rowsAtATime decision.Fields.Length)
                        (add (Option.map fst decision.Split)))

            table decision rows)
