namespace Hybrid.Figures

/// The axes around a plane: ticks, labels, titles, grid lines.
module internal Frame =
    let private labelled = List.filter (fun (tick: Tick) -> tick.Label <> "")

    /// Ticks whose labels do not touch: as many as there is room for, at most 9.
    let private horizontalTicks (plane: Plane) : Tick list =
        let fits (ticks: Tick list) =
            labelled ticks
            |> List.pairwise
            |> List.forall (fun (a, b) ->
                let widths =
                    Style.textWidth Style.tickSize a.Label + Style.textWidth Style.tickSize b.Label

                plane.Width * (b.Place - a.Place) > widths / 2.0 + 10.0)

        let candidates = [ 8..-1..1 ] |> List.map (fun count -> Ticks.along count plane.X)

        candidates |> List.tryFind fits |> Option.defaultValue (List.last candidates)

    let private verticalTicks (height: float) (ruler: Ruler) : Tick list =
        Ticks.along (max 2 (int (height / 38.0))) ruler

    let private heading room (axis: Axis) =
        Style.wrap Style.labelSize room (Axis.heading axis)

    /// How far labels extend beyond the plane: to the left, and to the right.
    let overhang (plane: Plane) : float * float =
        let beyond (distance: Tick -> float) =
            labelled (horizontalTicks plane)
            |> List.map (fun tick -> Style.textWidth Style.tickSize tick.Label / 2.0 - distance tick)
            |> List.max
            |> max 0.0

        beyond (fun tick -> plane.Width * tick.Place), beyond (fun tick -> plane.Width * (1.0 - tick.Place))

    /// The axis below the plane, and the space that it takes there.
    let horizontal (plane: Plane) : Element * float =
        let tick (tick: Tick) =
            let x = plane.Width * tick.Place

            if tick.Label = "" then
                [ Svg.line "minor muted" 1.0 x plane.Height x (plane.Height + 3.0) ]
            else
                [
                    Svg.line "tick muted" 1.0 x plane.Height x (plane.Height + 5.0)
                    Style.text "tick-label ink" Style.tickSize "middle" x (plane.Height + 20.0) tick.Label
                ]

        let title = heading plane.Width plane.X.Axis

        Svg.group
            "x-axis"
            (Svg.line "axis muted" 1.0 0.0 plane.Height plane.Width plane.Height
             :: List.collect tick (horizontalTicks plane)
             @ Style.lines
                 "axis-title ink"
                 Style.labelSize
                 "middle"
                 (plane.Width / 2.0)
                 (plane.Height + 44.0)
                 title),
        30.0 + Style.linesHeight Style.labelSize title

    /// The ticks of a vertical axis at x with their labels, and its title beyond them, on the left (side = −1) or the right (side
    /// = 1); and the space that they take there.
    let upright (side: float) (x: float) (height: float) (ruler: Ruler) : Element list * float =
        let ticks = verticalTicks height ruler
        let anchor = if side < 0.0 then "end" else "start"

        let tick (tick: Tick) =
            let y = height * (1.0 - tick.Place)

            if tick.Label = "" then
                [ Svg.line "minor muted" 1.0 x y (x + 3.0 * side) y ]
            else
                [
                    Svg.line "tick muted" 1.0 x y (x + 5.0 * side) y
                    Style.text "tick-label ink" Style.tickSize anchor (x + 9.0 * side) (y + 4.5) tick.Label
                ]

        let title = heading height ruler.Axis
        let titleRoom = Style.linesHeight Style.labelSize title

        let labels =
            9.0
            + (ticks
               |> List.map (fun tick -> Style.textWidth Style.tickSize tick.Label)
               |> List.max)

        // turned, the first line's baseline is its right edge
        let baseline = x + side * labels + (if side < 0.0 then 9.0 - titleRoom else 20.0)

        List.collect tick ticks
        @ [
            Element(
                "g",
                [
                    "transform", $"translate({Svg.number baseline} {Svg.number (height / 2.0)}) rotate(-90)"
                ],
                Style.lines "axis-title ink" Style.labelSize "middle" 0.0 0.0 title
            )
        ],
        labels + titleRoom + (if title.IsEmpty then 0.0 else 7.0)

    /// The axis left of the plane, and the space that it takes there.
    let vertical (plane: Plane) : Element * float =
        let elements, room = upright -1.0 0.0 plane.Height plane.Y
        Svg.group "y-axis" (Svg.line "axis muted" 1.0 0.0 0.0 0.0 plane.Height :: elements), room

    /// Lines at the labelled ticks.
    let grid (plane: Plane) : Element =
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
