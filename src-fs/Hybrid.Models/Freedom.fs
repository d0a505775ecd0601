namespace Hybrid.Models

open System
open Hybrid.Core
open Hybrid.Data

/// How far a column may move from a row's value. A missing number stays missing.
[<RequireQualifiedAccess>]
type Freedom =
    /// By at most this radius, in the column's own unit. 0 keeps the value; it is the only radius of a category.
    | Within of radius: float
    /// To any category of the column.
    | Any

module Freedom =
    let private extent (numbers: float32 seq) : Interval option =
        let mutable least, greatest = infinity, -infinity

        for number in numbers do
            if not (Single.IsNaN number) then
                least <- min least (float number)
                greatest <- max greatest (float number)

        if least <= greatest then
            Some { Lower = least; Upper = greatest }
        else
            None

    /// The range that the numbers of columns in one unit, such as pixels, may have: from 0, or the least number, to the greatest.
    let valid (table: Table) : Interval option =
        if table.OneUnit then
            extent table.InMemory
            |> Option.map (fun range ->
                { range with
                    Lower = min 0.0 range.Lower
                })
        else
            None

    /// The range of a column's numbers in a table.
    let private ofColumn (table: Table) (column: int) : Interval =
        seq { for row in 0 .. table.Examples - 1 -> table.InMemory[row * table.Columns.Length + column] }
        |> extent
        |> Option.defaultValue (Interval.exactly 0.0)

    let private number option (text: string) : struct (float * bool) =
        let refuse problem = Names.refuse option problem
        let isShare = text.TrimEnd().EndsWith '%'

        match Names.tryNumber (text.TrimEnd().TrimEnd '%') with
        | Some radius when radius >= 0.0 -> struct ((if isShare then radius / 100.0 else radius), isShare)
        | Some _ -> refuse $"must be at least 0, not {text.Trim()}"
        | None ->
            refuse
                $"must be a number such as 0.01, a share such as 1%%, or name columns as in area=2,rooms=0, not {Printable.quote text}"

    let private isNumber (column: Column) = column.Kind.IsNumber

    /// <summary>The freedom of each column.</summary>
    /// <param name="option">The option that the text is of.</param>
    /// <param name="table">Its columns, and the range of their numbers, which a share refers to.</param>
    /// <param name="text">A radius for every column of numbers, such as 0.01 or 1%; or columns with their radii, such as
    /// area=2,rooms=5%,colour=any: other columns stay as they are.</param>
    /// <exception cref="T:Hybrid.OptionException">It cannot be read, or names a column that does not exist.</exception>
    let parse (option: string) (table: Table) (text: string) : Freedom[] =
        let refuse problem = Names.refuse option problem
        let columns = table.Columns
        let whole = lazy (valid table)

        let within index text =
            let struct (radius, isShare) = number option text

            if isShare then
                let range = whole.Value |> Option.defaultWith (fun () -> ofColumn table index)
                Freedom.Within(radius * (range.Upper - range.Lower))
            else
                Freedom.Within radius

        if not (text.Contains '=') then
            let struct (radius, _) = number option text

            if radius > 0.0 && not (Array.exists isNumber columns) then
                refuse
                    "is a number, but the model has no column of numbers. Let a category change as in colour=any"

            columns
            |> Array.mapi (fun i column ->
                if isNumber column then
                    within i text
                else
                    Freedom.Within 0.0)
        else
            let freedoms = Array.create columns.Length (Freedom.Within 0.0)

            for part in Names.parts text do
                match part.LastIndexOf '=' with
                | at when at > 0 ->
                    let index = Names.column option columns (Names.unquoted part[.. at - 1])
                    let value = part[at + 1 ..].Trim()

                    freedoms[index] <-
                        match columns[index].Kind, value with
                        | Category _, "any" -> Freedom.Any
                        | Category _, "0" -> Freedom.Within 0.0
                        | Category _, _ ->
                            refuse
                                $"of {Printable.quote columns[index].Name}, a column of categories, must be any or 0, not {Printable.quote value}"
                        | Number _, _ -> within index value
                | _ ->
                    refuse $"has the part {Printable.quote part}. Name a column and its radius, as in area=2"

            freedoms

    /// Whether every column keeps its value.
    let isNone (freedoms: Freedom[]) : bool =
        freedoms |> Array.forall ((=) (Freedom.Within 0.0))

    /// All radii multiplied by a factor.
    let scaled (factor: float) (freedoms: Freedom[]) : Freedom[] =
        freedoms
        |> Array.map (fun freedom ->
            match freedom with
            | Freedom.Within radius -> Freedom.Within(factor * radius)
            | Freedom.Any -> Freedom.Any)
