namespace Hybrid.Data

open System
open System.Globalization
open Hybrid.Core

/// What to do about a category that a model does not know.
[<RequireQualifiedAccess>]
type UnknownCategory =
    /// An error that names it.
    | Error
    /// It counts as a missing value.
    | Missing

/// Values of a program's rows as the numbers that a model takes.
module Encode =
    let private fail message = raise (HybridException message)

    let private numberOf (column: Column) (format: NumberFormat) (value: float) : float32 =
        let number = float32 (value - format.Offset)

        if Single.IsInfinity number then
            fail
                $"{Printable.number value} in the column {Printable.quote column.Name} is too large. Use NaN or null for a missing value."

        number

    /// The number of a text, written as in the table that the model was trained on.
    let private parsed (column: Column) (format: NumberFormat) (text: string) : float =
        match ColumnRules.tryNumber format.Notation (text.Trim()) with
        | ValueSome number when Double.IsFinite number -> number
        | _ ->
            fail
                $"{Printable.quote text} is not a number, but the column {Printable.quote column.Name} holds numbers."

    let private isBoolean (text: string) = fst (Boolean.TryParse text)

    let private codeOf (names: string[]) (text: string) : int option =
        let index comparison =
            names |> Array.tryFindIndex (fun name -> String.Equals(name, text, comparison))

        // true, True and TRUE are one category
        index StringComparison.Ordinal
        |> Option.orElseWith (fun () ->
            if isBoolean text then
                index StringComparison.OrdinalIgnoreCase
            else
                None)

    let private category
        (policy: UnknownCategory)
        (column: Column)
        (names: string[])
        (text: string)
        : float32 =
        match codeOf names text, policy with
        | Some code, _ -> float32 code
        | None, UnknownCategory.Missing -> nanf
        | None, _ when Csv.isMissing text -> nanf
        | None, UnknownCategory.Error ->
            let listed = String.concat ", " names

            fail
                $"{Printable.quote text} is not a category of the column {Printable.quote column.Name}: {listed}."

    /// <summary>A value as a column's number: less the offset of its format; the index of a category; NaN if missing. A number
    /// in a column of categories is the category with this name.</summary>
    /// <param name="policy">What to do about unknown categories.</param>
    /// <param name="column">The model's column.</param>
    /// <param name="cell">The value.</param>
    /// <exception cref="T:Hybrid.HybridException">The value is neither a number nor a known category.</exception>
    let cell (policy: UnknownCategory) (column: Column) (cell: Cell) : float32 =
        match column.Kind, cell with
        | _, Cell.Missing -> nanf
        | Number format, Cell.Number value -> numberOf column format value
        | Number _, Cell.Text text when Csv.isMissing text -> nanf
        | Number format, Cell.Text text -> numberOf column format (parsed column format text)
        | Category names, Cell.Text text -> category policy column names text
        | Category names, Cell.Number value ->
            category policy column names (value.ToString("R", CultureInfo.InvariantCulture))

    let private encode (policy: UnknownCategory) (schema: Schema) (row: Row) : float32[] =
        schema.Columns
        |> Array.map (fun column ->
            match row.Find column.Name with
            | None ->
                fail
                    $"The row has no column {Printable.quote column.Name}. It has {Advice.list row.Names.Value}. Give null for a missing value."
            | Some value ->
                match Cell.ofObject value with
                | Some found -> cell policy column found
                | None ->
                    fail
                        $"The column {Printable.quote column.Name} holds a {value.GetType().Name}, which is neither a number nor a name.")

    /// <summary>A row as a model's numbers. Its columns are found by their names, exactly or in any case; others are
    /// ignored.</summary>
    /// <param name="policy">What to do about unknown categories.</param>
    /// <param name="schema">The model's columns.</param>
    /// <param name="row">A dictionary, a JSON object, a database's record, a row of a data table, or an object with
    /// properties.</param>
    /// <exception cref="T:Hybrid.HybridException">A column is absent, or a value does not fit it.</exception>
    let row (policy: UnknownCategory) (schema: Schema) (row: obj) : float32[] =
        encode policy schema (Row.ofObject row)

    /// <summary>Rows one after the other, as by <c>row</c>, each when it is asked for.</summary>
    /// <param name="policy">What to do about unknown categories.</param>
    /// <param name="schema">The model's columns.</param>
    /// <param name="rows">A collection of rows, a database's reader, a data table, or a JSON array.</param>
    let rows (policy: UnknownCategory) (schema: Schema) (rows: obj) : float32[] seq =
        Row.all rows |> Seq.map (encode policy schema)

    /// <summary>Refuses numbers that are the index of no category.</summary>
    /// <param name="columns">The model's columns.</param>
    /// <param name="features">[examples; columns]; NaN for a missing value.</param>
    /// <exception cref="T:Hybrid.HybridException">A number in a column of categories is no index of one.</exception>
    let requireCategories (columns: Column[]) (features: ReadOnlySpan<float32>) : unit =
        for j in 0 .. columns.Length - 1 do
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
