namespace Hybrid.Data

open System
open System.Collections.Generic

/// Texts of a column as its numbers, in tables and in rows of a program alike.
module internal ColumnText =
    /// The indices of categories or classes by their texts, in any case if they are words for yes and no.
    let codes (names: string[]) : Dictionary<string, int> =
        let comparer =
            if ColumnRules.areBoolean names then
                StringComparer.OrdinalIgnoreCase
            else
                StringComparer.Ordinal

        let codes = Dictionary<string, int> comparer
        names |> Array.iteri (fun code name -> codes.TryAdd(name, code) |> ignore)
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
