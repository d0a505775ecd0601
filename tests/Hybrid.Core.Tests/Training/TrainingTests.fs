module Hybrid.Tests.TrainingTests

open System
open Hybrid.Core
open Hybrid.Kernels
open Hybrid.Tests.CoreTesting
open Xunit

let private xor = examples 2 [ 0f; 0f; 0f; 1f; 1f; 0f; 1f; 1f ] [ 0f; 1f; 1f; 0f ]

let private accuracy (measures: Measures option) =
    match measures with
    | Some { Quality = Classified(accuracy, _) } -> accuracy
    | _ -> nan

let private never () = false

[<Fact>]
let ``A network with a hidden layer learns XOR without errors`` () =
    let choices =
        { options (Classification 2) Loss.softmax with
            Optimizer = Optimizer.adam
            LearningRate = 0.05
            BatchSize = 4
            Epochs = 200
        }

    let epochs =
        Training.epochs engine never choices (dense "tanh" [ 2; 8; 2 ]) xor (Some xor)
        |> List.ofSeq

    Assert.Equal(200, epochs.Length)
    Assert.Equal<int list>([ 1..200 ], List.map _.Number epochs)
    Assert.Equal(1.0, accuracy (List.last epochs).Validation)

[<Fact>]
let ``A single linear layer gets at most three of XOR's four cases right`` () =
    let choices =
        { options (Classification 2) Loss.softmax with
            BatchSize = 4
            Epochs = 100
        }

    let epochs =
        Training.epochs engine never choices (dense "tanh" [ 2; 2 ]) xor (Some xor)

    Assert.All(epochs, fun epoch -> Assert.True(accuracy epoch.Validation <= 0.75))

/// Everything in it that is random: order, dropout, noise.
let private randomised key (engine: Engine) =
    let network =
        Noise.network 0.1
        >=> dense "relu" [ 20; 128 ]
        >=> Activation.relu
        >=> Dropout.network 0.3
        >=> Linear.network (Linear.create He 5UL 128 3)

    let data =
        Examples.all
            20
            (Random.normals 1UL (300 * 20) |> Array.map float32)
            (Array.init 300 (fun i -> float32 (i % 3)))

    let choices =
        { options (Classification 3) Loss.softmax with
            Optimizer = Optimizer.adam
            LearningRate = 0.01
            BatchSize = 128
            Epochs = 3
            Key = key
        }

    Training.epochs engine never choices network data None
    |> Seq.last
    |> _.Network
    |> numbers

[<Fact>]
let ``The same key gives the same bits, and a different key different ones`` () =
    let first = randomised 1UL engine
    Assert.Equal<float[]>(first, randomised 1UL engine)
    Assert.NotEqual<float[]>(first, randomised 2UL engine)

[<Fact>]
let ``Two threads give the same bits as one`` () =
    use two = CpuEngine.Create(2, null)
    Assert.Equal<float[]>(randomised 1UL engine, randomised 1UL two)

[<Fact>]
let ``Enumerating epochs again gives the same ones`` () =
    let choices =
        { options (Classification 2) Loss.softmax with
            Epochs = 3
        }

    let epochs =
        Training.epochs engine never choices (dense "tanh" [ 2; 8; 2 ]) xor None

    let drawn () =
        epochs |> Seq.map (fun epoch -> numbers epoch.Network) |> List.ofSeq

    Assert.Equal<float[] list>(drawn (), drawn ())

/// Example i has feature i alone, so that weight i learns from it alone.
let private apart =
    Examples.all 5 (Array.init 25 (fun i -> if i % 6 = 0 then 1f else 0f)) [| 1f; 2f; 3f; 4f; 5f |]

[<Fact>]
let ``The last, smaller batch is used for training`` () =
    let choices =
        { options (Regression 1) Loss.squared with
            BatchSize = 2
        }

    let start =
        Linear.network
            {
                Weight = Initializer.zeros [ 1; 5 ]
                Bias = Some(Initializer.zeros [ 1 ])
            }

    let epoch = train choices start apart |> List.exactlyOne
    Assert.All(parameter "0.weight" epoch.Network, fun weight -> Assert.NotEqual(0.0, weight))

[<Fact>]
let ``Only the rows of the training examples are used`` () =
    let choices =
        { options (Regression 1) Loss.squared with
            BatchSize = 2
        }

    let epoch =
        train choices (Linear.network (Linear.zeros 5 1)) { apart with Rows = [| 4; 0; 3 |] }
        |> List.exactlyOne

    Assert.Equal<bool list>(
        [ true; false; false; true; true ],
        parameter "0.weight" epoch.Network
        |> List.ofArray
        |> List.map (fun weight -> weight <> 0.0)
    )

    // their targets are 5, 1 and 4
    let measured =
        Inference.evaluate
            (Regression 1)
            Loss.squared
            (Inference.create engine (Linear.network (Linear.zeros 5 1)) 5)
            { apart with Rows = [| 4; 0; 3 |] }

    closeTo 1e-6 [ 42.0 / 3.0 ] [ measured.Loss ]

