module Hybrid.Tests.QuasiNewtonTests

open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

let private rosenbrock (x: float[]) : struct (float * float[]) =
    let a, b = 1.0 - x[0], x[1] - x[0] * x[0]
    struct (a * a + 100.0 * b * b, [| -2.0 * a - 400.0 * x[0] * b; 200.0 * b |])

/// Σ k (xₖ - k)² with k from 1.
let private bowl (x: float[]) : struct (float * float[]) =
    let terms = x |> Array.mapi (fun i x -> float (i + 1), x - float (i + 1))
    struct (terms |> Array.sumBy (fun (k, d) -> k * d * d), terms |> Array.map (fun (k, d) -> 2.0 * k * d))

[<Fact>]
let ``Rosenbrock's valley is followed to its end`` () =
    let minimum = QuasiNewton.minimise rosenbrock [| -1.2; 1.0 |] 200
    closeTo 1e-8 [ 1.0; 1.0 ] minimum.Point
    Assert.InRange(minimum.Iterations, 10, 100)

[<Fact>]
let ``A quadratic function of n variables needs little more than n iterations`` () =
    for n in [ 1; 2; 5; 10 ] do
        let minimum = QuasiNewton.minimise bowl (Array.zeroCreate n) 200
        closeTo 1e-9 [ for k in 1..n -> float k ] minimum.Point
        Assert.InRange(minimum.Iterations, 1, 2 * n + 8)

[<Fact>]
let ``The number of iterations stays within its limit, and each one descends`` () =
    let values =
        [
            for iterations in 0..40 ->
                let minimum = QuasiNewton.minimise rosenbrock [| -1.2; 1.0 |] iterations
                Assert.InRange(minimum.Iterations, 0, iterations)
                minimum.Value
        ]

    let struct (start, _) = rosenbrock [| -1.2; 1.0 |]
    Assert.Equal(start, values.Head)
    Assert.All(List.pairwise values, fun (before, after) -> Assert.True(after <= before))
    Assert.All(List.pairwise (List.truncate 20 values), fun (before, after) -> Assert.True(after < before))

[<Fact>]
let ``A start at a minimum needs no iterations`` () =
    let minimum = QuasiNewton.minimise rosenbrock [| 1.0; 1.0 |] 100
    Assert.Equal(0, minimum.Iterations)
    Assert.Equal<float[]>([| 1.0; 1.0 |], minimum.Point)

[<Fact>]
let ``A function that is not defined everywhere is minimised within its domain`` () =
    // x - log x, from far away
    let f (x: float[]) =
        struct (x[0] - log x[0], [| 1.0 - 1.0 / x[0] |])

    closeTo 1e-7 [ 1.0 ] (QuasiNewton.minimise f [| 0.01 |] 100).Point
    closeTo 1e-7 [ 1.0 ] (QuasiNewton.minimise f [| 50.0 |] 100).Point

[<Fact>]
let ``Minimisation at a kink ends near it`` () =
    let f (x: float[]) =
        struct (abs x[0], [| float (sign x[0]) |])

    let minimum = QuasiNewton.minimise f [| 3.0 |] 100
    Assert.InRange(abs minimum.Point[0], 0.0, 1e-6)

[<Fact>]
let ``A network is fitted to a line, and keeps its parameters' names and shapes`` () =
    let x, y =
        matrix [ [ 0.0 ]; [ 1.0 ]; [ 2.0 ] ], matrix [ [ 1.0 ]; [ 3.0 ]; [ 5.0 ] ]

    let loss network =
        let error = Network.forward network x - y
        Tensor.meanAll (error * error)

    let start = dense "identity" [ 1; 1 ]
    let trained, minimum = QuasiNewton.train loss start 50
    closeTo 1e-9 [ 2.0; 1.0 ] (numbers trained)
    Assert.InRange(minimum.Value, 0.0, 1e-18)

    let described network =
        Network.parameters network |> List.map (fun (name, value) -> name, value.Shape)

    Assert.Equal<(string * int list) list>(described start, described trained)

[<Fact>]
let ``Values never rise, and the start comes first`` () =
    let descent = { Memory = 5; Noise = 0.0; Flat = 1e-8 }

    let first = QuasiNewton.at rosenbrock [| -1.2; 1.0 |]

    let places =
        first :: List.ofSeq (QuasiNewton.descend descent rosenbrock first)
        |> List.map _.Minimum

    Assert.Equal<float[]>([| -1.2; 1.0 |], places.Head.Point)
    Assert.Equal<int list>([ 0 .. places.Length - 1 ], places |> List.map _.Iterations)
    Assert.All(List.pairwise places, fun (before, after) -> Assert.True(after.Value < before.Value))

[<Fact>]
let ``Values rounded to single precision still lead to a vanishing gradient`` () =
    let rounded point =
        let struct (value, gradient) = rosenbrock point
        struct (float (float32 (100.0 + value)), gradient)

    let descent =
        {
            Memory = 10
            Noise = 1e-7
            Flat = 1e-6
        }

    let last =
        QuasiNewton.at rounded [| -1.2; 1.0 |]
        |> QuasiNewton.descend descent rounded
        |> Seq.last

    closeTo 1e-5 [ 1.0; 1.0 ] last.Minimum.Point
