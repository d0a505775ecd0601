module Hybrid.Tests.LossTests

open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

let private perClass loss scores (target: float) =
    Loss.perExample (Classification(List.length scores)) loss (matrix [ scores ]) (matrix [ [ target ] ])

[<Fact>]
let ``Ten equal scores cost ln 10 by softmax and 9 by the hinge`` () =
    let scores = List.replicate 10 0.7
    values 1e-15 [ 2.302585092994046 ] (perClass Loss.softmax scores 3.0)
    values 1e-15 [ 9.0 ] (perClass Loss.hinge scores 3.0)

[<Fact>]
let ``The gradient of softmax with probabilities .2 .3 .5 is .2 -.7 .5`` () =
    let scores = matrix [ [ log 0.2; log 0.3; log 0.5 ] ]

    let loss =
        Loss.perExample (Classification 3) Loss.softmax scores (matrix [ [ 1.0 ] ])

    Derivative.gradient (Tensor.sumAll loss) [ scores ]
    |> List.exactlyOne
    |> values 1e-15 [ 0.2; -0.7; 0.5 ]

[<Fact>]
let ``The softmax loss of a huge score is neither infinite nor NaN`` () =
    values 0.0 [ 0.0 ] (perClass Loss.softmax [ 1000.0; 0.0 ] 0.0)
    values 0.0 [ 1000.0 ] (perClass Loss.softmax [ 1000.0; 0.0 ] 1.0)

[<Fact>]
let ``The hinge loss is zero when the right class is ahead by 1`` () =
    values 1e-15 [ 0.0 ] (perClass Loss.hinge [ 3.0; 2.0; 1.5 ] 0.0)
    // 1 + 2.5 - 3 and 1 + 5 - 3
    values 1e-15 [ 3.5 ] (perClass Loss.hinge [ 3.0; 2.5; 5.0 ] 0.0)

[<Fact>]
let ``Errors of a half and of 2 have the losses of the formulas`` () =
    let cost loss =
        Loss.perExample (Regression 2) loss (matrix [ [ 1.5; 3.0 ] ]) (matrix [ [ 1.0; 5.0 ] ])

    values 1e-15 [ (0.25 + 4.0) / 2.0 ] (cost Loss.squared)
    values 1e-15 [ (0.5 + 2.0) / 2.0 ] (cost Loss.absolute)
    values 1e-15 [ (0.125 + 1.5) / 2.0 ] (cost Loss.huber)

[<Fact>]
let ``Each example has its own loss`` () =
    let outputs, targets =
        matrix [ [ 1.0 ]; [ 2.0 ]; [ 3.0 ] ], matrix [ [ 1.0 ]; [ 1.0 ]; [ 1.0 ] ]

    values 0.0 [ 0.0; 1.0; 4.0 ] (Loss.perExample (Regression 1) Loss.squared outputs targets)

[<Fact>]
let ``A loss that does not exist is an error that lists those that do`` () =
    raises<HybridException, _> ("«log»" :: (Loss.all |> List.map _.Name)) (fun () -> Loss.named "log")
