namespace Hybrid.Figures

/// The axes around a plane: ticks, labels, titles, grid lines.
module internal Frame =
    let private lineHeight = 19.0

    /// Ticks whose labels stand apart: as many as there is room for, at most 9.
    let private horizontalTicks (plane: Plane) : Tick list =
        let fits (ticks: Tick list) =
            ticks
            |> List.filter (fun tick -> tick.Label <> "")
            |> List.pairwise
            |> List.forall (fun (a, b) ->
                let widths =
                    Style.textWidth Style.tickSize a.Label + Style.textWidth Style.tickSize b.Label

                plane.Width * (b.Place - a.Place) > widths / 2.0 + 10.0)

        let candidates = [ 8..-1..1 ] |> List.map (fun count -> Ticks.along count plane.X)

        candidates |> List.tryFind fits |> Option.defaultValue (List.last candidates)

    let verticalTicks (height: float) (ruler: Ruler) : Tick list =
        Ticks.along (max 2 (int (height / 45.0))) ruler

    let tickWidth (ticks: Tick list) : float =
        ticks
        |> List.map (fun tick -> Style.textWidth Style.tickSize tick.Label)
        |> List.max

    let private heading room (axis: Axis) =
        Style.wrap Style.labelSize room (Axis.heading axis)

    let private lines name (place: int -> float * float) (texts: string list) =
        texts
        |> List.mapi (fun index text ->
            let x, y = place index
            Style.text name Style.labelSize "middle" x y text)

    /// Below the plane, and how much room it takes there.
    let horizontal (plane: Plane) : Element list * float =
        let tick (tick: Tick) =
            let x = plane.Width * tick.Place

            if tick.Label = "" then
                [ Svg.line "minor muted" 1.0 x plane.Height x (plane.Height + 3.0) ]
            else
                [
                    Svg.line "tick muted" 1.0 x plane.Height x (plane.Height + 5.0)
                    Style.text "tick-label ink" Style.tickSize "middle" x (plane.Height + 20.0) tick.Label
                ]

        let titles = heading plane.Width plane.X.Axis

        let title =
            titles
            |> lines "axis-title ink" (fun index ->
                plane.Width / 2.0, plane.Height + 44.0 + float index * lineHeight)

        [
            Svg.group
                "x-axis"
                (Svg.line "axis muted" 1.0 0.0 plane.Height plane.Width plane.Height
                 :: List.collect tick (horizontalTicks plane)
                 @ title)
        ],
        28.0
        + (if titles.IsEmpty then
               0.0
           else
               4.0 + lineHeight * float titles.Length)

    /// Upright axes have their titles turned, as far from the labels as these are wide.
    let private turned name (x: float) (height: float) (texts: string list) =
        texts
        |> lines name (fun index -> 0.0, float index * lineHeight)
        |> fun elements ->
            Element(
                "g",
                [
                    "transform", $"translate({Svg.number x} {Svg.number (height / 2.0)}) rotate(-90)"
                ],
                elements
            )

    /// Left of the plane, and how much room it takes there.
    let vertical (plane: Plane) : Element list * float =
        let ticks = verticalTicks plane.Height plane.Y

        let tick (tick: Tick) =
            let y = plane.Height * (1.0 - tick.Place)

            if tick.Label = "" then
                [ Svg.line "minor muted" 1.0 -3.0 y 0.0 y ]
            else
                [
                    Svg.line "tick muted" 1.0 -5.0 y 0.0 y
                    Style.text "tick-label ink" Style.tickSize "end" -9.0 (y + 4.5) tick.Label
                ]

        let titles = heading plane.Height plane.Y.Axis
        let titleRoom = lineHeight * float titles.Length
        let labels = 9.0 + tickWidth ticks

        [
            Svg.group
                "y-axis"
                (Svg.line "axis muted" 1.0 0.0 0.0 0.0 plane.Height :: List.collect tick ticks
                 @ [ turned "axis-title ink" (-labels - titleRoom + 7.0) plane.Height titles ])
        ],
        labels + titleRoom + (if titles.IsEmpty then 0.0 else 8.0)

    /// Lines at the labelled ticks.
    let grid (plane: Plane) : Element =
        let labelled = List.filter (fun (tick: Tick) -> tick.Label <> "")

        Svg.group
            "grid"
            [
                for tick in labelled (horizontalTicks plane) do
                    let x = plane.Width * tick.Place
                    Svg.line "faint" 1.0 x 0.0 x plane.Height
                for tick in labelled (verticalTicks plane.Height plane.Y) do
                    let y = plane.Height * (1.0 - tick.Place)
                    Svg.line "faint" 1.0 0.0 y plane.Width y
            ]

    /// Right of the plane, so many pixels from it: what the colours mean, and where the room that it takes ends.
    let colourBar (plane: Plane) (from: float) (map: ColourMap, ruler: Ruler) : Element * float =
        let left, width = plane.Width + from + 6.0, 16.0
        let step = plane.Height / float map.Steps.Length

        let ticks =
            verticalTicks plane.Height ruler |> List.filter (fun tick -> tick.Label <> "")

        let titles = heading plane.Height ruler.Axis
        let labels = left + width + 9.0 + tickWidth ticks

        let steps =
            map.Steps
            |> Array.mapi (fun index colour ->
                let top = plane.Height - step * float (index + 1)

                Element(
                    "rect",
                    [
                        "x", Svg.number left
                        "y", Svg.number top
                        "width", Svg.number width
                        "height", Svg.number step
                        "fill", colour
                    ],
                    []
                ))
            |> List.ofArray

        let tick (tick: Tick) =
            let y = plane.Height * (1.0 - tick.Place)

            [
                Svg.line "tick muted" 1.0 (left + width) y (left + width + 5.0) y
                Style.text "tick-label ink" Style.tickSize "start" (left + width + 9.0) (y + 4.5) tick.Label
            ]

        Svg.group
            "colour-bar"
            (Element("g", [ "class", "steps"; "shape-rendering", "crispEdges" ], steps)
             :: List.collect tick ticks
             @ [ turned "axis-title ink" (labels + lineHeight) plane.Height titles ]),
        labels - plane.Width + lineHeight * float titles.Length + 4.0
