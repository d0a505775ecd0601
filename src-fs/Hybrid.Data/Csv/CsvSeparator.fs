namespace Hybrid.Data

open System
open System.IO

/// Which of tab, semicolon and comma separates the fields of a table.
module internal CsvSeparator =
    /// In order of preference: with one of the others, a comma may be a decimal comma, but not the reverse.
    let private candidates = [ '\t'; ';'; ',' ]

    [<Literal>]
    let private HeadLength = 65536

    [<Literal>]
    let private HeadLines = 32

    /// The number of times the candidate occurs outside quotes, in each of the first nonblank lines.
    let private counts (text: string) (whole: bool) (candidate: char) : int list =
        let lines = ResizeArray()
        let mutable count = 0
        let mutable filled = false
        let mutable inQuotes = false
        let mutable position = 0

        while position < text.Length && lines.Count < HeadLines do
            let character = text[position]

            if character = '"' then
                inQuotes <- not inQuotes
                filled <- true
            elif (character = '\n' || character = '\r') && not inQuotes then
                if filled then
                    lines.Add count

                count <- 0
                filled <- false
            else
                filled <- filled || not (Char.IsWhiteSpace character)

                if character = candidate && not inQuotes then
                    count <- count + 1

            position <- position + 1

        if filled && lines.Count < HeadLines && (whole || lines.Count = 0) then
            lines.Add count

        List.ofSeq lines

    /// The first candidate that occurs equally often in every line; failing that, the most frequent in the first line.
    let choose (text: string) (whole: bool) : char =
        let counted =
            candidates |> List.map (fun candidate -> candidate, counts text whole candidate)

        let consistent =
            counted
            |> List.tryFind (fun (_, lines) ->
                match lines with
                | first :: rest -> first > 0 && List.forall ((=) first) rest
                | [] -> false)

        match consistent with
        | Some(candidate, _) -> candidate
        | None ->
            let first (_, lines) =
                List.tryHead lines |> Option.defaultValue 0

            let best = List.maxBy first counted
            if first best = 0 then ',' else fst best

    /// Looks at the beginning of a file.
    let detect (path: string) : char =
        DataFile.read path (fun stream ->
            use reader = new StreamReader(stream)
            let head = Array.zeroCreate<char> HeadLength
            let length = reader.ReadBlock(head, 0, head.Length)
            choose (String(head, 0, length)) (length < HeadLength))
