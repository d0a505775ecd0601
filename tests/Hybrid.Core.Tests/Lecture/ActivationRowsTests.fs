/// The lecture's rows on activations.
module Hybrid.Tests.Lecture.ActivationRowsTests

open Hybrid.Core
open Hybrid.Lecture
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.LectureTesting
open Xunit

[<Fact>]
let ``The sigmoid is flat at its tails`` () =
    let outcome = outcome Sigmoid.experiment
    holds outcome.Verdict
    draws [ "sigmoid" ] outcome

[<Fact>]
let ``Saturation grows with the weights, and the verdict can contradict`` () =
    let outcome = outcome Saturation.experiment
    draws [ "saturation" ] outcome
    Assert.Equal(5, outcome.Seeds)
    repeats Saturation.experiment
    let shares, errors, moved = [ 0.0; 0.5; 0.9 ], [ 0.1; 0.05; 0.2 ], [ 1.0; 1.0; 0.1 ]
    holds (Saturation.verdict 5 shares errors moved)
    Assert.Equal(TooFewRuns, Saturation.verdict 4 shares errors moved)
    refutes [ "share" ] (Saturation.verdict 5 [ 0.0; 0.9; 0.85 ] errors moved)
    refutes [ "above 0.8" ] (Saturation.verdict 5 [ 0.0; 0.5; 0.7 ] errors moved)
    refutes [ "learn worse" ] (Saturation.verdict 5 shares [ 0.2; 0.2; 0.2 ] moved)
    refutes [ "a fifth as far" ] (Saturation.verdict 5 shares errors [ 1.0; 1.0; 1.0 ])

[<Fact>]
let ``Gradients vanish through sigmoids only, and the verdict can contradict`` () =
    let outcome = outcome Vanishing.experiment
    holds outcome.Verdict
    draws [ "vanishing" ] outcome
    Assert.Equal(TooFewRuns, Vanishing.verdict 4 1e-4 1.0 1.0)
    refutes [ "sigmoid" ] (Vanishing.verdict 5 0.02 1.0 1.0)
    refutes [ "tanh"; "ReLU" ] (Vanishing.verdict 5 1e-4 0.05 0.05)

[<Fact>]
let ``The formula of the zig-zag is the gradient of the neuron's loss`` () =
    let w, x = (0.3, -0.7), (0.2, 0.9)
    let answer (a, b) = Special.sigmoid (a * fst x + b * snd x)

    let loss (weights: Tensor) =
        let z = Tensor.sumAll (weights * vector [ fst x; snd x ])
        Tensor.softplus z - answer (2.0, -2.0) * z

    let slope = ZigZag.gradient w x
    values 1e-15 [ fst slope; snd slope ] (Gradient.grad loss (vector [ fst w; snd w ]))

[<Fact>]
let ``Positive inputs zig-zag, centred ones do not, and the verdict can contradict`` () =
    let outcome = outcome ZigZag.experiment
    holds outcome.Verdict
    draws [ "zigzag" ] outcome
    repeats ZigZag.experiment
    Assert.Equal(TooFewRuns, ZigZag.verdict 4 0 10 2.0 1.0 1.1)
    refutes [ "no example" ] (ZigZag.verdict 4 1 10 2.0 1.0 1.1)
    refutes [ "batches do" ] (ZigZag.verdict 5 0 0 2.0 1.0 1.1)
    refutes [ "1.5 times" ] (ZigZag.verdict 5 0 10 1.4 1.0 1.1)
    refutes [ "shorten" ] (ZigZag.verdict 5 0 10 2.0 1.0 2.5)

[<Fact>]
let ``Both weights move the same way at each step on positive inputs`` () =
    let path = ZigZag.path false 1 7UL

    let steps =
        path
        |> Array.pairwise
        |> Array.map (fun ((a, b), (c, d)) -> sign (c - a), sign (d - b))

    Assert.True(steps |> Array.forall (fun (a, b) -> a = b))

    Assert.True(
        ZigZag.path true 1 7UL
        |> Array.pairwise
        |> Array.exists (fun ((a, b), (c, d)) -> sign (c - a) <> sign (d - b))
    )

[<Fact>]
let ``Tanh's verdict asks for the identity, for runs, and for epochs`` () =
    holds (Tanh.verdict 5 1e-16 0.0 2.0 8.0)
    holds (Tanh.verdict 5 1e-16 0.0 2.0 2.0)
    Assert.Equal(TooFewRuns, Tanh.verdict 4 1e-16 0.0 2.0 8.0)
    refutes [ "epochs" ] (Tanh.verdict 5 1e-16 0.0 9.0 8.0)
    refutes [ "2σ(2x)" ] (Tanh.verdict 4 1e-12 0.0 2.0 8.0)
    refutes [ "mean" ] (Tanh.verdict 5 1e-16 0.1 2.0 8.0)
    let outcome = Lecture.run { quick with Seeds = Some 1 } Tanh.experiment
    Assert.Equal(TooFewRuns, outcome.Verdict)
    draws [ "tanh" ] outcome

[<Fact>]
let ``ReLU's verdict asks for the threshold and for twice the time`` () =
    holds (ReluCost.verdict true 2.0)
    refutes [ "to the bit" ] (ReluCost.verdict false 3.0)
    refutes [ "twice" ] (ReluCost.verdict true 1.9)

[<Fact>]
let ``Units without gradient are counted`` () =
    let layer rows biases : Linear =
        {
            Weight = matrix rows
            Bias = vector biases
        }

    // of four hidden units the third never fires, and nothing reads the fourth
    let network activation =
        Linear.network (layer [ [ 1.0 ]; [ -1.0 ]; [ 1.0 ]; [ 1.0 ] ] [ 1.0; 1.0; -9.0; 1.0 ])
        >=> Network.ofLayer (Activation.layer activation)
        >=> Linear.network (
            layer
                (List.init 10 (fun i -> [ float i; 1.0 + float (i % 2); float (i % 3); 0.0 ]))
                (List.replicate 10 0.0)
        )

    let examples = examples 1 [ -0.5f; 0.0f; 0.5f ] [ 0f; 1f; 2f ]
    Assert.Equal(0.5, LeakyRelu.withoutGradient (network "relu") examples)
    Assert.Equal(0.25, LeakyRelu.withoutGradient (network "leaky-relu") examples)

[<Fact>]
let ``Leaky units keep a gradient, and the verdict can contradict`` () =
    let outcome = outcome LeakyRelu.experiment
    // fewer data than the limits were set on
    Assert.Equal(TooFewRuns, outcome.Verdict)
    repeats LeakyRelu.experiment
    Assert.Equal(TooFewRuns, LeakyRelu.verdict 4 true 0.3 0.0)
    holds (LeakyRelu.verdict 5 true 0.3 0.0)
    refutes [ "formula" ] (LeakyRelu.verdict 4 false 0.3 0.0)
    refutes [ "ReLU's units" ] (LeakyRelu.verdict 5 true 0.05 0.0)
    refutes [ "leaky unit" ] (LeakyRelu.verdict 5 true 0.3 0.01)

[<Fact>]
let ``Maxout has its special cases to the bit`` () =
    let outcome = outcome MaxoutUnits.experiment
    holds outcome.Verdict
    Assert.Equal(2.0, measured "parameters, over those of one linear piece" outcome)
