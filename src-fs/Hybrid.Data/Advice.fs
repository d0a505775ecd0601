namespace Hybrid.Data

open Hybrid.Core

/// What messages about data have in common.
module internal Advice =
    /// Leaves a column out.
    let ignore (name: string) : Remedy = Remedy.Set(OptionName.Ignore, name, "")

    /// The first of some things, and how many more there are.
    let some (most: int) (things: string seq) : string =
        let things = Array.ofSeq things
        let first = things |> Array.truncate most |> String.concat ", "

        if things.Length > most then
            $"{first} and {things.Length - most} more"
        else
            first

    /// The first of some names, and how many more there are.
    let list (names: string seq) : string =
        names |> Seq.map Printable.brief |> some 20

    /// Text from a file, in quotation marks.
    let quote (text: string) : string = Printable.quote text

    /// Takes a different column as the target.
    let otherTarget: Remedy =
        Remedy.Change(OptionName.Target, "name a different column")

    /// Takes fewer targets.
    let oneTarget: Remedy =
        Remedy.Change(OptionName.Target, "train a model of each kind")

    /// Reads the first row as data.
    let noHeader: Remedy =
        Remedy.Set(OptionName.Header, "false", "if the first row holds data")

    /// Reads the first row as names.
    let header: Remedy =
        Remedy.Set(OptionName.Header, "true", "if the first row holds names")

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
