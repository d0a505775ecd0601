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
    /// Far outside is as good as farther outside, and takes fewer digits.
    let private near (pixels: float) = Math.Clamp(pixels, -100000.0, 100000.0)

    /// The pixel of a number on the horizontal axis; NaN where it has no place.
    let x (plane: Plane) (value: float) : float =
        near (plane.Width * Ruler.place plane.X value)

    /// The pixel of a number on the vertical axis; NaN where it has no place.
    let y (plane: Plane) (value: float) : float =
        near (plane.Height * (1.0 - Ruler.place plane.Y value))

/// Something that is drawn on a chart: every rule that a chart asks of it.
[<NoEquality; NoComparison>]
type Mark =
    {
        /// In the legend; empty to be left out there.
        Name: string
        /// Its picture in the legend, 28 pixels wide and 14 high.
        Symbol: Element list
        /// What it wants to be seen of the horizontal axis.
        X: Reach
        /// What it wants to be seen of the vertical axis.
        Y: Reach
        /// Its colours and what they mean, for a colour bar; None for most.
        Colours: (ColourMap * Ruler) option
        /// It covers the area, so that grid lines would only disturb.
        Covers: bool
        /// Drawn whole where it reaches beyond the plane, as points and words are; the others end at the plane's edge.
        Whole: bool
        Draw: Plane -> Element list
    }

module internal Mark =
    let reach (tight: bool) (numbers: float[]) : Reach =
        if tight then
            { Loose = [||]; Tight = numbers }
        else
            { Loose = numbers; Tight = [||] }

    /// A mark of numbers and their places: as many of the one as of the other.
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
                    $"{counts} were given. Give as many of each."
                )
            )
