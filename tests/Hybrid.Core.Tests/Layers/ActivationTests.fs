module Hybrid.Tests.ActivationTests

open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

[<Fact>]
let ``An activation that does not exist is an error that lists those that do`` () =
    raises<HybridException, _> ("«swish»" :: List.map fst Activation.functions) (fun () ->
        Activation.layer "swish")

// the digits are of the formulas, by arithmetic of 20 digits
[<Theory>]
[<InlineData("relu", 0.0, 1.5)>]
[<InlineData("leaky-relu", -0.02, 1.5)>]
[<InlineData("tanh", -0.96402758007581688, 0.90514825364486644)>]
[<InlineData("sigmoid", 0.11920292202211755, 0.81757447619364365)>]
[<InlineData("identity", -2.0, 1.5)>]
[<InlineData("elu", -0.86466471676338731, 1.5)>]
[<InlineData("selu", -1.520166468595695, 1.5760514810332207)>]
[<InlineData("gelu", -0.045500263896358414, 1.3997891980967129)>]
[<InlineData("softplus", 0.12692801104297250, 1.7014132779827524)>]
let ``Activations have the values of their formulas at -2 and 1.5``
    (name: string, below: float, above: float)
    =
    let layer = Activation.layer name
    Assert.Equal(name, layer.Kind)
    values 1e-14 [ below; above ] (layer.Forward [] (vector [ -2.0; 1.5 ]))

[<Fact>]
let ``The exponential units do not overflow, nor do their derivatives`` () =
    let x = vector [ 1000.0; -1000.0 ]

    let slope f =
        Derivative.gradient (Tensor.sumAll (f x)) [ x ] |> List.exactlyOne

    values 0.0 [ 1000.0; -1.0 ] (Activation.elu 1.0 x)
    values 0.0 [ 1.0; 0.0 ] (slope (Activation.elu 1.0))
