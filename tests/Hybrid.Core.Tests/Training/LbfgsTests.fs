module Hybrid.Tests.LbfgsTests

open System
open Hybrid.Core
open Hybrid.Kernels
open Hybrid.Tests.CoreTesting
open Xunit

let private never () = false

/// More rows than go through the network at once, three classes.
let private many =
    Examples.all
        4
        (Random.normals 1UL (1200 * 4) |> Array.map float32)
        (Array.init 1200 (fun i -> float32 (i % 3)))

let private choices =
    { lbfgsOptions (Classification 3) Loss.softmax with
        Regularizer =
            {
                L1 = 0.001
                L2 = 0.01
                MaxNorm = None
            }
        Epochs = 5
        ClassWeights = Some [| 1f; 2f; 0.5f |]
    }

let private run (engine: Engine) =
    Lbfgs.epochs engine never choices (dense "tanh" [ 4; 16; 3 ]) many (Some many)

[<Fact>]
let ``Two threads give the same bits as one, and enumerating again gives the same epochs`` () =
    let bits epochs =
        epochs |> Seq.map (fun epoch -> numbers epoch.Network) |> List.ofSeq

    use two = CpuEngine.Create(2, null)
    let epochs = run engine
    let first = bits epochs
    Assert.Equal<float[] list>(first, bits epochs)
    Assert.Equal<float[] list>(first, bits (run two))

[<Fact>]
let ``The training loss is the weighted mean at the end of the iteration, without the penalty`` () =
    let x = Tensor.single [ 1200; 4 ] many.Features
    let target = Tensor.single [ 1200; 1 ] many.Targets

    let weights =
        many.Targets
        |> Array.map (fun label -> float choices.ClassWeights.Value[int label])

    for epoch in run engine do
        let losses =
            Loss.perExample choices.Task choices.Loss (Network.forward epoch.Network x) target

        let mean =
            Tensor.meanAll (losses * Tensor.constant [ 1200 ] weights)
            |> Reference.value
            |> Array.exactlyOne

        closeTo 1e-6 [ mean ] [ epoch.TrainingLoss ]

[<Fact>]
let ``The loss with penalty never rises by more than its rounding`` () =
    let total (epoch: Epoch) =
        let parameters = Network.parameters epoch.Network |> List.map snd

        epoch.TrainingLoss
        + (Regularizer.penalty choices.Regularizer parameters
           |> Reference.value
           |> Array.exactlyOne)

    let totals = run engine |> Seq.map total |> List.ofSeq
    Assert.Equal(5, totals.Length)

    Assert.All(List.pairwise totals, fun (before, after) -> Assert.True(after <= before * (1.0 + 1e-6)))

[<Fact>]
let ``Validation measures the network, and patience ends training`` () =
    // what is learned from the training example is wrong of the other one
    let epochs =
        Lbfgs.epochs
            engine
            never
            { lbfgsOptions (Regression 1) Loss.huber with
                Regularizer = { Regularizer.none with L2 = 0.01 }
                Epochs = 50
                Patience = Some 2
            }
            (Linear.network (Linear.zeros 1 1))
            (examples 1 [ 1f ] [ 9f ])
            (Some(examples 1 [ 1f ] [ -1f ]))
        |> List.ofSeq

    Assert.Equal((List.reduce Epoch.better epochs).Number + 2, (List.last epochs).Number)

    for epoch in epochs do
        let y = numbers epoch.Network |> Array.sum
        // of huber, beyond 1: |y + 1| - ½
        closeTo 1e-5 [ abs (y + 1.0) - 0.5 ] [ epoch.Validation.Value.Loss ]

[<Fact>]
let ``A start at the optimum is the only epoch`` () =
    let start = Linear.network (Linear.zeros 1 1)

    let epoch =
        Lbfgs.epochs
            engine
            never
            { lbfgsOptions (Regression 1) Loss.squared with
                Epochs = 9
            }
            start
            (examples 1 [ 1f; 2f ] [ 0f; 0f ])
            None
        |> Seq.exactlyOne

    Assert.Equal<float[]>(numbers start, numbers epoch.Network)
    Assert.Equal(0.0, epoch.TrainingLoss)

[<Fact>]
let ``Cancellation within an iteration returns the result of the one before`` () =
    let asked = ref 0

    // three parts an evaluation
    let cancelled () =
        asked.Value <- asked.Value + 1
        asked.Value > 40

    let epochs =
        Lbfgs.epochs engine cancelled { choices with Epochs = 1000 } (dense "tanh" [ 4; 16; 3 ]) many None
        |> List.ofSeq

    let before, last = epochs[.. epochs.Length - 2], List.last epochs

    Assert.True last.Cancelled
    Assert.All(before, fun epoch -> Assert.False epoch.Cancelled)
    Assert.NotEmpty before
    Assert.Equal<float[]>(numbers (List.last before).Network, numbers last.Network)
    Assert.Equal(41, asked.Value)

[<Fact>]
let ``Immediate cancellation returns the network unchanged`` () =
    let start = dense "tanh" [ 4; 16; 3 ]

    let epoch =
        Lbfgs.epochs engine (fun () -> true) choices start many (Some many)
        |> Seq.exactlyOne

    Assert.True epoch.Cancelled
    Assert.Equal<float[]>(numbers start, numbers epoch.Network)

[<Fact>]
let ``Options that L-BFGS does not support are errors`` () =
    let refuses (name: string) choices network data =
        let error =
            raisesWith<ArgumentException, _> [] (fun () ->
                Lbfgs.epochs engine never choices network data None)

        Assert.Equal(name, error.ParamName)

    let network = dense "tanh" [ 4; 16; 3 ]
    refuses "network" choices (network >=> Dropout.network 0.5) many
    refuses "network" choices (Noise.network 0.1 >=> network) many
    refuses "examples" choices network { many with Rows = [||] }
    refuses "Epochs" { choices with Epochs = 0 } network many

    refuses
        "Regularizer"
        { choices with
            Regularizer =
                { Regularizer.none with
                    MaxNorm = Some 1.0
                }
        }
        network
        many

[<Fact>]
let ``A start without a finite loss is an error that says so`` () =
    raises<HybridException, _> [ "before the first iteration"; "too large" ] (fun () ->
        Lbfgs.epochs
            engine
            never
            (lbfgsOptions (Regression 1) Loss.squared)
            (Linear.network (Linear.zeros 1 1))
            (examples 1 [ 1f ] [ 1e30f ])
            None
        |> Seq.length)
