namespace Hybrid.Data

/// Rows in the order of their times, cut into parts of which each is later than the one before.
module internal Times =
    /// How many different times some rows have.
    let count (times: float[]) (rows: int[]) : int =
        rows |> Array.distinctBy (fun row -> times[row]) |> _.Length

    /// <summary>The rows in the order of their times, cut near some places; rows of the same time stay together, so that each part but
    /// the last ends before the next begins, and none is empty.</summary>
    /// <param name="times">The time of every row.</param>
    /// <param name="places">Rising numbers of rows before each cut, fewer than there are different times.</param>
    /// <param name="rows">The rows.</param>
    let cut (times: float[]) (places: int list) (rows: int[]) : int[] list =
        let order = rows |> Array.sortBy (fun row -> times[row], row)

        let ends =
            [|
                for i in 1 .. order.Length - 1 do
                    if times[order[i - 1]] < times[order[i]] then
                        i
            |]

        // enough ends are left for the later cuts
        let next (before, later) place =
            let choices = ends[before + 1 .. ends.Length - later]
            let nearest = choices |> Array.minBy (fun at -> abs (at - place))
            nearest, (before + 1 + Array.findIndex ((=) nearest) choices, later - 1)

        let cuts, _ = List.mapFold next (-1, places.Length) places

        List.pairwise ([ 0 ] @ cuts @ [ order.Length ])
        |> List.map (fun (start, stop) -> order[start .. stop - 1])
