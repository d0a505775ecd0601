namespace Hybrid.Data

open System
open System.Collections.Generic
open System.Runtime.InteropServices

/// Columns that hold the same values as another one.
module internal ColumnCopies =
    /// A column's values; for categories the order in which they first occur: a copy under other names has the same.
    let private pattern (table: Table) (column: int) (values: float32[]) : unit =
        let width = table.Columns.Length

        for row in 0 .. values.Length - 1 do
            values[row] <- table.Features[row * width + column]

        match table.Columns[column].Kind with
        | Number _ -> ()
        | Category _ ->
            let met = Dictionary<float32, float32>()

            for row in 0 .. values.Length - 1 do
                let value = values[row]

                if not (Single.IsNaN value) then
                    met.TryAdd(value, float32 met.Count) |> ignore
                    values[row] <- met[value]

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
        let known = Dictionary<int, int list>()
        // two columns at a time, not a copy of the table
        let values = Array.zeroCreate table.Examples
        let earlier = lazy Array.zeroCreate table.Examples

        let isSame column =
            pattern table column earlier.Value
            areSame values earlier.Value

        [
            for column in 0 .. table.Columns.Length - 1 do
                pattern table column values

                if values |> Array.exists ((<>) values[0]) then
                    let key = hash table.Columns[column].Kind.IsNumber values

                    let alike =
                        match known.TryGetValue key with
                        | true, found -> found
                        | _ -> []

                    match alike |> List.tryFind isSame with
                    | Some first -> first, column
                    | None -> known[key] <- column :: alike
        ]
