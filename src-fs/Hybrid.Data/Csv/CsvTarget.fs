namespace Hybrid.Data

open System
open System.Collections.Generic

/// The target's column while its table is read.
[<Sealed>]
type internal CsvTarget(source: string, name: string, field: int, task: TaskChoice) =
    /// More classes than this are taken for names or a quantity.
    static let classLimit = 1024
    /// Texts that rarely recur are names: from this number of distinct ones on, each needs two examples.
    static let nameLimit = 64
    /// Integers are taken for classes if they have at most this many distinct values …
    static let guessedClasses = 20
    /// … and on average this many examples of each.
    static let guessedExamples = 5

    let count = ColumnCount()
    let values = ResizeArray<float>()
    let codes = Dictionary<string, int>(StringComparer.Ordinal)
    let labels = ResizeArray<int>()

    let fail line problem remedies =
        DataFile.failWith source line (Some(field + 1)) problem remedies

    let addLabel (text: string) =
        match codes.TryGetValue text with
        | true, known -> labels.Add known
        | _ when codes.Count <= classLimit ->
            labels.Add codes.Count
            codes.Add(text, codes.Count)
        | _ -> ()

    /// Classes sorted by a key; texts with the same key are one class, named as first written.
    let classes (key: string -> 'key) =
        let texts = Seq.toArray codes.Keys
        let groups = texts |> Array.groupBy key |> Array.sortBy fst
        let final = Array.zeroCreate texts.Length

        groups
        |> Array.iteri (fun position (_, members) ->
            for text in members do
                final[codes[text]] <- position)

        let names = groups |> Array.map (fun (_, members) -> members[0])

        if names.Length = 1 then
            fail
                None
                $"every example has the same class {Advice.quote names[0]} in {Advice.quote name}, so there is nothing to distinguish."
                [ Advice.otherClasses; Advice.otherTarget ]

        Classes(names, labels.ToArray() |> Array.map (fun label -> final[label]))

    let checkClassCount () =
        let different =
            if codes.Count > classLimit then
                $"more than {classLimit}"
            else
                $"{codes.Count}"

        if
            codes.Count > classLimit
            || (codes.Count > nameLimit && values.Count < 2 * codes.Count)
        then
            fail
                None
                $"the target {Advice.quote name} has {different} different values in {values.Count} examples, too many to be classes."
                [ Advice.otherTarget; Advice.regression ]

    let ofTexts () =
        if count.IsSpoiled || task = Regression then
            fail
                (Some count.FirstTextLine)
                $"text {Advice.quote count.FirstText} in the numeric target {Advice.quote name}."
                [ Advice.correctValue; Advice.otherTarget ]

        checkClassCount ()
        // F# compares strings ordinally
        classes id

    let ofNumbers () =
        let number text =
            CsvNumber.tryParseText text |> Option.defaultValue nan

        if task = Regression then
            Quantity(values.ToArray() |> Array.map float32)
        elif task = Classification then
            checkClassCount ()
            classes number
        else
            let different = HashSet<float>()
            let mutable integers = true

            for value in values do
                integers <- integers && Math.Floor value = value

                if different.Count <= guessedClasses then
                    different.Add value |> ignore

            let few =
                different.Count <= 2
                || (different.Count <= guessedClasses
                    && values.Count >= guessedExamples * different.Count)

            if integers && few && codes.Count <= classLimit then
                classes number
            else
                Quantity(values.ToArray() |> Array.map float32)

    /// Reads the target of the current row.
    member _.Add(rows: CsvRows) : unit =
        let mutable value = 0.0
        let kind = rows.Cell(field, &value)

        if kind = CellKind.Missing then
            fail (Some rows.Line) $"the target {Advice.quote name} is missing." Advice.missingTarget

        let recent = codes.Count <= classLimit

        if kind = CellKind.Number then
            count.Numbers <- count.Numbers + 1
            values.Add value

            if recent && task <> Regression then
                addLabel (rows.Text field)
        else
            let text = rows.Text field
            count.AddText(rows, text)
            values.Add nan

            if recent && task <> Regression then
                addLabel text

    /// The target, once every row has been read.
    member _.Finish() : Target =
        if count.Texts > 0 then ofTexts () else ofNumbers ()
