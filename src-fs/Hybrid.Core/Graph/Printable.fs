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
