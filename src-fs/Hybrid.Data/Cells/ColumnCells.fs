namespace Hybrid.Data

open System
open System.Collections.Generic
open System.Text
open Hybrid.Core

/// Numbers, counted, with their range.
[<Sealed; AllowNullLiteral>]
type internal NumberRange() =
    member val Count = 0 with get, set
    member val Least = infinity with get, set
    member val Most = -infinity with get, set
    member val AreWhole = true with get, set

    member this.Add(value: float) =
        this.Count <- this.Count + 1
        this.Least <- min this.Least value
        this.Most <- max this.Most value
        this.AreWhole <- this.AreWhole && Math.Floor value = value

    /// Both together; the second may be null.
    static member Together(a: NumberRange, b: NumberRange) : NumberRange =
        if isNull b || b.Count = 0 then
            a
        else
            NumberRange(
                Count = a.Count + b.Count,
                Least = min a.Least b.Least,
                Most = max a.Most b.Most,
                AreWhole = (a.AreWhole && b.AreWhole)
            )

/// Different texts up to a limit, each with how often it occurs and the line where it was first seen.
[<Sealed; AllowNullLiteral>]
type internal DistinctTexts(limit: int) =
    let known = Dictionary<string, struct (int * int)>(StringComparer.Ordinal)

    /// There are more than the limit.
    member val IsFull = false with get, set

    /// How many texts there are, each as often as it occurs.
    member val Count = 0 with get, set

    /// How many were added until the limit was passed: the limit and one more if none of them recurs.
    member val CountWhenFull = 0 with get, set

    member _.Known = known

    member this.Add(text: string, line: int) =
        this.Count <- this.Count + 1

        if not this.IsFull then
            match known.TryGetValue text with
            | true, struct (count, first) -> known[text] <- struct (count + 1, first)
            | _ when known.Count < limit -> known.Add(text, struct (1, line))
            | _ ->
                this.IsFull <- true
                this.CountWhenFull <- this.Count

/// How many of a column's cells are numbers in each notation: bare ones, or those with one unit.
[<Sealed; AllowNullLiteral>]
type internal NotationCounts() =
    // digits alone are numbers in every notation, and with a point in most
    let whole = NumberRange()
    let pointed = NumberRange()
    // null as long as there are none
    let mutable others: Dictionary<Digits, NumberRange> = null
    let mutable pointGroups = 0
    let mutable commaGroups = 0

    let add digits value =
        if isNull others then
            others <- Dictionary()

        match others.TryGetValue digits with
        | true, range -> range.Add value
        | _ ->
            let range = NumberRange()
            range.Add value
            others.Add(digits, range)

    let range digits : NumberRange =
        if isNull others then
            null
        else
            match others.TryGetValue digits with
            | true, range -> range
            | _ -> null

    let countOf digits =
        match range digits with
        | null -> 0
        | range -> range.Count

    /// Counts a number with a decimal point or none.
    member _.AddPoint(value: float, text: ReadOnlySpan<byte>) =
        let point = text.IndexOf '.'B

        if point < 0 then
            whole.Add value
        else
            pointed.Add value

            // most numbers are told apart without a copy
            if NumberText.maySeparateThousands (text, point) then
                match NumberText.tryDigits Digits.PointGroups (Encoding.UTF8.GetString text) with
                | ValueSome value ->
                    pointGroups <- pointGroups + 1
                    add Digits.PointGroups value
                | ValueNone -> ()

    /// Counts a text in each notation in which it is a number, and says whether it is one.
    member _.AddText(text: string) : bool =
        let tryAdd digits =
            match NumberText.tryDigits digits text with
            | ValueSome value ->
                add digits value
                true
            | ValueNone -> false

        let isCommaGroup = tryAdd Digits.CommaGroups

        if isCommaGroup then
            commaGroups <- commaGroups + 1

        [
            Digits.Comma
            Digits.PointGroups
            Digits.BlankGroups
            Digits.ApostropheGroups
        ]
        |> List.fold (fun isNumber digits -> tryAdd digits || isNumber) isCommaGroup

    /// The numbers in one notation.
    member _.Range(digits: Digits) : NumberRange =
        match digits with
        | Digits.Point -> NumberRange.Together(whole, pointed)
        | Digits.Comma
        | Digits.PointGroups -> NumberRange.Together(whole, range digits)
        | _ -> NumberRange.Together(NumberRange.Together(whole, pointed), range digits)

    member _.HasPoint = pointed.Count > 0

    /// Every number is one with a decimal point or none.
    member _.ArePlain =
        isNull others
        || others.Count = 1 && pointGroups > 0 && countOf Digits.PointGroups = pointGroups

    /// Some number can only have a decimal point, not a point between thousands.
    member _.ShowsPoint = pointed.Count > pointGroups

    /// Numbers with either sign.
    member _.EitherSign = whole.Count + pointed.Count + countOf Digits.Comma

    /// Some number can only have a decimal comma, not a comma between thousands.
    member _.ShowsComma = countOf Digits.Comma > commaGroups

