namespace Hybrid.Data

open System
open System.Text

/// Texts that stand for a missing value.
module internal Missing =
    /// Besides nothing at all.
    let usual: string list =
        [
            "?"
            "-"
            "."
            "NA"
            "N/A"
            "n/a"
            "#N/A"
            "NaN"
            "nan"
            "NAN"
            "NULL"
            "null"
            "None"
        ]

    /// Besides these, where numbers stand; elsewhere "none" may be a category.
    let private amongNumbers =
        set
            [
                yield! usual |> List.map _.ToLowerInvariant()
                "n.a."
                "n.a"
                "n/d"
                "n.d."
                "#na"
                "<na>"
                "-nan"
                "<null>"
                "(null)"
                "\\n"
                "nil"
                "missing"
                "unknown"
                "--"
                "---"
                // withheld or not collected in official statistics
                ".."
                "..."
                ":"
                "*"
                "**"
                "***"
                // errors of a spreadsheet
                "#null!"
                "#div/0!"
                "#value!"
                "#num!"
                "#ref!"
                "#name?"
                "\u2013"
                "\u2014"
                "??"
            ]

    /// Whether a trimmed text stands for a missing value in a column whose other values are numbers.
    let isAmongNumbers (text: string) : bool =
        text.Length <= 8 && amongNumbers.Contains(text.ToLowerInvariant())

    /// Whether such a text, beside few numbers that are labels, may be a label too.
    let mayBeLabel (text: string) : bool =
        match text.ToLowerInvariant() with
        | "unknown"
        | ":"
        | "*"
        | "**"
        | "***" -> true
        | _ -> false

    let private encoded = usual |> List.map Encoding.UTF8.GetBytes |> Array.ofList

    let private longest = usual |> List.map _.Length |> List.max

    let private isOneOf (tokens: byte[][]) (text: ReadOnlySpan<byte>) =
        let mutable found = false

        for token in tokens do
            found <- found || text.SequenceEqual(ReadOnlySpan token)

        found

    /// Whether a trimmed text is one of the usual ones, or one of some others.
    let isMissing (others: byte[][], text: ReadOnlySpan<byte>) : bool =
        text.Length = 0
        // most numbers begin with a digit
        || (text.Length <= longest
            && not (text[0] >= '0'B && text[0] <= '9'B)
            && isOneOf encoded text)
        || (others.Length > 0 && isOneOf others text)

    /// A trimmed text that is missing unless it is a class, beside "+"; not where it is one of the other texts, which are always missing.
    let isMinus (others: byte[][], text: ReadOnlySpan<byte>) : bool =
        text.Length = 1 && text[0] = '-'B && not (isOneOf others text)

    /// The bytes of further tokens.
    let encode (tokens: string list) : byte[][] =
        tokens
        |> List.map (fun token -> Encoding.UTF8.GetBytes(token.Trim()))
        |> Array.ofList