[<Fact>]
let ``The training loss is the mean over examples, whatever the size of their batch`` () =
    // a rate so small that nothing moves: the mean of 1, 4, 9, 16, 25
    let choices =
        { options (Regression 1) Loss.squared with
            BatchSize = 2
            LearningRate = 1e-12
        }

    let epoch =
        train choices (Linear.network (Linear.zeros 5 1)) apart |> List.exactlyOne

    closeTo 1e-5 [ 11.0 ] [ epoch.TrainingLoss ]

[<Fact>]
let ``Training stops when validation has not improved for the epochs of patience`` () =
    // what is learned from the training example is wrong of the other one: its loss only grows
    let choices =
        { options (Regression 1) Loss.squared with
            Epochs = 50
            Patience = Some 3
        }

    let epochs =
        Training.epochs
            engine
            never
            choices
            (Linear.network (Linear.zeros 1 1))
            (examples 1 [ 1f ] [ 1f ])
            (Some(examples 1 [ 1f ] [ -1f ]))
        |> List.ofSeq

    Assert.Equal<int list>([ 1; 2; 3; 4 ], List.map _.Number epochs)
    Assert.Equal(1, (List.reduce Epoch.better epochs).Number)

[<Fact>]
let ``The later epoch is the better one without validation`` () =
    let choices =
        { options (Regression 1) Loss.squared with
            Epochs = 3
        }

    let epochs =
        train choices (Linear.network (Linear.zeros 1 1)) (examples 1 [ 1f ] [ 1f ])

    Assert.Equal(3, (List.reduce Epoch.better epochs).Number)

[<Fact>]
let ``Cancellation within an epoch makes it the last one, marked as cancelled, with its progress`` () =
    let asked = ref 0

    let cancelled () =
        asked.Value <- asked.Value + 1
        asked.Value > 7

    let choices =
        { options (Regression 1) Loss.squared with
            Epochs = 10
        }

    let epochs =
        Training.epochs engine cancelled choices (Linear.network (Linear.zeros 5 1)) apart None
        |> List.ofSeq

    Assert.Equal<bool list>([ false; true ], epochs |> List.map _.Cancelled)
    Assert.NotEqual<float[]>(numbers epochs[0].Network, numbers epochs[1].Network)
    Assert.True(Double.IsFinite epochs[1].TrainingLoss)

[<Fact>]
let ``Cancellation before the first step returns the network unchanged`` () =
    let start = dense "tanh" [ 5; 1 ]

    let epoch =
        Training.epochs engine (fun () -> true) (options (Regression 1) Loss.squared) start apart None
        |> Seq.exactlyOne

    Assert.True epoch.Cancelled
    Assert.Equal<float[]>(numbers start, numbers epoch.Network)

[<Fact>]
let ``A diverging learning rate is an error that names the epoch`` () =
    // the weight becomes 2e20 in the first epoch, and its loss overflows in the second one
    let choices =
        { options (Regression 1) Loss.squared with
            LearningRate = 1e20
            Epochs = 5
        }

    let error =
        raisesWith<TrainingDivergedException, _> [ "epoch 2"; "learning rate 1E+20" ] (fun () ->
            train choices (Linear.network (Linear.zeros 1 1)) (examples 1 [ 1f ] [ 1f ]))

    Assert.Equal(2, error.Epoch)

[<Fact>]
let ``Weights that overflow in an epoch's last step are an error in that epoch`` () =
    let choices =
        { options (Regression 1) Loss.squared with
            LearningRate = 1e30
        }

    let error =
        raisesWith<TrainingDivergedException, _> [ "epoch 1" ] (fun () ->
            train choices (Linear.network (Linear.zeros 1 1)) (examples 1 [ 1f ] [ 1e10f ]))

    Assert.Equal(1, error.Epoch)

let private refuses (name: string) choices data =
    let error =
        raisesWith<ArgumentException, _> [] (fun () -> train choices (dense "tanh" [ 5; 1 ]) data)

    Assert.Equal(name, error.ParamName)

[<Fact>]
let ``Options out of range are errors that name the option`` () =
    let choices = options (Regression 1) Loss.squared
    refuses "BatchSize" { choices with BatchSize = 6 } apart
    refuses "BatchSize" { choices with BatchSize = 0 } apart
    refuses "LearningRate" { choices with LearningRate = 0.0 } apart
    refuses "LearningRate" { choices with LearningRate = nan } apart
    refuses "Epochs" { choices with Epochs = 0 } apart
    refuses "examples" choices (examples 5 [] [])

[<Fact>]
let ``The learning rate follows its schedule over all steps`` () =
    let choices =
        { options (Regression 1) Loss.squared with
            Schedule = Schedule.cosine
            BatchSize = 5
            Epochs = 4
        }

    let rates =
        train choices (Linear.network (Linear.zeros 5 1)) apart
        |> List.map _.LearningRate

    closeTo 1e-12 [ for s in 0.0 .. 3.0 -> 0.1 * 0.5 * (1.0 + cos (Math.PI * s / 4.0)) ] rates
