namespace Hybrid.Data

open System
open System.Globalization
open System.Text

/// Numbers as they are written in tables.
module internal NumberText =
    /// A longer text is not a number, which keeps copies small.
    [<Literal>]
    let private Longest = 128

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

    let private withoutSign (text: ReadOnlySpan<byte>) =
        if text.Length > 0 && (text[0] = '+'B || text[0] = '-'B) then
            text.Slice 1
        else
            text

    // integers up to this one are exact in double precision, and so are these powers of ten
    let private exact = 1UL <<< 53

    let private powers = Array.init 23 (fun exponent -> Double.Parse $"1e{exponent}")

    /// <summary>The sign, digits, point and exponent of a number whose value is one exact division or multiplication away: as most
    /// are.</summary>
    /// <returns>NaN for any other text.</returns>
    /// <remarks>W. D. Clinger, How to read floating point numbers accurately, PLDI 1990: where digits and power of ten are exact, their
    /// quotient or product is rounded once, as it has to be.</remarks>
    let private simple (text: ReadOnlySpan<byte>) : float =
        let mutable i =
            if text.Length > 0 && (text[0] = '-'B || text[0] = '+'B) then
                1
            else
                0

        let mutable digits = 0UL
        let mutable count = 0
        let mutable scale = 0

        while i < text.Length && isDigit text[i] do
            digits <- 10UL * digits + uint64 (text[i] - '0'B)
            count <- count + 1
            i <- i + 1

        if i < text.Length && text[i] = '.'B then
            i <- i + 1
            let start = i

            while i < text.Length && isDigit text[i] do
                digits <- 10UL * digits + uint64 (text[i] - '0'B)
                i <- i + 1

            scale <- start - i
            count <- count + i - start

        if count > 0 && count <= 19 && i + 1 < text.Length && (text[i] ||| 0x20uy) = 'e'B then
            let isNegative = text[i + 1] = '-'B
            i <- i + (if isNegative || text[i + 1] = '+'B then 2 else 1)
            let mutable exponent = 0
            // one of more digits is left to others
            let stop = min text.Length (i + 3)

            if i >= stop then
                count <- 0

            while i < stop && isDigit text[i] do
                exponent <- 10 * exponent + int (text[i] - '0'B)
                i <- i + 1

            scale <- scale + (if isNegative then -exponent else exponent)

        // 8.692932128906250000e-01
        while digits > exact && digits % 10UL = 0UL do
            digits <- digits / 10UL
            scale <- scale + 1

        if count = 0 || count > 19 || i < text.Length || digits > exact || abs scale > 22 then
            nan
        else
            let value =
                if scale < 0 then
                    float digits / powers[-scale]
                else
                    float digits * powers[scale]

            if text[0] = '-'B then -value else value

    /// A number with a decimal point, such as -1234.5e6. A number too large for double precision is infinite.
    let tryPoint (text: ReadOnlySpan<byte>, value: byref<float>) : bool =
        let integer = if text.Length = 0 then -1 else smallInteger text

        if integer >= 0 then
            value <- float integer
            true
        else
            value <- simple text

            if not (Double.IsNaN value) then
                true
            else

                let bare = withoutSign text

                bare.Length > 0
                && text.Length <= Longest
                && (isDigit bare[0] || bare[0] = '.'B)
                && Double.TryParse(text, styles, CultureInfo.InvariantCulture, &value)

    /// Whether the point of a number separates thousands just as well: one to three digits stand before it, and three after it.
    let maySeparateThousands (text: ReadOnlySpan<byte>, point: int) : bool =
        let whole = (withoutSign (text.Slice(0, point))).Length
        let mutable digits = 0

        while point + 1 + digits < text.Length && isDigit text[point + 1 + digits] do
            digits <- digits + 1

        whole >= 1 && whole <= 3 && digits = 3

    let private pointed (text: string) : float voption =
        let mutable value = 0.0

        if tryPoint (ReadOnlySpan(Encoding.UTF8.GetBytes text), &value) then
            ValueSome value
        else
            ValueNone

    /// The text without what separates groups of three digits in its whole part, if it does so everywhere.
    let private ungrouped (isSeparator: char -> bool) (text: string) : string option =
        let start =
            if text.Length > 0 && (text[0] = '-' || text[0] = '+') then
                1
            else
                0

        let mutable stop = start

        while stop < text.Length && (Char.IsAsciiDigit text[stop] || isSeparator text[stop]) do
            stop <- stop + 1

        let groups =
            text.Substring(start, stop - start)
            |> String.map (fun character -> if isSeparator character then ' ' else character)
            |> _.Split(' ')

        let isWhole =
            groups[0].Length >= 1
            && groups[0].Length <= 3
            && groups |> Array.skip 1 |> Array.forall (fun group -> group.Length = 3)

        if groups.Length = 1 then
            Some text
        elif isWhole && not (String.exists isSeparator (text.Substring stop)) then
            Some(text.Substring(0, start) + String.Concat groups + text.Substring stop)
        else
            None

    let private withPoint (text: string) =
        if
            text.IndexOf ',' >= 0
            && text.IndexOf ',' = text.LastIndexOf ','
            && text.IndexOf '.' < 0
        then
            text.Replace(',', '.')
        else
            text

    let private isBlank (character: char) =
        character = ' '
        || character = '\u00A0'
        || character = '\u202F'
        || character = '\u2009'

    let private isApostrophe (character: char) =
        character = '\'' || character = '\u2019'

    /// A number in one way of writing its digits.
    let tryDigits (digits: Digits) (text: string) : float voption =
        let grouped isSeparator finish =
            match ungrouped isSeparator text with
            | Some bare -> pointed (finish bare)
            | None -> ValueNone

        if text.Length > Longest then
            ValueNone
        else
            match digits with
            | Digits.Point -> pointed text
            | Digits.Comma -> pointed (withPoint text)
            | Digits.CommaGroups -> grouped (fun character -> character = ',') id
            | Digits.PointGroups -> grouped (fun character -> character = '.') withPoint
            | Digits.BlankGroups -> grouped isBlank withPoint
            | Digits.ApostropheGroups -> grouped isApostrophe id

    let private currencies =
        set
            [
                "AUD"
                "BRL"
                "CAD"
                "CHF"
                "CNY"
                "CZK"
                "DKK"
                "EUR"
                "GBP"
                "HUF"
                "INR"
                "JPY"
                "KRW"
                "MXN"
                "NOK"
                "NZD"
                "PLN"
                "RUB"
                "SEK"
                "TRY"
                "USD"
                "ZAR"
                "Rs"
                "Rs."
            ]

    let private isSymbol (character: char) =
        Char.GetUnicodeCategory character = UnicodeCategory.CurrencySymbol

    /// A currency before a number: $, US$, EUR.
    let private isCurrency (text: string) =
        currencies.Contains text
        || (text.Length <= 4
            && text.Length > 0
            && isSymbol text[text.Length - 1]
            && text |> Seq.take (text.Length - 1) |> Seq.forall Char.IsAsciiLetter)

    /// A unit after a number: %, kg, km/h, °C, €.
    let private isUnit (text: string) =
        let isSign character =
            isSymbol character || character = '%' || character = '‰' || character = '°'

        text.Length <= 16
        && (Char.IsLetter text[0] || isSign text[0])
        && text
           |> Seq.forall (fun character ->
               Char.IsLetter character || isSign character || "/²³^. ".Contains character)

    /// What stands for thousands, millions and billions after an amount: $56.7M, €2 bn.
    let private multiples =
        dict
            [
                for names, exponent in
                    [
                        [ "k"; "thousand" ], "e3"
                        [ "m"; "mn"; "mio"; "million" ], "e6"
                        [ "b"; "bn"; "billion" ], "e9"
                    ] do
                    for name in names do
                        name, exponent
            ]

    /// A text that begins or ends with a unit: the unit, and the digits with their sign. An amount of a currency may be in thousands,
    /// millions or billions, which become an exponent.
    let trySplit (text: string) : (string * string) option =
        let digitIn predicate =
            predicate (fun (character: char) -> Char.IsAsciiDigit character)

        let first = digitIn (fun isDigit -> Seq.tryFindIndex isDigit text)

        match first with
        | None -> None
        | Some first ->
            let last = Seq.findIndexBack Char.IsAsciiDigit text
            let after = text.Substring(last + 1).Trim()
            let before = text.Substring(0, first).TrimStart()

            // a sign may stand on either side of a currency, and a point before the first digit
            let inner =
                before
                |> Seq.rev
                |> Seq.takeWhile (fun character -> "+-.".Contains character)
                |> Seq.length

            let outer =
                if before.Length > inner && (before[0] = '-' || before[0] = '+') then
                    1
                else
                    0

            let sign = before.Substring(0, outer) + before.Substring(before.Length - inner)
            let unit = before.Substring(outer, before.Length - inner - outer).Trim()
            let digits = sign + text.Substring(first, last + 1 - first)

            match unit, after with
            | "", "" -> None
            | "", unit when isUnit unit -> Some(unit, digits)
            | unit, "" when isCurrency unit -> Some(unit, digits)
            | unit, multiple when isCurrency unit ->
                match multiples.TryGetValue(multiple.ToLowerInvariant()) with
                | true, exponent -> Some(unit, digits + exponent)
                | _ -> None
            | _ -> None

    /// The number in a text that is known to be one, such as the name of a class.
    let tryAny (text: string) : float option =
        [ Digits.Point; Digits.Comma ]
        |> List.tryPick (fun digits ->
            match tryDigits digits text with
            | ValueSome value -> Some value
            | ValueNone -> None)

    let private notFinite = set [ "inf"; "infinity"; "∞" ]

    /// Whether a text spells an infinity.
    let isInfinity (text: string) : bool =
        notFinite.Contains((text.TrimStart('-', '+')).ToLowerInvariant())
