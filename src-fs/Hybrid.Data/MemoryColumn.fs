namespace Hybrid.Data

open System
open Hybrid.Core

/// Columns and targets of a program's own values.
module internal MemoryColumn =
    /// The name in errors of data that does not come from a file.
    [<Literal>]
    let Source = "data in memory"

    let private fail problem : 'result =
        raise (TableException(Source, None, None, problem + "."))

    /// From 1e18 on the squared error of a range is infinite in float32.
    let private mostRange = 1e18

    let private cells (missing: string list) (place: string) (values: obj[]) : Cell[] =
        let isMissing = Cell.isOneOf missing

        values
        |> Array.map (fun value ->
            match Cell.ofObject value with
            | Some cell when isMissing cell -> Cell.Missing
            | Some cell -> cell
            | None -> fail $"{place} holds {Cell.describe value}, which is neither a number nor a name")

    /// What to subtract from the numbers among some values; 0 for those of float32, which hold no more.
    let private offset (values: obj[]) (cells: Cell[]) : float =
        if values |> Array.forall (fun value -> isNull value || value :? float32) then
            0.0
        else
            cells
            |> Array.choose (fun cell ->
                match cell with
                | Cell.Number value -> Some value
                | _ -> None)
            |> NumberFormat.offsetOf

    /// Values that are all dates are written as such in a table.
    let private notation (values: obj[]) : Notation =
        let isDate (value: obj) =
            match value with
            | :? DateTime
            | :? DateTimeOffset
            | :? DateOnly -> true
            | _ -> false

        let present =
            values |> Array.filter (fun value -> not (isNull value || value :? DBNull))

        if present.Length > 0 && Array.forall isDate present then
            Notation.Date DateOrder.YearFirst
        else
            Notation.plain

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

    let column (missing: string list) (name: string) (values: obj[]) : Column * float32[] =
        let place = $"the column {Printable.quote name}"
        let cells = cells missing place values

        if isOfNames place cells then
            let names = namesOf cells

            { Name = name; Kind = Category names },
            cells
            |> Array.map (fun cell ->
                match cell with
                | Cell.Text text -> float32 (code names text)
                | _ -> nanf)
        else
            let offset = offset values cells

            {
                Name = name
                Kind =
                    Number
                        {
                            Notation = notation values
                            Offset = offset
                        }
            },
            cells
            |> Array.map (fun cell ->
                match cell with
                | Cell.Number value -> float32 (value - offset)
                | _ -> nanf)

    let private finite (place: string) (cells: Cell[]) : float[] =
        cells
        |> Array.mapi (fun index cell ->
            match cell with
            | Cell.Number value when Double.IsFinite value -> value
            | Cell.Number value -> fail $"{place} of example {index} is {value}; it must be a finite number"
            | _ -> nan)

    /// Quantities less what is subtracted from them.
    let private quantity
        (name: string)
        (values: obj[])
        (numbers: float[])
        (cells: Cell[])
        : Column * float[] =
        let present = numbers |> Array.filter (Double.IsNaN >> not)

        if present.Length > 0 && Array.max present - Array.min present > mostRange then
            fail
                $"the targets are too far apart, from {Printable.number (Array.min present)} to {Printable.number (Array.max present)}: their squared errors exceed what float32 can hold. Scale them"

        let offset = offset values cells

        {
            Name = name
            Kind =
                Number
                    { NumberFormat.plain with
                        Offset = offset
                    }
        },
        numbers |> Array.map (fun number -> number - offset)

    /// Whether numbers are classes. A guess takes a few integers for classes, as in tables.
    let private areClasses (task: TaskChoice) (isOnly: bool) (numbers: float[]) : bool =
        let distinct = Array.distinct numbers

        match task with
        | TaskChoice.Classification -> true
        | TaskChoice.Regression -> false
        | TaskChoice.Guess ->
            Array.forall (fun number -> number = floor number) distinct
            && if isOnly then
                   TargetRules.areClasses distinct.Length numbers.Length
               else
                   distinct.Length = 2

    /// <summary>What a target is, and its numbers: indices of classes, if any value is a name; otherwise what the task
    /// says.</summary>
    /// <param name="missing">What stands for a missing value.</param>
    /// <param name="task">What to learn from numbers.</param>
    /// <param name="isOnly">Whether there are no other targets: every example must then have this one.</param>
    /// <param name="name">Its name.</param>
    /// <param name="values">A value for each example.</param>
    let target
        (missing: string list)
        (task: TaskChoice)
        (isOnly: bool)
        (name: string)
        (values: obj[])
        : Column * float[] =
        let place =
            if isOnly then
                "the target"
            else
                $"the target {Printable.quote name}"

        let isNaN (value: obj) =
            match value with
            | :? float32 as number -> Single.IsNaN number
            | :? float as number -> Double.IsNaN number
            | _ -> false

        if isOnly then
            values
            |> Array.tryFindIndex isNaN
            |> Option.iter (fun index ->
                fail $"the target of example {index} is NaN; it must be a finite number")

        let cells = cells missing place values

        if isOnly then
            cells
            |> Array.tryFindIndex ((=) Cell.Missing)
            |> Option.iter (fun index -> fail $"the target of example {index} is missing")

        let categories (names: string[]) (code: Cell -> int voption) =
            if isOnly then
                names
            elif names.Length = 2 then
                TargetRules.inOrder names
            elif names.Length = 1 then
                fail $"every example has the same value of {place}, so there is nothing to distinguish"
            else
                fail
                    $"{place} has {names.Length} classes: of several targets, each must be a quantity, or yes or no"
            |> fun ordered ->
                let place = names |> Array.map (fun name -> Array.IndexOf(ordered, name))

                { Name = name; Kind = Category ordered },
                cells
                |> Array.map (fun cell ->
                    match code cell with
                    | ValueSome code -> float place[code]
                    | ValueNone -> nan)

        if isOfNames place cells then
            let names = namesOf cells

            categories names (fun cell ->
                match textOf cell with
                | Some text -> ValueSome(code names text)
                | None -> ValueNone)
        else
            let numbers = finite place cells
            let present = numbers |> Array.filter (Double.IsNaN >> not)

            if present.Length > 0 && areClasses task isOnly present then
                // in the order of the numbers
                let classes = present |> Array.distinct |> Array.sort

                categories (Array.map Cell.ofNumber classes) (fun cell ->
                    match cell with
                    | Cell.Number number -> ValueSome(Array.BinarySearch(classes, number))
                    | _ -> ValueNone)
            else
                if not isOnly then
                    if present.Length = 0 && cells.Length > 0 then
                        fail $"every value of {place} is missing"

                    if present.Length > 1 && Array.forall ((=) present[0]) present then
                        fail $"every example has the same value of {place}, so there is nothing to learn"

                quantity name values numbers cells

    /// Why nothing can be learned from a column of some values, if nothing can, and what to do about it.
    let unusable (missing: string list) (name: string) (values: obj[]) : (string * Remedy list) option =
        match values |> Array.tryFind (Cell.ofObject >> Option.isNone) with
        | Some other -> Some($"it holds {Cell.describe other}, which is neither a number nor a name", [])
        | None ->
            let texts = cells missing "" values |> Array.choose textOf
            let distinct = Array.distinct texts

            if texts.Length = 0 || ColumnRules.areCategories distinct.Length texts.Length then
                None
            else
                Some(
                    $"{distinct.Length} different names in {texts.Length} rows, like {Printable.quote texts[0]}",
                    [ Remedy.Set(OptionName.Categorical, name, "to keep it") ]
                )

    /// A weight; NaN for a missing one.
    let weight (missing: string list) (name: string) (value: obj) : float =
        match Array.head (cells missing $"the column of weights {Printable.quote name}" [| value |]) with
        | Cell.Number weight -> weight
        | Cell.Missing -> nan
        | Cell.Text text ->
            match NumberText.tryDigits Digits.Point (text.Trim()) with
            | ValueSome weight -> weight
            | ValueNone ->
                fail
                    $"the column of weights {Printable.quote name} holds {Printable.quote text}, which is not a number"
