namespace Hybrid.Data

open Hybrid.Core

/// Reading a table to train on: once to decide what its columns hold, and again with that decided, as for a model.
module internal CsvTraining =
    /// A problem with a column: its line and field, if it has them.
    type private Problem =
        {
            Line: int option
            Field: int option
            Says: string
            Remedies: Remedy list
        }

    let private note columns says remedies : Note =
        {
            Columns = columns
            Says = says
            Remedies = remedies
        }

    /// All problems in one message.
    let private refuse source (problems: Problem list) =
        match problems with
        | [] -> ()
        | [ one ] -> DataFile.failWith source one.Line one.Field one.Says one.Remedies
        | several ->
            let place (problem: Problem) =
                match problem.Line with
                | Some line -> $"line {line}: "
                | None -> ""

            let listed =
                several
                |> List.map (fun problem -> place problem + problem.Says.TrimEnd '.')
                |> Advice.some 8

            // each remedy once, whatever it is set to
            let remedies =
                several |> List.collect _.Remedies |> List.distinct |> List.truncate 6

            DataFile.failWith source None None $"there are {several.Length} problems: {listed}." remedies

    let private wish
        (options: CsvOptions)
        (signs: DecimalSigns)
        (cells: ColumnCells)
        (categorical: Set<int>)
        (numeric: Set<int>)
        field
        =
        if Set.contains field categorical then
            AsCategory
        elif Set.contains field numeric then
            AsNumber
        elif
            options.KeepAll
            && cells.Present > 0
            && (ColumnRules.numbers signs cells).Range.Count = cells.Present
        then
            AsNumber
        else
            NoWish

    /// Columns for the same reason, in one note.
    let private leftOut (columns: (string * string * Remedy list) list) : Note list =
        columns
        |> List.groupBy (fun (_, says, _) -> says)
        |> List.map (fun (says, same) ->
            let names = same |> List.map (fun (name, _, _) -> name)
            let remedies = same |> List.collect (fun (_, _, remedies) -> remedies)
            let listed = names |> Seq.map Advice.quote |> Advice.some 20

            note
                names
                $"left out {listed}: {says}"
                (if same.Length = 1 then
                     remedies
                 else
                     List.truncate 1 remedies))

    let private headerNotes (options: CsvOptions) (scan: CsvScan) hasHeader (names: string[]) =
        let nameless =
            [
                for i in 0 .. scan.First.Length - 1 do
                    if hasHeader && scan.First[i] <> names[i] then
                        i
            ]

        [
            if not hasHeader && options.Header.IsNone then
                note
                    []
                    $"the first row holds data, not names, since its values fit the columns below: the columns are called x1 to x{names.Length}"
                    [ Advice.header ]
            for i in nameless do
                if scan.Below.Length > 0 && (scan.First[i] <> "" || scan.Below[i].Present > 0) then
                    let now = Advice.quote names[i]

                    if scan.First[i] = "" then
                        note [ names[i] ] $"a column without a name is called {now}" []
                    else
                        note
                            [ names[i] ]
                            $"the name {Advice.quote scan.First[i]} occurs again and is then called {now}"
                            []
        ]

    /// What is decided about a table.
    type private Decision =
        {
            HasHeader: bool
            Fields: int[]
            TargetField: int
            Schema: Schema
            Notes: Note list
        }

    let private decide (options: CsvOptions) (scan: CsvScan) : Decision =
        let source = scan.Source

        let hasHeader =
            options.Header |> Option.defaultWith (fun () -> CsvScan.hasHeader scan)

        let names =
            if hasHeader then
                CsvHeader.names scan.First
            else
                CsvHeader.numbered scan.First.Length

        if hasHeader && scan.RowsBelow = 0 then
            DataFile.failWith
                source
                None
                None
                "the file has a header but no data rows."
                [ Remedy.Do "add the data"; Advice.noHeader ]

        if scan.RowsBelow = 0 then
            DataFile.failFile source "the file has a single row, too few to learn from. Give more examples."

        let cells = CsvScan.cells hasHeader scan

        // a column without a name and without values comes from a separator at the end of each line
        let fields =
            [| 0 .. names.Length - 1 |]
            |> Array.filter (fun i -> not (hasHeader && scan.First[i] = "" && cells[i].Present = 0))

        let target, features = CsvHeader.roles source options hasHeader names fields

        let asked role option wanted =
            wanted |> List.map (CsvHeader.find source hasHeader names role option) |> set

        let categorical =
            asked "read as categories" OptionName.Categorical options.Categorical

        let numeric = asked "read as numbers" OptionName.Numeric options.Numeric
        let signs = CsvScan.signs scan

        let verdicts =
            features
            |> Array.map (fun i ->
                let isNameless = not hasHeader || scan.First[i] = ""

                i,
                ColumnRules.decide
                    signs
                    (wish options signs cells[i] categorical numeric i)
                    isNameless
                    names[i]
                    cells[i])
            |> List.ofArray

        let task =
            if Set.contains target categorical then
                TaskChoice.Classification
            elif Set.contains target numeric then
                TaskChoice.Regression
            else
                options.Task

        let goal = TargetRules.decide signs task names[target] cells[target]

        let problems =
            [
                for i, verdict in verdicts do
                    match verdict with
                    | Refuse(line, problem, remedies) ->
                        {
                            Line = line
                            Field = Some(i + 1)
                            Says = problem
                            Remedies = remedies
                        }
                    | _ -> ()
                match goal with
                | Error(line, problem, remedies) ->
                    {
                        Line = line
                        Field = Some(target + 1)
                        Says = problem
                        Remedies = remedies
                    }
                | Ok _ -> ()
            ]

        let left =
            [
                for i, verdict in verdicts do
                    match verdict with
                    | LeaveOut(says, remedies) -> names[i], says, remedies
                    | _ -> ()
            ]

        let learned =
            [
                for i, verdict in verdicts do
                    match verdict with
                    | Learn(kind, says) -> i, kind, says
                    | _ -> ()
            ]

        let empty =
            if learned.IsEmpty && left.Length = verdicts.Length then
                let reasons =
                    left
                    |> List.map (fun (name, says, _) -> $"{Advice.quote name} ({says})")
                    |> Advice.some 20

                [
                    {
                        Line = None
                        Field = None
                        Says = $"no column is left to learn from: {reasons}."
                        Remedies = left |> List.collect (fun (_, _, remedies) -> remedies) |> List.truncate 3
                    }
                ]
            else
                []

        refuse source (problems @ empty)

        let kind, saysOfTarget =
            Result.defaultWith (fun _ -> invalidOp "The target was refused.") goal

        {
            HasHeader = hasHeader
            Fields = learned |> List.map (fun (i, _, _) -> i) |> Array.ofList
            TargetField = target
            Schema =
                {
                    Columns =
                        learned
                        |> List.map (fun (i, kind, _) -> { Name = names[i]; Kind = kind })
                        |> Array.ofList
                    TargetName = names[target]
                    Classes =
                        match kind with
                        | Labels names -> Some names
                        | Amount _ -> None
                    Reading =
                        {
                            Target =
                                match kind with
                                | Amount format -> format
                                | Labels _ -> NumberFormat.plain
                            Missing = options.Missing
                            Unnamed = if hasHeader then None else Some names.Length
                        }
                }
            Notes =
                [
                    yield! headerNotes options scan hasHeader names
                    for i, _, says in learned do
                        if says <> "" then
                            note [ names[i] ] $"{Advice.quote names[i]}: {says}" []
                    if saysOfTarget <> "" then
                        note [ names[target] ] $"the target {Advice.quote names[target]}: {saysOfTarget}" []
                    yield! leftOut left
                ]
        }

    /// Reads a table whose target and columns the options name.
    let read (options: CsvOptions) (path: string) : Table =
        let scan = CsvScan.read options path
        let decision = decide options scan
        let schema = decision.Schema
        let parts = ResizeArray<TableRows>(1)

        CsvRows.read path scan.Form options.Missing (fun rows ->
            CsvRows.readFirst rows

            if decision.HasHeader then
                rows.Read() |> ignore

            let wanted: CsvForModel.Wanted =
                {
                    Fields = decision.Fields
                    Target = Some decision.TargetField
                    Kept = Array.empty
                    OnError = RowErrors.Fail
                    Skipped = 0
                }

            CsvForModel.readFrom rows schema wanted System.Int32.MaxValue (fun batch -> parts.Add batch.Rows))

        let rows = parts[0]

        { Table.create rows.Source schema.Columns rows.Features schema.TargetName rows.Target.Value with
            Reading = schema.Reading
            Notes = decision.Notes @ rows.Notes
        }
