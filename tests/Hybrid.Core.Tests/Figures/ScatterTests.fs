module Hybrid.Tests.ScatterTests

open System
open Hybrid.Figures
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.FiguresTesting
open Xunit

let private shape root =
    (ofClass "points" (plane root)).Head.Elements() |> Seq.head |> attribute "d"

[<Fact>]
let ``Every point lies in the plane at its place`` () =
    let root =
        chart
            (x |> Axis.within 0.0 4.0)
            (y |> Axis.within 0.0 2.0)
            [ Scatter.points (Series 1) "points" [| 0.0; 1.0; 4.0 |] [| 0.0; 1.5; 2.0 |] ]

    Assert.Equal<(float * float) list>([ 0.0, 200.0; 100.0, 50.0; 400.0, 0.0 ], markers "points" root)

[<Fact>]
let ``All points and markers are inside the plane when the data determine the axes`` () =
    let numbers = Array.init 50 (fun i -> sin (float (i * i)))

    let places =
        chart x y [ Scatter.points Ink "" numbers (Array.rev numbers) ]
        |> markers "points"

    Assert.Equal(50, places.Length)

    for x, y in places do
        Assert.True(x >= 5.0 && x <= 395.0 && y >= 5.0 && y <= 195.0, $"({x}, {y})")

[<Fact>]
let ``Points that are not finite are left out`` () =
    let xs = [| 0.0; nan; 2.0; infinity; 4.0 |]
    let ys = [| 0.0; 1.0; nan; 1.0; 1.0 |]
    Assert.Equal(2, (chart x y [ Scatter.points Ink "" xs ys ] |> markers "points").Length)

[<Fact>]
let ``Points outside the axes are left out`` () =
    let xs = [| -1.0; 0.0; 1.0; 3.0; 1.0 |]
    let ys = [| 0.0; 0.0; 2.0; 1.0; -0.5 |]

    let root =
        chart (x |> Axis.within 0.0 2.0) (y |> Axis.within 0.0 2.0) [ Scatter.points Ink "" xs ys ]

    Assert.Equal<(float * float) list>([ 0.0, 200.0; 200.0, 0.0 ], markers "points" root)

[<Fact>]
let ``Twelve series differ in colour or shape`` () =
    let looks =
        [
            for index in 0..11 ->
                let root = chart x y [ Scatter.points (Series index) "" [| 0.0 |] [| 0.0 |] ]
                Style.className (Series index), shape root
        ]

    Assert.Equal(12, (List.distinct looks).Length)

[<Fact>]
let ``100,000 points are dots in one path, those on the same half pixel only once`` () =
    let numbers = Array.init 100_000 (fun i -> float (i % 317))
    let others = Array.init 100_000 (fun i -> float (i % 50))

    let figure =
        Chart.create "" x y [ Scatter.points (Series 0) "" numbers others ]
        |> Chart.draw

    let dots = parse figure |> path "dots"
    Assert.Equal(317 * 50, dots.Length)
    Assert.Equal(dots.Length, (List.distinct dots).Length)
    Assert.True((Figure.toSvg figure).Length < 400_000)

[<Fact>]
let ``Different numbers of coordinates are an error`` () =
    raises<FigureException, _> [ "points «p»"; "1 x and 2 y" ] (fun () ->
        Scatter.points Ink "p" [| 1.0 |] [| 1.0; 2.0 |])
