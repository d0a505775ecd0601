namespace Hybrid.Figures

open System

/// Points; each series has its own shape.
module Scatter =
    /// More points than this are drawn as small dots.
    let private shown = 2000

    // Drawn from the centre, each with about the area of a circle of radius 4.5.
    let private shapes =
        [|
            "m-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z"
            "m-4-4h8v8h-8z"
            "m0-5.6l5.6 9.6h-11.2z"
            "m0-5.8l5.8 5.8l-5.8 5.8l-5.8-5.8z"
            "m0 5.6l5.6-9.6h-11.2z"
            "m-1.9-5.2h3.8v3.3h3.3v3.8h-3.3v3.3h-3.8v-3.3h-3.3v-3.8h3.3z"
        |]

    let private shape (colour: Colour) =
        match colour with
        | Series index -> shapes[Style.cycle shapes.Length (index + index / Style.seriesCount)]
        | Ink
        | Muted -> shapes[0]

    let private at (struct (x, y)) = $"M{Svg.number x} {Svg.number y}"

    /// One after the other, each with an edge that separates it from those that it covers.
    let private markers (colour: Colour) (points: struct (float * float)[]) : Element =
        let shape = shape colour

        Element(
            "g",
            [
                "class", $"points edged {Style.className colour}"
                "fill", "currentColor"
                "stroke-width", "1.2"
            ],
            [ for point in points -> Element("path", [ "d", at point + shape ], []) ]
        )

    /// All in one path: lines of length 0, whose round ends are dots.
    let private dots (colour: Colour) (points: struct (float * float)[]) : Element =
        Element(
            "path",
            [
                "class", $"dots {Style.className colour}"
                "d", points |> Array.map (fun point -> at point + "h0") |> String.concat ""
                "fill", "none"
                "stroke", "currentColor"
                "stroke-width", "2.5"
                "stroke-linecap", "round"
            ],
            []
        )

    /// <summary>Points; those that are NaN or infinite in a coordinate, or lie outside the axes, are left out. The others are
    /// drawn whole, even at the edge.</summary>
    /// <param name="colour">Their colour; each series also has its own shape.</param>
    /// <param name="name">Their name in the legend; empty to leave them out.</param>
    /// <param name="xs">Any number, in the unit of the horizontal axis.</param>
    /// <param name="ys">One per point, in the unit of the vertical axis.</param>
    /// <exception cref="T:Hybrid.Figures.FigureException">The numbers of coordinates differ.</exception>
    let points (colour: Colour) (name: string) (xs: float[]) (ys: float[]) : Mark =
        Mark.check "points" name [ "x", xs.Length; "y", ys.Length ]

        let places (plane: Plane) =
            // points on the same half pixel look like one
            let onGrid pixels = Math.Round(2.0 * pixels) / 2.0

            // NaN does not lie within anything
            let within size pixels = pixels >= -0.5 && pixels <= size + 0.5

            Array.map2 (fun x y -> struct (onGrid (Plane.x plane x), onGrid (Plane.y plane y))) xs ys
            |> Array.filter (fun (struct (x, y)) -> within plane.Width x && within plane.Height y)
            |> Array.distinct

        {
            Name = name
            Symbol = [ markers colour [| struct (14.0, 7.0) |] ]
            X = Mark.reach false xs
            Y = Mark.reach false ys
            Colours = None
            Covers = false
            Whole = true
            Draw =
                fun plane ->
                    let places = places plane
                    [ (if places.Length > shown then dots else markers) colour places ]
        }
