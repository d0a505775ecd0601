namespace Hybrid.Figures

/// Text on a chart.
module Annotation =
    /// <summary>Text just above a point, on the side that has room for it.</summary>
    /// <param name="colour">The text's colour.</param>
    /// <param name="x">In the unit of the horizontal axis.</param>
    /// <param name="y">In the unit of the vertical axis.</param>
    /// <param name="words">A single line.</param>
    let text (colour: Colour) (x: float) (y: float) (words: string) : Mark =
        let draw (plane: Plane) =
            let left, top = Plane.x plane x, Plane.y plane y
            let half = Style.textWidth Style.tickSize words / 2.0

            let anchor =
                if left < half then "start"
                elif left > plane.Width - half then "end"
                else "middle"

            let baseline = if top < 24.0 then top + 20.0 else top - 9.0

            if System.Double.IsNaN(left + top) then
                []
            else
                // the edge is behind the text, which stays readable on any background
                let edge =
                    [
                        "class", "annotation edged"
                        "stroke-width", "4"
                        "stroke-linejoin", "round"
                        "paint-order", "stroke"
                    ]

                [
                    Element(
                        "g",
                        edge,
                        [
                            Style.text (Style.className colour) Style.tickSize anchor left baseline words
                        ]
                    )
                ]

        {
            Name = ""
            Symbol = []
            X = Mark.reach false [| x |]
            Y = Mark.reach false [| y |]
            Colours = None
            Covers = false
            Whole = true
            Draw = draw
        }
