module Hybrid.Tests.StepTests

open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

[<Fact>]
let ``Balanced weights make classes count equally, and give an absent class weight 0`` () =
    closeTo
        1e-7
        [ 2.0 / 3.0; 2.0; 0.0 ]
        (Step.balancedWeights 3 (Examples.all 1 (Array.zeroCreate 4) [| 0f; 0f; 0f; 1f |])
         |> Array.map float)

[<Fact>]
let ``Class weights multiply the losses of their examples, and the batch divides by its number`` () =
    let start = Linear.network (Linear.zeros 1 2)

    let choices =
        { options (Classification 2) Loss.softmax with
            BatchSize = 2
            ClassWeights = Some [| 1f; 3f |]
        }

    let epoch = train choices start (examples 1 [ 1f; 1f ] [ 0f; 1f ]) |> List.last
    closeTo 1e-6 [ 2.0 * log 2.0 ] [ epoch.TrainingLoss ]
    // the gradient of class 0's score: (1 · (½ - 1) + 3 · ½) / 2 = ½, at rate 0.1
    closeTo 1e-7 [ -0.05; 0.05 ] (parameter "0.bias" epoch.Network)

[<Theory>]
[<InlineData("sgd")>]
[<InlineData("adamw")>]
let ``Weights without a gradient decay gradually, and biases do not`` (optimizer: string) =
    // x = 0 and a bias that is right: w after t steps is (1 - ηλ)ᵗ of what it was
    let start =
        Linear.network
            {
                Weight = matrix [ [ 2.0; -4.0 ] ]
                Bias = Some(vector [ 0.75 ])
            }

    let choices =
        { options (Regression 1) Loss.squared with
            Optimizer = Optimizer.named optimizer
            Regularizer = { Regularizer.none with L2 = 0.5 }
            Epochs = 20
        }

    let last = train choices start (examples 2 [ 0f; 0f ] [ 0.75f ]) |> List.last
    let share = 0.95 ** 20.0
    closeTo 2e-6 [ 2.0 * share; -4.0 * share ] (parameter "0.weight" last.Network)
    closeTo 0.0 [ 0.75 ] (parameter "0.bias" last.Network)

[<Fact>]
let ``Weights decay separately from the gradient only if the optimizer says so`` () =
    Assert.Equal<string list>([ "adamw" ], Optimizer.all |> List.filter _.DecaysWeights |> List.map _.Name)

[<Fact>]
let ``A norm limit holds for every neuron after every step`` () =
    let data = examples 2 [ 1f; 2f; -1f; 0.5f; 3f; 1f ] [ 0f; 1f; 0f ]

    let choices =
        { options (Classification 2) Loss.softmax with
            Regularizer =
                { Regularizer.none with
                    MaxNorm = Some 0.5
                }
            LearningRate = 1.0
            Epochs = 5
        }

    for epoch in train choices (dense "relu" [ 2; 6; 2 ]) data do
        for name, inputs in [ "0.weight", 2; "2.weight", 6 ] do
            for row in Array.chunkBySize inputs (parameter name epoch.Network) do
                Assert.True(sqrt (Array.sumBy (fun w -> w * w) row) <= 0.5 + 1e-6)

[<Fact>]
let ``The reported loss excludes the penalty`` () =
    let loss strength =
        let choices =
            { options (Regression 1) Loss.squared with
                Regularizer = { Regularizer.none with L2 = strength }
            }

        (train choices (dense "tanh" [ 2; 3; 1 ]) (examples 2 [ 1f; 1f ] [ 1f ])).Head.TrainingLoss

    Assert.Equal(loss 0.0, loss 1.0)
