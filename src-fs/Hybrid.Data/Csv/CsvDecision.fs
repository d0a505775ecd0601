namespace Hybrid.Data

open Hybrid.Core

/// What is decided about a table to train on: which columns there are, and what they hold.
type internal CsvDecision =
    {
        HasHeader: bool
        /// The field of each of the schema's columns.
        Fields: int[]
        /// The field of each of the schema's targets.
        TargetFields: int[]
        /// What splits respect, and its field.
        Split: (SplitRole * int) option
        WeightField: int option
        Schema: Schema
        Notes: Note list
    }

module internal CsvDecision =
    /// If more than one row in so many lacks fields, the rows are not those of one table.
    [<Literal>]
    let private rowsPerShort = 20

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
            && ColumnNumbers.areAll (ColumnNumbers.ofCells signs cells) cells
        then
            AsNumber
        else
            NoWish

    /// Names end by this line, even if they stand in several ones.
    [<Literal>]
    let private lastOfNames = 5

    /// The lines above the numbers that hold texts, if these are all that is wrong with several columns.
    let private linesOfNames signs (cells: ColumnCells[]) (refused: int list) : int list =
        let texts =
            refused
            |> List.map (fun i ->
                let numbers = ColumnNumbers.ofCells signs cells[i]
                ColumnNumbers.strangers numbers.Notation cells[i])

        if
            texts.Length > 1
            && texts
               |> List.forall (fun texts ->
                   not texts.IsEmpty
                   && texts |> List.forall (fun (_, count, line) -> count = 1 && line <= lastOfNames))
        then
            texts
            |> List.collect (List.map (fun (_, _, line) -> line))
            |> List.distinct
            |> List.sort
        else
            []

    /// Fails where a target is named in one of the lines below the first one, and nowhere else: then the names stand there.
    let private failBelow source (cells: ColumnCells[]) (names: string[]) (targets: string list) =
        for target in targets |> List.map _.Trim() do
            if not (Array.contains target names) then
                cells
                |> Seq.collect (fun column ->
                    column.Texts.Known |> Seq.filter (fun cell -> column.Texts.CountOf cell = 1))
                |> Seq.tryFind (fun cell -> cell.Text = target && cell.Line <= lastOfNames)
                |> Option.iter (fun cell ->
                    DataFile.failWith
                        source
                        (Some cell.Line)
                        None
                        $"there is no column {Advice.quote target} to predict in the first line, but in this one."
                        [ Remedy.Do "remove the lines above the names" ])

    /// <summary>Decides about a table whose target and columns the options name.</summary>
    /// <exception cref="T:Hybrid.TableException">Nothing can be learned from it, or an option names no column: all problems are listed.</exception>
    let ofScan (options: CsvOptions) (scan: CsvScan) : CsvDecision =
        let source = scan.Source

        let hasHeader =
            options.Header
            |> Option.defaultWith (fun () ->
                scan.Form.LacksName
                || CsvHeader.isNamed options scan.First
                || CsvScan.hasHeader scan)

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

        if rowsPerShort * scan.ShortRows > scan.RowsBelow then
            DataFile.fail
                source
                (Some scan.ShortLine)
                None
                $"{scan.ShortRows} of {scan.RowsBelow + 1} rows have fewer fields than the first one, which has {scan.First.Length}. Correct the rows, and quote text that contains the separator."

        let cells = CsvScan.cells hasHeader scan

        // a column without a name and without values comes from a separator at the end of each line
        let fields =
            [| 0 .. names.Length - 1 |]
            |> Array.filter (fun i -> not (hasHeader && scan.First[i] = "" && cells[i].Present = 0))

        if hasHeader then
            failBelow source cells names options.Targets

        let targets, features, weight =
            CsvHeader.roles source options hasHeader names fields

        let asked role option wanted =
            CsvHeader.findAll source hasHeader names role option wanted |> set

        let categorical =
            asked "read as categories" OptionName.Categorical options.Categorical

        let numeric = asked "read as numbers" OptionName.Numeric options.Numeric
        let embedded = asked "learn as vectors" OptionName.Embed options.Embedded

        let contradiction fields option says =
            fields
            |> Seq.tryHead
            |> Option.iter (fun field ->
                DataFile.failWith
                    source
                    None
                    None
                    $"the column {Advice.quote names[field]} {says}."
                    [ Remedy.Change(option, "name a different column") ])

        contradiction
            (Set.intersect categorical numeric)
            OptionName.Numeric
            "cannot be read both as categories and as numbers"

        contradiction
            (Set.intersect embedded numeric)
            OptionName.Embed
            "cannot be read as numbers and be learned as vectors, which are those of categories"

        contradiction
            (embedded - set features)
            OptionName.Embed
            "is not among those that are learned from, so that it cannot be learned as vectors"

        let categorical = Set.union categorical embedded
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

        let goals =
            targets
            |> Array.map (fun target ->
                let task =
                    if Set.contains target categorical then
                        TaskChoice.Classification
                    elif Set.contains target numeric then
                        TaskChoice.Regression
                    else
                        options.Task

                target, TargetRules.decide signs task (targets.Length = 1) names[target] cells[target])

        let kinds =
            goals
            |> Array.choose (fun (target, goal) ->
                match goal with
                | Ok(kind, _) -> Some { Name = names[target]; Kind = kind }
                | Error _ -> None)

        let refused =
            [
                for i, verdict in verdicts do
                    if verdict.IsRefuse then
                        i
            ]

        let linesOfNames = linesOfNames signs cells refused

        let problems =
            [
                match linesOfNames with
                | [] ->
                    for i, verdict in verdicts do
                        match verdict with
                        | Refuse(line, problem, remedies) ->
                            CsvNotes.problem line (Some(i + 1)) problem remedies
                        | _ -> ()
                | lines ->
                    let lines = if hasHeader then 1 :: lines else lines

                    CsvNotes.problem
                        None
                        None
                        $"the first {List.max lines} lines hold names, or other texts above numbers, but a table has one line of names."
                        [ Remedy.Do "join these lines to one, or remove all but one of them" ]
                for target, goal in goals do
                    match goal with
                    | Error(Some line, _, _) when List.contains line linesOfNames -> ()
                    | Error(line, problem, remedies) ->
                        CsvNotes.problem line (Some(target + 1)) problem remedies
                    | Ok _ -> ()
                match TargetRules.together kinds with
                | Some(problem, remedies) when kinds.Length = goals.Length ->
                    CsvNotes.problem None None problem remedies
                | _ -> ()
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
                    | Learn(kind, says, remedies) -> i, kind, says, remedies
                    | _ -> ()
            ]

        let empty =
            if learned.IsEmpty && left.Length = verdicts.Length then
                let reasons =
                    left
                    |> List.map (fun (name, says, _) -> $"{Advice.quote name} ({says})")
                    |> Advice.some 20

                [
                    CsvNotes.problem
                        None
                        None
                        $"no column is left to learn from: {reasons}."
                        (left |> List.collect (fun (_, _, remedies) -> remedies) |> List.truncate 3)
                ]
            else
                []

        CsvNotes.refuse source (problems @ empty)

        {
            HasHeader = hasHeader
            Fields = learned |> List.map (fun (i, _, _, _) -> i) |> Array.ofList
            TargetFields = targets
            Split =
                options.SplitBy
                |> Option.map (fun role ->
                    let field =
                        CsvHeader.find
                            source
                            hasHeader
                            names
                            "split by"
                            (CsvHeader.optionOf role)
                            (SplitRole.column role)

                    SplitRole.ofColumn names[field] role, field)
            WeightField = weight
            Schema =
                {
                    Columns =
                        learned
                        |> List.map (fun (i, kind, _, _) -> { Name = names[i]; Kind = kind })
                        |> Array.ofList
                    Targets = kinds
                    Reading =
                        {
                            Missing = options.Missing
                            Unnamed = if hasHeader then None else Some names.Length
                            Weight =
                                weight
                                |> Option.map (fun field ->
                                    {
                                        Name = names[field]
                                        Kind =
                                            Number
                                                { NumberFormat.plain with
                                                    Notation =
                                                        (ColumnNumbers.ofCells signs cells[field]).Notation
                                                }
                                    })
                            Image = None
                        }
                }
            Notes =
                [
                    yield! CsvNotes.ofHeader options scan hasHeader names
                    for i, _, says, remedies in learned do
                        if says <> "" then
                            CsvNotes.note [ names[i] ] $"{Advice.quote names[i]}: {says}" remedies
                    for target, goal in goals do
                        match goal with
                        | Ok(_, says) when says <> "" ->
                            CsvNotes.note
                                [ names[target] ]
                                $"the target {Advice.quote names[target]}: {says}"
                                []
                        | _ -> ()
                    yield! CsvNotes.leftOut left
                ]
        }
