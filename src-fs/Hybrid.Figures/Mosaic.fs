namespace Hybrid.Figures

open System
open System.Collections.Generic
open System.Text
open Hybrid.Diagnostics

/// Pictures side by side, such as the filters of a layer.
module Mosaic =
    /// More pictures are left out, which the title says.
    [<Literal>]
    let private Most = 128

    let private gap, private largest, private columns = 4.0, 64.0, 16

    /// The size of a pixel: a whole number of half pixels of the screen, for sharp edges.
    let private scale (picture: Picture) : float =
        max 1.0 (floor (2.0 * largest / float (max picture.Height picture.Width)) / 2.0)

    /// A number's colour among those of a range: around 0 from blue through white to red, or from 0 from dark to light.
    let private single (isSigned: bool) (largest: float) (value: float) : string =
        let map, part =
            if isSigned then
                ColourMap.diverging, 0.5 + 0.5 * value / largest
            else
                ColourMap.sequential, value / largest

        map.Steps[ColourMap.step map part]

    /// Red, green and blue, with grey for 0; in steps so fine that neighbours look alike.
    let private mixed (largest: float) (red: float) (green: float) (blue: float) : string =
        let part value =
            Math.Clamp(int (round (15.5 + 15.5 * value / largest)) * 255 / 31, 0, 255)

        $"#{part red:x2}{part green:x2}{part blue:x2}"

    let private colours (isSigned: bool) (largest: float) (picture: Picture) : string[] =
        Array.init (picture.Height * picture.Width) (fun place ->
            let value channel =
                float picture.Values[place * picture.Channels + channel]

            if picture.Channels = 3 then
                mixed largest (value 0) (value 1) (value 2)
            else
                // of other numbers of channels the mean
                single isSigned largest (Seq.averageBy value (seq { 0 .. picture.Channels - 1 })))

    /// One rectangle for neighbouring pixels of a colour in a row.
    let private tile (left: float) (top: float) (colours: string[]) (picture: Picture) : Element list =
        let size = scale picture
        let paths = SortedDictionary<string, StringBuilder>(StringComparer.Ordinal)

        for row in 0 .. picture.Height - 1 do
            let mutable first = 0

            while first < picture.Width do
                let colour = colours[row * picture.Width + first]
                let mutable next = first + 1

                while next < picture.Width && colours[row * picture.Width + next] = colour do
                    next <- next + 1

                if not (paths.ContainsKey colour) then
                    paths[colour] <- StringBuilder()

                let x, y = left + size * float first, top + size * float row
                let width = Svg.number (size * float (next - first))

                paths[colour].Append($"M{Svg.number x} {Svg.number y}h{width}v{Svg.number size}h-{width}z")
                |> ignore

                first <- next

        [
            for pair in paths -> Element("path", [ "fill", pair.Key; "d", pair.Value.ToString() ], [])
        ]

    /// <summary>Pictures in rows, each of three channels in colour and others by one scale of colours.</summary>
    /// <param name="title">What they are; how the colours are scaled is added.</param>
    /// <param name="isSigned">Whether 0 is in the middle of the colours, and each picture is scaled by itself, as for weights; otherwise all
    /// are scaled alike, from 0.</param>
    /// <param name="pictures">Of one size; of more than 128, the first.</param>
    /// <exception cref="T:Hybrid.Figures.FigureException">There are no pictures, or a number is not finite.</exception>
    let draw (title: string) (isSigned: bool) (pictures: Picture list) : Figure =
        let fail message =
            raise (FigureException($"pictures {Hybrid.Core.Printable.quote title}", message))

        if pictures.IsEmpty then
            fail "there are none to draw."

        let shown = List.truncate Most pictures

        if
            shown
            |> List.exists (fun picture -> Array.exists (Single.IsFinite >> not) picture.Values)
        then
            fail "a number is NaN or infinite, so there is nothing to draw."

        let magnitude (picture: Picture) =
            picture.Values
            |> Array.fold (fun largest value -> max largest (abs (float value))) 0.0

        let largestOfAll = shown |> List.map magnitude |> List.max
        let first = shown.Head
        let size = scale first
        let width, height = size * float first.Width + gap, size * float first.Height + gap
        let across = min columns shown.Length

        let note =
            match isSigned, first.Channels with
            | true, 3 -> "grey is 0, each scaled by itself"
            | true, _ -> "white is 0, red above, blue below, each scaled by itself"
            | false, _ -> $"dark is 0, light {Hybrid.Core.Printable.number largestOfAll}"

        let left =
            if pictures.Length > Most then
                $"; the first {Most} of {pictures.Length}"
            else
                ""

        let room = max 320.0 (width * float across)
        let lines = Style.wrap Style.labelSize room $"{title} ({note}{left})"
        let top = Style.linesHeight Style.labelSize lines + 6.0

        let tiles =
            shown
            |> List.mapi (fun i picture ->
                let scaled = if isSigned then magnitude picture else largestOfAll

                Svg.group
                    "picture"
                    (tile
                        (width * float (i % across))
                        (top + height * float (i / across))
                        (colours isSigned (if scaled > 0.0 then scaled else 1.0) picture)
                        picture))

        {
            Title = title
            Width = max room (Style.linesWidth Style.labelSize lines)
            Height = top + height * float ((shown.Length + across - 1) / across)
            Top = top
            Content =
                Style.lines "ink" Style.labelSize "start" 0.0 Style.labelSize lines
                @ [
                    Element("g", [ "class", "pictures"; "shape-rendering", "crispEdges" ], tiles)
                ]
        }
