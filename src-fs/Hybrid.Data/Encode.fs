namespace Hybrid.Data

open System
open System.Globalization
open System.Text
open Hybrid.Core

/// What to do about a category that a model does not know.
[<CompiledName("FSharpUnknownCategory")>]
[<RequireQualifiedAccess>]
type UnknownCategory =
    /// An error that names it.
    | Error
    /// It counts as a missing value.
    | Missing
    /// It counts as a missing value, and so does a text in a column of numbers that is no number.
    | AllMissing

/// <summary>From values of a program's rows to the numbers of a model's columns, each in its own unit: a quantity, the index of a
/// category, NaN for a missing value. Texts are read as in the table that the model was trained on.</summary>
/// <param name="schema">The model's columns.</param>
[<Sealed>]
type Encoder(schema: Schema) =
    let fail message = raise (HybridException message)

    let readers =
        schema.Columns |> Array.map (fun column -> ColumnText.reader column.Kind)

    let isToken = Cell.isOneOf schema.Reading.Missing

    let isMissing (cell: Cell) =
        match cell with
        | Cell.Text text when
            Missing.isMissing (Array.empty, ReadOnlySpan(Encoding.UTF8.GetBytes(text.Trim())))
            ->
            true
        | cell -> isToken cell

    let number (policy: UnknownCategory) (column: Column) (index: int) (text: string) : float =
        match readers[index](text.Trim()) with
        | ValueSome number when Double.IsFinite number -> number
        | _ when policy = UnknownCategory.AllMissing -> nan
        | _ ->
            fail (
                match column.Kind with
                | Number { Notation = Notation.Date _ } ->
                    $"{Printable.quote text} is not a date, but the column {Printable.quote column.Name} holds dates. Give one as in the table, days since 1970, or null for a missing value."
                | _ ->
                    $"{Printable.quote text} is not a number, but the column {Printable.quote column.Name} holds numbers. Give a number, or null for a missing value."
            )

    let category (policy: UnknownCategory) (column: Column) (index: int) (text: string) : float =
        let found =
            readers[index] text
            |> ValueOption.orElseWith (fun () -> readers[index](text.Trim()))

        match found, column.Kind with
        | ValueSome code, _ -> code
        | ValueNone, _ when policy <> UnknownCategory.Error || isMissing (Cell.Text text) -> nan
        | ValueNone, Category names ->
            let listed = Advice.list names

            fail
                $"{Printable.quote text} is not a category of the column {Printable.quote column.Name}: {listed}. Give one of these, or null for a missing value."
        | ValueNone, Number _ -> nan

    let ofCell (policy: UnknownCategory) (index: int) (cell: Cell) : float =
        let column = schema.Columns[index]

        match column.Kind, cell with
        | _, Cell.Missing -> nan
        | Number _, cell when isMissing cell -> nan
        | Number _, Cell.Text text when Missing.isAmongNumbers (text.Trim()) -> nan
        | Number _, Cell.Number value -> value
        | Number _, Cell.Text text -> number policy column index text
        | Category _, Cell.Text text -> category policy column index text
        | Category _, Cell.Number value -> category policy column index (Cell.ofNumber value)

    let ofRow (policy: UnknownCategory) (row: Row) : float[] =
        schema.Columns
        |> Array.mapi (fun index column ->
            match row.Find column.Name with
            | None ->
                let names = row.Names.Value

                let found =
                    if Seq.isEmpty names then
                        "which is empty"
                    else
                        $"which has {Advice.list names}"

                fail
                    $"There is no column {Printable.quote column.Name} in the row, {found}. Give null for a missing value."
            | Some value ->
                match Cell.ofObject value with
                | Some cell -> ofCell policy index cell
                | None ->
                    fail
                        $"The column {Printable.quote column.Name} holds {Cell.describe value}, which is neither a number nor a name.")

    /// <summary>A value of a column. A number in a column of categories is the category with this name.</summary>
    /// <param name="policy">What to do about unknown categories.</param>
    /// <param name="index">The index of the column.</param>
    /// <param name="cell">The value.</param>
    /// <exception cref="T:Hybrid.HybridException">It is neither a number nor a known category.</exception>
    member _.Cell(policy: UnknownCategory, index: int, cell: Cell) : float = ofCell policy index cell

    /// <summary>A row. Its columns are found by their names, exactly or in any case; others are ignored.</summary>
    /// <param name="policy">What to do about unknown categories.</param>
    /// <param name="row">A dictionary, a JSON object, a database's record, a row of a data table, or an object with
    /// properties.</param>
    /// <exception cref="T:Hybrid.HybridException">A column is absent, or a value does not fit it.</exception>
    member _.Row(policy: UnknownCategory, row: obj) : float[] = ofRow policy (Row.ofObject row)

    /// <summary>Rows one after the other, each when it is asked for.</summary>
    /// <param name="policy">What to do about unknown categories.</param>
    /// <param name="rows">A collection of rows, a database's reader, a data table, or a JSON array.</param>
    /// <exception cref="T:Hybrid.HybridException">When a row is asked for: a column is absent, or a value does not fit it; the message
    /// says which row it is, from 1.</exception>
    member _.Rows(policy: UnknownCategory, rows: obj) : float[] seq = Row.map (ofRow policy) rows

/// Values of a program's rows as the numbers that a model takes.
module Encode =
    let private fail message = raise (HybridException message)

    /// <summary>Numbers in the columns' own units as a model takes them: less the offsets, as float32.</summary>
    /// <param name="columns">The model's columns.</param>
    /// <param name="examples">[examples; columns]; NaN for a missing value.</param>
    /// <exception cref="T:Hybrid.HybridException">A number is beyond float32.</exception>
    let singles (columns: Column[]) (examples: ReadOnlySpan<float>) : float32[] =
        let singles = Array.zeroCreate examples.Length

        for i in 0 .. examples.Length - 1 do
            let column = columns[i % columns.Length]
            singles[i] <- float32 (examples[i] - Column.offset column)

            if Single.IsInfinity singles[i] then
                fail
                    $"{Printable.number examples[i]} in the column {Printable.quote column.Name} is infinite as a float32. Use NaN or null for a missing value."

        singles

    /// <summary>Refuses numbers that are the index of no category.</summary>
    /// <param name="columns">The model's columns.</param>
    /// <param name="features">[examples; columns]; NaN for a missing value.</param>
    /// <exception cref="T:Hybrid.HybridException">A number in a column of categories is no index of one.</exception>
    let requireCategories (columns: Column[]) (features: ReadOnlySpan<float32>) : unit =
        // numbers that are not whole rows are refused as that
        let isWhole = columns.Length > 0 && features.Length % columns.Length = 0

        for j in 0 .. (if isWhole then columns.Length - 1 else -1) do
            match columns[j].Kind with
            | Number _ -> ()
            | Category names ->
                let mutable i = j

                while i < features.Length do
                    let code = features[i]

                    if
                        not (Single.IsNaN code)
                        && not (code >= 0f && code < float32 names.Length && code = MathF.Floor code)
                    then
                        fail
                            $"{code} is not the index of a category of the column {Printable.quote columns[j].Name}, from 0 to {names.Length - 1}, or NaN for a missing value."

                    i <- i + columns.Length
