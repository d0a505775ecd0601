module Hybrid.Tests.Lecture.DecisionMapTests

open Hybrid.Core
open Hybrid.Figures
open Hybrid.Lecture
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.FiguresTesting
open Xunit

let private square = interval -4.0 4.0

/// Scores 0 and ax + by + c.
let private line a b c =
    Linear.network
        {
            Weight = matrix [ [ 0.0; 0.0 ]; [ a; b ] ]
            Bias = Some(Tensor.constant [ 2 ] [| 0.0; c |])
        }

let private map network =
    DecisionMap.scores engine (square, square) 80 network |> DecisionMap.ofScores

[<Fact>]
let ``A line makes two regions with a border as long as the map`` () =
    let right = map (line 1.0 0.0 0.01)
    Assert.Equal((2, 80), (DecisionMap.regions right, DecisionMap.border right))
    Assert.Equal<int list>([ 0; 1 ], [ right.Classes[39]; right.Classes[40] ])
    // rows go up
    let upper = map (line 0.0 1.0 0.01)
    Assert.Equal((0, 1), (upper.Classes[0], upper.Classes[80 * 79]))

[<Fact>]
let ``One class everywhere is one region without a border`` () =
    let map = map (line 0.0 0.0 1.0)
    Assert.Equal((1, 0), (DecisionMap.regions map, DecisionMap.border map))

[<Fact>]
let ``Cells that touch only at a corner are separate`` () =
    let chess =
        {
            Columns = 3
            Rows = 3
            Classes = [| 0; 1; 0; 1; 0; 1; 0; 1; 0 |]
        }

    Assert.Equal((9, 12), (DecisionMap.regions chess, DecisionMap.border chess))

[<Fact>]
let ``A picture shows the points of both classes in the colours of their regions`` () =
    let scores = DecisionMap.scores engine (square, square) 40 (line 1.0 0.0 0.01)

    let root =
        DecisionMap.picture "title" [ "red"; "green" ] scores [] (PlanePoints.layerSizes 1UL)
        |> parse

    Assert.Equal<string list>([ "prediction"; "red"; "green" ], texts "legend-label" root)

    let colours name =
        ofClass name (plane root) |> List.map (attribute "class")

    Assert.Equal<string list>([ "region series1"; "region series2" ], colours "region")
    Assert.Equal<string list>([ "points edged series1"; "points edged series2" ], colours "points")
    Assert.NotEmpty(ofClass "contour" root)

[<Fact>]
let ``A smoother network reaches 90 % certainty farther from its border`` () =
    let at slope =
        DecisionMap.scores engine (square, square) 80 (line slope 0.0 0.01)
        |> DecisionMap.ninety
        |> chart x y
        |> plane
        |> ofClass "contour"
        |> List.map (attribute "d" >> points >> List.concat >> List.averageBy fst)

    // x = ±ln 9 / slope, in 400 pixels from −4 to 4
    for slope in [ 1.0; 3.0 ] do
        let distance = 50.0 * log 9.0 / slope
        closeTo 1.0 [ 200.0 + distance; 200.0 - distance ] (at slope)

    Assert.Empty(DecisionMap.ninety [])
