namespace Hybrid.Data

open System
open System.Globalization
open System.Text

/// The content of a field.
type internal CellKind =
    | Missing = 0
    | Number = 1
    | Text = 2
    /// NaN or an infinity, spelled out.
    | NotFinite = 3

/// Numbers and missing values as they are written in tables.
module internal CsvNumber =
    /// A longer text is not a number, which keeps the copy for a decimal comma small.
    [<Literal>]
    let private LongestNumber = 128

    let private notFinite =
        [| "nan"; "inf"; "infinity"; "∞" |] |> Array.map Encoding.UTF8.GetBytes

    let private styles =
        NumberStyles.AllowLeadingSign
        ||| NumberStyles.AllowDecimalPoint
        ||| NumberStyles.AllowExponent

    let private isDigit (character: byte) = character >= '0'B && character <= '9'B

    /// Up to seven digits, the most common numbers in tables of pixels and counts; -1 for anything else.
    let private smallInteger (text: ReadOnlySpan<byte>) : int =
        let mutable value = if text.Length > 7 then -1 else 0
        let mutable i = 0

        while value >= 0 && i < text.Length do
            value <-
                if isDigit text[i] then
                    10 * value + int (text[i] - '0'B)
                else
                    -1

            i <- i + 1

        value

    /// Whether a trimmed field stands for a missing value.
    let isMissing (text: ReadOnlySpan<byte>) =
        text.Length = 0
        || (text.Length = 1 && text[0] = '?'B)
        || (text.Length = 2 && text[0] = 'N'B && text[1] = 'A'B)

    let private withoutSign (text: ReadOnlySpan<byte>) =
        if text[0] = '+'B || text[0] = '-'B then
            text.Slice 1
        else
            text

    let private isNotFinite (text: ReadOnlySpan<byte>) =
        let bare = withoutSign text
        let mutable found = false

        if bare.Length > 0 && not (isDigit bare[0]) then
            for name in notFinite do
                found <-
                    found
                    || bare.SequenceEqual(ReadOnlySpan name)
                    || Ascii.EqualsIgnoreCase(bare, ReadOnlySpan name)

        found

    let private tryParse (text: ReadOnlySpan<byte>, value: byref<float>) =
        let bare = withoutSign text

        bare.Length > 0
        && (isDigit bare[0] || bare[0] = '.'B)
        && Double.TryParse(text, styles, CultureInfo.InvariantCulture, &value)

    /// Like tryParse, with a single comma in place of the point.
    let private tryParseComma (text: ReadOnlySpan<byte>, value: byref<float>) =
        let comma = text.IndexOf ','B

        if comma < 0 || text.IndexOf '.'B >= 0 then
            false
        else
            let copy = Array.zeroCreate text.Length
            text.CopyTo(Span copy)
            copy[comma] <- '.'B
            tryParse (ReadOnlySpan copy, &value)

    /// Reads a trimmed field. With `decimalComma` both 1.5 and 1,5 are read.
    let read (text: ReadOnlySpan<byte>, decimalComma: bool, value: byref<float>) : CellKind =
        if isMissing text then
            CellKind.Missing
        else
            let integer = smallInteger text

            if integer >= 0 then
                value <- float integer
                CellKind.Number
            elif text.Length > LongestNumber then
                CellKind.Text
            elif tryParse (text, &value) then
                CellKind.Number
            elif decimalComma && tryParseComma (text, &value) then
                CellKind.Number
            elif isNotFinite text then
                CellKind.NotFinite
            else
                CellKind.Text

    /// The number in a text that is known to be one, such as the name of a class.
    let tryParseText (text: string) : float option =
        let mutable value = 0.0

        match read (ReadOnlySpan(Encoding.UTF8.GetBytes text), true, &value) with
        | CellKind.Number -> Some value
        | _ -> None
