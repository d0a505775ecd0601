module Hybrid.Tests.RoundingErrorTests

open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

let private unit: Interval[] = [| { Lower = 0.0; Upper = 1.0 } |]

let private linear weight bias =
    Linear.network
        {
            Weight = matrix weight
            Bias = vector bias
        }

[<Fact>]
let ``Parameters are rounded to float32`` () =
    let rounded = RoundingError.rounded (linear [ [ 0.1 ] ] [ 1e-50 ])
    Assert.Equal<float[]>([| float 0.1f; 0.0 |], numbers rounded)

[<Fact>]
let ``A sum is off by a few units in the last place`` () =
    let off = RoundingError.onBox (linear [ [ 0.3 ] ] [ 0.1 ]) unit
    Assert.InRange(off, 2.0 ** -24.0 * 0.4, 2.0 ** -24.0 * 1.0)

[<Fact>]
let ``Whole numbers are computed without error`` () =
    let steps = linear [ [ 1.0 ]; [ 1.0 ] ] [ -0.25; -0.5 ] >=> Activation.step
    Assert.Equal(0.0, RoundingError.onBox (steps >=> linear [ [ 3.0; 0.5 ] ] [ 0.25 ]) unit)
    // a third is no multiple of the least power of two that fits
    Assert.NotEqual(0.0, RoundingError.onBox (steps >=> linear [ [ 3.0; 1.0 / 3.0 ] ] [ 0.25 ]) unit)

[<Fact>]
let ``A threshold that may be passed by rounding counts as off by one`` () =
    let slanted = linear [ [ 0.3 ] ] [ -0.1 ] >=> Activation.step
    Assert.Equal(1.0, RoundingError.onBoxes slanted [| unit |])
    let clear = linear [ [ 0.3 ] ] [ 0.1 ] >=> Activation.step
    Assert.Equal(0.0, RoundingError.onBoxes clear [| unit |])

[<Fact>]
let ``What may overflow has no allowance`` () =
    let great = linear [ [ 1e30 ] ] [ 0.0 ] >=> linear [ [ 1e30 ] ] [ 0.0 ]
    Assert.Equal(infinity, RoundingError.onBox great unit)

    let infinite =
        RoundingError.rounded (linear [ [ 1e300 ] ] [ 0.0 ] >=> linear [ [ 0.0 ] ] [ 0.0 ])

    Assert.Equal(infinity, RoundingError.onBox infinite unit)

[<Fact>]
let ``Layers that nothing is known of are refused`` () =
    raises<HybridException, _> [ "softmax"; "not known" ] (fun () ->
        RoundingError.onBox (linear [ [ 1.0 ] ] [ 0.0 ] >=> Activation.softmax) unit)
