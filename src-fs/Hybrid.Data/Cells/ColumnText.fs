namespace Hybrid.Data

open System
open System.Collections.Generic

/// Texts of a column as its numbers, in tables and in rows of a program alike.
module internal ColumnText =
    /// The indices of categories or classes by their texts; if they are words for yes and no, by all such words, in any case.
    let codes (names: string[]) : Dictionary<string, int> =
        let areYesNo = YesNo.areAll names

        let codes =
            Dictionary<string, int>(
                if areYesNo then
                    StringComparer.OrdinalIgnoreCase
                else
                    StringComparer.Ordinal
            )

        names |> Array.iteri (fun code name -> codes.TryAdd(name, code) |> ignore)

        if areYesNo then
            names
            |> Array.iteri (fun code name ->
                for word in YesNo.wordsFor (YesNo.tryMeaning name).Value do
                    codes.TryAdd(word, code) |> ignore)

        codes

    /// <summary>A reader of a column's texts: numbers in the column's notation, or the indices of categories.</summary>
    /// <returns>ValueNone for a text that is neither, such as a missing value.</returns>
    let reader (kind: ColumnKind) : string -> float voption =
        match kind with
        | Number format -> ColumnNumbers.tryNumber format.Notation
        | Category names ->
            let codes = codes names

            fun text ->
                match codes.TryGetValue text with
                | true, code -> ValueSome(float code)
                | _ -> ValueNone
