module Hybrid.Tests.HistogramTests

open Hybrid.Figures
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.FiguresTesting
open Xunit

/// A bar's left and right edge, and its height in pixels.
let private bars root =
    path "bars" root
    |> List.map (fun corners ->
        let xs, ys = List.map fst corners, List.map snd corners
        List.min xs, List.max xs, List.max ys - List.min ys)

[<Fact>]
let ``Numbers are counted in intervals of equal width, the maximum in the last one`` () =
    let root =
        chart
            (x |> Axis.within 0.0 4.0)
            (y |> Axis.within 0.0 4.0)
            [ Histogram.ofValues (Series 0) "" 4 [| 0.0; 0.5; 1.0; 1.2; 1.9; 3.5; 4.0 |] ]

    Assert.Equal<(float * float * float) list>(
        [ 0.0, 100.0, 100.0; 100.0, 200.0, 150.0; 300.0, 400.0, 100.0 ],
        bars root
    )

[<Fact>]
let ``Bars stand on zero, or on the lower end of a logarithmic axis`` () =
    let mark =
        Histogram.bars Ink "" [| interval 0.0 1.0; interval 1.0 2.0 |] [| 1.0; 100.0 |]

    Assert.Equal<float list>(
        [ 200.0; 200.0 ],
        chart x y [ mark ] |> path "bars" |> List.map (List.head >> snd)
    )

    Assert.Equal<float list>(
        [ 200.0; 200.0 ],
        chart x (Axis.logarithmic "y") [ mark ]
        |> path "bars"
        |> List.map (List.head >> snd)
    )

[<Fact>]
let ``Non-finite numbers are counted in the name`` () =
    let mark = Histogram.ofValues Ink "activations" 2 [| 1.0; nan; 2.0; infinity |]
    Assert.Equal("activations (2 not finite)", mark.Name)
    Assert.Equal<string list>([ mark.Name ], chart x y [ mark ] |> texts "legend-label")

[<Fact>]
let ``Equal numbers form one bar`` () =
    let bar = chart x y [ Histogram.ofValues Ink "" 3 [| 5.0; 5.0 |] ] |> bars
    Assert.Single bar |> ignore

[<Fact>]
let ``Numbers of any size are counted`` () =
    Assert.Equal(2, (chart x y [ Histogram.ofValues Ink "" 5 [| -1e300; 1e300 |] ] |> bars).Length)

[<Fact>]
let ``A histogram without intervals, or with a different number of heights, is an error`` () =
    raises<FigureException, _> [ "0 intervals" ] (fun () -> Histogram.ofValues Ink "" 0 [| 1.0 |])

    raises<FigureException, _> [ "1 intervals and 2 heights" ] (fun () ->
        Histogram.bars Ink "" [| interval 0.0 1.0 |] [| 1.0; 2.0 |])

    raises<FigureException, _> [ "nothing" ] (fun () -> chart x y [ Histogram.ofValues Ink "" 3 [| nan |] ])
