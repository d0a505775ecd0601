namespace Hybrid.Data

open System

/// What messages about tables have in common.
module internal CsvAdvice =
    /// A name as it has to be typed on a command line.
    let argument (name: string) : string =
        let plain character =
            Char.IsLetterOrDigit character
            || character = '_'
            || character = '-'
            || character = '.'

        if name.Length > 0 && String.forall plain name then
            name
        else
            let escaped = name.Replace("\"", "\\\"")
            $"\"{escaped}\""

    /// How to leave a column out.
    let ignore (name: string) : string = $"--ignore {argument name}"

    /// The first of some names, and how many more there are.
    let list (names: string seq) : string =
        let names = Array.ofSeq names
        let shown = String.Join(", ", Array.truncate 20 names)

        if names.Length > 20 then
            $"{shown} and {names.Length - 20} more"
        else
            shown

    /// A text that may be long, in quotation marks.
    let quote (text: string) : string =
        if text.Length > 60 then
            $"«{text.Substring(0, 57)}…»"
        else
            $"«{text}»"

    let columns (number: int) : string =
        if number = 1 then "1 column" else $"{number} columns"
