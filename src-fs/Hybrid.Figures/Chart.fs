namespace Hybrid.Figures

/// Marks on shared axes, drawn on top of each other in order.
[<NoEquality; NoComparison>]
type Chart =
    {
        /// Above the chart; empty for none.
        Title: string
        X: Axis
        Y: Axis
        Marks: Mark list
        /// The width of the plane between the axes, in pixels; titles and labels are added outside it.
        Width: float
        Height: float
    }

module Chart =
    /// A chart of the given marks, with defaults for everything else.
    let create (title: string) (x: Axis) (y: Axis) (marks: Mark list) : Chart =
        {
            Title = title
            X = x
            Y = y
            Marks = marks
            Width = 560.0
            Height = 320.0
        }

    /// The chart with a plane of the given size, in pixels.
    let sized (width: float) (height: float) (chart: Chart) : Chart =
        { chart with
            Width = width
            Height = height
        }

    let private edge = 14.0

    let private plane (chart: Chart) : Plane =
        let fail message =
            raise (FigureException($"chart {Hybrid.Core.Printable.quote chart.Title}", message))

        if
            not (
                chart.Width >= 50.0
                && chart.Height >= 50.0
                && chart.Width + chart.Height <= 20000.0
            )
        then
            fail
                $"a plane of {chart.Width} by {chart.Height} pixels cannot be drawn. Give at least 50 each, and at most 20000 together."

        let ruler axis (reach: Mark -> Reach) =
            match Ruler.create axis (List.map reach chart.Marks) with
            | Some ruler -> ruler
            | None ->
                let scale =
                    match axis.Scale with
                    | Scale.Linear -> "finite"
                    | Scale.Logarithmic -> "finite and positive, as the logarithmic axis requires"

                fail
                    $"nothing on the axis {Hybrid.Core.Printable.quote axis.Title} is {scale}, so there is nothing to draw."

        {
            X = ruler chart.X _.X
            Y = ruler chart.Y _.Y
            Width = chart.Width
            Height = chart.Height
        }

    /// An inner svg clips to its own area, which extends beyond the plane by half the width of a curve, so that a curve along the
    /// edge is drawn whole.
    let private clipped (plane: Plane) (elements: Element list) : Element =
        let edge = 1.5
        let width, height = plane.Width + 2.0 * edge, plane.Height + 2.0 * edge
        let number = Svg.number

        Element(
            "svg",
            [
                "class", "clipped"
                "x", number -edge
                "y", number -edge
                "width", number width
                "height", number height
                "viewBox", $"{number -edge} {number -edge} {number width} {number height}"
            ],
            elements
        )

    /// The space that the axis on the left takes.
    let private leftOf (plane: Plane) : float =
        max (snd (Frame.vertical plane)) (fst (Frame.overhang plane))

    let private drawBehind (left: float) (chart: Chart) : Figure =
        let plane = plane chart
        let yAxis, _ = Frame.vertical plane
        let xAxis, bottom = Frame.horizontal plane
        let behindPlane = snd (Frame.overhang plane)

        let bars, right =
            chart.Marks
            |> List.choose _.Colours
            |> List.mapFold (ColourBar.create plane) (max 12.0 behindPlane)

        let title = Style.wrap Style.titleSize (plane.Width + right) chart.Title
        let titleHeight = Style.linesHeight Style.titleSize title

        let legend, legendWidth, legendHeight =
            chart.Marks
            |> List.map (fun mark -> mark.Name, mark.Symbol)
            |> Legend.create plane.Width

        let top = edge + titleHeight + legendHeight + 8.0

        let marks =
            chart.Marks
            |> List.collect (fun mark ->
                if mark.Whole then
                    mark.Draw plane
                else
                    [ clipped plane (mark.Draw plane) ])
            |> Svg.group "plane"

        let grid =
            if chart.Marks |> List.exists _.Covers then
                []
            else
                [ Frame.grid plane ]

        let titleLines =
            Style.lines "title ink" Style.titleSize "start" 0.0 (edge + 15.0 - top) title

        let width =
            plane.Width + right
            |> max legendWidth
            |> max (Style.linesWidth Style.titleSize title)

        {
            Title = chart.Title
            Width = edge + left + width + edge
            Height = top + plane.Height + bottom + edge
            Top = top
            Content =
                [
                    Svg.moved
                        "chart"
                        (edge + left)
                        top
                        (titleLines
                         @ [ Svg.moved "head" 0.0 (edge + titleHeight - top) legend ]
                         @ grid
                         @ [ marks; xAxis; yAxis ]
                         @ bars)
                ]
        }

    /// <summary>The chart as a figure.</summary>
    /// <exception cref="T:Hybrid.Figures.FigureException">No number can be shown on an axis, or an axis's range or the size
    /// cannot be drawn.</exception>
    let draw (chart: Chart) : Figure = drawBehind (leftOf (plane chart)) chart

    /// <summary>Charts one below the other, with their planes aligned at the left.</summary>
    /// <exception cref="T:Hybrid.Figures.FigureException">There are no charts, or one of them cannot be drawn.</exception>
    let column (charts: Chart list) : Figure =
        let left =
            charts |> List.fold (fun left chart -> max left (leftOf (plane chart))) 0.0

        Figure.column (charts |> List.map (drawBehind left))
