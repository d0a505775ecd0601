namespace Hybrid.Lecture

open System
open System.Globalization
open Hybrid.Figures

/// Two drawings: a biological neuron, and its model with weights.
module internal NeuronPicture =
    let private number = Svg.number

    /// A stroke along a path, with round ends.
    let private stroke (name: string) (width: float) (path: string) =
        Element(
            "path",
            [
                "class", name
                "d", path
                "fill", "none"
                "stroke", "currentColor"
                "stroke-width", number width
                "stroke-linecap", "round"
                "stroke-linejoin", "round"
            ],
            []
        )

    /// A shape filled with its colour at an opacity, with an edge.
    let private shape (name: string) (opacity: float) (path: string) =
        Element(
            "path",
            [
                "class", name
                "d", path
                "fill", "currentColor"
                "fill-opacity", number opacity
                "stroke", "currentColor"
                "stroke-width", "1.75"
                "stroke-linejoin", "round"
            ],
            []
        )

    let private circle (x: float) (y: float) (r: float) =
        $"M{number (x - r)} {number y}a{number r} {number r} 0 1 0 {number (2.0 * r)} 0a{number r} {number r} 0 1 0 {number (-2.0 * r)} 0z"

    let private label anchor x y text =
        Style.text "label ink" Style.labelSize anchor x y text

    /// A small text just above a line, with its rotation.
    let private along (x1, y1) (x2, y2) (share: float) (width: float) text =
        let x, y = x1 + share * (x2 - x1), y1 + share * (y2 - y1)
        let angle = Math.Atan2(y2 - y1, x2 - x1) * 180.0 / Math.PI

        Element(
            "g",
            [ "transform", $"translate({number x} {number y}) rotate({number angle})" ],
            [
                Style.text "weight-label ink" Style.tickSize "middle" 0.0 (-5.0 - width / 2.0) text
            ]
        )

    /// A straight arrow to the right.
    let private arrow (colour: Colour) (width: float) x1 x2 y =
        Arrow.between "arrow" colour width ((x1, y), 0.0) ((x2, y), 0.0)

    let private figure title width height content : Figure =
        {
            Title = title
            Width = width
            Height = height
            Top = 44.0
            Content = Style.text "title ink" Style.titleSize "start" 14.0 29.0 title :: content
        }

    // every branch starts at the cell body, around (190, 170), and gets thinner
    let private dendrites =
        [
            7.0, "M168 150C150 130 130 118 104 108"
            4.5, "M104 108C84 100 66 98 44 78"
            3.0, "M104 108C92 94 88 80 84 62"
            3.0, "M70 96C54 98 42 104 26 104"
            7.0, "M160 172C130 172 112 178 88 186"
            4.5, "M88 186C68 192 52 190 28 182"
            3.0, "M88 186C72 200 58 210 38 214"
            7.0, "M170 192C156 212 140 226 118 240"
            4.5, "M118 240C98 252 82 258 60 276"
            3.0, "M118 240C112 256 110 270 104 290"
            5.5, "M192 140C192 122 184 106 176 90"
            3.0, "M176 90C170 78 160 70 148 60"
            3.0, "M176 90C180 78 182 70 192 58"
            5.5, "M196 200C200 220 196 236 188 252"
            3.0, "M188 252C182 266 172 272 164 290"
            3.0, "M188 252C194 266 200 274 212 286"
        ]

    let private body =
        "M160 172C154 152 172 132 194 138C216 140 226 152 240 164C246 168 246 174 240 178C226 190 218 202 198 203C176 206 164 192 160 172z"

    let private terminals = [ 566.0, 112.0; 590.0, 146.0; 590.0, 194.0; 564.0, 232.0 ]

    /// Our own drawing of a biological neuron: dendrites, cell body, axon and its branches.
    let biological: Figure =
        let sheath left =
            shape
                "muted"
                0.18
                $"M{number left} 163h44a8 8 0 0 1 8 8a8 8 0 0 1-8 8h-44a8 8 0 0 1-8-8a8 8 0 0 1 8-8z"

        let axon =
            [ stroke "ink axon" 5.0 "M240 171H484" ]
            @ [ for left in [ 280.0; 346.0; 412.0 ] -> sheath left ]
            @ [
                stroke "ink" 3.5 "M484 171C510 168 526 130 562 114"
                stroke "ink" 3.5 "M484 171C520 170 544 156 584 147"
                stroke "ink" 3.5 "M484 171C520 172 544 184 584 193"
                stroke "ink" 3.5 "M484 171C510 174 526 214 560 230"
            ]
            @ [ for x, y in terminals -> shape "series1 terminal" 0.9 (circle x y 6.5) ]

        figure
            "A neuron, drawn roughly"
            640.0
            350.0
            ([ for width, path in dendrites -> stroke "series0 dendrite" width path ]
             @ axon
             @ [
                 shape "paper" 1.0 body
                 shape "series0 body" 0.22 body
                 shape "series0 nucleus" 0.75 (circle 196.0 170.0 12.0)
             ]
             @ arrow Muted 2.0 296.0 420.0 206.0
             @ [
                 label "start" 14.0 324.0 "dendrites: signals come in"
                 label "start" 226.0 128.0 "cell body: they add up"
                 label "middle" 358.0 228.0 "axon: it fires"
                 label "end" 626.0 268.0 "synapses on other neurons"
             ])

    let private signed (x: float) =
        (abs x).ToString("0.00", CultureInfo.InvariantCulture)
        |> fun digits -> (if x < 0.0 then "−" else "") + digits

    let private subscript (index: int) =
        string index |> String.map (fun digit -> char (int digit - int '0' + int '₀'))

    /// <summary>The model neuron: inputs, one line per weight, the sum, the activation. A weight's arrow is red if it
    /// excites and blue if it inhibits; its width is relative to the largest weight.</summary>
    /// <param name="weights">One per input, 1 to 9 of them.</param>
    /// <param name="bias">Added to the weighted sum.</param>
    let model (weights: float[]) (bias: float) : Figure =
        let height = 350.0
        let middle = 190.0
        let step = min 70.0 (240.0 / float (max 1 (weights.Length - 1)))
        let largest = weights |> Array.map Math.Abs |> Array.max |> max 1e-300

        let place index =
            middle + step * (float index - float (weights.Length - 1) / 2.0)

        let x0, x1, small, radius = 70.0, 300.0, 18.0, 50.0

        let width (weight: float) = 1.0 + 5.0 * abs weight / largest

        let line index (weight: float) =
            let name, colour =
                match Math.Sign weight with
                | 1 -> "weight positive", Series 1
                | -1 -> "weight negative", Series 0
                | _ -> "weight zero", Muted

            Arrow.between name colour (width weight) ((x0, place index), small) ((x1, middle), radius)

        // closer to the inputs, where the lines are apart
        let text index (weight: float) =
            along (x0, place index) (x1, middle) 0.4 (width weight) $"w{subscript index} = {signed weight}"

        let neuron index =
            Svg.group
                "neuron"
                [
                    shape "paper" 1.0 (circle x0 (place index) small)
                    shape "ink" 0.08 (circle x0 (place index) small)
                    label "middle" x0 (place index + 5.0) $"x{subscript index}"
                ]

        let sigmoid =
            [ 0..40 ]
            |> List.map (fun i ->
                let x = -5.0 + float i / 4.0
                let letter = if i = 0 then "M" else "L"
                $"{letter}{number (430.0 + 5.0 * x)} {number (middle + 15.0 - 30.0 / (1.0 + exp -x))}")
            |> String.concat ""

        let sample colour left =
            Svg.line colour 4.0 left 47.0 (left + 26.0) 47.0

        figure
            "The model: f(Σ wᵢxᵢ + b)"
            640.0
            height
            ([
                sample "series1 sample" 14.0
                label "start" 47.0 52.0 "excites (w > 0)"
                sample "series0 sample" 184.0
                label "start" 217.0 52.0 "inhibits (w < 0)"
             ]
             @ List.concat (Array.mapi line weights)
             @ List.ofArray (Array.mapi text weights)
             @ List.init weights.Length neuron
             @ arrow Ink 2.5 (x1 + radius) 398.0 middle
             @ arrow Ink 2.5 462.0 520.0 middle
             @ Arrow.between "arrow" Ink 2.0 ((x1, middle - radius - 34.0), 0.0) ((x1, middle), radius)
             @ [
                 label "middle" x1 (middle - radius - 42.0) $"b = {signed bias}"
                 shape "paper" 1.0 (circle x1 middle radius)
                 shape "series2 body" 0.16 (circle x1 middle radius)
                 label "middle" x1 (middle + 5.0) "Σ wᵢxᵢ + b"
                 shape "paper" 1.0 $"M398 {number (middle - 28.0)}h64v56h-64z"
                 shape "series2 activation" 0.16 $"M398 {number (middle - 28.0)}h64v56h-64z"
                 stroke "ink curve" 2.25 sigmoid
                 label "middle" 430.0 (middle + 48.0) "activation f"
                 label "middle" x1 (middle + radius + 22.0) "cell body"
                 label "start" 526.0 (middle + 5.0) "firing rate"
                 label "start" 14.0 (height - 8.0) "inputs xᵢ come along axons; a weight wᵢ is a synapse"
             ])
