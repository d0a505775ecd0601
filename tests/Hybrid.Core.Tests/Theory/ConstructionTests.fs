module Hybrid.Tests.ConstructionTests

open Hybrid.Core
open Hybrid.Theory
open Hybrid.Tests.CoreTesting
open Xunit

let private unit: Interval = { Lower = 0.0; Upper = 1.0 }
let private one text = Expression.parse [ "x" ] text

let private build name text epsilon =
    Construction.build name (one text) [| unit |] epsilon None None

[<Fact>]
let ``Every method builds a network that is proved to be within the requested distance`` () =
    for name in Construction.names do
        let result = build name "sin(2*pi*x)" 0.1
        Assert.Equal(name, result.Approximation.Method)
        Assert.True(result.Certificate.Holds, name)
        Assert.InRange(result.Certificate.Bound, result.Certificate.Measured, 0.1)
        Assert.InRange(result.Approximation.Bound, 0.0, 0.1)

[<Fact>]
let ``Towers and Kuhn's triangulation take two variables`` () =
    for name in [ "towers"; "kuhn"; "trained" ] do
        let result =
            Construction.build name (Expression.parse [ "x"; "y" ] "x*y") [| unit; unit |] 0.3 None None

        Assert.True(result.Certificate.Holds, name)

    raises<ApproximationException, _> [ "relu is for functions of one variable"; "towers or kuhn" ] (fun () ->
        Construction.build "relu" (Expression.parse [ "x"; "y" ] "x*y") [| unit; unit |] 0.3 None None)

[<Fact>]
let ``A trained network needs far fewer neurons`` () =
    let constructed, trained =
        build "relu" "sin(2*pi*x)" 0.02, build "trained" "sin(2*pi*x)" 0.02

    Assert.True(4 * trained.Approximation.Neurons < constructed.Approximation.Neurons)

[<Fact>]
let ``Given constants are used`` () =
    let result =
        Construction.build "bumps" (one "sqrt(x)") [| unit |] 0.1 (Some 100.0) None

    Assert.Equal(100.0, result.Lipschitz)
    Assert.True(result.Certificate.Holds)
    let curved = Construction.build "relu" (one "x^2") [| unit |] 0.01 None (Some 8.0)
    Assert.Equal(8.0, curved.Curvature)

[<Fact>]
let ``Constants that are too small are detected, since the proof does not rely on them`` () =
    for name in [ "bumps"; "relu"; "sigmoid"; "tanh"; "towers"; "kuhn" ] do
        let result =
            Construction.build name (one "sin(20*x)") [| unit |] 0.1 (Some 0.5) (Some 0.5)

        Assert.False(result.Certificate.Holds, name)
        Assert.True(result.Certificate.Measured > 0.1)

[<Fact>]
let ``Invalid constants are refused`` () =
    for constant in [ -1.0; nan; infinity ] do
        raises<ApproximationException, _> [ "Lipschitz constant"; string constant ] (fun () ->
            Construction.build "bumps" (one "x") [| unit |] 0.1 (Some constant) None)

        raises<ApproximationException, _> [ "curvature"; string constant ] (fun () ->
            Construction.build "relu" (one "x") [| unit |] 0.1 None (Some constant))

[<Fact>]
let ``A given constant does not replace values that do not exist`` () =
    for name in Construction.names do
        for text, part, place in
            [
                "sqrt(x-0.4)", "sqrt(x-0.4)", "at 0"
                "2+log(x-0.25)", "log(x-0.25)", "at 0"
                "x/(x-0.3)", "in x/(x-0.3), x-0.3 is 0", "at 0.3"
                "sin(1/(x-0.3))", "in 1/(x-0.3), x-0.3 is 0", "at 0.3"
                "abs(x-0.5)^(-2)", "abs(x-0.5)^-2", "at 0.5"
            ] do
            raises<ApproximationException, _> [ "no finite value"; part; place ] (fun () ->
                Construction.build name (one text) [| unit |] 0.6 (Some 0.5) (Some 0.5))

[<Fact>]
let ``A function with a kink has only a slope, and one with a steep end needs a constant`` () =
    let kink = build "relu" "abs(x-0.3)" 0.05
    Assert.True kink.Certificate.Holds
    Assert.Equal(infinity, kink.Curvature)

    raises<ApproximationException, _> [ "slope has no bound"; "with Lipschitz" ] (fun () ->
        build "bumps" "sqrt(x)" 0.1)

    raises<ApproximationException, _> [ "slope jumps" ] (fun () -> build "maxout" "abs(x-0.3)" 0.05)

[<Fact>]
let ``Impossible constructions are refused by every method`` () =
    for name in Construction.names do
        for epsilon in [ 0.0; -1.0; nan ] do
            raises<ApproximationException, _> [ "ε must be a positive, finite number" ] (fun () ->
                build name "x" epsilon)

        raises<ApproximationException, _> [ "is empty" ] (fun () ->
            Construction.build name (one "x") [| { Lower = 1.0; Upper = 0.0 } |] 0.1 None None)

        for text, place in [ "1/(x-0.3)", "0.3"; "log(x)", "at 0"; "sqrt(x-0.5)", "at 0" ] do
            raises<ApproximationException, _> [ "no finite value"; place ] (fun () -> build name text 0.1)

    for name in [ "relu"; "bumps"; "sigmoid"; "tanh"; "kuhn"; "towers" ] do
        raises<ApproximationException, _> [ "needs"; "cells"; "at most" ] (fun () ->
            Construction.build name (one "sin(100000*x)") [| unit |] 0.1 None None)

    raises<HybridException, _> [ "no method «magic»"; "relu" ] (fun () -> build "magic" "x" 0.1)

[<Fact>]
let ``A distance below the rounding of float32 is refused`` () =
    raises<ApproximationException, _> [ "float32" ] (fun () -> build "relu" "100000+x^2" 1e-5)
