module Hybrid.Tests.DeadTests

open Hybrid.Core
open Hybrid.Lecture
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.ImagesTests
open Hybrid.Tests.LectureTesting
open Xunit

/// One input to four units: two that fire somewhere, one that never does, and one that is 0 at most.
let private units activation =
    Linear.network
        {
            Weight = matrix [ [ 1.0 ]; [ -1.0 ]; [ 0.0 ]; [ 1.0 ] ]
            Bias = Some(vector [ 0.0; 0.0; -1.0; -2.0 ])
        }
    >=> Network.ofLayer (Activation.layer activation)
    >=> Linear.network (Linear.create He 1UL 4 2)

let private points = examples 1 [ -2f; 1f; 2f ] [ 0f; 1f; 1f ]

[<Fact>]
let ``A unit that is 0 on every example is dead`` () =
    let struct (dead, noGradient) = DeadUnits.measure engine (units "relu") points
    Assert.Equal(0.5, dead)
    Assert.Equal(0.5, noGradient)

[<Fact>]
let ``A leaky unit has a gradient whether or not it fires`` () =
    let struct (dead, noGradient) = DeadUnits.measure engine (units "leaky-relu") points
    Assert.Equal(0.0, dead)
    Assert.Equal(0.0, noGradient)

[<Fact>]
let ``A unit with w = 0 and b = -1 has a gradient of exactly 0 for every batch`` () =
    for key in 1UL .. 50UL do
        let network = DeadUnits.withDeadUnit (Dense.network "relu" key [ 3; 5; 4; 2 ])

        let x = Tensor.constant [ 6; 3 ] (Random.normals key 18 |> Array.map ((*) 100.0))
        let y = Network.forward network x
        let objective = Tensor.sumAll (Tensor.sin y)
        let named = Network.parameters network

        let gradients =
            Derivative.gradient objective (List.map snd named) |> Reference.evaluate []

        let gradient name =
            List.zip (List.map fst named) gradients |> List.find (fst >> (=) name) |> snd

        Assert.All((gradient "0.weight")[..2], fun g -> Assert.Equal(0.0, g))
        Assert.Equal(0.0, (gradient "0.bias")[0])
        Assert.All([ 0..3 ], fun unit -> Assert.Equal(0.0, (gradient "2.weight")[5 * unit]))
        Assert.Contains(gradient "0.weight", (fun g -> g <> 0.0))

[<Fact>]
let ``The parameters of the first unit are its weights, its bias and the weights that read it`` () =
    let network = DeadUnits.withDeadUnit (Dense.network "relu" 1UL [ 3; 5; 4; 2 ])

    let own = DeadUnits.ofFirstUnit network
    let reads = parameter "2.weight" network
    Assert.Equal<float[]>([| 0.0; 0.0; 0.0; -1.0; reads[0]; reads[5]; reads[10]; reads[15] |], own)

[<Fact>]
let ``Every leaky unit has a gradient, and a dead unit does not recover`` () =
    let outcome = behaves "dead" Dead.experiment
    Assert.Equal(0.0, measured "maximum share of leaky units without gradient, over all trainings" outcome)
    Assert.Equal(0.0, measured "maximum change of a unit with w = 0, b = -1 in a training, ReLU" outcome)
    Assert.True(measured "the same, leaky ReLU" outcome > 0.0)
