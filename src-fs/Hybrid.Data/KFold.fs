namespace Hybrid.Data

open System
open Hybrid.Core

/// Rows that are held out in turns, for cross-validation.
module KFold =
    /// The groups that parts may not tear apart, as members; every example by itself where there are none.
    let private units (table: Table) (rows: int[]) : int[][] =
        match table.SplitBy with
        | Some {
                   Role = SplitRole.Group _
                   Values = groups
               } -> rows |> Array.groupBy (fun row -> groups[row]) |> Array.map snd
        | _ -> rows |> Array.map Array.singleton

    /// The largest number of folds of some rows of a table: that of its groups, or of the rows; one less than its different times, since
    /// the earliest rows are in none.
    let most (table: Table) (rows: int[]) : int =
        match table.SplitBy with
        | Some {
                   Role = SplitRole.Time _
                   Values = times
               } -> Times.count times rows - 1
        | _ -> (units table rows).Length

    /// Folds that look ahead: the rows in the order of their times are cut into one part more than there are folds, and each part but the
    /// first is held out once, from all rows before it.
    let private forward (count: int) (times: float[]) (rows: int[]) : (int[] * int[]) list =
        let places =
            [
                for part in 1..count -> int (int64 part * int64 rows.Length / int64 (count + 1))
            ]

        let parts = Times.cut times places rows

        [
            for part in 1..count -> Array.sort (Array.concat (List.take part parts)), Array.sort parts[part]
        ]

    /// Folds of rows whose order means nothing.
    let private dealt (seed: uint64) (count: int) (table: Table) (rows: int[]) : (int[] * int[]) list =
        let shuffled (items: 'item[]) =
            Random.permutation (Random.split seed count) 0UL items.Length
            |> Array.map (fun i -> items[i])

        let fold =
            match table.SplitBy with
            | Some { Role = SplitRole.Group _ } ->
                let sizes = Array.zeroCreate<int> count

                shuffled (units table rows)
                |> Array.mapi (fun place members -> members, place)
                |> Array.sortBy (fun (members, place) -> -members.Length, place)
                |> Array.collect (fun (members, _) ->
                    let smallest = Array.IndexOf(sizes, Array.min sizes)
                    sizes[smallest] <- sizes[smallest] + members.Length
                    members |> Array.map (fun row -> row, smallest))
                |> dict
            | _ ->
                let order = shuffled rows

                let dealt =
                    match table.Target with
                    | Classes(_, labels) -> Array.sortBy (fun row -> labels[row]) order
                    | Quantity _
                    | Labels _ -> order

                dealt |> Array.mapi (fun place row -> row, place % count) |> dict

        [
            for held in 0 .. count - 1 ->
                Array.filter (fun row -> fold[row] <> held) rows,
                Array.filter (fun row -> fold[row] = held) rows
        ]

    /// <summary>The rows to learn from and those held out, for each of some folds: every row is held out once. Every class has its
    /// share of each fold; groups are not torn apart, and larger ones are dealt first, each to the smallest fold. With times, what is
    /// held out is later than all that is learned from, and the earliest rows, about one in count + 1, are held out by no fold.</summary>
    /// <param name="seed">Of the random order; with times there is none.</param>
    /// <param name="count">The number of folds: at least 2, at most the largest number of them.</param>
    /// <param name="table">The table.</param>
    /// <param name="rows">Those of its rows that are dealt.</param>
    let split (seed: uint64) (count: int) (table: Table) (rows: int[]) : (int[] * int[]) list =
        match table.SplitBy with
        | Some {
                   Role = SplitRole.Time _
                   Values = times
               } -> forward count times rows
        | _ -> dealt seed count table rows
