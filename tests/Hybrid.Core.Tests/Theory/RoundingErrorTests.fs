module Hybrid.Tests.RoundingErrorTests

open Hybrid.Core
open Hybrid.Theory
open Hybrid.Tests.CoreTesting
open Xunit

let private unit: Interval[] = [| { Lower = 0.0; Upper = 1.0 } |]

let private linear weight bias =
    Linear.network
        {
            Weight = matrix weight
            Bias = Some(vector bias)
        }

[<Fact>]
let ``Parameters are rounded to float32`` () =
    let rounded = RoundingError.rounded (linear [ [ 0.1 ] ] [ 1e-50 ])
    Assert.Equal<float[]>([| float 0.1f; 0.0 |], numbers rounded)

[<Fact>]
let ``A sum is off by a few units in the last place`` () =
    let off =
        RoundingError.onBox (RoundingError.rounded (linear [ [ 0.3 ] ] [ 0.1 ])) unit

    Assert.InRange(off, 2.0 ** -24.0 * 0.4, 2.0 ** -24.0 * 1.0)

[<Fact>]
let ``Integers are computed without error`` () =
    let steps = linear [ [ 1.0 ]; [ 1.0 ] ] [ -0.25; -0.5 ] >=> Activation.step
    Assert.Equal(0.0, RoundingError.onBox (steps >=> linear [ [ 3.0; 0.5 ] ] [ 0.25 ]) unit)
    // a third is not a multiple of the smallest power of two that fits
    Assert.NotEqual(0.0, RoundingError.onBox (steps >=> linear [ [ 3.0; 1.0 / 3.0 ] ] [ 0.25 ]) unit)

[<Fact>]
let ``A threshold that rounding may cross has an error of one`` () =
    let slanted = linear [ [ 0.3 ] ] [ -0.1 ] >=> Activation.step
    Assert.Equal(1.0, RoundingError.onBoxes slanted [| unit |])
    let clear = linear [ [ 0.3 ] ] [ 0.1 ] >=> Activation.step
    Assert.Equal(0.0, RoundingError.onBoxes clear [| unit |])

[<Fact>]
let ``A result that may overflow has no bound`` () =
    let great = linear [ [ 1e30 ] ] [ 0.0 ] >=> linear [ [ 1e30 ] ] [ 0.0 ]
    Assert.Equal(infinity, RoundingError.onBox great unit)

    let infinite =
        RoundingError.rounded (linear [ [ 1e300 ] ] [ 0.0 ] >=> linear [ [ 0.0 ] ] [ 0.0 ])

    Assert.Equal(infinity, RoundingError.onBox infinite unit)

[<Fact>]
let ``A small result with a possible overflow on the way has no bound`` () =
    // heights that add up to 0, each of which is too great for the others' order to be known
    let steps =
        linear [ [ 1.0 ]; [ 1.0 ]; [ 1.0 ] ] [ -0.25; -0.5; -0.75 ] >=> Activation.step

    let great = steps >=> linear [ [ 3e38; 3e38; -3e38 ] ] [ 0.0 ]
    Assert.Equal(infinity, RoundingError.onBox (RoundingError.rounded great) unit)

[<Fact>]
let ``The rounding bound of a layer does not depend on its name`` () =
    let steep =
        Network.ofLayer (Layer.ofFunction "relu" (fun x -> 1000.0 * Tensor.relu x))

    let called name =
        Network.ofLayer { steep.Layers.Head with Kind = name }

    let before = linear [ [ 0.3 ] ] [ 0.1 ]
    let exact = RoundingError.onBox (before >=> Activation.relu) unit

    for name in [ "relu"; "identity"; "dropout"; "sigmoid"; "linear"; "step"; "softmax" ] do
        Assert.InRange(RoundingError.onBox (before >=> called name) unit, 1000.0 * exact, 3000.0 * exact)
        Assert.Equal(infinity, Lipschitz.ofNetwork (called name))

[<Fact>]
let ``A function with a custom derivative is refused, whatever its name`` () =
    for name in [ "Relu"; "Abs"; "Sqrt"; "Sigmoid"; "Identity" ] do
        let own = Gradient.custom name (fun x -> 1000.0 * Tensor.step x) (fun _ _ g -> g)

        raises<HybridException, _> [ name; "rounded" ] (fun () ->
            RoundingError.onBox
                (linear [ [ 1.0 ] ] [ 0.0 ] >=> Network.ofLayer (Layer.ofFunction "relu" own))
                unit)
