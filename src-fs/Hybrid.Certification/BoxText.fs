namespace Hybrid.Certification

open System.Text.RegularExpressions
open Hybrid.Core
open Hybrid.Data
open Hybrid.Models

/// Boxes in words, such as: area in [40,160], rooms = 3, colour in {red, blue}
module internal BoxText =
    [<Literal>]
    let private BoxOption = "Box"

    let private refuse problem = Names.refuse BoxOption problem

    let private condition =
        Regex("""^(?<name>"[^"]*"|.+?)\s*(?:\s(?<in>in)\s*(?<values>[\[\{].*)|=\s*(?<value>[^=]+))$""")

    let private number (column: Column) (text: string) =
        match Names.tryNumber text with
        | Some number -> number
        | None ->
            refuse
                $"gives the column {Printable.quote column.Name} the value {Printable.quote (text.Trim())}, which is not a number"

    let private ends (values: string) (opening: string) (closing: string) =
        if values.StartsWith opening && values.EndsWith closing then
            Some(Names.parts values[1 .. values.Length - 2])
        else
            None

    let private range (column: Column) offset (parts: string list) : Extent =
        match parts |> List.map (number column) with
        | [ lower; upper ] when lower <= upper -> Domain.range lower upper offset
        | [ lower; upper ] ->
            refuse $"gives the column {Printable.quote column.Name} an empty range: {lower} is above {upper}"
        | _ -> refuse $"gives the column {Printable.quote column.Name} a range of other than two numbers"

    let private values (column: Column) (isIn: bool) (text: string) : Extent =
        match column.Kind, isIn with
        | Number format, true ->
            match ends text "[" "]" with
            | Some parts -> range column format.Offset parts
            | None -> refuse $"must give the column {Printable.quote column.Name} a range such as [40, 160]"
        | Number format, false ->
            let value = number column text
            Domain.range value value format.Offset
        | Category names, true ->
            match ends text "{" "}" with
            | Some(_ :: _ as parts) ->
                Extent.Among(
                    parts
                    |> List.map (fun name -> Names.category BoxOption column names (Names.unquoted name))
                    |> List.distinct
                )
            | _ ->
                refuse
                    $"must give the column {Printable.quote column.Name} a category, or several such as {{red, blue}}"
        | Category names, false ->
            Extent.Among [ Names.category BoxOption column names (Names.unquoted text) ]

    /// Whether a text is a box rather than the name of data.
    let isBox (text: string) : bool =
        Names.parts text |> List.forall condition.IsMatch

    /// <summary>What a text says of columns; a later condition takes the place of an earlier one.</summary>
    /// <exception cref="T:Hybrid.OptionException">It cannot be read, names an unknown column or category, or a range is
    /// empty.</exception>
    let read (columns: Column[]) (text: string) : (int * Extent) list =
        [
            for part in Names.parts text do
                let found = condition.Match part

                if not found.Success then
                    refuse
                        $"has the part {Printable.quote part}. Write conditions such as area in [40, 160], rooms = 3 or colour in {{red, blue}}"

                let index =
                    Names.column BoxOption columns (Names.unquoted found.Groups["name"].Value)

                let isIn = found.Groups["in"].Success
                let text = found.Groups[if isIn then "values" else "value"].Value.Trim()
                index, values columns[index] isIn text
        ]
