namespace Hybrid.Data

open System
open System.Globalization

/// Dates as they are written in tables: 2010-12-31, 31.12.2010, 31-Dec-2010, 12/31/2010, 12/31/10, with or without a time of day.
module internal DateText =
    let private origin = DateTime(1970, 1, 1)

    let private number (text: string) (fewest: int) (most: int) : int voption =
        if
            text.Length >= fewest
            && text.Length <= most
            && String.forall Char.IsAsciiDigit text
        then
            ValueSome(Int32.Parse(text, CultureInfo.InvariantCulture))
        else
            ValueNone

    /// Of four digits, or of two for 1950 to 2049.
    let private yearOf (text: string) : int voption =
        match number text 2 2 with
        | ValueSome year -> ValueSome(if year < 50 then 2000 + year else 1900 + year)
        | ValueNone -> number text 4 4

    /// Of a date of numbers that ends with its year. 10-12-31 may begin with it.
    let private yearAfter (separator: char) (text: string) : int voption =
        if separator = '-' then number text 4 4 else yearOf text

    let private namesOfMonths =
        let format = CultureInfo.InvariantCulture.DateTimeFormat
        Array.append format.AbbreviatedMonthNames[..11] format.MonthNames[..11]

    /// The number of a month's English name.
    let private named (text: string) : int voption =
        match
            namesOfMonths
            |> Array.tryFindIndex (fun name -> String.Equals(name, text, StringComparison.OrdinalIgnoreCase))
        with
        | Some i -> ValueSome(1 + i % 12)
        | None -> ValueNone

    let private dateOf year month day : DateTime voption =
        match year, month, day with
        | ValueSome year, ValueSome month, ValueSome day when
            year >= 1
            && month >= 1
            && month <= 12
            && day >= 1
            && day <= DateTime.DaysInMonth(year, month)
            ->
            ValueSome(DateTime(year, month, day))
        | _ -> ValueNone

    let private separators = [| '-'; '/'; '.' |]

    let private tryDay (order: DateOrder) (text: string) : DateTime voption =
        let separator =
            text |> Seq.tryFind (fun character -> Array.contains character separators)

        match order, separator with
        | _, None -> ValueNone
        | _, Some separator ->
            match order, text.Split separator with
            | DateOrder.YearFirst, [| year; month |] when separator <> '.' ->
                dateOf (number year 4 4) (number month 1 2) (ValueSome 1)
            | DateOrder.YearFirst, [| year; month; day |] ->
                dateOf (number year 4 4) (number month 1 2) (number day 1 2)
            | DateOrder.DayFirst, [| day; month; year |] when month <> "" && Char.IsAsciiLetter month[0] ->
                dateOf (yearOf year) (named month) (number day 1 2)
            | DateOrder.DayFirst, [| day; month; year |] ->
                dateOf (yearAfter separator year) (number month 1 2) (number day 1 2)
            | DateOrder.MonthFirst, [| month; day; year |] when separator <> '.' ->
                dateOf (yearAfter separator year) (number month 1 2) (number day 1 2)
            | _ -> ValueNone

    let private times = [| "H:m"; "H:m:s"; "H:m:s.FFFFFFF"; "h:m tt"; "h:m:s tt" |]

    /// The share of a day; time zones are not told apart.
    let private tryTime (text: string) : float voption =
        let bare = text.TrimEnd 'Z'

        let bare =
            match bare.LastIndexOfAny [| '+'; '-' |] with
            | -1 -> bare
            | zone -> bare.Substring(0, zone).TrimEnd()

        match
            DateTime.TryParseExact(
                bare,
                times,
                CultureInfo.InvariantCulture,
                DateTimeStyles.NoCurrentDateDefault
            )
        with
        | true, time -> ValueSome time.TimeOfDay.TotalDays
        | _ -> ValueNone

    /// Where the time follows the day: after a blank, or a T that is no letter of a month; -1 if it does not.
    let private gapOf (text: string) : int =
        let rec from i =
            if i = text.Length then
                -1
            elif text[i] = ' ' || text[i] = 'T' && Char.IsAsciiDigit text[i - 1] then
                i
            else
                from (i + 1)

        from 1

    /// Dates in words: Jan 1974, January-2005, April 5, 2018; 5 April 2018.
    let private monthInFront, private dayInFront =
        [|
            for month in [ "MMM"; "MMMM" ] do
                $"{month} yyyy"
                $"{month}-yyyy"
                $"{month} d, yyyy"
                $"{month} d yyyy"
        |],
        [| "d MMM yyyy"; "d MMMM yyyy" |]

    let private tryWords (formats: string[]) (text: string) : float voption =
        match DateTime.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.None) with
        | true, date -> ValueSome((date - origin).TotalDays)
        | _ -> ValueNone

    let private isMonth (text: string) (start: int) =
        text.Length >= start + 3
        && Char.IsAsciiLetter text[start]
        && ValueOption.isSome (named (text.Substring(start, 3)))

    /// Whether a text may be a date: it begins with a digit, or the name of a month.
    let mayBe (text: string) : bool =
        text.Length >= 6
        && text.Length <= 40
        && (Char.IsAsciiDigit text[0] || isMonth text 0)

    /// The days since the beginning of 1970.
    let tryDays (order: DateOrder) (text: string) : float voption =
        if not (mayBe text) then
            ValueNone
        elif not (Char.IsAsciiDigit text[0]) then
            if order = DateOrder.MonthFirst then
                tryWords monthInFront text
            else
                ValueNone
        elif order = DateOrder.DayFirst && isMonth text (1 + text.IndexOf ' ') then
            tryWords dayInFront text
        else
            let day, time =
                match gapOf text with
                | -1 -> text, ""
                | gap -> text.Substring(0, gap), text.Substring(gap + 1).Trim()

            match tryDay order day with
            | ValueNone -> ValueNone
            | ValueSome date ->
                let days = (date - origin).TotalDays

                if time = "" then
                    ValueSome days
                else
                    match tryTime time with
                    | ValueSome share -> ValueSome(days + share)
                    | ValueNone -> ValueNone

    let orders = [| DateOrder.YearFirst; DateOrder.DayFirst; DateOrder.MonthFirst |]
