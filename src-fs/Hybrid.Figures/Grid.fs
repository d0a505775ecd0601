namespace Hybrid.Figures

open Hybrid.Core

/// Values on a rectangle that is divided into cells of equal size.
type Grid =
    {
        /// The horizontal extent of the rectangle.
        X: Interval
        /// The vertical extent of the rectangle.
        Y: Interval
        Columns: int
        Rows: int
        /// Row by row from the lowest one up, each from left to right; NaN for no value.
        Values: float[]
    }

module Grid =
    /// <summary>A grid of known values, row by row from the lowest one up.</summary>
    /// <exception cref="T:Hybrid.Figures.FigureException">The grid is empty, or the number of values is wrong.</exception>
    let create (x: Interval) (y: Interval) (columns: int) (rows: int) (values: float[]) : Grid =
        if columns < 1 || rows < 1 || int64 values.Length <> int64 columns * int64 rows then
            raise (
                FigureException(
                    "grid",
                    $"{values.Length} values were given for {columns} columns and {rows} rows. Give one per cell, and at least one cell."
                )
            )

        {
            X = x
            Y = y
            Columns = columns
            Rows = rows
            Values = values
        }

    let private at (range: Interval) (part: float) =
        range.Lower * (1.0 - part) + range.Upper * part

    /// The edges of the columns, from left to right.
    let columnEdges (grid: Grid) : float[] =
        Array.init (grid.Columns + 1) (fun column -> at grid.X (float column / float grid.Columns))

    /// The edges of the rows, from the lowest one up.
    let rowEdges (grid: Grid) : float[] =
        Array.init (grid.Rows + 1) (fun row -> at grid.Y (float row / float grid.Rows))

    /// The centres of n cells of equal size.
    let centres (range: Interval) (n: int) : float[] =
        Array.init n (fun cell -> at range ((float cell + 0.5) / float n))

    /// <summary>A function's values at all centres, computed at once, as a network computes a batch.</summary>
    /// <param name="x">The horizontal extent.</param>
    /// <param name="y">The vertical extent.</param>
    /// <param name="columns">The number of cells in a row.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="f">Takes the centres, [columns · rows; 2], row-major, and returns one value for each.</param>
    /// <exception cref="T:Hybrid.Figures.FigureException">The grid is empty, or f returns the wrong number of values.</exception>
    let batch (x: Interval) (y: Interval) (columns: int) (rows: int) (f: float[] -> float[]) : Grid =
        let across = centres x columns

        centres y rows
        |> Array.collect (fun y -> across |> Array.collect (fun x -> [| x; y |]))
        |> f
        |> create x y columns rows

    /// The same for a function of one point.
    let sample (x: Interval) (y: Interval) (columns: int) (rows: int) (f: float -> float -> float) : Grid =
        batch x y columns rows (fun points ->
            points |> Array.chunkBySize 2 |> Array.map (fun point -> f point[0] point[1]))

    /// The grid with a function of each of its values.
    let map (f: float -> float) (grid: Grid) : Grid =
        { grid with
            Values = Array.map f grid.Values
        }

    /// The grid with at most this many columns and rows: it keeps the cells that lie under the centres of the coarser ones.
    let internal coarsen (width: float) (height: float) (grid: Grid) : Grid =
        let columns, rows = min grid.Columns (int width), min grid.Rows (int height)
        let source count coarse index = (2 * index + 1) * count / (2 * coarse)

        { grid with
            Columns = columns
            Rows = rows
            Values =
                Array.init (columns * rows) (fun cell ->
                    let column = source grid.Columns columns (cell % columns)
                    let row = source grid.Rows rows (cell / columns)
                    grid.Values[row * grid.Columns + column])
        }

    /// The range of the axes that a mark needs to fill the rectangle.
    let internal reach (grid: Grid) : Reach * Reach =
        let tight (range: Interval) =
            Mark.reach true [| range.Lower; range.Upper |]

        tight grid.X, tight grid.Y

    /// The cells of each kind as an outline in pixels: one rectangle for neighbouring cells of a kind in a row.
    let internal outlines (plane: Plane) (kind: float -> int option) (grid: Grid) : (int * string) list =
        let grid = coarsen plane.Width plane.Height grid
        let across = columnEdges grid |> Array.map (Plane.x plane)
        let up = rowEdges grid |> Array.map (Plane.y plane)
        let kinds = grid.Values |> Array.map kind

        let paths =
            System.Collections.Generic.SortedDictionary<int, System.Text.StringBuilder>()

        for row in 0 .. grid.Rows - 1 do
            let mutable first = 0

            while first < grid.Columns do
                let kind = kinds[row * grid.Columns + first]
                let mutable next = first + 1

                while next < grid.Columns && kinds[row * grid.Columns + next] = kind do
                    next <- next + 1

                let left, right, lower, upper = across[first], across[next], up[row], up[row + 1]

                match kind with
                | Some kind when System.Double.IsFinite(left + right + lower + upper) ->
                    if not (paths.ContainsKey kind) then
                        paths[kind] <- System.Text.StringBuilder()

                    let number (x: float) = Svg.number x

                    paths[kind]
                        .Append($"M{number left} {number upper}H{number right}V{number lower}H{number left}Z")
                    |> ignore
                | _ -> ()

                first <- next

        [ for pair in paths -> pair.Key, pair.Value.ToString() ]
