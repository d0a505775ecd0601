namespace Hybrid.Data

open Hybrid.Core

/// What messages about data have in common.
module internal Advice =
    /// Leaves a column out.
    let ignore (name: string) : Remedy = Remedy.Set(OptionName.Ignore, name, "")

    /// The first of some names, and how many more there are.
    let list (names: string seq) : string =
        let names = Array.ofSeq names

        let first =
            names |> Array.truncate 20 |> Array.map Printable.brief |> String.concat ", "

        if names.Length > 20 then
            $"{first} and {names.Length - 20} more"
        else
            first

    /// Text from a file, in quotation marks.
    let quote (text: string) : string = Printable.quote text

    /// Takes a different column as the target.
    let otherTarget: Remedy =
        Remedy.Change(OptionName.Target, "name a different column")

    /// Reads the first row as data.
    let noHeader: Remedy =
        Remedy.Set(OptionName.Header, "false", "if the first row holds data")

    /// Learns a quantity.
    let regression: Remedy =
        Remedy.Set(OptionName.Task, "regression", "if it is a quantity")

    let otherClasses: Remedy = Remedy.Do "give examples of other classes"

    let missingTarget: Remedy list =
        [ Remedy.Do "fill it in"; Remedy.Do "delete the row" ]

    let correctValue: Remedy = Remedy.Do "correct the value"

    /// A number of columns.
    let columns (number: int) : string =
        if number = 1 then "1 column" else $"{number} columns"
