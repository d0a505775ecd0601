namespace Hybrid.Data

open System
open System.Globalization

/// Dates as they are written in tables: 2010-12-31, 31.12.2010, 12/31/2010, with or without a time of day.
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
            | DateOrder.DayFirst, [| day; month; year |] ->
                dateOf (number year 4 4) (number month 1 2) (number day 1 2)
            | DateOrder.MonthFirst, [| month; day; year |] when separator <> '.' ->
                dateOf (number year 4 4) (number month 1 2) (number day 1 2)
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

    /// The days since the beginning of 1970.
    let tryDays (order: DateOrder) (text: string) : float voption =
        if text.Length < 6 || text.Length > 40 || not (Char.IsAsciiDigit text[0]) then
            ValueNone
        else
            let day, time =
                match text.IndexOfAny [| 'T'; ' ' |] with
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
