namespace Hybrid.Data

/// Names in one text, separated by commas.
module internal ListedNames =
    /// The names, without blanks around them. A comma within double quotes is part of a name; two double quotes are one there.
    let split (text: string) : string list =
        let names = ResizeArray<string>()
        let name = System.Text.StringBuilder()
        let mutable quoted = false
        let mutable i = 0

        let add () =
            names.Add((name.ToString()).Trim())
            name.Clear() |> ignore

        while i < text.Length do
            match text[i] with
            | '"' when quoted && i + 1 < text.Length && text[i + 1] = '"' ->
                name.Append '"' |> ignore
                i <- i + 1
            | '"' -> quoted <- not quoted
            | ',' when not quoted -> add ()
            | letter -> name.Append letter |> ignore

            i <- i + 1

        add ()
        List.ofSeq names
