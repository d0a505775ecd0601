namespace Hybrid.Figures

open System

/// The parts of a network diagram: neurons one below the other, and the weights between them.
module internal Neurons =
    let private tallest = 320.0

    /// Larger layers are shown by their first and last neurons.
    let private most, ends = 24, 8

    let isCut (neurons: int) : bool = neurons > most

    /// The number of gaps between neurons, with one place left for those that are not shown.
    let private gaps neurons =
        if isCut neurons then 2 * ends else neurons - 1

    let private step neurons =
        min 54.0 (tallest / float (max 1 (gaps neurons)))

    /// The distance from the first neuron's centre to the last one's.
    let height (neurons: int) : float = step neurons * float (gaps neurons)

    let radius (neurons: int) : float = min 16.0 (0.36 * step neurons)

    /// The neurons that are shown, each with its height, where 0 is the middle.
    let places (neurons: int) : (int * float) list =
        let shown =
            if isCut neurons then
                [ 0 .. ends - 1 ] @ [ neurons - ends .. neurons - 1 ]
            else
                [ 0 .. neurons - 1 ]

        shown
        |> List.mapi (fun place neuron ->
            let slot = if place <> neuron then place + 1 else place
            neuron, step neurons * float slot - height neurons / 2.0)

    let positive, negative = Series 1, Series 0

    /// A weight as an arrow between two neurons, each given by its centre and radius; None if it is not known. The weight of the
    /// largest absolute value has the widest arrow.
    let connection (largest: float) (weight: float option) source target : Element list =
        let colour, sign, width =
            match weight with
            | None -> Muted, "", 1.0
            | Some weight when not (Double.IsFinite weight) -> Ink, " not-finite", 1.0
            | Some weight ->
                match Math.Sign weight with
                | 1 -> positive, " positive", 0.5 + 3.0 * weight / largest
                | -1 -> negative, " negative", 0.5 - 3.0 * weight / largest
                | _ -> Muted, " zero", 0.5

        Arrow.between $"weight{sign}" colour width source target

    /// The more connections there are, the fainter they are drawn, so that single ones remain visible.
    let connections (arrows: Element list list) : Element =
        let opacity =
            Math.Clamp(sqrt (80.0 / float (max 1 arrows.Length)), 0.25, 1.0) |> Svg.number

        Element(
            "g",
            [ "class", "weights"; "stroke-opacity", opacity; "fill-opacity", opacity ],
            List.concat arrows
        )

    let neuron (radius: float) (x: float, y: float) : Element =
        let circle name attributes =
            Element(
                "circle",
                [
                    "class", name
                    "cx", Svg.number x
                    "cy", Svg.number y
                    "r", Svg.number radius
                    "fill", "currentColor"
                ]
                @ attributes,
                []
            )

        Svg.group
            "neuron"
            [
                circle "paper" []
                circle "ink" [ "fill-opacity", "0.08"; "stroke", "currentColor"; "stroke-width", "1.5" ]
            ]
