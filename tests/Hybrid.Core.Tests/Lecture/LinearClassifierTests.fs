/// The neuron as a linear classifier: logistic regression, support vector machine, and what neither can do.
module Hybrid.Tests.Lecture.LinearClassifierTests

open Hybrid.Lecture
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.LectureTesting
open Xunit

[<Fact>]
let ``Equations are solved for any order of pivots`` () =
    let a = array2D [ [ 0.0; 2.0; 1.0 ]; [ 1.0; 0.0; 0.0 ]; [ 3.0; 0.0; 1.0 ] ]
    closeTo 1e-14 [ 1.0; 2.0; 3.0 ] (Equations.solve a [| 7.0; 1.0; 6.0 |])

[<Fact>]
let ``Logistic regression on counts gives the logarithm of their odds`` () =
    // x = 0: one of four is 1; x = 1: three of four are
    let rows = Array.init 8 (fun i -> [| float (i / 4) |])
    let labels = [| 1.0; 0.0; 0.0; 0.0; 1.0; 1.0; 1.0; 0.0 |]
    closeTo 1e-12 [ 2.0 * log 3.0; -log 3.0 ] (Logistic.fit rows labels)

[<Fact>]
let ``A neuron trained with cross-entropy is logistic regression`` () =
    let outcome = outcome SoftmaxNeuron.experiment
    holds outcome.Verdict
    // two flowers on the wrong side, as maximum likelihood leaves them
    Assert.True(measured "flowers of 100 on their side of the line" outcome >= 97.0)

[<Fact>]
let ``No single neuron computes XOR`` () =
    let outcome = outcome XorNeuron.experiment
    holds outcome.Verdict
    repeats XorNeuron.experiment

[<Fact>]
let ``The maximum margin of a few points has its known value`` () =
    let two = Margin.widest [ (0.0, 0.0), -1.0; (2.0, 0.0), 1.0 ]
    Assert.Equal(Some(1.0, 0.0), two |> Option.map _.Weights)
    Assert.Equal(Some -1.0, two |> Option.map _.Bias)

    // two points of one class carry the margin with one of the other between them
    let three =
        Margin.widest [ (0.0, 0.0), -1.0; (0.0, 2.0), -1.0; (1.0, 1.0), 1.0; (9.0, 1.0), 1.0 ]

    let w = three.Value.Weights
    closeTo 1e-12 [ 2.0; 0.0; -1.0 ] [ fst w; snd w; three.Value.Bias ]
    Assert.True((Margin.widest [ (0.0, 0.0), 1.0; (1.0, 0.0), -1.0; (2.0, 0.0), 1.0 ]).IsNone)

[<Fact>]
let ``A neuron trained with the hinge loss is a support vector machine`` () =
    let outcome = outcome HingeNeuron.experiment
    holds outcome.Verdict
    repeats HingeNeuron.experiment

[<Fact>]
let ``The points for the hinge loss are separable, and have the requested number`` () =
    for seed in 1UL .. 50UL do
        let points = HingeNeuron.points seed
        Assert.Equal(20, points.Length)
        Assert.Equal(2, points |> List.distinctBy snd |> List.length)
        Assert.True((Margin.widest points).IsSome)

[<Fact>]
let ``An untrained classifier has the loss of chance`` () =
    let outcome = outcome ChanceLoss.experiment
    holds outcome.Verdict
    Assert.Equal(9.0, measured "hinge loss of 10 classes, all scores 0" outcome)

[<Fact>]
let ``Weights decay and biases do not`` () =
    let outcome = outcome Forgetting.experiment
    holds outcome.Verdict
    draws [ "forgetting" ] outcome
    Assert.Equal(0.0, measured "maximum change of a bias" outcome)
    repeats Forgetting.experiment
