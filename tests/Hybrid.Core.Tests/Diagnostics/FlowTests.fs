module Hybrid.Tests.FlowTests

open Hybrid.Core
open Hybrid.Diagnostics
open Hybrid.Tests.CoreTesting
open Xunit

let private network = dense "tanh" [ 3; 5; 4; 2 ]

let private data =
    Examples.all 3 (Random.normals 4UL 120 |> Array.map float32) (Array.init 40 (fun i -> float32 (i % 2)))

let private choices optimizer =
    { options (Classification 2) Loss.softmax with
        Optimizer = optimizer
        LearningRate = 0.01
        BatchSize = 40
    }

let private length values =
    values |> Array.sumBy (fun x -> x * x) |> sqrt

/// Each weight matrix with the gradient of the mean loss, by definition.
let private gradients =
    let x = Tensor.single [ 40; 3 ] data.Features
    let target = Tensor.single [ 40; 1 ] data.Targets

    let loss =
        Tensor.meanAll (Loss.perExample (Classification 2) Loss.softmax (Network.forward network x) target)

    let weights =
        Network.parameters network |> List.map snd |> List.filter Regularizer.isWeight

    List.zip (weights |> List.map Reference.value) (Derivative.gradient loss weights |> Reference.evaluate [])

let private flow options =
    Flow.ofNetwork engine options network data

[<Fact>]
let ``The gradient norm is that of the mean loss, and the step of sgd is the rate times it`` () =
    let found = flow (choices Optimizer.sgd)
    Assert.Equal<int list>([ 1; 2; 3 ], found |> List.map _.Layer)
    closeTo 1e-6 [ for _, gradient in gradients -> length gradient ] (found |> List.map _.GradientNorm)

    closeTo
        1e-6
        [ for weight, gradient in gradients -> 0.01 * length gradient / length weight ]
        (found |> List.map _.UpdateRatio)

[<Fact>]
let ``The state of an optimizer is taken into account`` () =
    // of the same gradient, over and over: momentum adds up to ten of it, Adam takes a step of the rate
    let heavy = (1.0 - 0.9 ** 50.0) / 0.1

    closeTo
        1e-4
        [
            for weight, gradient in gradients -> 0.01 * heavy * length gradient / length weight
        ]
        (flow (choices Optimizer.momentum) |> List.map _.UpdateRatio)

    closeTo
        1e-4
        [
            for weight, _ in gradients -> 0.01 * sqrt (float weight.Length) / length weight
        ]
        (flow (choices Optimizer.adam) |> List.map _.UpdateRatio)

[<Fact>]
let ``Penalties move weights, but are not part of the gradient norm`` () =
    let penalised =
        { choices Optimizer.sgd with
            Regularizer = { Regularizer.none with L2 = 1.0 }
        }

    let found = flow penalised
    closeTo 1e-6 [ for _, gradient in gradients -> length gradient ] (found |> List.map _.GradientNorm)

    closeTo
        1e-6
        [
            for weight, gradient in gradients ->
                0.01 * length (Array.map2 (+) weight gradient) / length weight
        ]
        (found |> List.map _.UpdateRatio)

[<Fact>]
let ``Class weights, small batches and fewer examples than a batch are supported`` () =
    let weighted =
        { choices Optimizer.adam with
            ClassWeights = Some [| 2f; 2f |]
        }

    closeTo
        1e-6
        [ for _, gradient in gradients -> 2.0 * length gradient ]
        (flow weighted |> List.map _.GradientNorm)

    let small =
        { choices Optimizer.adam with
            BatchSize = 7
        }

    Assert.Equal<LayerFlow list>(flow small, flow small)

    // a batch's gradient is that of all examples and noise
    List.iter2
        (fun (_, gradient) layer ->
            Assert.InRange(layer.GradientNorm, length gradient, 5.0 * length gradient))
        gradients
        (flow small)

    let large =
        { choices Optimizer.sgd with
            BatchSize = 1000
        }

    Assert.Equal<LayerFlow list>(flow (choices Optimizer.sgd), flow large)

[<Fact>]
let ``Eight sigmoid layers let a gradient vanish, and eight of tanh do not`` () =
    let ratio activation =
        let deep = dense activation (3 :: List.replicate 8 16 @ [ 2 ])

        let found = Flow.ofNetwork engine (choices Optimizer.sgd) deep data
        found.Head.GradientNorm / found[7].GradientNorm

    Assert.InRange(ratio "sigmoid", 0.0, 1e-2)
    Assert.InRange(ratio "tanh", 0.1, 10.0)
    Assert.InRange(ratio "relu", 0.1, 10.0)

[<Fact>]
let ``The relative update of weights that are all zero is infinite`` () =
    let silent = Linear.network (Linear.zeros 3 2)
    let found = Flow.ofNetwork engine (choices Optimizer.sgd) silent data
    Assert.Equal(infinity, found.Head.UpdateRatio)

[<Fact>]
let ``A measurement without examples is an error`` () =
    raises<HybridException, _> [ "there are none" ] (fun () ->
        Flow.ofNetwork engine (choices Optimizer.sgd) network { data with Rows = [||] })
