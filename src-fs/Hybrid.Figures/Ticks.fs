namespace Hybrid.Figures

open System
open System.Globalization

/// A tick at its position on the axis, from 0 to 1; the label of a small tick is empty.
type Tick = { Place: float; Label: string }

/// Ticks at 1, 2 or 5 times powers of ten.
module Ticks =
    let private superscript (exponent: int) =
        string exponent
        |> String.map (fun character ->
            if character = '-' then
                '⁻'
            else
                "⁰¹²³⁴⁵⁶⁷⁸⁹"[int character - int '0'])

    let private signed (text: string) = text.Replace('-', '−')

    /// n / 10^decimals
    let private fixedPoint (n: int64) (decimals: int) =
        (decimal n / decimal (pown 10.0 decimals)).ToString($"F{decimals}", CultureInfo.InvariantCulture)
        |> signed

    let private magnitude (n: int64) = (string (abs n)).Length - 1

    /// The labels of n · 10^exponent, all in one notation: as plain numbers, or with one power of ten where that is shorter.
    let private labels (exponent: int) (numbers: int64 list) : string list =
        let largest = exponent + magnitude (numbers |> List.map abs |> List.max)

        let label n =
            if n = 0L then
                "0"
            elif largest >= 5 || largest < -3 then
                $"{fixedPoint n (largest - exponent)}×10{superscript largest}"
            elif exponent >= 0 then
                signed (string (n * pown 10L exponent))
            else
                fixedPoint n -exponent

        List.map label numbers

    /// The smallest factor · 10^exponent, with factor 1, 2 or 5, that is not below a step.
    let private nice (step: float) : int64 * int =
        let exponent = int (floor (Math.Log10 step))

        match step / Math.Pow(10.0, float exponent) with
        | ratio when ratio <= 1.0 + 1e-9 -> 1L, exponent
        | ratio when ratio <= 2.0 + 1e-9 -> 2L, exponent
        | ratio when ratio <= 5.0 + 1e-9 -> 5L, exponent
        | _ -> 1L, exponent + 1

    let private firstDay, lastDay =
        (DateTime.MinValue - DateTime.UnixEpoch).TotalDays, (DateTime.MaxValue - DateTime.UnixEpoch).TotalDays

    /// Days since the beginning of 1970 as dates, with the time of day where they are less than a day apart.
    let private dated (days: float list) : string list =
        let format =
            if days |> List.forall (fun day -> day = floor day) then
                "yyyy-MM-dd"
            else
                "yyyy-MM-dd HH:mm"

        days
        |> List.map (fun day ->
            if day > firstDay && day < lastDay then
                DateTime.UnixEpoch.AddDays(day).ToString(format, CultureInfo.InvariantCulture)
            else
                "")

    /// Multiples of a nice step, with at most this number of steps.
    let private linear (count: int) (from: float) (``to``: float) : (float * string) list =
        let factor, exponent = nice ((``to`` - from) / float count)

        // dividing by an exact power of ten gives the nearest number, such as 0.3
        let value (n: int64) =
            if exponent < 0 then
                float n / Math.Pow(10.0, float -exponent)
            else
                float n * Math.Pow(10.0, float exponent)

        let slack = 1e-9 * (``to`` - from)
        let first = int64 (ceil ((from - slack) / value factor))
        let last = int64 (floor ((``to`` + slack) / value factor))
        let numbers = [ for k in first..last -> k * factor ]

        if List.isEmpty numbers then
            []
        else
            List.zip (List.map value numbers) (labels exponent numbers)

    /// Powers of ten as exponents, and their multiples: large ticks where there is room, small ones where not.
    let private logarithmic (count: int) (from: float) (``to``: float) : (float * string) list =
        let first, last = int (ceil (from - 1e-9)), int (floor (``to`` + 1e-9))
        let stride = max 1 ((last - first + count) / count)
        let plain = first >= -4 && last <= 4

        let label factor exponent =
            match plain, factor with
            | true, _ when exponent >= 0 -> string (factor * pown 10 exponent)
            | true, _ -> fixedPoint (int64 factor) -exponent
            | false, 1 -> $"10{superscript exponent}"
            | false, _ -> $"{factor}×10{superscript exponent}"

        let labelled factor =
            factor = 1 || (last - first < 2 && count >= 4 && (factor = 2 || factor = 5))

        [
            for exponent in first - 1 .. last do
                for factor in 1..9 do
                    let place = float exponent + Math.Log10(float factor)

                    if from - 1e-9 <= place && place <= ``to`` + 1e-9 then
                        if stride = 1 then
                            place, (if labelled factor then label factor exponent else "")
                        elif factor = 1 && Style.cycle stride exponent = 0 then
                            place, label 1 exponent
        ]

    /// <summary>The ticks of an axis, in ascending order; at least two have labels.</summary>
    /// <param name="count">The approximate number of labelled ticks that there is room for.</param>
    /// <param name="ruler">The axis and its ends.</param>
    let rec along (count: int) (ruler: Ruler) : Tick list =
        let at (position, label) =
            {
                Place = (position - ruler.From) / (ruler.To - ruler.From)
                Label = label
            }

        let ticks =
            match ruler.Axis.Scale with
            | Scale.Linear when ruler.Axis.HasDates ->
                let days = linear count ruler.From ruler.To |> List.map fst
                List.zip days (dated days) |> List.map at
            | Scale.Linear -> linear count ruler.From ruler.To |> List.map at
            | Scale.Logarithmic when ruler.To - ruler.From >= 1.0 ->
                logarithmic count ruler.From ruler.To |> List.map at
            | Scale.Logarithmic ->
                // less than a decade: as on a linear axis
                linear count (Math.Pow(10.0, ruler.From)) (Math.Pow(10.0, ruler.To))
                |> List.map (fun (x, label) -> at (Math.Log10 x, label))

        match ticks |> List.filter (fun tick -> tick.Label <> "") with
        | _ :: _ :: _ -> ticks
        | _ -> along (count + 1) ruler
