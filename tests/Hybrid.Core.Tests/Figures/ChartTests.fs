module Hybrid.Tests.ChartTests

open System
open System.Xml.Linq
open Hybrid.Figures
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.FiguresTesting
open Hybrid.Tests.PictureRules
open Xunit

let private line name =
    Lines.line (Series 0) name [| 0.0; 10.0 |] [| -1.0; 1.0 |]

[<Fact>]
let ``A chart has its title, axis titles with units, tick labels, and the names of its marks`` () =
    let time = Axis.linear "time" |> Axis.inUnit "s"

    let root =
        chart time (Axis.linear "loss") [ line "training"; line ""; line "validation" ]

    Assert.Equal<string list>([ "title" ], texts "title" root)
    Assert.Equal<string list>([ "time (s)"; "loss" ], texts "axis-title" root)
    Assert.Equal<string list>([ "training"; "validation" ], texts "legend-label" root)

    let labels axis =
        ofClass axis root |> List.head |> texts "tick-label"

    Assert.Equal<string list>([ "0"; "2"; "4"; "6"; "8"; "10" ], labels "x-axis")
    Assert.Equal<string list>([ "−1.0"; "−0.5"; "0"; "0.5"; "1.0" ], labels "y-axis")
    Assert.Equal(3, (ofClass "line" (plane root)).Length)
    Assert.Equal(11, (ofClass "faint" root).Length)

[<Fact>]
let ``Names are shown as text, whatever they contain`` () =
    let name = "<script>&\"'</script>"

    let root =
        Chart.create name (Axis.linear name) (Axis.linear name |> Axis.inUnit name) [ line name ]
        |> Chart.draw
        |> parse

    Assert.Equal(
        name,
        root.Descendants(XName.Get("title", "http://www.w3.org/2000/svg"))
        |> Seq.exactlyOne
        |> _.Value
    )

    Assert.Equal<string list>([ name ], texts "title" root)

    let title axis =
        ofClass axis root |> List.head |> texts "axis-title" |> String.concat " "

    Assert.Equal((name, $"{name} ({name})"), (title "x-axis", title "y-axis"))
    Assert.Equal<string list>([ name ], texts "legend-label" root)

[<Fact>]
let ``Everything is inside the figure, and no texts overlap`` () =
    let many =
        [
            for index in 0..9 ->
                Lines.line (Series index) $"a series with a long name {index}" [| 1.0; 1e5 |] [| 1e-9; 3e-9 |]
        ]

    for x in
        [
            Axis.linear "x"
            Axis.logarithmic "a horizontal axis"
            Axis.linear "x" |> Axis.within 12344.5 12345.5
        ] do
        for y in
            [
                Axis.linear "y" |> Axis.inUnit "m"
                Axis.logarithmic "an axis whose title is longer than the axis is high"
            ] do
            for width, height in [ 560.0, 320.0; 120.0, 90.0 ] do
                Chart.create "a title that may be longer than the chart is wide" x y many
                |> Chart.sized width height
                |> Chart.draw
                |> parse
                |> laidOut

[<Fact>]
let ``The labels of a colour bar are inside the figure`` () =
    let grid =
        Grid.sample (interval 0.0 1.0) (interval 0.0 1.0) 9 9 (fun x y -> 1e7 * (x - y))

    laidOut (chart x y [ HeatMap.diverging (Axis.linear "energy" |> Axis.inUnit "J") grid ])

[<Fact>]
let ``The legend and the title are above the data`` () =
    let root = chart x y [ for index in 0..9 -> line $"series number {index}" ]
    let top = onFigure (plane root) (0.0, 0.0) |> snd

    for text in ofClass "legend-label" root @ ofClass "title" root do
        let _, _, _, bottom = box text
        Assert.True(bottom < top)

[<Fact>]
let ``The same data give the same text`` () =
    let draw () =
        Chart.create "t" x y [ line "a" ] |> Chart.draw |> Figure.toSvg

    Assert.Equal(draw (), draw ())

[<Fact>]
let ``A line spans the plane without a margin, and points have one`` () =
    let root = chart x y [ line "" ]
    let run = path "line" root |> List.exactlyOne
    Assert.Equal((0.0, 400.0), (fst run[0], fst run[1]))
    Assert.InRange(snd run[0], 180.0, 195.0)
    Assert.InRange(snd run[1], 5.0, 20.0)

[<Fact>]
let ``Points and text at the edge of the axes are drawn whole, and curves are clipped`` () =
    let numbers = [| 0.0; 0.5; 1.0 |]

    let root =
        chart
            (x |> Axis.within 0.0 1.0)
            (y |> Axis.within 0.0 1.0)
            [
                Lines.line (Series 0) "" [| -1.0; 2.0 |] [| -1.0; 2.0 |]
                Scatter.points (Series 0) "" numbers numbers
                Annotation.text Ink 1.0 1.0 "words"
            ]

    let clipped = ofClass "clipped" root |> List.exactlyOne

    Assert.Equal<string list>(
        [ "line series0" ],
        clipped.Elements() |> Seq.map (attribute "class") |> List.ofSeq
    )
    // room for the half of a line that runs along an edge
    let window = (attribute "viewBox" clipped).Split ' ' |> Array.map float
    Assert.Equal<float[]>([| -1.5; -1.5; 403.0; 203.0 |], window)
    Assert.Equal<(float * float) list>([ 0.0, 200.0; 200.0, 100.0; 400.0, 0.0 ], markers "points" root)
    Assert.Single(ofClass "annotation" root) |> ignore
    wholeMarks root

[<Fact>]
let ``Data without a finite value, or a positive one on a logarithmic axis, is an error that names chart and axis``
    ()
    =
    let numbers = [| 1.0; 2.0 |]
    let draw x y mark = fun () -> chart x y [ mark ]

    raises<FigureException, _>
        [ "chart «title»"; "axis «y»"; "is finite" ]
        (draw x y (Lines.line Ink "" numbers [| nan; infinity |]))

    raises<FigureException, _>
        [ "axis «loss»"; "positive" ]
        (draw x (Axis.logarithmic "loss") (Lines.line Ink "" numbers [| 0.0; -1.0 |]))

    raises<FigureException, _>
        [ "axis «x»" ]
        (draw (x |> Axis.within 0.0 1.0) y (Lines.line Ink "" [||] [||]))

    raises<FigureException, _> [ "nothing" ] (fun () -> chart x y [])

[<Theory>]
[<InlineData(0.0, 100.0)>]
[<InlineData(100.0, Double.NaN)>]
[<InlineData(100.0, 1e9)>]
let ``A size that cannot be drawn is an error`` (width, height) =
    raises<FigureException, _> [ "chart «t»"; "pixels" ] (fun () ->
        Chart.create "t" x y [ line "" ] |> Chart.sized width height |> Chart.draw)
