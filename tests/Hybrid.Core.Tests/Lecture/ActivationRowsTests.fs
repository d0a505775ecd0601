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
let ``Saturation grows with the weights`` () =
    let outcome = outcome Saturation.experiment
    draws [ "saturation" ] outcome
    Assert.Equal(5, outcome.Seeds)
    repeats Saturation.experiment

[<Fact>]
let ``Gradients vanish through sigmoids only`` () =
    let outcome = outcome Vanishing.experiment
    holds outcome.Verdict
    draws [ "vanishing" ] outcome

[<Fact>]
let ``The zig-zag formula equals the gradient of the neuron's loss`` () =
    let w, x = (0.3, -0.7), (0.2, 0.9)
    let answer (a, b) = Special.sigmoid (a * fst x + b * snd x)

    let loss (weights: Tensor) =
        let z = Tensor.sumAll (weights * vector [ fst x; snd x ])
        Tensor.softplus z - answer (2.0, -2.0) * z

    let slope = ZigZag.gradient w x
    values 1e-15 [ fst slope; snd slope ] (Gradient.grad loss (vector [ fst w; snd w ]))

[<Fact>]
let ``Training zig-zags on positive inputs, not on centred ones`` () =
    let outcome = outcome ZigZag.experiment
    holds outcome.Verdict
    draws [ "zigzag" ] outcome
    repeats ZigZag.experiment

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
let ``Tanh needs several epochs`` () =
    let outcome = Lecture.run { quick with Seeds = Some 1 } Tanh.experiment
    Assert.Equal(TooFewRuns, outcome.Verdict)
    draws [ "tanh" ] outcome

[<Fact>]
let ``Units without a gradient are counted`` () =
    let layer rows biases : Linear =
        {
            Weight = matrix rows
            Bias = Some(vector biases)
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
    Assert.Equal(0.5, DeadUnits.withoutGradient (network "relu") examples)
    Assert.Equal(0.25, DeadUnits.withoutGradient (network "leaky-relu") examples)

[<Fact>]
let ``Leaky units keep a gradient`` () =
    let outcome = outcome LeakyRelu.experiment
    // fewer data than the limits were set on
    Assert.Equal(TooFewRuns, outcome.Verdict)
    repeats LeakyRelu.experiment

[<Fact>]
let ``Maxout has its special cases to the bit, and no dead units`` () =
    let outcome = outcome MaxoutUnits.experiment
    // fewer data than the verdict needs
    Assert.Equal(TooFewRuns, outcome.Verdict)
    repeats MaxoutUnits.experiment
    Assert.Equal(2.0, measured "parameters / parameters of one linear piece" outcome)
    Assert.Equal(0.0, measured "outputs that differ from ReLU" outcome)
    Assert.Equal(0.0, measured "hidden units without gradient, maxout, maximum share" outcome)

[<Fact>]
let ``Each activation has its accuracy on digits used neither for training nor for selection`` () =
    let outcome = outcome Advice.experiment
    Assert.Equal(TooFewRuns, outcome.Verdict)
    repeats Advice.experiment

    for activation in [ "relu"; "leaky-relu"; "maxout"; "tanh"; "sigmoid" ] do
        Assert.InRange(measured $"accuracy on new digits, {activation}" outcome, 0.05, 1.0)

[<Fact>]
let ``Parts of the digits are disjoint, and scaled by the training part`` () =
    let parts = Digits.parts 3UL 1000
    let all = [ parts.Learned; parts.Choice; parts.Judged ]
    Assert.Equal<int list>([ 600; 200; 200 ], all |> List.map _.Count)
    let learned = parts.Learned.Features |> Array.map float
    Assert.Equal(0.0, Array.average learned, 1e-6)
    Assert.Equal(1.0, learned |> Array.averageBy (fun x -> x * x), 1e-6)
    // the other parts are in the same unit: whole numbers of the same step from the same lowest one
    let lowest = Array.min learned
    let step = (Array.max learned - lowest) / 16.0

    for part in all.Tail do
        for x in part.Features do
            let steps = (float x - lowest) / step
            Assert.Equal(round steps, steps, 1e-4)

    let rows (examples: Examples) =
        examples.Features
        |> Array.chunkBySize Digits.Width
        |> Array.map List.ofArray
        |> Set.ofArray

    Assert.Empty(Set.intersect (rows parts.Learned) (rows parts.Judged))
    Assert.Empty(Set.intersect (rows parts.Learned) (rows parts.Choice))
    Assert.Empty(Set.intersect (rows parts.Choice) (rows parts.Judged))
