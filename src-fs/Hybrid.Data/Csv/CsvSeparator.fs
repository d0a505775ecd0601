namespace Hybrid.Data

open System
open System.IO

/// How the fields of a table are told apart.
type internal CsvForm =
    {
        /// A tab where runs of blanks separate the fields.
        Separator: char
        /// Each run of blanks and tabs becomes one tab.
        AreBlanks: bool
        /// Lines that begin with # are comments.
        HasComments: bool
        /// How many lines with one field stand above the table, which has several: its title, or notes.
        Titles: int
        /// The first line has one field less than all others: its names have none for the column of row names, as R writes tables.
        LacksName: bool
        /// The fields of the first line are quoted, and those of a column below it are not: its texts are names, also where they are
        /// numbers.
        QuotesNames: bool
    }

/// What separates the fields of a table: tabs, semicolons, commas, bars or blanks.
module internal CsvSeparator =
    /// In order of preference: a comma may be a decimal comma beside the others, but not the reverse.
    let private candidates = [ '\t'; ';'; ','; '|' ]

    /// Runs of blanks and tabs.
    [<Literal>]
    let private Blanks = ' '

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
        let mutable inBlanks = false
        let mutable position = 0

        while position < text.Length && lines.Count < HeadLines do
            let character = text[position]

            if character = '"' then
                inQuotes <- not inQuotes
                filled <- true
                inBlanks <- false
            elif (character = '\n' || character = '\r') && not inQuotes then
                if filled then
                    lines.Add count

                count <- 0
                filled <- false
                inBlanks <- false
            elif candidate = Blanks && (character = ' ' || character = '\t') && not inQuotes then
                // those at the beginning and the end of a line do not count
                inBlanks <- filled
            else
                if inBlanks then
                    count <- count + 1
                    inBlanks <- false

                filled <- filled || not (Char.IsWhiteSpace character)

                if character = candidate && not inQuotes then
                    count <- count + 1

            position <- position + 1

        if filled && lines.Count < HeadLines && (whole || lines.Count = 0) then
            lines.Add count

        List.ofSeq lines

    let private isConsistent (lines: int list) =
        match lines with
        | first :: rest -> first > 0 && List.forall ((=) first) rest
        | [] -> false

    /// Whether every line has one more field than the first one.
    let private hasOneMore (lines: int list) =
        match lines with
        | first :: (_ :: _ :: _ as rest) -> first > 0 && List.forall ((=) (first + 1)) rest
        | _ -> false

    /// Whether the lines below the first one begin with row names, quoted or counted, and end with a field. Other lines with one more
    /// field may have commas within numbers.
    let private haveRowNames (text: string) (separator: char) =
        let separators =
            if separator = Blanks then
                [| ' '; '\t' |]
            else
                [| separator |]

        let lines =
            text.Split('\n', HeadLines + 1)
            |> Array.truncate HeadLines
            |> Array.map _.Trim([| ' '; '\r' |])
            |> Array.filter ((<>) "")
            |> Array.skip 1

        let names = lines |> Array.map (fun line -> (line.Split separators)[0])
        let numbers = names |> Array.map (fun (name: string) -> Int64.TryParse name)

        let areCounted =
            Array.forall fst numbers
            && numbers |> Array.pairwise |> Array.forall (fun ((_, a), (_, b)) -> b = a + 1L)

        (areCounted || names |> Array.forall _.StartsWith('"'))
        && not (lines |> Array.exists _.EndsWith(separator))

    /// The fields of a line, quotes included.
    let private fields (separator: char) (line: string) : string list =
        let quotes =
            Seq.scan (fun count letter -> if letter = '"' then count + 1 else count) 0 line

        let ends =
            Seq.zip quotes (Seq.indexed line)
            |> Seq.choose (fun (count, (i, letter)) ->
                if letter = separator && count % 2 = 0 then Some i else None)
            |> List.ofSeq

        List.map2
            (fun start finish -> line.Substring(start, finish - start).Trim())
            (0 :: List.map ((+) 1) ends)
            (ends @ [ line.Length ])

    /// Whether all fields of the first line are quoted, and a column of the others is never, and never empty.
    let private quotesNames (text: string) (whole: bool) (separator: char) : bool =
        let lines =
            text.Split('\n', HeadLines + 1)
            |> Array.truncate HeadLines
            |> Array.filter (String.IsNullOrWhiteSpace >> not)
            |> Array.map (fields separator)
            |> List.ofArray

        let isQuoted (field: string) = field.StartsWith '"'

        // the last line may be cut
        match
            (if whole then
                 lines
             else
                 List.truncate (lines.Length - 1) lines)
        with
        | first :: (_ :: _ as below) when
            List.forall isQuoted first
            && below |> List.forall (fun line -> line.Length = first.Length)
            ->
            List.transpose below
            |> List.exists (List.forall (fun field -> field <> "" && not (isQuoted field)))
        | _ -> false

    /// The first candidate that occurs equally often in every line; failing that, the most frequent in the first line. Blanks
    /// separate only where nothing else can.
    let choose (text: string) (whole: bool) : char =
        let counted =
            candidates |> List.map (fun candidate -> candidate, counts text whole candidate)

        let first (candidate, lines) =
            if candidate = '\t' then
                0
            else
                List.tryHead lines |> Option.defaultValue 0

        let areBlanks () =
            let lines = counts text whole Blanks
            isConsistent lines || hasOneMore lines && haveRowNames text Blanks

        match counted |> List.tryFind (snd >> isConsistent) with
        | Some(candidate, _) -> candidate
        | None when List.forall (first >> (=) 0) counted && areBlanks () -> Blanks
        | None ->
            let first (_, lines) =
                List.tryHead lines |> Option.defaultValue 0

            let best = List.maxBy first counted
            if first best = 0 then ',' else fst best

    /// The text without the lines at its beginning that begin with #, if there are such and the rest is a table of its own.
    let private withoutComments (text: string) (whole: bool) : string * bool =
        let isComment (line: string) = line.StartsWith '#'
        let lines = text.Split '\n'

        match Array.tryFindIndex (isComment >> not) lines with
        | Some first when first > 0 ->
            let rest = String.Join('\n', Array.skip first lines)
            let separator = choose rest whole

            let count (text: string) =
                counts text true separator |> List.tryHead

            // a header may begin with # too
            if count lines[first - 1] = count lines[first] then
                text, false
            else
                rest, true
        | _ -> text, false

    /// Whether the first line holds no number: then it may be one of names, not of values of a column named above.
    let private beginsWithNames (separator: char) (table: string) : bool =
        table.Split '\n'
        |> Array.map (fields separator)
        |> Array.tryFind (List.exists (String.IsNullOrWhiteSpace >> not))
        |> Option.exists (List.forall (fun field -> Option.isNone (NumberText.tryAny (field.Trim '"'))))

    /// The text without the lines at its beginning that have one field, if names and rows of as many fields as these follow; and how
    /// many there are, blank ones not counted.
    let private withoutTitles (text: string) (whole: bool) : string * int =
        let titles (candidate: char) =
            let lines = counts text whole candidate
            let count = lines |> List.takeWhile ((=) 0) |> List.length
            // remarks may follow below
            let table = lines |> List.skip count |> List.filter ((<>) 0)

            if count > 0 && table.Length >= 2 && isConsistent table then
                Some(candidate, count)
            else
                None

        if
            candidates
            |> List.exists (fun candidate -> isConsistent (counts text whole candidate))
        then
            text, 0
        else
            match List.tryPick titles candidates with
            | None -> text, 0
            | Some(separator, count) ->
                let lines = text.Split '\n'

                // all of them, if some are blank
                let last =
                    lines
                    |> Seq.indexed
                    |> Seq.filter (snd >> String.IsNullOrWhiteSpace >> not)
                    |> Seq.tryItem (count - 1)
                    |> Option.map fst
                    |> Option.defaultValue (lines.Length - 1)

                let titles, table = Array.splitAt (last + 1) lines
                let table = String.Join('\n', table)

                // a quoted field of several lines is no title, nor is the name of a column of numbers with decimal commas
                if
                    titles
                    |> Array.exists (fun line -> Seq.length (Seq.filter ((=) '"') line) % 2 = 1)
                    || not (beginsWithNames separator table)
                then
                    text, 0
                else
                    table, count

    let private formOf (text: string) (whole: bool) : CsvForm =
        // a line may end with either, or with both
        let text = text.Replace("\r\n", "\n").Replace('\r', '\n')
        let text, hasComments = withoutComments text whole
        let text, titles = withoutTitles text whole
        let separator = choose text whole

        {
            Separator = (if separator = Blanks then '\t' else separator)
            AreBlanks = (separator = Blanks)
            HasComments = hasComments
            Titles = titles
            LacksName = hasOneMore (counts text whole separator) && haveRowNames text separator
            QuotesNames = separator <> Blanks && quotesNames text whole separator
        }

    let private ofFile (path: string) : CsvForm =
        DataFile.read path (fun stream ->
            use reader = new StreamReader(stream)
            let head = Array.zeroCreate<char> HeadLength
            let length = reader.ReadBlock(head, 0, head.Length)
            let text = String(head, 0, length)

            match TextFile.tryOther text with
            | Some problem -> DataFile.failFile (DataFile.nameOf path) problem
            | None -> formOf text (length < HeadLength))

    /// Looks at the beginning of a file; the text of rows is known.
    let rec detect (input: TableInput) : CsvForm =
        match input with
        | TableInput.Part(whole, _) -> detect whole
        | TableInput.File path -> ofFile path
        | TableInput.Rows _ ->
            {
                Separator = ','
                AreBlanks = false
                HasComments = false
                Titles = 0
                LacksName = false
                QuotesNames = false
            }
