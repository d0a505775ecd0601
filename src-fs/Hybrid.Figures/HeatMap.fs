namespace Hybrid.Figures

open System

/// The values of a grid as colours, with a bar beside the chart as their key.
module HeatMap =
    /// The step of cells that have no colour.
    let private none = -1

    let private absent path =
        Element("path", [ "class", "missing muted"; "fill", "currentColor"; "d", path ], [])

    let private create (map: ColourMap) (values: Axis) (reach: float[]) (grid: Grid) : Mark =
        let ruler =
            match Ruler.create values [ Mark.reach true reach ] with
            | Some ruler -> ruler
            | None ->
                raise (
                    FigureException(
                        $"heat map {Hybrid.Core.Printable.quote (Axis.heading values)}",
                        "no value is finite (and positive, on a logarithmic scale), so there is nothing to draw."
                    )
                )

        let missing (value: float) = Double.IsNaN(Ruler.place ruler value)

        let kind (value: float) =
            if missing value then
                Some none
            else
                Some(ColourMap.step map (Ruler.place ruler value))

        let cells (step, path) =
            if step = none then
                absent path
            else
                Element("path", [ "fill", map.Steps[step]; "d", path ], [])

        let x, y = Grid.reach grid

        {
            Name = (if Array.exists missing grid.Values then "no value" else "")
            Symbol = [ absent "M4 1H24V13H4Z" ]
            X = x
            Y = y
            Colours = Some(map, ruler)
            Covers = true
            Whole = false
            Draw =
                fun plane ->
                    let cells = Grid.outlines plane kind grid |> List.map cells
                    [ Element("g", [ "class", "cells"; "shape-rendering", "crispEdges" ], cells) ]
        }

    /// <summary>Cells from dark to light, for quantities that are only larger or smaller.</summary>
    /// <param name="values">The title, unit, scale and range of the colour bar.</param>
    /// <param name="grid">Cells that are not finite are grey, and the legend says so; values outside the range have the colour of
    /// its nearer end.</param>
    /// <exception cref="T:Hybrid.Figures.FigureException">No value is finite (and positive, on a logarithmic scale).</exception>
    let sequential (values: Axis) (grid: Grid) : Mark =
        create ColourMap.sequential values grid.Values grid

    /// <summary>Cells from blue through white to red, for quantities below and above zero; white is zero unless the axis has its
    /// own range.</summary>
    /// <param name="values">The title, unit and range of the colour bar.</param>
    /// <param name="grid">Cells that are not finite are grey, and the legend says so; values outside the range have the colour of
    /// its nearer end.</param>
    /// <exception cref="T:Hybrid.Figures.FigureException">No value is finite.</exception>
    let diverging (values: Axis) (grid: Grid) : Mark =
        create ColourMap.diverging values (Array.append grid.Values (Array.map (~-) grid.Values)) grid
