module Hybrid.Tests.LinesTests

open System
open Hybrid.Figures
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.FiguresTesting
open Xunit

let private numbers = [| 0.0; 1.0; 2.0; 3.0; 4.0 |]

let private line xs ys =
    chart x y [ Lines.line (Series 0) "line" xs ys ]

[<Fact>]
let ``A line goes through its points, from the left edge to the right one`` () =
    let run =
        chart x (y |> Axis.within 0.0 4.0) [ Lines.line (Series 0) "" numbers numbers ]
        |> path "line"
        |> List.exactlyOne

    Assert.Equal<(float * float) list>([ for i in 0.0 .. 4.0 -> i * 100.0, 200.0 - i * 50.0 ], run)

[<Theory>]
[<InlineData(Double.NaN)>]
[<InlineData(Double.PositiveInfinity)>]
[<InlineData(Double.NegativeInfinity)>]
let ``A non-finite number is a gap, and a single point is a dot`` gap =
    let broken = [| 0.0; gap; 2.0; 3.0; gap |]
    let runs = line numbers broken
    Assert.Equal<int list>([ 1; 2 ], path "line" runs |> List.map List.length)
    Assert.Contains("h0", ofClass "line" (plane runs) |> List.exactlyOne |> attribute "d")
    Assert.Equal<int list>([ 1; 2 ], line broken numbers |> path "line" |> List.map List.length)

[<Fact>]
let ``A logarithmic axis has gaps where numbers are not positive`` () =
    let runs =
        chart x (Axis.logarithmic "y") [ Lines.line (Series 0) "" numbers [| 1.0; 0.0; 10.0; 100.0; -1.0 |] ]
        |> path "line"

    Assert.Equal<int list>([ 1; 2 ], List.map List.length runs)

[<Fact>]
let ``100,000 points take no more text than the picture needs, and keep every column's minimum and maximum``
    ()
    =
    let count = 100_000
    let xs = Array.init count float

    let ys =
        Array.init count (fun i -> sin (float i / 3000.0) + 0.1 * cos (float i * 12.9898))

    let y = y |> Axis.within -1.2 1.2
    let figure = Chart.create "" x y [ Lines.line (Series 0) "" xs ys ] |> Chart.draw
    Assert.True((Figure.toSvg figure).Length < 100_000)
    let drawn = parse figure |> path "line" |> List.exactlyOne
    let plane = {| Width = 560.0; Height = 320.0 |}

    let pixel value =
        plane.Height * (1.0 - (value + 1.2) / 2.4)

    // the ends of every half pixel's column, from all points and from those that are drawn
    let extent points =
        points
        |> Seq.groupBy (fun (x: float, _) -> floor (2.0 * x))
        |> Seq.map (fun (column, points) ->
            column, (Seq.min (Seq.map snd points), Seq.max (Seq.map snd points)))
        |> Map.ofSeq

    let all =
        Seq.zip xs ys
        |> Seq.map (fun (x, y) -> plane.Width * x / float (count - 1), pixel y)
        |> extent

    let kept = extent drawn

    /// A column with its neighbours, since a coordinate that is rounded can come to the next one.
    let around column extents =
        let near =
            [ column - 1.0; column; column + 1.0 ]
            |> List.choose (fun column -> Map.tryFind column extents)

        near |> List.map fst |> List.min, near |> List.map snd |> List.max

    let within (top, bottom) (top', bottom') =
        top >= top' - 0.02 && bottom <= bottom' + 0.02

    Assert.True(all.Count > 1000)

    for KeyValue(column, extent) in kept do
        Assert.True(within extent (around column all), $"column {column} has a point that is not of the data")

    for KeyValue(column, extent) in all do
        Assert.True(within extent (around column kept), $"column {column} has lost a point")

[<Fact>]
let ``A number far outside the range takes few digits`` () =
    let run =
        chart x (y |> Axis.within 0.0 1.0) [ Lines.line (Series 0) "" [| 0.0; 1.0 |] [| 0.5; 1e299 |] ]
        |> path "line"
        |> List.exactlyOne

    Assert.Equal((400.0, -100000.0), List.last run)

[<Fact>]
let ``A band is closed around each of its parts, and a gap in one curve is a gap in the band`` () =
    let lower = [| 0.0; 1.0; nan; 3.0; 4.0 |]
    let upper = lower |> Array.map (fun y -> y + 1.0)

    let runs =
        chart x (y |> Axis.within 0.0 5.0) [ Lines.band (Series 0) "" numbers lower upper ]
        |> path "band"

    Assert.Equal<(float * float) list list>(
        [
            [ 0.0, 200.0; 100.0, 160.0; 100.0, 120.0; 0.0, 160.0 ]
            [ 300.0, 80.0; 400.0, 40.0; 400.0, 0.0; 300.0, 40.0 ]
        ],
        runs
    )

[<Fact>]
let ``Series beyond the sixth are distinguished by dashes`` () =
    let dashes =
        chart x y [ for index in 0..7 -> Lines.line (Series index) $"{index}" numbers numbers ]
        |> plane
        |> ofClass "line"
        |> List.map (attribute "stroke-dasharray")

    Assert.Equal(8, dashes.Length)
    Assert.All(dashes[..5], fun dashes -> Assert.Equal("", dashes))
    Assert.All(dashes[6..], fun dashes -> Assert.NotEqual<string>("", dashes))

[<Fact>]
let ``Different numbers of coordinates are an error that names the line`` () =
    raises<FigureException, _> [ "line «loss»"; "5 x and 2 y" ] (fun () ->
        Lines.line Ink "loss" numbers [| 1.0; 2.0 |])

    raises<FigureException, _> [ "band «bound»"; "3 upper" ] (fun () ->
        Lines.band Ink "bound" numbers numbers [| 1.0; 2.0; 3.0 |])
