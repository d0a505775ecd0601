namespace Hybrid.Models

open System
open System.Globalization
open System.Text.RegularExpressions
open Hybrid.Core

/// The words of LayerText: their numbers, and what is said where one cannot be used.
module internal LayerWords =
    let fail (text: string) (word: string) (reason: string) =
        raise (
            OptionException(
                nameof Unchecked.defaultof<Options>.Layers,
                $"is {Printable.quote text}, of which {Printable.quote word} {reason}"
            )
        )

    /// The largest image that is a square, of one channel or of three.
    let square (features: int) : Shape option =
        [ 1; 3 ]
        |> List.tryPick (fun channels ->
            let side = int (Math.Round(sqrt (float features / float channels)))

            if side * side * channels = features then
                Some [ side; side; channels ]
            else
                None)

    let (|Words|_|) (pattern: string) (word: string) : string list option =
        let found = Regex.Match(word, $"^(?:{pattern})$", RegexOptions.CultureInvariant)

        if found.Success then
            Some [ for group in Seq.tail found.Groups -> group.Value ]
        else
            None

    let (|Number|_|) (text: string) : int option =
        match Int32.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture) with
        | true, number when number >= 1 && number <= 1_000_000 -> Some number
        | _ -> None

    /// A number of a word, or the usual one where it says none.
    let numberOr (standard: int) text word (what: string) (digits: string) : int =
        match digits with
        | "" -> standard
        | Number number -> number
        | _ -> fail text word $"has a {what} of {digits}, which must be from 1 to 1,000,000"

    /// The words between commas that are not in parentheses.
    let split (text: string) : string list =
        let depths =
            Seq.scan
                (fun depth c ->
                    if c = '(' then depth + 1
                    elif c = ')' then depth - 1
                    else depth)
                0
                text

        Seq.zip text depths
        |> Seq.map (fun (c, depth) -> if c = ',' && depth = 0 then '\n' else c)
        |> Array.ofSeq
        |> String
        |> _.Split('\n', StringSplitOptions.TrimEntries)
        |> List.ofArray
