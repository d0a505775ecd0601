namespace Hybrid.Data

open System
open System.Collections.Generic
open System.IO
open System.Text

/// All cells of a column, from any source, as they bear on what it holds: they are counted and then forgotten.
[<Sealed; AllowNullLiteral>]
type internal ColumnCells(mostNumbers: int, mostTexts: int, missing: byte[][]) =
    let bare = NotationCounts()
    // of the cells with a unit; null as long as there are none
    let mutable united: NotationCounts = null
    let mutable unit: string = null
    let mutable otherUnit: string = null
    let mutable dates: NumberRange[] = null
    // null as long as there are none
    let mutable numbers: DistinctCells = null
    let mutable texts: DistinctCells = null
    let mutable previous = nan
    // what counts the present cell
    let ranges = List<NumberRange>()

    let addDate (text: string) =
        if DateText.mayBe text then
            DateText.orders
            |> Array.iteri (fun i order ->
                match DateText.tryDays order text with
                | ValueSome days ->
                    if isNull dates then
                        dates <- Array.init DateText.orders.Length (fun _ -> NumberRange())

                    dates[i].Add days
                    ranges.Add dates[i]
                | ValueNone -> ())

    let addUnited (text: string) =
        match NumberText.trySplit text with
        | Some(found, digits) ->
            let isOwn = isNull unit || unit = found

            let counts =
                if isNull united || not isOwn then
                    NotationCounts()
                else
                    united

            let mutable value = 0.0
            let bytes = Encoding.UTF8.GetBytes digits

            if NumberText.tryPoint (ReadOnlySpan bytes, &value) then
                counts.AddPoint(value, ReadOnlySpan bytes, ranges)
            else
                counts.AddText(digits, ranges)

            if ranges.Count > 0 then
                if isOwn then
                    unit <- found
                    united <- counts
                else
                    ranges.Clear()

                    if isNull otherUnit then
                        otherUnit <- found
        | None -> ()

    let addDates (reader: BinaryReader) =
        if isNull dates then
            dates <- Array.init DateText.orders.Length (fun _ -> NumberRange())

        for range in dates do
            range.Append reader

    /// Counts those with a unit that were counted in later rows. Where there are two, only the first other one is of interest.
    let appendUnited (reader: BinaryReader) =
        let found, other = reader.ReadString(), reader.ReadString()

        if found <> "" then
            let isOwn = isNull unit || unit = found

            let counts =
                if isNull united || not isOwn then
                    NotationCounts()
                else
                    united

            counts.Append reader

            if isOwn then
                unit <- found
                united <- counts

            if isNull otherUnit then
                otherUnit <-
                    if not isOwn then found
                    elif other <> "" then other
                    else null

    /// A text in every way in which it may be a number: with other signs, with a unit, or a date.
    let addText (text: string) =
        bare.AddText(text, ranges)

        if ranges.Count = 0 then
            addUnited text
            addDate text

    let find (text: ReadOnlySpan<byte>) : DistinctCell =
        let number =
            if isNull numbers || numbers.IsFull then
                null
            else
                numbers.Find text

        if isNull number && not (isNull texts) then
            texts.Find text
        else
            number

    /// The cell counted last, as a plain number; NaN for any other.
    member val Value = nan with get, set

    member val Missing = 0 with get, set

    /// How many of the missing ones are a minus, which is a class beside plus.
    member val Minuses = 0 with get, set

    /// How many cells are not missing.
    member val Present = 0 with get, set

    /// Whole numbers that begin with a 0, as codes do.
    member val LeadingZeros = 0 with get, set

    /// Each number is by one more than that of the row before.
    member val IsRising = true with get, set

    /// The first plain number.
    member val First = nan with get, set

    /// Texts among them that stand for a missing value, if the others are numbers.
    member val MissingNumbers = 0 with get, set

    /// Cells with several words.
    member val Sentences = 0 with get, set

    /// The first cell that is not a plain number, and its line.
    member val FirstText = "" with get, set

    member val FirstTextLine = 0 with get, set

    /// The first infinity, or number too large for float32, and its line.
    member val Excess = "" with get, set

    member val ExcessLine = 0 with get, set

    member _.Bare = bare
    /// Of the cells with a unit; null if there are none.
    member _.United = united
    /// Null if there is none.
    member _.Unit = unit
    /// A second unit; null if there is none.
    member _.OtherUnit = otherUnit
    /// By DateText.orders; null if there are none.
    member _.Dates = dates

    /// Different plain numbers, as they are written.
    member _.Numbers =
        if isNull numbers then
            numbers <- DistinctCells mostNumbers

        numbers

    /// Other different texts.
    member _.Texts =
        if isNull texts then
            texts <- DistinctCells mostTexts

        texts

    member private this.CountNumber(value: float, beginsWithZero: bool) =
        this.Numbers.Count <- this.Numbers.Count + 1
        this.IsRising <- this.IsRising && (Double.IsNaN previous || value = previous + 1.0)
        previous <- value
        this.Value <- value

        if beginsWithZero then
            this.LeadingZeros <- this.LeadingZeros + 1

    member private this.CountText(cell: DistinctCell) =
        this.Texts.Count <- this.Texts.Count + 1
        this.IsRising <- false

        if cell.IsMissingNumber then
            this.MissingNumbers <- this.MissingNumbers + 1

        if cell.IsSentence then
            this.Sentences <- this.Sentences + 1

    member private this.AddNumber(value: float, text: ReadOnlySpan<byte>, line: int, decode: unit -> string) =
        if abs value > float Single.MaxValue && this.Excess = "" then
            this.Excess <- decode ()
            this.ExcessLine <- line

        bare.AddPoint(value, text, ranges)

        if Double.IsNaN this.First then
            this.First <- value

        let beginsWithZero =
            text.Length > 1
            && text[0] = '0'B
            && text.IndexOfAnyExceptInRange('0'B, '9'B) < 0

        this.CountNumber(value, beginsWithZero)

        if not this.Numbers.IsFull then
            match this.Numbers.Find text with
            | null ->
                this.Numbers.Add(
                    text,
                    DistinctCell(decode (), line, value, ranges.ToArray(), BeginsWithZero = beginsWithZero)
                )
            | known -> known.Count <- known.Count + 1

    member private this.AddText(text: ReadOnlySpan<byte>, line: int, decoded: string) =
        let isMissing = Missing.isAmongNumbers decoded

        // those for a missing number are no example of the others
        if this.FirstTextLine = 0 || not isMissing && Missing.isAmongNumbers this.FirstText then
            this.FirstText <- decoded
            this.FirstTextLine <- line

        if this.Excess = "" && NumberText.isInfinity decoded then
            this.Excess <- decoded
            this.ExcessLine <- line

        if text.IndexOfAnyInRange('0'B, '9'B) >= 0 then
            addText decoded

        let cell =
            DistinctCell(
                decoded,
                line,
                nan,
                ranges.ToArray(),
                IsMissingNumber = isMissing,
                IsSentence = (text.Count ' 'B >= 3)
            )

        this.CountText cell

        if not this.Texts.IsFull then
            match this.Texts.Find text with
            | null -> this.Texts.Add(text, cell)
            | known -> known.Count <- known.Count + 1

    member private this.AddAgain(cell: DistinctCell) =
        cell.Recur()

        if Double.IsNaN cell.Number then
            this.CountText cell
        else
            this.CountNumber(cell.Number, cell.BeginsWithZero)

    /// Counts a cell, trimmed.
    member this.Add(text: ReadOnlySpan<byte>, line: int, decode: unit -> string) =
        this.Value <- nan

        if Missing.isMissing (missing, text) then
            this.Missing <- this.Missing + 1

            if Missing.isMinus (missing, text) then
                this.Minuses <- this.Minuses + 1
        else
            this.Present <- this.Present + 1
            let known = find text
            let mutable value = 0.0
            ranges.Clear()

            if not (isNull known) && known.IsOwn then
                this.AddAgain known
            elif NumberText.tryPoint (text, &value) then
                this.AddNumber(value, text, line, decode)
            else
                let decoded = decode ()

                if Ascii.IsValid text then
                    this.AddText(text, line, decoded)
                else
                    // the same text in two encodings is one
                    let bytes = ReadOnlySpan(Encoding.UTF8.GetBytes decoded)

                    match this.Texts.Find bytes with
                    | known when not (isNull known) && known.IsOwn -> this.AddAgain known
                    | _ -> this.AddText(bytes, line, decoded)

    /// Writes what has been counted, for Append.
    member this.Write(writer: BinaryWriter) : unit =
        writer.Write this.Missing
        writer.Write this.Minuses
        writer.Write this.Present
        writer.Write this.LeadingZeros
        writer.Write this.MissingNumbers
        writer.Write this.Sentences
        writer.Write this.IsRising
        writer.Write this.First
        writer.Write previous
        writer.Write this.FirstText
        writer.Write this.FirstTextLine
        writer.Write this.Excess
        writer.Write this.ExcessLine
        bare.Write writer
        writer.Write(if isNull unit then "" else unit)
        writer.Write(if isNull otherUnit then "" else otherUnit)

        if not (isNull united) then
            united.Write writer

        writer.Write(not (isNull dates))

        if not (isNull dates) then
            for range in dates do
                range.Write writer

        this.Numbers.Write writer
        this.Texts.Write writer

    /// <summary>Counts what another process has counted in later rows: the result is that of counting all in order.</summary>
    /// <param name="reader">What it has written.</param>
    /// <param name="lines">By how much its lines are counted too low.</param>
    member this.Append(reader: BinaryReader, lines: int) : unit =
        this.Missing <- this.Missing + reader.ReadInt32()
        this.Minuses <- this.Minuses + reader.ReadInt32()
        this.Present <- this.Present + reader.ReadInt32()
        this.LeadingZeros <- this.LeadingZeros + reader.ReadInt32()
        this.MissingNumbers <- this.MissingNumbers + reader.ReadInt32()
        this.Sentences <- this.Sentences + reader.ReadInt32()

        let isRising, first, last =
            reader.ReadBoolean(), reader.ReadDouble(), reader.ReadDouble()

        this.IsRising <-
            this.IsRising
            && isRising
            && (Double.IsNaN previous || Double.IsNaN first || first = previous + 1.0)

        if Double.IsNaN this.First then
            this.First <- first

        if not (Double.IsNaN last) then
            previous <- last

        let text, textLine = reader.ReadString(), reader.ReadInt32()

        if
            textLine > 0
            && (this.FirstTextLine = 0
                || Missing.isAmongNumbers this.FirstText && not (Missing.isAmongNumbers text))
        then
            this.FirstText <- text
            this.FirstTextLine <- textLine + lines

        let excess, excessLine = reader.ReadString(), reader.ReadInt32()

        if this.Excess = "" && excess <> "" then
            this.Excess <- excess
            this.ExcessLine <- excessLine + lines

        bare.Append reader
        appendUnited reader

        if reader.ReadBoolean() then
            addDates reader

        this.Numbers.Append(reader, lines)
        this.Texts.Append(reader, lines)

    /// Counts the cell of the first row, after all others.
    member this.AddFirst(text: ReadOnlySpan<byte>, line: int, decode: unit -> string) =
        let isRising = this.IsRising
        let next = this.First
        previous <- nan
        this.Add(text, line, decode)

        this.IsRising <-
            isRising
            && (Double.IsNaN previous || Double.IsNaN next || next = previous + 1.0)

    /// Every cell is a plain number that float32 can hold, or missing.
    member this.ArePlain = this.Texts.Count = 0 && this.Excess = ""

    /// How many different cells there are, as far as they are known.
    member this.Distinct = this.Numbers.Known.Count + this.Texts.Known.Count

    /// Not all different cells are known.
    member this.IsFull = this.Numbers.IsFull || this.Texts.IsFull

    /// No cell occurs twice, as far as they are known.
    member this.AreAllDifferent =
        if this.IsFull then
            let full = if this.Numbers.IsFull then this.Numbers else this.Texts

            full.CountWhenFull = full.Limit + 1
            && (this.Numbers.Count = 0 || this.Texts.Count = 0)
        else
            this.Distinct = this.Present
