module Hybrid.Tests.DropoutTests

open System
open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

let private draw key step =
    {
        Key = key
        Step = Tensor.constant [ 2 ] [| 0.0; step |]
    }

let private ones = Tensor.fill 1.0 [ 200; 500 ]

[<Fact>]
let ``Dropout keeps the mean, and drops the requested fraction of elements`` () =
    let y = Reference.value (Dropout.training 0.3 (draw 1UL 0.0) ones)
    Assert.All(Array.distinct y, fun value -> Assert.True(value = 0.0 || abs (value - 1.0 / 0.7) < 1e-15))
    // five standard errors of the mean of 100000
    closeTo (5.0 * sqrt (0.3 / 0.7 / 1e5)) [ 1.0 ] [ Array.average y ]

[<Fact>]
let ``The same key and step drop the same elements, and a different step different ones`` () =
    let output draw =
        Reference.value (Dropout.training 0.5 draw ones)

    Assert.Equal<float[]>(output (draw 1UL 5.0), output (draw 1UL 5.0))
    Assert.NotEqual<float[]>(output (draw 1UL 5.0), output (draw 1UL 6.0))
    Assert.NotEqual<float[]>(output (draw 1UL 5.0), output (draw 2UL 5.0))

[<Fact>]
let ``Two dropout layers of one network drop different elements`` () =
    let twice = Dropout.network 0.5 >=> Dropout.network 0.5
    let y = Reference.value (Network.training (draw 1UL 0.0) twice ones)
    let kept = y |> Array.averageBy (fun value -> if value > 0.0 then 1.0 else 0.0)
    // a quarter; a half if both drew the same
    closeTo 0.01 [ 0.25 ] [ kept ]

[<Fact>]
let ``Dropout outside training does nothing`` () =
    Assert.Same(ones, Network.forward (Dropout.network 0.5) ones)

[<Fact>]
let ``A rate of 0 drops nothing`` () =
    values 0.0 (Array.create 100000 1.0) (Dropout.training 0.0 (draw 1UL 0.0) ones)

[<Theory>]
[<InlineData(1.0)>]
[<InlineData(-0.1)>]
[<InlineData(Double.NaN)>]
let ``A rate outside 0 to 1 is an error`` (rate: float) =
    raises<ArgumentOutOfRangeException, _> [ "at least 0 and below 1" ] (fun () -> Dropout.layer rate)
