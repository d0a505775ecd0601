namespace Hybrid.Figures

open System
open System.Text
open Hybrid.Core

/// The frequencies of numbers in intervals.
module Histogram =
    let private fill colour path =
        Element(
            "path",
            [
                "class", $"bars {Style.className colour}"
                "d", path
                "fill", "currentColor"
                "fill-opacity", "0.45"
                "stroke", "currentColor"
                "stroke-width", "1"
            ],
            []
        )

    /// <summary>A bar from 0 to its height over each interval; bars that are not finite are left out.</summary>
    /// <param name="colour">Their colour, pale enough to show bars behind them.</param>
    /// <param name="name">Their name in the legend; empty to leave them out.</param>
    /// <param name="bins">The intervals, in the unit of the horizontal axis.</param>
    /// <param name="heights">One per interval, in the unit of the vertical axis.</param>
    /// <exception cref="T:Hybrid.Figures.FigureException">The numbers of intervals and heights differ.</exception>
    let bars (colour: Colour) (name: string) (bins: Interval[]) (heights: float[]) : Mark =
        Mark.check "bars" name [ "intervals", bins.Length; "heights", heights.Length ]

        let outline (plane: Plane) =
            let path = StringBuilder()
            let number (value: float) = Svg.number value

            // a logarithmic axis cannot show 0: its bars start at the lower end
            let ground =
                let zero = Plane.y plane 0.0
                if Double.IsNaN zero then plane.Height else zero

            Array.iter2
                (fun (bin: Interval) height ->
                    let left, right = Plane.x plane bin.Lower, Plane.x plane bin.Upper
                    let top = Plane.y plane height

                    if height <> 0.0 && Double.IsFinite(left + right + top) then
                        path.Append(
                            $"M{number left} {number ground}V{number top}H{number right}V{number ground}Z"
                        )
                        |> ignore)
                bins
                heights

            path.ToString()

        {
            Name = name
            Symbol = [ fill colour "M4 13V1H24V13Z" ]
            X = Mark.reach false (bins |> Array.collect (fun bin -> [| bin.Lower; bin.Upper |]))
            Y =
                {
                    Loose = heights |> Array.filter (fun height -> height <> 0.0)
                    Tight = [| 0.0 |]
                }
            Colours = None
            Covers = false
            Whole = false
            Draw = fun plane -> [ fill colour (outline plane) ]
        }

    /// <summary>The counts of numbers in intervals of equal width from the minimum to the maximum.</summary>
    /// <param name="colour">The bars' colour.</param>
    /// <param name="name">Their name in the legend. Numbers that are not finite are not in any interval; their count is added to
    /// the name.</param>
    /// <param name="bins">The number of intervals, at least 1.</param>
    /// <param name="values">Any number, in the unit of the horizontal axis.</param>
    /// <exception cref="T:Hybrid.Figures.FigureException">There is less than one interval.</exception>
    let ofValues (colour: Colour) (name: string) (bins: int) (values: float[]) : Mark =
        if bins < 1 then
            raise (
                FigureException(
                    $"histogram {Printable.quote name}",
                    $"{bins} intervals were requested. Request 1 or more."
                )
            )

        let finite = values |> Array.filter Double.IsFinite

        let name =
            match values.Length - finite.Length with
            | 0 -> name
            | others -> $"{name} ({others} not finite)".TrimStart()

        if Array.isEmpty finite then
            bars colour name [||] [||]
        else
            let least, most = Array.min finite, Array.max finite
            let room = if least < most then 0.0 else 0.5 * max 1.0 (Math.Abs least)
            let lower, upper = least - room, most + room

            // halves, since the difference of two finite numbers can be infinite
            let part (value: float) =
                (value / 2.0 - lower / 2.0) / (upper / 2.0 - lower / 2.0)

            let edge index =
                let part = float index / float bins
                lower * (1.0 - part) + upper * part

            let counts = Array.zeroCreate bins

            for value in finite do
                let bin = min (bins - 1) (int (part value * float bins))
                counts[bin] <- counts[bin] + 1.0

            let intervals =
                Array.init bins (fun index ->
                    {
                        Lower = edge index
                        Upper = edge (index + 1)
                    })

            bars colour name intervals counts
