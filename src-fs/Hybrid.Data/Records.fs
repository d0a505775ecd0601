namespace Hybrid.Data

open System
open System.Globalization
open Hybrid.Core

/// <summary>Tables of a program's own values: columns of numbers, or of names, which become categories and classes in the order
/// of their names.</summary>
module Records =
    let private fail problem : 'result =
        raise (TableException(MemoryColumn.Source, None, None, problem + "."))

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

    let private ofValues
        (missing: string list)
        (columns: (Column * float32[])[])
        (targets: (Column * float[])[])
        : Table =
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

        for _, values in targets do
            if values.Length <> count then
                fail $"there are {count} examples and {values.Length} targets"

        TargetRules.together (Array.map fst targets)
        |> Option.iter (fun (problem, _) -> fail (problem.TrimEnd '.'))

        let target row =
            targets |> Array.map (fun (_, values) -> values[row])

        for row in 0 .. count - 1 do
            if Array.forall Double.IsNaN (target row) then
                fail $"example {row} has no target"

        let kinds = Array.map fst targets

        let lacking =
            targets |> Array.map (snd >> Array.filter Double.IsNaN >> Array.length)

        { Table.ofTargets
              MemoryColumn.Source
              (Array.map fst columns)
              features
              kinds
              (Array.collect target [| 0 .. count - 1 |]
               |> Target.ofNumbers MemoryColumn.Source kinds) with
            Reading = { Reading.plain with Missing = missing }
            Notes = Target.notes 0 kinds lacking
        }

    let private targetsOf
        (missing: string list)
        (task: TaskChoice)
        (targets: struct (string * obj[])[])
        : (Column * float[])[] =
        if targets.Length = 0 then
            fail "there is no target"

        requireDistinct "targets" (targets |> Seq.map (fun struct (name, _) -> name))

        targets
        |> Array.map (fun struct (name, values) ->
            MemoryColumn.target missing task (targets.Length = 1) name values)

    /// <summary>A table of columns, each with its name and a value for each example: numbers, or texts, enum values and Booleans;
    /// null, DBNull and NaN are missing values. Numbers that are not of float32 have an offset subtracted in double precision where
    /// float32 does not tell them apart.</summary>
    /// <param name="columns">The name and the values of each column.</param>
    /// <param name="task">What to learn from numbers: classes, named by their texts, or quantities.</param>
    /// <param name="targets">What is predicted, each with its name and a value for each example: texts, enum values and Booleans are
    /// classes. Several are all quantities, or all yes or no, and an example may lack some of them.</param>
    /// <exception cref="T:Hybrid.TableException">There are no examples or columns, a number is infinite, a column holds numbers and
    /// names, there are not as many targets as examples, a target is missing or constant, or several are of different
    /// kinds.</exception>
    let ofColumns
        (columns: struct (string * obj[])[])
        (task: TaskChoice)
        (targets: struct (string * obj[])[])
        : Table =
        ofValues
            []
            (columns
             |> Array.map (fun struct (name, values) -> MemoryColumn.column [] name values))
            (targetsOf [] task targets)

    let private ofNumbers
        (isSingle: bool)
        (names: string[])
        (features: 'number[][])
        (number: 'number -> float)
        (targets: struct (string * obj[])[])
        : Table =
        if features.Length = 0 then
            fail "there are no examples"

        let lengthOf (row: 'number[]) = if isNull row then 0 else row.Length
        let width = lengthOf features[0]

        if not (isNull names) && names.Length <> width then
            fail $"there are {names.Length} names for {width} columns"

        match features |> Array.tryFindIndex (fun row -> isNull row || row.Length <> width) with
        | Some row ->
            fail $"example {row} has {lengthOf features[row]} numbers, but the first one has {width}"
        | None -> ()

        let column j =
            let values = features |> Array.map (fun row -> number row[j])

            let offset =
                if isSingle then
                    0.0
                else
                    values |> Array.filter (Double.IsNaN >> not) |> NumberFormat.offsetOf

            {
                Name = if isNull names then $"x{j + 1}" else names[j]
                Kind =
                    Number
                        { NumberFormat.plain with
                            Offset = offset
                        }
            },
            values |> Array.map (fun value -> float32 (value - offset))

        ofValues [] (Array.init width column) (targetsOf [] TaskChoice.Regression targets)

    /// <summary>A table of rows of float32 numbers, which are taken as they are; NaN is a missing value.</summary>
    /// <param name="names">The names of the columns; null for x1, x2, …</param>
    /// <param name="features">A row for each example, all of the same length.</param>
    /// <param name="targets">As for ofColumns.</param>
    /// <exception cref="T:Hybrid.TableException">There are no examples or columns, rows are of different lengths, a number is
    /// infinite, or there are not as many names as columns or targets as rows.</exception>
    /// <remarks>A float32 has 24 binary digits, about 7 decimal ones: Unix time in seconds comes in steps of 128 s, 10¹² in steps of
    /// 65,536. Use ofDoubles for numbers that are large beside their differences.</remarks>
    let ofArrays (names: string[]) (features: float32[][]) (targets: struct (string * obj[])[]) : Table =
        ofNumbers true names features float targets

    /// <summary>A table of rows of float64 numbers: an offset is subtracted from a column where float32 does not tell its numbers
    /// apart. NaN is a missing value.</summary>
    /// <param name="names">The names of the columns; null for x1, x2, …</param>
    /// <param name="features">A row for each example, all of the same length.</param>
    /// <param name="targets">As for ofColumns.</param>
    /// <exception cref="T:Hybrid.TableException">As for ofArrays.</exception>
    let ofDoubles (names: string[]) (features: float[][]) (targets: struct (string * obj[])[]) : Table =
        ofNumbers false names features id targets

    /// The text of a value that splits respect; "" for a missing one.
    let private splitText (value: obj) : string =
        match value with
        | :? DateTime as time -> time.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture)
        | :? DateTimeOffset as time ->
            time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture)
        | :? DateOnly as date -> date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
        | :? DBNull
        | null -> ""
        | other -> Convert.ToString(other, CultureInfo.InvariantCulture)

    /// What was left out, and why.
    let private notesOf (columns: (string * (string * Remedy list)) list) : Note list =
        [
            for name, (reason, remedies) in columns do
                {
                    Columns = [ name ]
                    Says = $"left out {Printable.quote name}: {reason}"
                    Remedies = remedies
                }
        ]

    /// <summary>A table of rows that a program has: dictionaries, JSON objects, a database's records, rows of a data table, or
    /// objects with properties. A value that a row does not have is missing. Rows without any target, and columns of names that are
    /// almost all different or of values that are neither numbers nor names, are left out and noted.</summary>
    /// <param name="options">The targets, by default the last column; the columns to ignore, and those to keep as categories however
    /// many there are; what stands for a missing value besides null; and what to learn from a target of numbers. Names are found in
    /// any case.</param>
    /// <param name="rows">A collection of rows, a database's reader, a data table, or a JSON array.</param>
    /// <exception cref="T:Hybrid.TableException">There are no rows or columns, a column is absent, every target is missing, or a
    /// column holds numbers and names.</exception>
    let ofRows (options: CsvOptions) (rows: obj) : Table =
        // a database's reader has one record at a time
        let rows =
            rows
            |> Row.map (fun row -> [ for name in row.Names.Value -> name, (row.Find name).Value ])
            |> Array.ofSeq

        let names = rows |> Seq.collect (List.map fst) |> Seq.distinct |> Array.ofSeq

        if names.Length = 0 then
            fail "there are no rows"

        let named wanted =
            match Row.named names wanted with
            | Some name -> name
            | None -> fail $"there is no column {Printable.quote wanted}. The columns are {Advice.list names}"

        let weightName = options.Weight |> Option.map named

        let namedAll = CsvHeader.list (fun name -> (Row.named names name).IsSome) named

        let split =
            options.SplitBy
            |> Option.map (fun role -> SplitRole.ofColumn (named (SplitRole.column role)) role)

        let ignored =
            namedAll options.Ignore
            @ (split |> Option.map SplitRole.column |> Option.toList)

        let wished = namedAll options.Categorical

        let targetNames =
            match namedAll options.Targets with
            | [] ->
                // the last one of those that have no other part
                names
                |> Array.tryFindBack (fun name -> Some name <> weightName && not (List.contains name ignored))
                |> Option.defaultValue (Array.last names)
                |> Array.singleton
            | found -> Array.ofList found

        requireDistinct "targets" targetNames

        targetNames
        |> Array.tryFind (fun name -> List.contains name ignored)
        |> Option.iter (fun name -> fail $"the column {Printable.quote name} is both the target and ignored")

        if
            Option.exists
                (fun name -> Array.contains name targetNames || List.contains name ignored)
                weightName
        then
            fail
                $"the column {Printable.quote weightName.Value} holds weights, and cannot be the target or ignored too"

        let valueOf name (row: Collections.Generic.IDictionary<string, obj>) =
            match row.TryGetValue name with
            | true, value -> value
            | false, _ -> null

        let values, missing = rows |> Array.map dict, options.Missing
        let standsForMissing = Cell.isOneOf missing

        let hasTarget row =
            targetNames
            |> Array.exists (fun name ->
                match Cell.ofObject (valueOf name row) with
                | Some Cell.Missing -> false
                | Some cell -> not (standsForMissing cell)
                | None -> true)

        let places =
            [| 0 .. values.Length - 1 |] |> Array.filter (fun row -> hasTarget values[row])

        let present = places |> Array.map (fun row -> values[row])

        if present.Length = 0 then
            let listed = String.concat ", " targetNames
            fail $"every value of the target {Printable.quote listed} is missing"

        let columns =
            [|
                for name in names do
                    if
                        not (Array.contains name targetNames)
                        && Some name <> weightName
                        && not (List.contains name ignored)
                    then
                        let values = Array.map (valueOf name) present

                        name,
                        values,
                        (if List.contains name wished then
                             None
                         else
                             MemoryColumn.unusable missing name values)
            |]

        let leftOut =
            columns
            |> Seq.choose (fun (name, _, reason) -> Option.map (fun reason -> name, reason) reason)
            |> List.ofSeq

        if columns.Length > 0 && leftOut.Length = columns.Length then
            let reasons =
                leftOut
                |> List.map (fun (name, (reason, _)) -> $"{Printable.quote name}: {reason}")
                |> String.concat "; "

            fail $"no column is left to learn from. {reasons}"

        let used =
            [|
                for name, values, reason in columns do
                    if reason.IsNone then
                        MemoryColumn.column missing name values
            |]

        let table =
            targetNames
            |> Array.map (fun name -> struct (name, Array.map (valueOf name) present))
            |> targetsOf missing options.Task
            |> ofValues missing used

        let splitBy =
            split
            |> Option.map (fun role ->
                match
                    present
                    |> Array.map (valueOf (SplitRole.column role) >> splitText)
                    |> SplitColumn.ofRows (fun row -> places[row] + 1) role
                with
                | Ok split -> split
                | Error problem -> fail problem)

        let table =
            { table with
                SplitBy = splitBy
                RowNumbers = Some(places |> Array.map ((+) 1))
                Notes =
                    notesOf leftOut
                    @ Target.notes (values.Length - present.Length) Array.empty Array.empty
                    @ table.Notes
            }

        match weightName with
        | Some name ->
            Weights.give (Array.map (valueOf name >> MemoryColumn.weight missing name) present) table
        | None -> table
