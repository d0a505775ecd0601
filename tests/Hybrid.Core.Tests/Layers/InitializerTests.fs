module Hybrid.Tests.InitializerTests

open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

[<Fact>]
let ``Weights have mean 0 and the variance of their rule`` () =
    for rule, variance in [ He, 2.0 / 100.0; Glorot, 2.0 / 300.0; LeCun, 1.0 / 100.0 ] do
        let weights = Reference.value (Initializer.weight rule 1UL 100 200 [ 200; 100 ])
        // five standard errors of 20000 normal numbers
        closeTo (5.0 * sqrt (variance / 2e4)) [ 0.0 ] [ Array.average weights ]

        closeTo
            (5.0 * variance * sqrt (2.0 / 2e4))
            [ variance ]
            [ weights |> Array.averageBy (fun w -> w * w) ]

[<Fact>]
let ``The same key gives the same weights, and a different key different ones`` () =
    let weights key =
        Reference.value (Linear.create He key 3 4).Weight

    Assert.Equal<float[]>(weights 1UL, weights 1UL)
    Assert.NotEqual<float[]>(weights 1UL, weights 2UL)

[<Fact>]
let ``Biases start at zero, and an output layer of zeros returns 0`` () =
    values 0.0 [ 0.0; 0.0 ] (Linear.create He 1UL 3 2).Bias.Value
    values 0.0 [ 0.0; 0.0 ] (Linear.forward (Linear.zeros 3 2) (matrix [ [ 1.0; 2.0; 3.0 ] ]))

[<Fact>]
let ``Rectifiers start from He, saturating functions from Glorot, SELU from LeCun`` () =
    Assert.Equal<Initializer list>(
        [ He; He; Glorot; Glorot; LeCun ],
        List.map Activation.initializer [ "relu"; "gelu"; "tanh"; "sigmoid"; "selu" ]
    )
