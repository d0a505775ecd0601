namespace Hybrid.Data

open System

/// What messages about data have in common.
module internal Advice =
    /// The beginning of a text out of a file, which may be endless.
    let private shown (text: string) : string =
        if text.Length > 60 then
            text.Substring(0, 57) + "…"
        else
            text

    /// A name as it has to be typed on a command line.
    let private argument (name: string) : string =
        let plain character =
            Char.IsLetterOrDigit character
            || character = '_'
            || character = '-'
            || character = '.'

        if name.Length > 0 && name.Length <= 60 && String.forall plain name then
            name
        else
            let escaped = (shown name).Replace("\"", "\\\"")
            $"\"{escaped}\""

    /// How to leave a column out.
    let ignore (name: string) : string = $"--ignore {argument name}"

    /// The first of some names, and how many more there are.
    let list (names: string seq) : string =
        let names = Array.ofSeq names
        let first = names |> Array.truncate 20 |> Array.map shown |> String.concat ", "

        if names.Length > 20 then
            $"{first} and {names.Length - 20} more"
        else
            first

    /// A text out of a file, in quotation marks.
    let quote (text: string) : string = $"«{shown text}»"

    let columns (number: int) : string =
        if number = 1 then "1 column" else $"{number} columns"
