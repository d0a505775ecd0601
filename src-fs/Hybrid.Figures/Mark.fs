namespace Hybrid.Figures

open System

/// The area that marks are drawn on: its axes and its size in pixels, with the origin at the upper left.
type Plane =
    {
        X: Ruler
        Y: Ruler
        Width: float
        Height: float
    }

module Plane =
    /// Far outside looks the same as farther outside, and takes fewer digits.
    let private near (pixels: float) = Math.Clamp(pixels, -100000.0, 100000.0)

    /// The pixel of a number on the horizontal axis; NaN if it cannot be shown.
    let x (plane: Plane) (value: float) : float =
        near (plane.Width * Ruler.place plane.X value)

    /// The pixel of a number on the vertical axis; NaN if it cannot be shown.
    let y (plane: Plane) (value: float) : float =
        near (plane.Height * (1.0 - Ruler.place plane.Y value))

/// Something that is drawn on a chart, with everything that a chart needs to know about it.
[<NoEquality; NoComparison>]
type Mark =
    {
        /// The name in the legend; empty to leave it out.
        Name: string
        /// Its symbol in the legend, 28 pixels wide and 14 high.
        Symbol: Element list
        /// The part of the horizontal axis that it needs.
        X: Reach
        /// The part of the vertical axis that it needs.
        Y: Reach
        /// Its colours and their meaning, for a colour bar; None for most marks.
        Colours: (ColourMap * Ruler) option
        /// It covers the area, so that grid lines would only be in the way.
        Covers: bool
        /// Drawn whole even where it extends beyond the plane, as points and text are; other marks end at the plane's edge.
        Whole: bool
        Draw: Plane -> Element list
    }

module internal Mark =
    let reach (tight: bool) (numbers: float[]) : Reach =
        if tight then
            { Loose = [||]; Tight = numbers }
        else
            { Loose = numbers; Tight = [||] }

    /// A mark needs the same number of each kind of coordinate.
    let check (kind: string) (name: string) (lengths: (string * int) list) : unit =
        let different = lengths |> List.distinctBy snd

        if different.Length > 1 then
            let counts =
                lengths
                |> List.map (fun (what, length) -> $"{length} {what}")
                |> String.concat " and "

            raise (
                FigureException(
                    $"{kind} {Hybrid.Core.Printable.quote name}",
                    $"{counts} were given. Give the same number of each."
                )
            )
