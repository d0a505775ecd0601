namespace Hybrid.Data

open System
open System.Collections.Generic
open Hybrid.Core

/// The numbers and texts that a column holds, counted, and the place of its first text.
[<Sealed>]
type internal ColumnCount() =
    /// From this number of values on …
    static let fewest = 10
    /// … a column with at least this share of numbers is meant to be numeric.
    static let share = 0.9

    member val Numbers = 0 with get, set
    member val Texts = 0 with get, set
    member val FirstText = "" with get, set
    member val FirstTextLine = 0 with get, set

    member this.AddText(rows: CsvRows, text: string) =
        if this.Texts = 0 then
            this.FirstText <- text
            this.FirstTextLine <- rows.Line

        this.Texts <- this.Texts + 1

    /// A few texts among many numbers are errors, not categories.
    member this.IsSpoiled =
        let all = this.Numbers + this.Texts

        this.Texts > 0 && all >= fewest && float this.Numbers >= share * float all

/// One feature column while its table is read: numbers as long as they are numbers, and categories from the start if
/// its first value is a text. A column that turns out to be mixed is read once more, as categories.
[<Sealed>]
type internal CsvColumn(source: string, name: string, field: int, forced: bool) =
    /// More distinct texts than this are names or remarks, not categories …
    static let categoryLimit = 64
    /// … and so, from this number on, are more than one per two rows.
    static let fewCategories = 10
    /// Distinct texts are counted up to this number, for the message.
    static let countLimit = 1000

    let count = ColumnCount()
    let codes = Dictionary<string, int>(StringComparer.Ordinal)
    let mutable asCategory = forced

    let code text =
        match codes.TryGetValue text with
        | true, known -> float32 known
        | _ when codes.Count <= countLimit ->
            codes.Add(text, codes.Count)
            float32 (codes.Count - 1)
        | _ -> nanf

    member _.Name = name
    member _.Field = field

    /// The column held numbers before its first text, and both are meant: it must be read again, as categories.
    member _.IsMixed = count.Texts > 0 && not asCategory && not count.IsSpoiled

    /// Reads the column's field of the current row.
    member _.Add(rows: CsvRows) : float32 =
        let mutable value = 0.0
        let kind = rows.Cell(field, &value)

        if kind = CellKind.Missing then
            nanf
        elif kind = CellKind.Number then
            count.Numbers <- count.Numbers + 1
            if asCategory then code (rows.Text field) else float32 value
        else
            let text = rows.Text field
            asCategory <- asCategory || count.Numbers = 0
            count.AddText(rows, text)
            if asCategory then code text else nanf

    /// Raises the errors of the column as a whole.
    member _.Check() =
        let place = Some(field + 1)

        if count.Numbers + count.Texts = 0 then
            DataFile.failWith
                source
                None
                place
                $"every value of the column {Advice.quote name} is missing."
                [ Advice.ignore name ]

        if count.IsSpoiled then
            DataFile.failWith
                source
                (Some count.FirstTextLine)
                place
                $"text {Advice.quote count.FirstText} in the numeric column {Advice.quote name}."
                [
                    Advice.correctValue
                    Remedy.Do "leave the field empty if it is missing"
                    Advice.ignore name
                ]

        let limit =
            min categoryLimit (max fewCategories ((count.Numbers + count.Texts) / 2))

        if codes.Count > limit then
            let different =
                if codes.Count > countLimit then
                    $"more than {countLimit}"
                else
                    $"{codes.Count}"

            DataFile.failWith
                source
                None
                place
                $"the column {Advice.quote name} has {different} different values; with this number of rows a column of categories may have at most {limit}."
                [
                    Remedy.Do
                        $"correct its texts if it is meant to be numeric (the first one is {Advice.quote count.FirstText} in line {count.FirstTextLine})"
                    Advice.ignore name
                ]

    /// The column's kind, and the final code of each code given while reading: categories are sorted.
    member _.Finish() : ColumnKind * float32[] =
        if not asCategory then
            ColumnKind.Numeric, Array.empty
        else
            let names = Seq.toArray codes.Keys
            Array.Sort(names, StringComparer.Ordinal)
            let final = Array.zeroCreate names.Length

            names
            |> Array.iteri (fun position text -> final[codes[text]] <- float32 position)

            Category names, final
