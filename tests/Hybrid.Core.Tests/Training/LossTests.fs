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

[<Fact>]
let ``Counts of 0 and 3 have the Poisson loss of the formula`` () =
    let cost z target =
        Loss.perExample (Regression 1) Loss.poisson (matrix [ [ z ] ]) (matrix [ [ target ] ])

    values 1e-15 [ 2.0 ] (cost (log 2.0) 0.0)
    values 1e-14 [ 2.0 - 3.0 * log 2.0 ] (cost (log 2.0) 3.0)

[<Fact>]
let ``A target above a quantile costs its level, one below costs the rest`` () =
    let cost target =
        Loss.perExample
            (Regression 2)
            (Loss.quantiles [ 0.1; 0.75 ])
            (matrix [ [ 1.0; 3.0 ] ])
            (matrix [ [ target; target ] ])

    values 1e-15 [ (0.1 * 4.0 + 0.75 * 2.0) / 2.0 ] (cost 5.0)
    values 1e-15 [ (0.9 * 1.0 + 0.25 * 3.0) / 2.0 ] (cost 0.0)

[<Fact>]
let ``Quantiles - of several targets - cost the mean of those that are there`` () =
    let levels = Loss.quantiles [ 0.1; 0.75 ]
    let outputs = matrix [ [ 1.0; 3.0; 2.0; 2.0 ] ]
    let first, second = 0.1 * 4.0 + 0.75 * 2.0, 0.9 * 2.0 + 0.25 * 2.0

    let cost (loss: Loss) targets =
        Loss.perExample (Regression 4) loss outputs (matrix [ targets ])

    values 1e-15 [ (first + second) / 4.0 ] (cost levels [ 5.0; 5.0; 0.0; 0.0 ])
    values 1e-15 [ (first + second) / 4.0 ] (cost (Loss.ofPresent levels) [ 5.0; 5.0; 0.0; 0.0 ])
    values 1e-15 [ first / 2.0 ] (cost (Loss.ofPresent levels) [ 5.0; 5.0; nan; nan ])

    raises<ShapeMismatchException, _> [ "2" ] (fun () ->
        levels.PerExample (matrix [ [ 1.0; 2.0; 3.0 ] ]) (matrix [ [ 1.0; 2.0; 3.0 ] ]))

[<Fact>]
let ``Focal loss - of probabilities .2 .3 .5 - is the cross-entropy times a power of the rest`` () =
    let scores = [ log 0.2; log 0.3; log 0.5 ]
    values 1e-14 [ -0.7 * 0.7 * log 0.3 ] (perClass (Loss.focal 2.0) scores 1.0)
    values 1e-14 [ -log 0.3 ] (perClass (Loss.focal 0.0) scores 1.0)
    // even where the probability of the right class rounds to 1
    values 0.0 [ 0.0 ] (perClass (Loss.focal 2.0) [ 1000.0; 0.0 ] 0.0)

[<Fact>]
let ``Label smoothing - of 0.3 on three classes - is the cross-entropy of labels 0.8 0.1 0.1`` () =
    let scores = [ log 0.2; log 0.3; log 0.5 ]

    values 1e-14 [ -0.1 * log 0.2 - 0.8 * log 0.3 - 0.1 * log 0.5 ] (perClass (Loss.smoothed 0.3) scores 1.0)

[<Fact>]
let ``A loss with numbers of its own - by its name - is that loss`` () =
    for name in [ "quantile:0.1,0.5,0.9"; "quantile:0.25"; "focal:1.5"; "label-smoothing:0.2" ] do
        Assert.Equal(name, (Loss.named name).Name)

[<Theory>]
[<InlineData("quantile:0.5,0.1", "ascending")>]
[<InlineData("quantile:1", "below 1")>]
[<InlineData("quantile:", "There is no loss")>]
[<InlineData("quantile:a", "There is no loss")>]
[<InlineData("focal:-1", "at least 0")>]
[<InlineData("focal:NaN", "at least 0")>]
[<InlineData("label-smoothing:1", "below 1")>]
[<InlineData("squared:2", "There is no loss")>]
let ``A loss - with numbers that it cannot have - is an error`` (name: string, problem: string) =
    raises<HybridException, _> [ problem ] (fun () -> Loss.named name)
