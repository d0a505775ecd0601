namespace Hybrid.Figures

open System

/// The class that a classifier predicts at each point of a plane: regions in the pale colours of their series, and the lines
/// between them. The legend calls the regions "prediction".
module Regions =
    let private areas (classes: Grid) : Mark =
        let fill (index: int, path) =
            Element(
                "path",
                [
                    "class", $"region {Style.className (Series index)}"
                    "d", path
                    "fill", "currentColor"
                    "fill-opacity", "0.25"
                ],
                []
            )

        let kind (value: float) =
            if Double.IsFinite value then Some(int value) else None

        let x, y = Grid.reach classes
        let present = classes.Values |> Array.choose kind |> Array.distinct |> Array.sort

        // a strip in each class's colour, side by side
        let strips =
            present
            |> Array.mapi (fun place index ->
                let left = Svg.number (2.0 + 24.0 * float place / float present.Length)
                let right = Svg.number (2.0 + 24.0 * float (place + 1) / float present.Length)
                fill (index, $"M{left} 1H{right}V13H{left}Z"))

        {
            Name = "prediction"
            Symbol = List.ofArray strips
            X = x
            Y = y
            Colours = None
            Covers = true
            Whole = false
            Draw =
                fun plane ->
                    let regions = Grid.outlines plane kind classes |> List.map fill

                    [
                        Element("g", [ "class", "regions"; "shape-rendering", "crispEdges" ], regions)
                    ]
        }

    let private border = Contour.at Ink "" 0.0

    /// <summary>The regions and the lines between them, halfway between cells of different classes.</summary>
    /// <param name="classes">The index of each cell's class, the colour of its series; NaN for none.</param>
    let ofClasses (classes: Grid) : Mark list =
        let indices =
            classes.Values |> Array.filter Double.IsFinite |> Array.distinct |> Array.sort

        // the last class's border is also that of the others
        let borders =
            indices[.. indices.Length - 2]
            |> Array.map (fun index ->
                classes
                |> Grid.map (fun value ->
                    if Double.IsNaN value then nan
                    elif value = index then 0.5
                    else -0.5)
                |> border)

        areas classes :: List.ofArray borders

    /// <summary>The regions where each score is the maximum, and the lines along which the two largest scores are
    /// equal.</summary>
    /// <param name="scores">One grid per class, in the order of the classes, all with the same cells. For a network with one
    /// output s, give −s and s.</param>
    /// <exception cref="T:Hybrid.Figures.FigureException">There are fewer than two classes, or grids of different
    /// sizes.</exception>
    let ofScores (scores: Grid list) : Mark list =
        match scores with
        | first :: _ :: _ ->
            Mark.check
                "regions"
                "scores"
                (scores
                 |> List.mapi (fun index grid -> $"cells of class {index}", grid.Values.Length))

            let scores = scores |> List.map _.Values |> Array.ofList
            let at cell = scores |> Array.map (Array.item cell)

            let classes =
                Array.init first.Values.Length (fun cell ->
                    let scores = at cell

                    if Array.exists Double.IsNaN scores then
                        nan
                    else
                        float (Array.findIndex ((=) (Array.max scores)) scores))

            /// How far a class's score exceeds the maximum of the others.
            let margin index cell =
                let scores = at cell
                scores[index] - Array.max (Array.removeAt index scores)

            let borders =
                [
                    for index in 0 .. scores.Length - 2 ->
                        border
                            { first with
                                Values = Array.init first.Values.Length (margin index)
                            }
                ]

            areas { first with Values = classes } :: borders
        | _ ->
            raise (
                FigureException(
                    "regions",
                    $"{scores.Length} scores were given. Give one per class, and at least 2."
                )
            )
