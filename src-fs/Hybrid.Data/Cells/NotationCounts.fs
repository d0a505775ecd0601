namespace Hybrid.Data

open System
open System.Collections.Generic
open System.IO
open System.Text

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

    /// Writes it for Append.
    member this.Write(writer: BinaryWriter) : unit =
        writer.Write this.Count
        writer.Write this.Least
        writer.Write this.Most
        writer.Write this.AreWhole

    /// Counts the numbers of a range that was written: those of later rows.
    member this.Append(reader: BinaryReader) : unit =
        this.Count <- this.Count + reader.ReadInt32()
        this.Least <- min this.Least (reader.ReadDouble())
        this.Most <- max this.Most (reader.ReadDouble())
        this.AreWhole <- reader.ReadBoolean() && this.AreWhole

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

/// How many of a column's cells are numbers in each notation: bare ones, or those with one unit.
[<Sealed; AllowNullLiteral>]
type internal NotationCounts() =
    /// In which a number need not have a decimal point.
    static let written =
        [
            Digits.CommaGroups
            Digits.Comma
            Digits.PointGroups
            Digits.BlankGroups
            Digits.ApostropheGroups
        ]

    // digits alone are numbers in every notation, and with a point in most
    let whole = NumberRange()
    let pointed = NumberRange()
    // null as long as there are none
    let mutable others: Dictionary<Digits, NumberRange> = null
    // those whose points or commas may separate thousands or decimals
    let pointGroups = NumberRange()
    let commaGroups = NumberRange()

    let count (range: NumberRange) value (ranges: List<NumberRange>) =
        range.Add value
        ranges.Add range

    /// The range of those that are numbers in a notation, which is made where there is none.
    let rangeOf digits : NumberRange =
        if isNull others then
            others <- Dictionary()

        match others.TryGetValue digits with
        | true, range -> range
        | _ ->
            let range = NumberRange()
            others.Add(digits, range)
            range

    let add digits value ranges = count (rangeOf digits) value ranges

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

    /// Counts a number with a decimal point or none, and adds the ranges that count it to a list.
    member _.AddPoint(value: float, text: ReadOnlySpan<byte>, ranges: List<NumberRange>) =
        let point = text.IndexOf '.'B

        if point < 0 then
            count whole value ranges
        else
            count pointed value ranges

            // most numbers are told apart without a copy
            if NumberText.maySeparateThousands (text, point) then
                match NumberText.tryDigits Digits.PointGroups (Encoding.UTF8.GetString text) with
                | ValueSome value ->
                    count pointGroups value ranges
                    add Digits.PointGroups value ranges
                | ValueNone -> ()

    /// Counts a text in each notation in which it is a number, and adds the ranges that count it to a list.
    member _.AddText(text: string, ranges: List<NumberRange>) =
        for digits in written do
            match NumberText.tryDigits digits text with
            | ValueSome value ->
                add digits value ranges

                if digits = Digits.CommaGroups then
                    count commaGroups value ranges
            | ValueNone -> ()

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
        || others.Count = 1
           && pointGroups.Count > 0
           && countOf Digits.PointGroups = pointGroups.Count

    /// Some number can only have a decimal point, not a point between thousands.
    member _.ShowsPoint = pointed.Count > pointGroups.Count

    /// Numbers with either sign.
    member _.EitherSign = whole.Count + pointed.Count + countOf Digits.Comma

    /// Some number can only have a decimal comma, not a comma between thousands.
    member _.ShowsComma = countOf Digits.Comma > commaGroups.Count

    /// Writes what has been counted, for Append.
    member _.Write(writer: BinaryWriter) : unit =
        for range in [ whole; pointed; pointGroups; commaGroups ] do
            range.Write writer

        for digits in written do
            let range = range digits
            writer.Write(not (isNull range))

            if not (isNull range) then
                range.Write writer

    /// Counts what others have counted in later rows.
    member _.Append(reader: BinaryReader) : unit =
        for range in [ whole; pointed; pointGroups; commaGroups ] do
            range.Append reader

        for digits in written do
            if reader.ReadBoolean() then
                (rangeOf digits).Append reader