/// All cells of a column, from any source, as they bear on what it holds: they are counted and then forgotten.
[<Sealed; AllowNullLiteral>]
type internal ColumnCells(limit: int, missing: byte[][]) =
    let bare = NotationCounts()
    // of the cells with a unit; null as long as there are none
    let mutable united: NotationCounts = null
    let mutable unit: string = null
    let mutable otherUnit: string = null
    let mutable dates: NumberRange[] = null
    // null as long as there are none
    let mutable numbers: DistinctTexts = null
    let mutable texts: DistinctTexts = null
    let mutable previous = nan

    let numberText (text: ReadOnlySpan<byte>) =
        // single digits are so common that they are not made anew
        if text.Length = 1 then
            String.Intern(string (char text[0]))
        else
            Encoding.UTF8.GetString text

    let addDate (text: string) =
        if Char.IsAsciiDigit text[0] then
            DateText.orders
            |> Array.iteri (fun i order ->
                match DateText.tryDays order text with
                | ValueSome days ->
                    if isNull dates then
                        dates <- Array.init DateText.orders.Length (fun _ -> NumberRange())

                    dates[i].Add days
                | ValueNone -> ())

    let addUnited (text: string) =
        match NumberText.trySplit text with
        | Some(found, digits) when isNull unit || unit = found ->
            let counts = if isNull united then NotationCounts() else united
            let mutable value = 0.0
            let bytes = Encoding.UTF8.GetBytes digits

            let isNumber =
                if NumberText.tryPoint (ReadOnlySpan bytes, &value) then
                    counts.AddPoint(value, ReadOnlySpan bytes)
                    true
                else
                    counts.AddText digits

            if isNumber then
                unit <- found
                united <- counts
        | Some(found, digits) when (NumberText.tryAny digits).IsSome -> otherUnit <- found
        | _ -> ()

    member val Missing = 0 with get, set

    /// How many cells are not missing.
    member val Present = 0 with get, set

    /// Whole numbers that begin with a 0, as codes do.
    member val LeadingZeros = 0 with get, set

    /// Each number is by one more than that of the row before.
    member val IsRising = true with get, set

    /// The first plain number.
    member val First = nan with get, set

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
            numbers <- DistinctTexts limit

        numbers

    /// Other different texts.
    member _.Texts =
        if isNull texts then
            texts <- DistinctTexts limit

        texts

    /// Counts a cell, trimmed.
    member this.Add(text: ReadOnlySpan<byte>, line: int, decode: unit -> string) =
        let mutable value = 0.0

        if Missing.isMissing (missing, text) then
            this.Missing <- this.Missing + 1
        else
            this.Present <- this.Present + 1

            if NumberText.tryPoint (text, &value) then
                if abs value > float Single.MaxValue && this.Excess = "" then
                    this.Excess <- decode ()
                    this.ExcessLine <- line

                bare.AddPoint(value, text)

                if
                    text.Length > 1
                    && text[0] = '0'B
                    && text.IndexOfAnyExceptInRange('0'B, '9'B) < 0
                then
                    this.LeadingZeros <- this.LeadingZeros + 1

                this.IsRising <- this.IsRising && (Double.IsNaN previous || value = previous + 1.0)
                previous <- value

                if Double.IsNaN this.First then
                    this.First <- value

                let distinct = this.Numbers

                if distinct.IsFull then
                    distinct.Count <- distinct.Count + 1
                else
                    distinct.Add(numberText text, line)
            else
                let text = decode ()
                this.IsRising <- false

                if this.FirstTextLine = 0 then
                    this.FirstText <- text
                    this.FirstTextLine <- line

                if NumberText.isInfinity text && this.Excess = "" then
                    this.Excess <- text
                    this.ExcessLine <- line

                this.Texts.Add(text, line)

                if text |> Seq.filter ((=) ' ') |> Seq.length >= 3 then
                    this.Sentences <- this.Sentences + 1

                if not (bare.AddText text) then
                    addUnited text
                    addDate text

    /// Counts the cell of the first row, after all others.
    member this.AddFirst(text: ReadOnlySpan<byte>, line: int, decode: unit -> string) =
        let isRising = this.IsRising
        let next = this.First
        previous <- nan
        this.Add(text, line, decode)

        this.IsRising <-
            isRising
            && (Double.IsNaN previous || Double.IsNaN next || next = previous + 1.0)

    /// How many different cells there are, as far as they are known.
    member this.Distinct = this.Numbers.Known.Count + this.Texts.Known.Count

    /// Not all different cells are known.
    member this.IsFull = this.Numbers.IsFull || this.Texts.IsFull

    /// No cell occurs twice, as far as they are known.
    member this.AreAllDifferent =
        if this.IsFull then
            let full = if this.Numbers.IsFull then this.Numbers else this.Texts

            full.CountWhenFull = limit + 1
            && (this.Numbers.Count = 0 || this.Texts.Count = 0)
        else
            this.Distinct = this.Present
