namespace Hybrid.Figures

/// Straight arrows, such as from neuron to neuron.
module Arrow =
    /// <summary>A line from the edge of one circle to the edge of another, with a filled head whose tip touches it.</summary>
    /// <param name="name">The classes of the line, in addition to its colour.</param>
    /// <param name="colour">The colour of the line and the head.</param>
    /// <param name="width">The width of the line, in pixels; the head grows with it.</param>
    /// <param name="from">The centre of the circle where it starts, and its radius: 0 for a point.</param>
    /// <param name="to">The centre of the circle where it ends, and its radius.</param>
    let between
        (name: string)
        (colour: Colour)
        (width: float)
        (from: (float * float) * float)
        (``to``: (float * float) * float)
        : Element list =
        let (x1, y1), gap1 = from
        let (x2, y2), gap2 = ``to``
        let distance = max 1e-9 (sqrt ((x2 - x1) ** 2.0 + (y2 - y1) ** 2.0))
        let ux, uy = (x2 - x1) / distance, (y2 - y1) / distance
        let length = min (5.0 + 1.6 * width) (0.5 * max 0.0 (distance - gap1 - gap2))
        let half = 0.45 * length
        let along gap = x2 - gap * ux, y2 - gap * uy
        let point (x, y) = $"{Svg.number x} {Svg.number y}"
        let startX, startY = x1 + gap1 * ux, y1 + gap1 * uy
        let baseX, baseY = along (gap2 + length)

        let corner side =
            point (baseX - side * half * uy, baseY + side * half * ux)

        [
            Svg.line $"{name} {Style.className colour}" width startX startY baseX baseY
            Element(
                "path",
                [
                    "class", $"head {Style.className colour}"
                    "d", $"M{point (along gap2)}L{corner 1.0}L{corner -1.0}Z"
                    "fill", "currentColor"
                ],
                []
            )
        ]
