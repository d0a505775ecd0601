module Hybrid.Tests.GridsTests

open Hybrid.Core
open Hybrid.Theory
open Hybrid.Tests.CoreTesting
open Xunit

let private box axes : Interval[] =
    Array.replicate axes { Lower = 0.0; Upper = 1.0 }

let private at (points: float[][]) (approximation: Approximation) =
    let x = Tensor.constant [ points.Length; points[0].Length ] (Array.concat points)
    Reference.value (Network.forward approximation.Network x)

let private product (x: float[]) = x[0] * x[1]

[<Fact>]
let ``Two cells per axis give four towers on two steps`` () =
    let towers = Grids.towers product (Smoothness.lipschitz (sqrt 2.0)) (box 2) 0.501
    Assert.Equal(2 + 4, towers.Neurons)

    closeTo
        1e-12
        [ 0.0625; 0.1875; 0.1875; 0.5625; 0.0625 ]
        (at
            [|
                [| 0.1; 0.2 |]
                [| 0.1; 0.9 |]
                [| 0.9; 0.1 |]
                [| 0.9; 0.9 |]
                [| 0.5; 0.5 |]
            |]
            towers)

[<Fact>]
let ``One cell gives a constant`` () =
    for axes in 1..3 do
        let towers = Grids.towers (fun _ -> 3.0) (Smoothness.lipschitz 1.0) (box axes) 1.0
        Assert.Equal(0, towers.Neurons)
        closeTo 0.0 [ 3.0 ] (at [| Array.create axes 0.3 |] towers)

[<Fact>]
let ``Kuhn's triangulation of one square is linear on either side of the diagonal`` () =
    let kuhn = Grids.kuhn product (Smoothness.lipschitz (sqrt 2.0)) (box 2) 2.001
    // x y at the corners: the lesser of x and y between them
    closeTo
        1e-12
        [ 0.25; 0.25; 0.0; 1.0 ]
        (at [| [| 0.25; 0.75 |]; [| 0.75; 0.25 |]; [| 0.0; 1.0 |]; [| 1.0; 1.0 |] |] kuhn)

[<Fact>]
let ``Boxes need not start at 0 or be square`` () =
    let box: Interval[] =
        [| { Lower = -2.0; Upper = 1.0 }; { Lower = 3.0; Upper = 3.5 } |]

    let f (x: float[]) = 2.0 * x[0] - x[1] + 1.0
    let known = Smoothness.lipschitz (sqrt 5.0)
    let points = Cells.points 7 box
    let target = points |> Array.map f

    for build in [ Grids.towers; Grids.kuhn ] do
        let approximation = build f known box 0.9
        closeTo approximation.Bound target (at points approximation)

    // a linear function is its own interpolant
    closeTo 1e-12 target (at points (Grids.kuhn f known box 0.9))

[<Fact>]
let ``Impossible constructions are refused`` () =
    for build in [ Grids.towers; Grids.kuhn ] do
        let known = Smoothness.lipschitz 1.0
        raises<ApproximationException, _> [ "positive" ] (fun () -> build product known (box 2) nan)

        raises<ApproximationException, _> [ "needs"; "cells"; "at most" ] (fun () ->
            build product known (box 2) 1e-5)

        raises<ApproximationException, _> [ "No number of neurons" ] (fun () ->
            build product (Smoothness.lipschitz infinity) (box 2) 0.1)

        raises<ApproximationException, _> [ "is empty" ] (fun () ->
            build product known [| { Lower = 0.0; Upper = 1.0 }; { Lower = 1.0; Upper = 1.0 } |] 0.1)

        raises<ApproximationException, _> [ "no finite value at" ] (fun () ->
            build (fun x -> 1.0 / (x[0] - x[1] - 5.0) + nan) known (box 2) 0.5)
