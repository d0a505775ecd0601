namespace Hybrid.Figures

/// The key to the colours of a heat map: the colours stacked along an axis.
module internal ColourBar =
    let private width = 16.0

    /// A bar to the right of the plane, at this distance in pixels, and where its space ends.
    let create (plane: Plane) (from: float) (map: ColourMap, ruler: Ruler) : Element * float =
        let left = plane.Width + from + 6.0
        let step = plane.Height / float map.Steps.Length

        let steps =
            [
                for index in 0 .. map.Steps.Length - 1 ->
                    Element(
                        "rect",
                        [
                            "x", Svg.number left
                            "y", Svg.number (plane.Height - step * float (index + 1))
                            "width", Svg.number width
                            "height", Svg.number step
                            "fill", map.Steps[index]
                        ],
                        []
                    )
            ]

        let axis, room = Frame.upright 1.0 (left + width) plane.Height ruler

        Svg.group
            "colour-bar"
            (Element("g", [ "class", "steps"; "shape-rendering", "crispEdges" ], steps)
             :: axis),
        from + 6.0 + width + room
