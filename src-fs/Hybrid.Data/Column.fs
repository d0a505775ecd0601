namespace Hybrid.Data

open System
open System.Globalization

/// How the digits of a column's numbers are written.
[<RequireQualifiedAccess>]
type Digits =
    /// 1234.5
    | Point
    /// 1234,5
    | Comma
    /// 1,234.5
    | CommaGroups
    /// 1.234,5
    | PointGroups
    /// 1 234.5 or 1 234,5
    | BlankGroups
    /// 1'234.5
    | ApostropheGroups

/// The order of a date's parts.
[<RequireQualifiedAccess>]
type DateOrder =
    /// 2010-12-31
    | YearFirst
    /// 31.12.2010
    | DayFirst
    /// 12/31/2010
    | MonthFirst

/// How a column's numbers are written.
[<RequireQualifiedAccess>]
type Notation =
    /// Digits, and what stands before or after each of them, such as a currency, % or kg; "" for nothing.
    | Decimal of Digits * unit: string
    /// A date, with or without a time: the number is that of days since the beginning of 1970.
    | Date of DateOrder

module Notation =
    /// Numbers with a decimal point.
    let plain: Notation = Notation.Decimal(Digits.Point, "")

    /// Every way of writing digits, with 1234.5 as its name; and every order of a date, with the last day of 2010.
    let private digits, private dates =
        [
            "1234.5", Digits.Point
            "1234,5", Digits.Comma
            "1,234.5", Digits.CommaGroups
            "1.234,5", Digits.PointGroups
            "1 234.5", Digits.BlankGroups
            "1'234.5", Digits.ApostropheGroups
        ],
        [
            "2010-12-31", DateOrder.YearFirst
            "31.12.2010", DateOrder.DayFirst
            "12/31/2010", DateOrder.MonthFirst
        ]

    /// An example that names the notation, without its unit.
    let name (notation: Notation) : string =
        let nameOf value = List.find (snd >> (=) value) >> fst

        match notation with
        | Notation.Decimal(written, _) -> nameOf written digits
        | Notation.Date order -> nameOf order dates

    /// The days that have a date, from the year 1 to 9999.
    let private earliest, private latest = -719162.0, 2932896.0

    /// A number as a table has it: a date, in its order, with the time where it is not midnight, to the minute; other numbers with a decimal
    /// point.
    let text (notation: Notation) (number: float) : string =
        match notation with
        | Notation.Date order when number >= earliest && number < latest ->
            let minutes = DateTime.UnixEpoch.AddMinutes(round (number * 24.0 * 60.0))

            let date =
                match order with
                | DateOrder.YearFirst -> "yyyy-MM-dd"
                | DateOrder.DayFirst -> "dd.MM.yyyy"
                | DateOrder.MonthFirst -> "MM/dd/yyyy"

            let form =
                if minutes.TimeOfDay = TimeSpan.Zero then
                    date
                else
                    $"{date} HH:mm"

            minutes.ToString(form, CultureInfo.InvariantCulture)
        | _ -> number.ToString("R", CultureInfo.InvariantCulture)

    /// The notation of a name and a unit.
    let tryNamed (name: string) (unit: string) : Notation option =
        let find list =
            list |> List.tryFind (fst >> (=) name) |> Option.map snd

        find digits
        |> Option.map (fun written -> Notation.Decimal(written, unit))
        |> Option.orElse (find dates |> Option.map Notation.Date)

/// How a column's texts become numbers.
type NumberFormat =
    {
        Notation: Notation
        /// What is subtracted in double precision before a number is rounded to float32, which holds 24 binary digits: numbers
        /// that are large beside their differences would become equal. 0 for most columns.
        Offset: float
    }

module NumberFormat =
    /// Numbers with a decimal point, as they are.
    let plain: NumberFormat =
        {
            Notation = Notation.plain
            Offset = 0.0
        }

    /// By how much, in parts of their range, numbers move at most when they are rounded to float32; 0 if they are all the same.
    let internal rounding (numbers: float[]) : float =
        let range =
            if numbers.Length = 0 then
                0.0
            else
                Array.max numbers - Array.min numbers

        if range > 0.0 then
            (numbers
             |> Seq.map (fun number -> abs (float (float32 number) - number))
             |> Seq.max)
            / range
        else
            0.0

    /// <summary>What to subtract from numbers so that float32 tells them apart: 0, if rounding moves them by at most a
    /// ten-thousandth of their range; otherwise the whole number nearest to their middle.</summary>
    /// <param name="least">The minimum.</param>
    /// <param name="most">The maximum.</param>
    /// <param name="areWhole">They are all whole numbers.</param>
    let offset (least: float) (most: float) (areWhole: bool) : float =
        let largest = max (abs least) (abs most)
        let rounding = largest * 2.0 ** -24.0

        if
            (areWhole && largest <= 2.0 ** 24.0)
            || rounding <= 1e-4 * (most - least)
            || not (most > least)
        then
            0.0
        else
            round (least + (most - least) / 2.0)

    /// The offset of some numbers; 0 if there are none.
    let offsetOf (numbers: float[]) : float =
        if numbers.Length = 0 then
            0.0
        else
            let areWhole = numbers |> Array.forall (fun number -> Math.Floor number = number)
            offset (Array.min numbers) (Array.max numbers) areWhole

/// What a raw column holds. A missing value is NaN in either case.
type ColumnKind =
    /// The value is a number.
    | Number of NumberFormat
    /// The value is the index of a category in this list.
    | Category of string[]

    /// Numbers with a decimal point, as they are.
    static member Numeric = Number NumberFormat.plain

/// A raw column, with its name in the file.
type Column = { Name: string; Kind: ColumnKind }

module Column =
    /// What is subtracted from the column's numbers; 0 for categories.
    let offset (column: Column) : float =
        match column.Kind with
        | Number format -> format.Offset
        | Category _ -> 0.0

    /// A column of plain numbers.
    let numeric (name: string) : Column =
        {
            Name = name
            Kind = ColumnKind.Numeric
        }
