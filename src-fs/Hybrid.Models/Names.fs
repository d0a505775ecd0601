namespace Hybrid.Models

open System
open System.Globalization
open System.Text
open Hybrid.Core
open Hybrid.Data

/// Texts that name columns: parts separated by commas, and names in quotes where they contain one of the signs that separate.
module internal Names =
    /// An option's value cannot be read.
    let refuse (option: string) (problem: string) : 'result =
        raise (OptionException(option, problem))

    /// The parts between commas that stand in no brackets or quotes.
    let parts (text: string) : string list =
        let found, current = ResizeArray<string>(), StringBuilder()
        let mutable depth = 0
        let mutable quoted = false

        for sign in text do
            if sign = '"' then
                quoted <- not quoted
            elif not quoted && (sign = '[' || sign = '{') then
                depth <- depth + 1
            elif not quoted && (sign = ']' || sign = '}') then
                depth <- depth - 1

            if sign = ',' && depth = 0 && not quoted then
                found.Add(current.ToString().Trim())
                current.Clear() |> ignore
            else
                current.Append sign |> ignore

        found.Add(current.ToString().Trim())
        List.ofSeq found

    /// A name without the quotes around it.
    let unquoted (text: string) : string =
        let text = text.Trim()

        if text.Length >= 2 && text.StartsWith '"' && text.EndsWith '"' then
            text[1 .. text.Length - 2]
        else
            text

    let tryNumber (text: string) : float option =
        match Double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture) with
        | true, number when Double.IsFinite number -> Some number
        | _ -> None

    /// The place of a column, by its name, exactly or in any case.
    let column (option: string) (columns: Column[]) (name: string) : int =
        let find comparison =
            columns
            |> Array.tryFindIndex (fun column -> String.Equals(column.Name, name, comparison))

        match
            find StringComparison.Ordinal
            |> Option.orElseWith (fun () -> find StringComparison.OrdinalIgnoreCase)
        with
        | Some index -> index
        | None ->
            let known = columns |> Array.truncate 20 |> Array.map _.Name |> String.concat ", "

            refuse
                option
                $"names the column {Printable.quote name}, which the model does not have. Its columns are {known}"

    /// The number that stands for a category of a column.
    let category (option: string) (column: Column) (categories: string[]) (name: string) : float32 =
        match Array.tryFindIndex ((=) name) categories with
        | Some code -> float32 code
        | None ->
            let known = categories |> Array.truncate 20 |> String.concat ", "

            refuse
                option
                $"names the category {Printable.quote name}, which the column {Printable.quote column.Name} does not have. Its categories are {known}"
