module Hybrid.Tests.ApproximationTests

open System
open Hybrid.Core
open Hybrid.Theory
open Hybrid.Tests.CoreTesting
open Xunit

let private unit: Interval = { Lower = 0.0; Upper = 1.0 }

let private at (xs: float list) (approximation: Approximation) =
    Reference.value (
        Network.forward approximation.Network (Tensor.constant [ xs.Length; 1 ] (Array.ofList xs))
    )

let private methods =
    [
        "relu", Approximation.relu
        "bumps", Approximation.bumps
        "sigmoid", Approximation.sigmoid
        "tanh", Approximation.tanh
    ]

[<Fact>]
let ``Four bumps of a line are steps through it at their middles`` () =
    let bumps = Approximation.bumps id (Smoothness.lipschitz 1.0) unit 0.1251
    Assert.Equal(3, bumps.Neurons)
    Assert.Equal<string list>([ "linear"; "step"; "linear" ], kinds bumps.Network)
    // a cell has its upper edge, and not its lower one
    closeTo 1e-6 [ 0.125; 0.125; 0.125; 0.375; 0.625; 0.875 ] (at [ 0.0; 0.1; 0.25; 0.26; 0.75; 1.0 ] bumps)

[<Fact>]
let ``Two rectified units are a line with a kink`` () =
    let relu =
        Approximation.relu (fun x -> abs (x - 0.5)) (Smoothness.lipschitz 1.0) unit 0.2501

    Assert.Equal(2, relu.Neurons)
    closeTo 1e-12 [ 0.5; 0.25; 0.0; 0.25; 0.5 ] (at [ 0.0; 0.25; 0.5; 0.75; 1.0 ] relu)

[<Fact>]
let ``A sigmoid and a tanh are the same staircase`` () =
    let f x = sin (3.0 * x)
    let sigmoid = Approximation.sigmoid f (Smoothness.lipschitz 3.0) unit 0.2
    let tanh = Approximation.tanh f (Smoothness.lipschitz 3.0) unit 0.2
    Assert.Equal(sigmoid.Neurons, tanh.Neurons)
    let xs = [ for i in 0..100 -> float i / 100.0 ]
    closeTo 1e-12 (at xs sigmoid) (at xs tanh)

[<Fact>]
let ``A constant needs at most one cell, by every method`` () =
    for name, build in methods do
        let constant = build (fun _ -> 2.0) (Smoothness.smooth 0.0 0.0) unit 0.1
        Assert.Equal(name, constant.Method)
        Assert.InRange(constant.Neurons, 0, 1)
        closeTo 1e-15 [ 2.0; 2.0; 2.0 ] (at [ 0.0; 0.5; 1.0 ] constant)
        Assert.Equal(0.0, RoundingError.onBox constant.Network [| unit |], 5)

[<Fact>]
let ``Bumps of large values stay within the requested distance`` () =
    // what moving the heights to multiples of a power of two takes is counted
    let f x = 1000.0 + 31.5 * x
    let bumps = Approximation.bumps f (Smoothness.lipschitz 31.5) unit (31.5 / 16.0)
    Assert.InRange(bumps.Bound, 0.0, 31.5 / 16.0)

    raises<ApproximationException, _> [ "float32 are already off by" ] (fun () ->
        Approximation.bumps (fun x -> 1e8 + x) (Smoothness.lipschitz 1.0) unit 0.01)

[<Fact>]
let ``Impossible constructions are refused by every method`` () =
    for _, build in methods do
        let known = Smoothness.lipschitz 1.0

        for epsilon in [ 0.0; -0.1; nan; infinity ] do
            raises<ApproximationException, _> [ "ε must be a positive, finite number" ] (fun () ->
                build id known unit epsilon)

        raises<ApproximationException, _> [ "from 1 to 0 is empty" ] (fun () ->
            build id known { Lower = 1.0; Upper = 0.0 } 0.1)

        raises<ApproximationException, _> [ "needs"; "cells"; "at most 100,000" ] (fun () ->
            build id known unit 2e-6)

        raises<ApproximationException, _> [ "No number of neurons" ] (fun () ->
            build id (Smoothness.lipschitz infinity) unit 0.1)

        raises<ApproximationException, _> [ "no finite value at" ] (fun () ->
            build (fun x -> if x > 0.6 then nan else x) known unit 0.1)
