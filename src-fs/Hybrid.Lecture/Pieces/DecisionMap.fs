namespace Hybrid.Lecture

open System
open Hybrid.Core
open Hybrid.Theory
open Hybrid.Figures

/// The class that a network predicts on each cell of a square grid over the plane.
type internal DecisionMap =
    {
        Columns: int
        Rows: int
        /// Row by row.
        Classes: int[]
    }

module internal DecisionMap =
    /// <summary>The scores of each class at the centres of n × n cells.</summary>
    /// <param name="engine">Computes.</param>
    /// <param name="view">The rectangle, from left to right and from bottom to top.</param>
    /// <param name="cells">n.</param>
    /// <param name="network">Takes points, [examples; 2], and gives scores, [examples; classes].</param>
    let scores (engine: Engine) (view: Interval * Interval) (cells: int) (network: Network) : Grid list =
        let inference = Inference.create engine network 2
        let across, up = Grid.centres (fst view) cells, Grid.centres (snd view) cells

        let outputs =
            up
            |> Array.collect (fun y -> across |> Array.collect (fun x -> [| float32 x; float32 y |]))
            |> inference.Run

        List.init inference.Outputs (fun kind ->
            Array.init (cells * cells) (fun cell -> float outputs[cell * inference.Outputs + kind])
            |> Grid.create (fst view) (snd view) cells cells)

    /// The class of the maximum score, cell by cell.
    let ofScores (scores: Grid list) : DecisionMap =
        {
            Columns = scores.Head.Columns
            Rows = scores.Head.Rows
            Classes =
                Array.init scores.Head.Values.Length (fun cell ->
                    scores |> List.indexed |> List.maxBy (fun (_, grid) -> grid.Values[cell]) |> fst)
        }

    let private neighbours map cell =
        let column = cell % map.Columns

        [
            if column > 0 then
                cell - 1
            if column < map.Columns - 1 then
                cell + 1
            if cell >= map.Columns then
                cell - map.Columns
            if cell < map.Columns * (map.Rows - 1) then
                cell + map.Columns
        ]

    /// The number of connected pieces of one class in the map; cells are connected through their edges.
    let regions (map: DecisionMap) : int =
        let seen = Array.zeroCreate map.Classes.Length

        let flood start =
            let waiting = Collections.Generic.Stack [ start ]
            seen[start] <- true

            while waiting.Count > 0 do
                let cell = waiting.Pop()

                for next in neighbours map cell do
                    if not seen[next] && map.Classes[next] = map.Classes[cell] then
                        seen[next] <- true
                        waiting.Push next

        let mutable count = 0

        for cell in 0 .. map.Classes.Length - 1 do
            if not seen[cell] then
                count <- count + 1
                flood cell

        count

    /// The length of all borders in edges between cells of different classes.
    let border (map: DecisionMap) : int =
        Seq.sum (
            seq {
                for cell in 0 .. map.Classes.Length - 1 ->
                    neighbours map cell
                    |> List.filter (fun next -> next > cell && map.Classes[next] <> map.Classes[cell])
                    |> List.length
            }
        )

    /// Red and green, as in the lecture's pictures: the second and third of the series' colours.
    let private colour label = Series(label + 1)

    /// For two classes, the lines where the more probable one has 90 %: close to the border where a network is steep, far
    /// from it where it is smooth. Nothing for more classes.
    let ninety (scores: Grid list) : Mark list =
        match scores with
        | [ first; second ] ->
            let margin =
                { first with
                    Values = Array.map2 (-) second.Values first.Values
                }

            [
                Contour.at Muted "90 % sure" (log 9.0) margin
                Contour.at Muted "" -(log 9.0) margin
            ]
        | _ -> []

    /// <summary>A picture of the classes' regions with the points on them.</summary>
    /// <param name="title">Above the picture.</param>
    /// <param name="names">One per class.</param>
    /// <param name="scores">One grid per class.</param>
    /// <param name="lines">Further lines, between regions and points.</param>
    /// <param name="examples">Shown as points.</param>
    let picture
        (title: string)
        (names: string list)
        (scores: Grid list)
        (lines: Mark list)
        (examples: Examples)
        : Figure =
        // regions have the colours of the series in order: a class that never wins takes the first
        let absent = scores.Head |> Grid.map (fun _ -> -1e30)

        let points =
            names
            |> List.mapi (fun label name ->
                let xs, ys = PlanePoints.ofClass label examples |> Array.unzip
                Scatter.points (colour label) name xs ys)

        let axis name (range: Interval) =
            Axis.linear name |> Axis.within range.Lower range.Upper

        Regions.ofScores (absent :: scores) @ lines @ points
        |> Chart.create title (axis "x" scores.Head.X) (axis "y" scores.Head.Y)
        |> Chart.sized 300.0 300.0
        |> Chart.draw
