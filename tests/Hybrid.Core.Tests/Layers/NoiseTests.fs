module Hybrid.Tests.NoiseTests

open System
open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

let private draw step =
    {
        Key = 1UL
        Step = Tensor.constant [ 2 ] [| 0.0; step |]
    }

let private x = Tensor.fill 3.0 [ 100; 500 ]

[<Fact>]
let ``Noise has the requested deviation, around the input`` () =
    let y = Reference.value (Noise.training 0.5 (draw 0.0) x)
    let mean = Array.average y
    let deviation = sqrt (y |> Array.averageBy (fun value -> (value - mean) ** 2.0))
    // five standard errors
    closeTo (5.0 * 0.5 / sqrt 5e4) [ 3.0 ] [ mean ]
    closeTo (5.0 * 0.5 / sqrt 1e5) [ 0.5 ] [ deviation ]

[<Fact>]
let ``A different step draws different noise`` () =
    let output step =
        Reference.value (Noise.training 0.5 (draw step) x)

    Assert.Equal<float[]>(output 1.0, output 1.0)
    Assert.NotEqual<float[]>(output 1.0, output 2.0)

[<Fact>]
let ``Noise outside training does nothing`` () =
    Assert.Same(x, Network.forward (Noise.network 0.5) x)

[<Theory>]
[<InlineData(-1.0)>]
[<InlineData(Double.PositiveInfinity)>]
let ``A deviation that is negative or infinite is an error`` (deviation: float) =
    raises<ArgumentOutOfRangeException, _> [ "finite and at least 0" ] (fun () -> Noise.layer deviation)

[<Fact>]
let ``Noise on a linear network's input costs as much as a penalty on its weights`` () =
    // E‖y - (x + σn)w‖² = ‖y - xw‖² + nσ²‖w‖² (Bishop 1995), here for n = 50000 equal examples
    let w = matrix [ [ 2.0 ]; [ -1.0 ] ]
    let x = Tensor.fill 1.0 [ 50000; 2 ]
    let error x : Tensor = x *@ w - 0.5
    let noisy = Reference.value (error (Noise.training 0.3 (draw 0.0) x))
    let mean = noisy |> Array.averageBy (fun e -> e * e)
    closeTo 0.02 [ 0.25 + 0.09 * 5.0 ] [ mean ]
