namespace Hybrid.Data

open System
open Hybrid.Core

/// What the other columns of a table say about how its numbers are written.
type internal DecimalSigns =
    {
        /// Some number can only have a decimal point.
        Point: bool
        /// Some number can only have a decimal comma.
        Comma: bool
        /// Commas separate the columns themselves.
        CommaSeparates: bool
    }

/// The numbers of a column in the notation that fits most of its cells.
[<NoComparison; NoEquality>]
type internal Numbers =
    {
        Notation: Notation
        Range: NumberRange
    }

/// How a column writes its numbers, by all of its cells.
module internal ColumnNumbers =
    /// From this number of values on …
    let fewest = 10
    /// … a column with at least this share of numbers is meant to be numeric.
    let private share = 0.9

    let private digitsFor (signs: DecimalSigns) (counts: NotationCounts) : Digits =
        let comma =
            // 1,234 may be a thousand or one and a bit
            if signs.Comma && not signs.Point then
                [ Digits.Comma; Digits.CommaGroups ]
            elif signs.Point || signs.CommaSeparates then
                [ Digits.CommaGroups; Digits.Comma ]
            else
                [ Digits.Comma; Digits.CommaGroups ]

        let point =
            if signs.Comma && not signs.Point then
                [ Digits.PointGroups; Digits.Point ]
            else
                [ Digits.Point; Digits.PointGroups ]

        point.Head :: comma
        @ point.Tail
        @ [ Digits.BlankGroups; Digits.ApostropheGroups ]
        // the first of equals
        |> List.maxBy (fun digits -> (counts.Range digits).Count)

    let private plainIfPossible (signs: DecimalSigns) (counts: NotationCounts) : Digits =
        let digits = digitsFor signs counts

        if
            (counts.Range Digits.Point).Count = (counts.Range digits).Count
            && not (digits = Digits.PointGroups && counts.HasPoint)
        then
            Digits.Point
        else
            digits

    /// The notation that fits most cells: digits, digits with a unit, or dates.
    let ofCells (signs: DecimalSigns) (cells: ColumnCells) : Numbers =
        let isPointed = signs.Point || not signs.Comma || not cells.Bare.HasPoint

        let decimal (counts: NotationCounts) unit =
            let digits = plainIfPossible signs counts

            {
                Notation = Notation.Decimal(digits, unit)
                Range = counts.Range digits
            }

        if isPointed && cells.Bare.ArePlain && isNull cells.United && isNull cells.Dates then
            // most columns, at little cost
            {
                Notation = Notation.plain
                Range = cells.Bare.Range Digits.Point
            }
        else

            [
                decimal cells.Bare ""
                if not (isNull cells.United) && isNull cells.OtherUnit then
                    decimal cells.United cells.Unit
                if not (isNull cells.Dates) then
                    // of equals the day first
                    for order, range in Array.zip DateText.orders cells.Dates do
                        {
                            Notation = Notation.Date order
                            Range = range
                        }
            ]
            |> List.maxBy (fun numbers -> numbers.Range.Count)

    /// Whether there are numbers, and nothing else but texts that stand for a missing one.
    let areAll (numbers: Numbers) (cells: ColumnCells) : bool =
        numbers.Range.Count > 0
        && numbers.Range.Count = cells.Present - cells.MissingNumbers

    /// Whether a column with so many numbers among its values is meant to be numeric.
    let isMostly (numbers: Numbers) (cells: ColumnCells) : bool =
        let present = cells.Present - cells.MissingNumbers

        areAll numbers cells
        || present >= fewest && float numbers.Range.Count >= share * float present

    /// The number of a text in a notation.
    let tryNumber (notation: Notation) (text: string) : float voption =
        match notation with
        | Notation.Date order -> DateText.tryDays order text
        | Notation.Decimal(digits, "") -> NumberText.tryDigits digits text
        | Notation.Decimal(digits, unit) ->
            match NumberText.trySplit text with
            | Some(found, digitsOf) when found = unit -> NumberText.tryDigits digits digitsOf
            | _ -> ValueNone

    /// The texts that are no numbers, each with how often it occurs, 0 where that is not known, and its first line; the most frequent ones
    /// first.
    let strangers (notation: Notation) (cells: ColumnCells) : (string * int * int) list =
        [
            for cell in cells.Texts.Known do
                if not cell.IsMissingNumber && ValueOption.isNone (tryNumber notation cell.Text) then
                    cell.Text, cells.Texts.CountOf cell, cell.Line
            // plain numbers are strangers among numbers with a unit
            if ValueOption.isNone (tryNumber notation "1") then
                for cell in cells.Numbers.Known do
                    cell.Text, cells.Numbers.CountOf cell, cell.Line
        ]
        |> List.sortBy (fun (_, count, line) -> -count, line)

    /// How many values are no numbers, where there are more different texts than are counted, and none of these is one.
    let sayUnknown (numbers: Numbers) (cells: ColumnCells) : string =
        let present = cells.Present - cells.MissingNumbers
        $"{present - numbers.Range.Count} of {present} values are not numbers"

    let namedTexts (texts: (string * int * int) list) : string =
        texts
        |> List.map (fun (text, count, line) ->
            let often =
                match count with
                | 0 -> "first "
                | 1 -> ""
                | count -> $"{count} times, first "

            $"{Advice.quote text} ({often}in line {line})")
        |> Advice.some 8

    /// The same in a message that names the first line.
    let namedTextsAt (first: int) (texts: (string * int * int) list) : string =
        match texts with
        | [ text, (0 | 1), line ] when line = first -> Advice.quote text
        | [ text, count, line ] when line = first -> $"{Advice.quote text} ({count} times)"
        | _ -> namedTexts texts

    /// The texts that stand for a missing number are said; "" if there are none.
    let sayMissing (cells: ColumnCells) : string =
        match
            [
                for cell in cells.Texts.Known do
                    if cell.IsMissingNumber then
                        cell.Text, cells.Texts.CountOf cell, cell.Line
            ]
        with
        | [] -> ""
        | [ one ] -> $"{namedTexts [ one ]} counts as missing"
        | several -> $"{namedTexts several} count as missing"

    /// More different endings than this are words, such as those of addresses, not units.
    let private mostUnits = 16

    /// Two units, if most texts are numbers with one unit or another, so that this is why they cannot be compared.
    let differentUnits (cells: ColumnCells) : (string * string) option =
        let units =
            lazy
                (cells.Texts.Known
                 |> Seq.choose (fun cell -> NumberText.trySplit cell.Text |> Option.map fst)
                 |> Array.ofSeq)

        if
            not (isNull cells.OtherUnit)
            && cells.Unit <> cells.OtherUnit
            && 2 * units.Value.Length >= cells.Texts.Known.Count
            && (Array.distinct units.Value).Length <= mostUnits
        then
            Some(cells.Unit, cells.OtherUnit)
        else
            None

    /// How a notation is said; "" for plain numbers.
    let sayNotation (cells: ColumnCells) (notation: Notation) : string =
        let sample = Advice.quote cells.FirstText

        match notation with
        | Notation.Decimal(Digits.Point, "") -> ""
        | Notation.Decimal(digits, unit) ->
            let signs =
                match digits with
                | Digits.Point -> ""
                | Digits.Comma -> " with a decimal comma"
                | Digits.PointGroups when not cells.Bare.ShowsPoint -> " with a decimal comma"
                | Digits.CommaGroups -> " with commas between thousands"
                | Digits.PointGroups -> " with points between thousands"
                | Digits.BlankGroups -> " with blanks between thousands"
                | Digits.ApostropheGroups -> " with apostrophes between thousands"

            let inUnit = if unit = "" then "" else $" in {unit}"
            $"numbers{inUnit}{signs}, like {sample}"
        | Notation.Date DateOrder.YearFirst -> $"dates, like {sample}, as days since 1970"
        | Notation.Date DateOrder.DayFirst -> $"dates with the day first, like {sample}, as days since 1970"
        | Notation.Date DateOrder.MonthFirst ->
            $"dates with the month first, like {sample}, as days since 1970"

    let mixesSigns (cells: ColumnCells) =
        cells.Bare.ShowsPoint
        && cells.Bare.ShowsComma
        && float cells.Bare.EitherSign >= share * float cells.Present

    let isAmbiguousDate (numbers: Numbers) (cells: ColumnCells) =
        match numbers.Notation with
        | Notation.Date DateOrder.DayFirst ->
            cells.Dates[Array.IndexOf(DateText.orders, DateOrder.MonthFirst)].Count = numbers.Range.Count
        | _ -> false
