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
            | None -> fail $"{place} holds a {value.GetType().Name}, which is neither a number nor a name")

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
                        { NumberFormat.plain with
                            Offset = offset
                        }
            },
            cells
            |> Array.map (fun cell ->
                match cell with
                | Cell.Number value -> float32 (value - offset)
                | _ -> nanf)

    let private finite (cells: Cell[]) : float[] =
        cells
        |> Array.mapi (fun index cell ->
            match cell with
            | Cell.Number value when Double.IsFinite value -> value
            | Cell.Number value ->
                fail $"the target of example {index} is {value}; it must be a finite number"
            | _ -> nan)

    /// Quantities, and what is subtracted from them.
    let private quantity (name: string) (values: obj[]) (numbers: float[]) (cells: Cell[]) : Target * float =
        let least, most = Array.min numbers, Array.max numbers

        if most - least > mostRange then
            fail
                $"the targets are too far apart, from {Printable.number least} to {Printable.number most}: their squared errors exceed what float32 can hold. Scale them"

        let offset = offset values cells
        Target.quantity Source name offset numbers, offset

    /// Numbers as classes, in their order.
    let private labels (numbers: float[]) : Target =
        let classes = numbers |> Array.distinct |> Array.sort

        Classes(
            Array.map Cell.ofNumber classes,
            numbers |> Array.map (fun number -> Array.BinarySearch(classes, number))
        )

    /// Whether numbers are classes. A guess takes a few integers for classes, as in tables.
    let private areClasses (task: TaskChoice) (numbers: float[]) : bool =
        match task with
        | TaskChoice.Classification -> true
        | TaskChoice.Regression -> false
        | TaskChoice.Guess ->
            Array.forall (fun number -> number = floor number) numbers
            && TargetRules.areClasses (Array.distinct numbers).Length numbers.Length

    /// What is predicted, and what is subtracted from it: classes, if any value is a name; otherwise what the task says.
    let target (missing: string list) (name: string) (task: TaskChoice) (values: obj[]) : Target * float =
        let cells =
            values
            |> Array.mapi (fun index value ->
                match value with
                | :? float32 as nan when Single.IsNaN nan ->
                    fail $"the target of example {index} is NaN; it must be a finite number"
                | :? float as nan when Double.IsNaN nan ->
                    fail $"the target of example {index} is NaN; it must be a finite number"
                | value -> value)
            |> cells missing "the target"

        match cells |> Array.tryFindIndex ((=) Cell.Missing) with
        | Some index -> fail $"the target of example {index} is missing"
        | None -> ()

        if isOfNames "the target" cells then
            let names = namesOf cells
            Classes(names, cells |> Array.map (textOf >> Option.get >> code names)), 0.0
        elif cells.Length = 0 then
            Quantity [||], 0.0
        else
            let numbers = finite cells

            if areClasses task numbers then
                labels numbers, 0.0
            else
                quantity name values numbers cells

    /// Why nothing can be learned from a column of some values, if nothing can, and what to do about it.
    let unusable (missing: string list) (name: string) (values: obj[]) : (string * Remedy list) option =
        match values |> Array.tryFind (Cell.ofObject >> Option.isNone) with
        | Some other -> Some($"it holds a {other.GetType().Name}, which is neither a number nor a name", [])
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
