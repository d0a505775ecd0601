namespace Hybrid.Figures

open System
open System.Text

/// Lines along which a function on a plane has one value, by marching squares: between neighbouring centres the function is
/// assumed to be linear.
module Contour =
    /// Where the side from one corner to the next crosses the level, if it does.
    let private crossing (struct (x: float, y: float, v: float)) (struct (x': float, y': float, v': float)) =
        if (v < 0.0) = (v' < 0.0) then
            None
        else
            let part = v / (v - v')
            Some(x + part * (x' - x), y + part * (y' - y))

    /// The pieces of the line in a square, given its corners in order, with the level subtracted from their values.
    let private pieces (corners: struct (float * float * float)[]) =
        let crossings =
            [ for side in 0..3 -> crossing corners[side] corners[(side + 1) % 4] ]

        match List.choose id crossings with
        | [ a; b ] -> [ a, b ]
        | [ a; b; c; d ] ->
            // opposite corners are alike: the mean at the centre decides which two are connected
            let value index =
                let struct (_, _, v) = corners[index] in v

            let middle = value 0 + value 1 + value 2 + value 3

            if (middle < 0.0) = (value 0 < 0.0) then
                [ a, b; c, d ]
            else
                [ d, a; b, c ]
        | _ -> []

    let private path (level: float) (grid: Grid) (plane: Plane) : string =
        let grid = Grid.coarsen plane.Width plane.Height grid
        let across = Grid.centres grid.X grid.Columns |> Array.map (Plane.x plane)
        let up = Grid.centres grid.Y grid.Rows |> Array.map (Plane.y plane)
        let path = StringBuilder()

        let corner column row =
            struct (across[column], up[row], grid.Values[row * grid.Columns + column] - level)

        let drawable (struct (x: float, y: float, v: float)) =
            Double.IsFinite(x + y) && Double.IsFinite v

        for row in 0 .. grid.Rows - 2 do
            for column in 0 .. grid.Columns - 2 do
                let corners =
                    [|
                        corner column row
                        corner (column + 1) row
                        corner (column + 1) (row + 1)
                        corner column (row + 1)
                    |]

                if Array.forall drawable corners then
                    for (x, y), (x', y') in pieces corners do
                        path
                            .Append('M')
                            .Append(Svg.number x)
                            .Append(' ')
                            .Append(Svg.number y)
                            .Append('L')
                            .Append(Svg.number x')
                            .Append(' ')
                            .Append(Svg.number y')
                        |> ignore

        path.ToString()

    let private stroke colour path =
        Element(
            "path",
            [
                "class", $"contour {Style.className colour}"
                "d", path
                "fill", "none"
                "stroke", "currentColor"
                "stroke-width", "1.8"
                "stroke-linecap", "round"
            ],
            []
        )

    /// <summary>The line along which the values of a grid, at the centres of its cells, equal a level.</summary>
    /// <param name="colour">Its colour.</param>
    /// <param name="name">Its name in the legend; empty to leave it out.</param>
    /// <param name="level">The value, in the unit of the grid's values.</param>
    /// <param name="grid">No line is drawn next to cells that are not finite.</param>
    let at (colour: Colour) (name: string) (level: float) (grid: Grid) : Mark =
        let x, y = Grid.reach grid

        {
            Name = name
            Symbol = [ stroke colour "M2 7L26 7" ]
            X = x
            Y = y
            Colours = None
            Covers = false
            Whole = false
            Draw = fun plane -> [ stroke colour (path level grid plane) ]
        }
