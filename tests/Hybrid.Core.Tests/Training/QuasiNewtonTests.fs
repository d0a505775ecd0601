module Hybrid.Tests.QuasiNewtonTests

open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

/// Rosenbrock's valley: least at (1, 1).
let private valley (point: float[]) =
    let x, y = point[0], point[1]
    let across = y - x * x

    struct ((1.0 - x) ** 2.0 + 100.0 * across * across,
            [| -2.0 * (1.0 - x) - 400.0 * x * across; 200.0 * across |])

[<Fact>]
let ``Rosenbrock's valley is left at its lowest point`` () =
    let minimum = QuasiNewton.minimise valley [| -1.2; 1.0 |] 200
    closeTo 1e-9 [ 1.0; 1.0 ] minimum.Point
    Assert.InRange(minimum.Iterations, 10, 60)

[<Fact>]
let ``Values never rise, and the start comes first`` () =
    let descent = { Memory = 5; Noise = 0.0; Flat = 1e-8 }

    let places = QuasiNewton.descend descent valley [| -1.2; 1.0 |] |> List.ofSeq
    Assert.Equal<float[]>([| -1.2; 1.0 |], places.Head.Point)
    Assert.Equal<int list>([ 0 .. places.Length - 1 ], places |> List.map _.Iterations)
    Assert.All(List.pairwise places, fun (before, after) -> Assert.True(after.Value < before.Value))

[<Fact>]
let ``A point where the gradient vanishes is the only one`` () =
    let minimum = QuasiNewton.minimise valley [| 1.0; 1.0 |] 10
    Assert.Equal(0, minimum.Iterations)
    Assert.Equal(0.0, minimum.Step)

[<Fact>]
let ``No more iterations are made than are allowed`` () =
    Assert.Equal(3, (QuasiNewton.minimise valley [| -1.2; 1.0 |] 3).Iterations)

[<Fact>]
let ``Values rounded to single precision still lead to where the gradient vanishes`` () =
    let rounded point =
        let struct (value, gradient) = valley point
        struct (float (float32 (100.0 + value)), gradient)

    let descent =
        {
            Memory = 10
            Noise = 1e-7
            Flat = 1e-6
        }

    let last = QuasiNewton.descend descent rounded [| -1.2; 1.0 |] |> Seq.last
    closeTo 1e-5 [ 1.0; 1.0 ] last.Point

[<Fact>]
let ``Where the function has no value no step goes`` () =
    let f (point: float[]) =
        struct (point[0] - log point[0], [| 1.0 - 1.0 / point[0] |])

    closeTo 1e-9 [ 1.0 ] (QuasiNewton.minimise f [| 1e-3 |] 100).Point

[<Fact>]
let ``A network is trained in double precision`` () =
    let x, target =
        matrix [ [ -1.0 ]; [ 0.0 ]; [ 2.0 ] ], matrix [ [ -5.0 ]; [ -2.0 ]; [ 4.0 ] ]

    let loss network =
        Tensor.meanAll (Loss.squared.PerExample (Network.forward network x) target)

    let network, minimum = QuasiNewton.train loss (Linear.network (Linear.zeros 1 1)) 50
    closeTo 1e-10 [ 3.0; -2.0 ] (numbers network)
    closeTo 1e-20 [ 0.0 ] [ minimum.Value ]
