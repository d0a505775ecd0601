module Hybrid.Tests.Lecture.SpreadTests

open Hybrid.Figures
open Hybrid.Lecture
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.FiguresTesting
open Xunit

[<Fact>]
let ``A quantile is interpolated between its neighbours`` () =
    let values = [ 4.0; 1.0; 3.0; 2.0 ]

    closeTo
        1e-12
        [ 1.0; 1.75; 2.5; 4.0 ]
        [ for share in [ 0.0; 0.25; 0.5; 1.0 ] -> Spread.quantile share values ]

    Assert.Equal(7.0, Spread.quantile 0.3 [ 7.0 ])

[<Fact>]
let ``A curve has a band, and only the curve has a name`` () =
    let root =
        Spread.curve (Series 2) "runs" [ 1.0; 2.0 ] [ [ 0.0; 1.0; 2.0 ]; [ 3.0; 4.0; 8.0 ] ]
        |> chart x y

    Assert.Single(ofClass "band" (plane root)) |> ignore
    Assert.Single(ofClass "line" (plane root)) |> ignore
    Assert.Equal(2, (markers "points" root).Length)
    Assert.Equal<string list>([ "runs" ], texts "legend-label" root)

[<Fact>]
let ``A strip has one point per run, at its size`` () =
    let root =
        Spread.strips [ 10; 20 ] [ [ 1.0; 2.0; 3.0 ]; [ 4.0 ] ]
        |> chart (Axis.logarithmic "size") y

    let counts =
        ofClass "points" (plane root)
        |> List.map (fun group -> Seq.length (group.Elements()))

    Assert.Equal<int list>([ 3; 1 ], counts)
    let columns = markers "points" root |> List.map fst
    Assert.Equal(2, (List.distinct columns).Length)
