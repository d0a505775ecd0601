namespace Hybrid.Core

open System
open System.Globalization
open System.Text

/// Texts from outside, such as names in files, as they may be shown.
module Printable =
    /// Joiners are part of how some scripts and emoji are written, and steer nothing.
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

    /// <summary>The text on one line, with whatever could steer a terminal or turn what is read around written as in JSON:
    /// controls (ESC is \u001b), line ends, marks of direction and other invisible formats, halves of a pair.</summary>
    /// <remarks>Boucher and Anderson, "Trojan Source: Invisible Vulnerabilities" (2021), for the marks of direction.</remarks>
    let text (raw: string) : string =
        let shown = StringBuilder(raw.Length)
        let mutable i = 0

        while i < raw.Length do
            match Rune.TryGetRuneAt(raw, i) with
            | true, rune when not (steers rune) ->
                shown.Append(raw, i, rune.Utf16SequenceLength) |> ignore
                i <- i + rune.Utf16SequenceLength
            | _ ->
                // of a pair that steers, both halves
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

    // what is wrong stands at the beginning, what to do at the end
    let private first = 3000
    let private last = 1000

    /// One line of a length that is read: what a message quotes may come out of a file, be endless, or steer a terminal.
    let line (message: string) : string =
        let short =
            if message.Length > first + last then
                message.Substring(0, first) + "…" + message.Substring(message.Length - last)
            else
                message

        text (short.Replace("\r\n", " ").Replace('\n', ' '))

    let private longestName = 60

    /// The beginning of a name, which may be endless.
    let brief (name: string) : string =
        if name.Length > longestName then
            name.Substring(0, longestName - 3) + "…"
        else
            name

    /// A name, a text out of a file or a word of the caller's, in a message: «name».
    let quote (name: string) : string = $"«{brief name}»"

    /// Whether a text is read as one word without quotes: letters, digits, "-", "_" and ".".
    let private isWord (text: string) : bool =
        text.Length > 0
        && text.Length <= longestName
        && text
           |> String.forall (fun character -> Char.IsLetterOrDigit character || "-_.".Contains character)

    /// A value in a message: as it is where it is one word, else quoted.
    let word (value: string) : string =
        if isWord value then value else quote value

    /// A number of three digits.
    let number (value: float) : string =
        value.ToString("G3", CultureInfo.InvariantCulture)

    /// A share of one: 12.5 %.
    let percent (share: float) : string =
        (100.0 * share).ToString("0.#", CultureInfo.InvariantCulture) + " %"
