namespace Hybrid.Data

open System
open System.Collections.Generic
open System.Runtime.InteropServices

/// Columns that hold the same values as another one.
module internal ColumnCopies =
    /// A column's values; for categories the order in which they first occur: a copy under other names has the same.
    let private pattern (table: Table) (column: int) : float32[] =
        let width = table.Columns.Length

        let values =
            Array.init table.Examples (fun row -> table.Features[row * width + column])

        match table.Columns[column].Kind with
        | Number _ -> values
        | Category _ ->
            let met = Dictionary<float32, float32>()

            values
            |> Array.map (fun value ->
                if not (Single.IsNaN value) && not (met.ContainsKey value) then
                    met.Add(value, float32 met.Count)

                if Single.IsNaN value then value else met[value])

    let private bytes (values: float32[]) : ReadOnlySpan<byte> =
        MemoryMarshal.AsBytes(ReadOnlySpan values)

    let private areSame (a: float32[]) (b: float32[]) = (bytes a).SequenceEqual(bytes b)

    let private hash (isNumber: bool) (values: float32[]) : int =
        let mutable hash = HashCode()
        hash.Add isNumber
        hash.AddBytes(bytes values)
        hash.ToHashCode()

    /// Pairs of columns with the same values, the first one and its copy; without constant columns.
    let find (table: Table) : (int * int) list =
        let known = Dictionary<int, (int * float32[]) list>()

        [
            for column in 0 .. table.Columns.Length - 1 do
                let values = pattern table column

                if values |> Array.exists ((<>) values[0]) then
                    let key = hash table.Columns[column].Kind.IsNumber values

                    let alike =
                        match known.TryGetValue key with
                        | true, found -> found
                        | _ -> []

                    match alike |> List.tryFind (snd >> areSame values) with
                    | Some(first, _) -> first, column
                    | None -> known[key] <- (column, values) :: alike
        ]
