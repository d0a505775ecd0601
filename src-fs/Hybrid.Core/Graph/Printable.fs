namespace Hybrid.Core

open System
open System.Globalization
open System.Text

/// Text from outside, such as names in files, made safe to show.
module Printable =
    /// Joiners belong to the spelling of some scripts and emoji, and control nothing.
    let private isJoiner (rune: Rune) =
        rune.Value = 0x200C || rune.Value = 0x200D

    let private steers (rune: Rune) =
        match Rune.GetUnicodeCategory rune with
        | UnicodeCategory.Control
        | UnicodeCategory.LineSeparator
        | UnicodeCategory.ParagraphSeparator -> true
        | UnicodeCategory.Format -> not (isJoiner rune)
        | _ -> false

    let private escaped (character: char) = $"\\u{int character:x4}"

    /// <summary>The text on one line, with everything that could control a terminal or reorder the text around it escaped as in
    /// JSON: control characters (ESC is \u001b), line ends, direction marks and other invisible format characters, lone
    /// surrogates.</summary>
    /// <remarks>Boucher and Anderson, "Trojan Source: Invisible Vulnerabilities" (2021), on direction marks.</remarks>
    let text (raw: string) : string =
        let shown = StringBuilder(raw.Length)
        let mutable i = 0

        while i < raw.Length do
            match Rune.TryGetRuneAt(raw, i) with
            | true, rune when not (steers rune) ->
                shown.Append(raw, i, rune.Utf16SequenceLength) |> ignore
                i <- i + rune.Utf16SequenceLength
            | _ ->
                // both halves of a surrogate pair that is a control
                shown.Append(escaped raw[i]) |> ignore

                if
                    Char.IsHighSurrogate raw[i]
                    && i + 1 < raw.Length
                    && Char.IsLowSurrogate raw[i + 1]
                then
                    shown.Append(escaped raw[i + 1]) |> ignore
                    i <- i + 1

                i <- i + 1

        shown.ToString()

    // the beginning says what is wrong, the end what to do
    let private first = 3000
    let private last = 1000

    /// One line of limited length: what a message quotes may come from a file, be very long, or control a terminal.
    let line (message: string) : string =
        let short =
            if message.Length > first + last then
                message.Substring(0, first) + "…" + message.Substring(message.Length - last)
            else
                message

        text (short.Replace("\r\n", " ").Replace('\n', ' '))

    let private longestName = 60

    /// The beginning of a name, which may be very long.
    let internal brief (name: string) : string =
        if name.Length > longestName then
            name.Substring(0, longestName - 3) + "…"
        else
            name

    /// A name, or text from a file or the caller, in a message: «name».
    let quote (name: string) : string = $"«{brief name}»"

    /// Whether a text reads as one word without quotes: letters, digits, "-", "_" and ".".
    let private isWord (text: string) : bool =
        text.Length > 0
        && text.Length <= longestName
        && text
           |> String.forall (fun character -> Char.IsLetterOrDigit character || "-_.".Contains character)

    /// A value in a message: unquoted if it is one word, else quoted.
    let internal word (value: string) : string =
        if isWord value then value else quote value

    /// A number with three significant digits.
    let internal number (value: float) : string =
        value.ToString("G3", CultureInfo.InvariantCulture)

    /// A fraction as a percentage: 12.5 %.
    let internal percent (share: float) : string =
        (100.0 * share).ToString("0.#", CultureInfo.InvariantCulture) + " %"

    /// Integers as F# writes a list of them: [2; 3].
    let internal integers (values: int seq) : string = $"""[{String.Join("; ", values)}]"""

    /// A number of things, with the plural in s unless it is 1.
    let internal count (number: int) (one: string) : string =
        if number = 1 then $"1 {one}" else $"{number} {one}s"
