namespace Hybrid.Data

open System
open Hybrid.Core

/// <summary>Tables of a program's own values: columns of numbers, or of names, which become categories and classes in the order
/// of their names.</summary>
module Records =
    /// The name in errors of data that does not come from a file.
    [<Literal>]
    let private Source = "data in memory"

    let private fail problem : 'result =
        raise (TableException(Source, None, None, problem + "."))

    /// <summary>Refuses names that are absent or occur twice.</summary>
    /// <param name="what">What they name, such as columns.</param>
    /// <param name="names">The names.</param>
    /// <exception cref="T:Hybrid.TableException">A name is absent, or occurs twice.</exception>
    let requireDistinct (what: string) (names: string seq) : unit =
        let names = Array.ofSeq names

        if Array.exists isNull names then
            fail $"one of the {what} has no name"

        match names |> Array.countBy id |> Array.tryFind (fun (_, count) -> count > 1) with
        | Some(twice, _) -> fail $"two {what} are called {Printable.quote twice}"
        | None -> ()

    let private cells (place: string) (values: obj[]) : Cell[] =
        values
        |> Array.map (fun value ->
            match Cell.ofObject value with
            | Some cell -> cell
            | None -> fail $"{place} holds a {value.GetType().Name}, which is neither a number nor a name")

    let private textOf cell =
        match cell with
        | Cell.Text text -> Some text
        | _ -> None

    let private namesOf (cells: Cell[]) : string[] =
        let names = cells |> Array.choose textOf |> Array.distinct
        Array.Sort(names, StringComparer.Ordinal)
        names

    let private code (names: string[]) (text: string) : int =
        Array.BinarySearch(names, text, StringComparer.Ordinal)

    /// Names, or else numbers; both in one column are an error.
    let private isOfNames (name: string) (cells: Cell[]) : bool =
        let isNumber cell =
            match cell with
            | Cell.Number _ -> true
            | _ -> false

        match Array.exists (textOf >> Option.isSome) cells, Array.tryFindIndex isNumber cells with
        | true, Some index ->
            let shown =
                match cells[index] with
                | Cell.Number number -> Printable.number number
                | _ -> ""

            fail $"{name} holds names, but example {index} has {shown}"
        | isThere, _ -> isThere

    let private column (name: string) (values: obj[]) : Column * float32[] =
        let place = $"the column {Printable.quote name}"
        let cells = cells place values

        if isOfNames place cells then
            let names = namesOf cells

            { Name = name; Kind = Category names },
            cells
            |> Array.map (fun cell ->
                match cell with
                | Cell.Text text -> float32 (code names text)
                | _ -> nanf)
        else
            let numbers =
                cells
                |> Array.choose (fun cell ->
                    match cell with
                    | Cell.Number value -> Some value
                    | _ -> None)

            let column =
                {
                    Name = name
                    Kind =
                        Number
                            { NumberFormat.plain with
                                Offset = NumberFormat.offsetOf numbers
                            }
                }

            column, cells |> Array.map (Encode.cell UnknownCategory.Error column)

    /// <summary>What is predicted: classes, if any value is a text, an enum value or a Boolean; a quantity otherwise.</summary>
    /// <param name="areClasses">Numbers are classes too, named by their texts.</param>
    /// <param name="values">The value of each example.</param>
    /// <exception cref="T:Hybrid.TableException">A value is missing, or is neither a number nor a name.</exception>
    let target (areClasses: bool) (values: obj[]) : Target =
        let number (index: int) (value: float) =
            let number = float32 value

            if Single.IsFinite number then
                number
            else
                fail $"the target of example {index} is {number}; it must be a finite number"

        let cells =
            values
            |> Array.mapi (fun index value ->
                match value with
                | :? float32 as nan when Single.IsNaN nan ->
                    fail $"the target of example {index} is NaN; it must be a finite number"
                | :? float as nan when Double.IsNaN nan ->
                    fail $"the target of example {index} is NaN; it must be a finite number"
                | value -> value)
            |> cells "the target"

        match cells |> Array.tryFindIndex ((=) Cell.Missing) with
        | Some missing -> fail $"the target of example {missing} is missing"
        | None -> ()

        let cells =
            if areClasses then
                cells
                |> Array.map (fun cell ->
                    match cell with
                    | Cell.Number number -> Cell.Text(Printable.number number)
                    | cell -> cell)
            else
                cells

        if isOfNames "the target" cells then
            let names = namesOf cells
            Classes(names, cells |> Array.map (textOf >> Option.get >> code names))
        else
            cells
            |> Array.mapi (fun index cell ->
                match cell with
                | Cell.Number value -> number index value
                | _ -> nanf)
            |> Quantity

    let private ofValues (columns: (Column * float32[])[]) (targetName: string) (target: Target) : Table =
        if columns.Length = 0 then
            fail "there are no columns"

        let count = (snd columns[0]).Length

        if count = 0 then
            fail "there are no examples"

        requireDistinct "columns" (columns |> Seq.map (fun (column, _) -> column.Name))

        let number (column: Column, values: float32[]) row =
            if Single.IsInfinity values[row] then
                fail
                    $"{Printable.quote column.Name} of example {row} is infinite. Use NaN for a missing value"

            values[row]

        let features =
            Array.init (Checked.(*) count columns.Length) (fun i ->
                number columns[i % columns.Length] (i / columns.Length))

        let table = Table.create Source (Array.map fst columns) features targetName target

        if table.Examples <> count then
            fail $"there are {count} examples and {table.Examples} targets"

        table

    /// <summary>A table of columns, each with its name and a value for each example: numbers, or texts, enum values and Booleans;
    /// null, DBNull and NaN are missing values.</summary>
    /// <exception cref="T:Hybrid.TableException">There are no examples or columns, a number is infinite, a column holds numbers and
    /// names, or there are not as many targets as examples.</exception>
    let ofColumns (columns: struct (string * obj[])[]) (targetName: string) (target: Target) : Table =
        ofValues (columns |> Array.map (fun struct (name, values) -> column name values)) targetName target

    /// <summary>A table of rows of numbers; NaN is a missing value.</summary>
    /// <param name="names">The names of the columns; null for x1, x2, …</param>
    /// <param name="features">A row for each example, all of the same length.</param>
    /// <param name="target">What is predicted.</param>
    /// <exception cref="T:Hybrid.TableException">There are no examples or columns, rows are of different lengths, a number is
    /// infinite, or there are not as many names as columns or targets as rows.</exception>
    let ofArrays (names: string[]) (features: float32[][]) (target: Target) : Table =
        if features.Length = 0 then
            fail "there are no examples"

        let lengthOf (row: float32[]) = if isNull row then 0 else row.Length
        let width = lengthOf features[0]

        if not (isNull names) && names.Length <> width then
            fail $"there are {names.Length} names for {width} columns"

        match features |> Array.tryFindIndex (fun row -> isNull row || row.Length <> width) with
        | Some row ->
            fail $"example {row} has {lengthOf features[row]} numbers, but the first one has {width}"
        | None -> ()

        let columns =
            Array.init width (fun j ->
                Column.numeric (if isNull names then $"x{j + 1}" else names[j]),
                features |> Array.map (fun row -> row[j]))

        ofValues columns "target" target

    /// <summary>A table of rows that a program has: dictionaries, JSON objects, a database's records, rows of a data table, or
    /// objects with properties. A value that a row does not have is missing.</summary>
    /// <param name="options">The target, by default the last column; the columns to ignore; and whether a target of numbers is
    /// one of classes.</param>
    /// <param name="rows">A collection of rows, a database's reader, a data table, or a JSON array.</param>
    /// <exception cref="T:Hybrid.TableException">There are no rows or columns, a column is absent, a target is missing, or a column
    /// holds numbers and names.</exception>
    let ofRows (options: CsvOptions) (rows: obj) : Table =
        // a database's reader has one record at a time
        let rows =
            Row.all rows
            |> Seq.map (fun row -> [ for name in row.Names.Value -> name, (row.Find name).Value ])
            |> Array.ofSeq

        let names = rows |> Seq.collect (List.map fst) |> Seq.distinct |> Array.ofSeq

        if names.Length = 0 then
            fail "there are no rows"

        let target' = options.Target |> Option.defaultValue (Array.last names)

        for name in target' :: options.Ignore do
            if not (Array.contains name names) then
                fail $"there is no column {Printable.quote name}. The columns are {Advice.list names}"

        let values = rows |> Array.map dict

        let valuesOf name =
            values
            |> Array.map (fun row ->
                match row.TryGetValue name with
                | true, value -> value
                | false, _ -> null)

        ofColumns
            [|
                for name in names do
                    if name <> target' && not (List.contains name options.Ignore) then
                        struct (name, valuesOf name)
            |]
            target'
            (target (options.Task = TaskChoice.Classification) (valuesOf target'))
