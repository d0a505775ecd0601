namespace Hybrid.Data

open System
open System.Collections.Generic
open System.Runtime.InteropServices

/// Examples with the same values and targets.
module internal Twins =
    /// Numbers of a row as they are stored: missing values are equal to each other.
    let private bytes (width: int) (values: float32[]) (row: int) : ReadOnlySpan<byte> =
        MemoryMarshal.AsBytes(ReadOnlySpan(values, row * width, width))

    let private hash (table: Table) (targets: float32[]) (row: int) : int =
        let mutable hash = HashCode()
        hash.AddBytes(bytes table.Targets.Length targets row)
        hash.AddBytes(bytes table.Columns.Length table.Features row)
        hash.ToHashCode()

    /// <summary>Counts examples that have a twin among others.</summary>
    /// <param name="table">The others.</param>
    /// <param name="rows">Which of its rows.</param>
    /// <returns>From a table with the same columns and targets and some of its rows, to how many of these have one.</returns>
    let counter (table: Table) (rows: int[]) : Table -> int[] -> int =
        let targets = Target.numbers table.Target
        let known = Dictionary<int, int>(rows.Length)

        for row in rows do
            known.TryAdd(hash table targets row, row) |> ignore

        fun other others ->
            let otherTargets = Target.numbers other.Target

            let same width (a: float32[]) row (b: float32[]) other =
                (bytes width a row).SequenceEqual(bytes width b other)

            others
            |> Array.filter (fun row ->
                match known.TryGetValue(hash other otherTargets row) with
                | true, twin ->
                    same table.Targets.Length targets twin otherTargets row
                    && same table.Columns.Length table.Features twin other.Features row
                | _ -> false)
            |> Array.length
