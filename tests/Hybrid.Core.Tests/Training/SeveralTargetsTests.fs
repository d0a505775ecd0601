module Hybrid.Tests.SeveralTargetsTests

open System
open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

let private missing = nan

let private perExample loss outputs targets =
    Loss.perExample (Regression 2) (Loss.ofPresent loss) (matrix outputs) (matrix targets)

[<Fact>]
let ``The loss of an example – a target missing – is the mean over the others`` () =
    for loss in [ Loss.squared; Loss.absolute; Loss.huber; Loss.sigmoid ] do
        let one output target =
            Loss.perExample (Regression 1) loss (matrix [ [ output ] ]) (matrix [ [ target ] ])
            |> Reference.value
            |> Array.head

        let outputs = [ [ 1.5; 3.0 ]; [ 0.25; -2.0 ]; [ 4.0; 7.0 ] ]

        perExample loss outputs [ [ missing; 1.0 ]; [ 0.0; missing ]; [ 1.0; 0.0 ] ]
        |> values 1e-15 [ one 3.0 1.0; one 0.25 0.0; (one 4.0 1.0 + one 7.0 0.0) / 2.0 ]

[<Fact>]
let ``The gradient – of an output whose target is missing – is 0`` () =
    for loss in [ Loss.squared; Loss.absolute; Loss.huber; Loss.sigmoid ] do
        let outputs = matrix [ [ 1.5; 3e4 ]; [ 0.25; -2.0 ] ]

        let losses =
            Loss.perExample
                (Regression 2)
                (Loss.ofPresent loss)
                outputs
                (matrix [ [ 1.0; missing ]; [ missing; 0.5 ] ])

        let gradient =
            Derivative.gradient (Tensor.sumAll losses) [ outputs ]
            |> List.exactlyOne
            |> Reference.value

        Assert.Equal(0.0, gradient[1])
        Assert.Equal(0.0, gradient[2])
        Assert.NotEqual(0.0, gradient[0])
        Assert.NotEqual(0.0, gradient[3])

[<Fact>]
let ``The sigmoid loss – scores of 0 and of 1000 – is ln 2 and neither infinite nor NaN`` () =
    Loss.perExample
        (MultiLabel 2)
        Loss.sigmoid
        (matrix [ [ 0.0; 0.0 ]; [ 1000.0; -1000.0 ]; [ 1000.0; 1000.0 ] ])
        (matrix [ [ 1.0; 0.0 ]; [ 1.0; 0.0 ]; [ 0.0; 0.0 ] ])
    |> values 1e-15 [ log 2.0; 0.0; 1000.0 ]

// ---- training

/// Two hidden layers, and some of the outputs of a last layer of two neurons.
let private outputsOf (indices: int list) : Network =
    let body = dense "tanh" [ 3; 5; 4 ] >=> Activation.tanh

    let last =
        let weights = Random.normals 7UL 8

        {
            Weight =
                Tensor.constant
                    [ indices.Length; 4 ]
                    [|
                        for i in indices do
                            yield! weights[4 * i .. 4 * i + 3]
                    |]
            Bias = Some(Tensor.constant [ indices.Length ] [| for i in indices -> 0.1 * float i |])
        }

    body >=> Linear.network last

let private rows = 24

let private data (targets: (int -> float32) list) : Examples =
    Examples.all
        3
        (Random.normals 5UL (3 * rows) |> Array.map float32)
        [|
            for row in 0 .. rows - 1 do
                for target in targets do
                    target row
        |]

let private first row = float32 (sin (float row))
let private second row = float32 (cos (2.0 * float row))

let private trained task network examples : Epoch =
    { options task Loss.squared with
        Optimizer = Optimizer.adam
        BatchSize = 7
        Epochs = 20
    }
    |> fun options -> train options network examples |> List.last

let private single (name: string) (epoch: Epoch) : float32[] =
    Network.parameters epoch.Network
    |> List.find (fst >> (=) name)
    |> snd
    |> Reference.value
    |> Array.map float32

[<Fact>]
let ``Training – all targets but one missing – is that of the one target, to the bit`` () =
    let one = trained (Regression 1) (outputsOf [ 0 ]) (data [ first ])

    let both =
        trained (Regression 2) (outputsOf [ 0; 1 ]) (data [ first; (fun _ -> nanf) ])

    let names = Network.parameters one.Network |> List.map fst
    let body = names |> List.truncate (names.Length - 2)
    Assert.NotEmpty body

    for name in body do
        Assert.Equal<float32[]>(single name one, single name both)

    let last = names |> List.skip (names.Length - 2)

    for name in last do
        let expected = single name one
        Assert.Equal<float32[]>(expected, Array.truncate expected.Length (single name both))

    Assert.Equal(one.TrainingLoss, both.TrainingLoss)

[<Fact>]
let ``Training – targets in a different order – has its outputs in that order`` () =
    let examples = data [ first; second ]
    let turned = data [ second; first ]
    let there = trained (Regression 2) (outputsOf [ 0; 1 ]) examples
    let back = trained (Regression 2) (outputsOf [ 1; 0 ]) turned

    let predictions (epoch: Epoch) =
        (Inference.create engine epoch.Network 3).Run examples.Features
        |> Array.chunkBySize 2

    for a, b in Array.zip (predictions there) (predictions back) do
        closeTo 1e-4 [ float a[0]; float a[1] ] [ float b[1]; float b[0] ]

[<Fact>]
let ``L-BFGS – a target that is missing everywhere – leaves its output alone`` () =
    let network = outputsOf [ 0; 1 ]
    let examples = data [ first; (fun row -> if row % 3 = 0 then second row else nanf) ]
    let without = data [ first; (fun _ -> nanf) ]

    let trained examples =
        Lbfgs.epochs
            engine
            (fun () -> false)
            { lbfgsOptions (Regression 2) Loss.squared with
                Epochs = 30
            }
            network
            examples
            None
        |> List.ofSeq

    let names = Network.parameters network |> List.map fst
    let start = Network.parameters network |> List.last |> snd |> Reference.value
    Assert.Equal(float32 start[1], (single (List.last names) (List.last (trained without)))[1])
    let epochs = trained examples
    Assert.NotEqual(float32 start[1], (single (List.last names) (List.last epochs))[1])
    Assert.True((List.last epochs).TrainingLoss < epochs.Head.TrainingLoss)

// ---- measures

let private measured task outputs targets =
    let tally = QualityTally(task, LearningTask.targets task, QualityTally.YesFromZero)

    tally.Add(None, outputs, targets)
    let struct (quality, each) = tally.Quality
    quality, each

[<Fact>]
let ``Measures of several quantities – one value missing – are those of each and their means`` () =
    let outputs = [| 1f; 10f; 2f; 20f; 3f; 30f |]
    let targets = [| 1f; 12f; 3f; nanf; 5f; 20f |]
    let quality, each = measured (Regression 2) outputs targets

    match quality, each with
    | Estimated(rmse, mae, r2), [ Estimated(rmse1, mae1, r1); Estimated(rmse2, mae2, r2') ] ->
        closeTo 1e-12 [ sqrt (5.0 / 3.0); 1.0; 0.375 ] [ rmse1; mae1; r1 ]
        closeTo 1e-12 [ sqrt 52.0; 6.0; 1.0 - 104.0 / 32.0 ] [ rmse2; mae2; r2' ]

        closeTo 1e-12 [ (rmse1 + rmse2) / 2.0; (mae1 + mae2) / 2.0; (r1 + r2') / 2.0 ] [ rmse; mae; r2 ]
    | _ -> Assert.Fail "There are not two quantities."

[<Fact>]
let ``Measures of labels – one value missing – are those of each and the share of examples that are all right``
    ()
    =
    // yes from a score above 0 on
    let outputs = [| 1f; -1f; 2f; 3f; -1f; -2f; -0.5f; 4f |]
    let targets = [| 1f; 0f; 0f; 1f; 0f; 1f; nanf; 1f |]

    match measured (MultiLabel 2) outputs targets with
    | Classified(exact, all), [ Classified(_, first); Classified(_, second) ] ->
        Assert.Equal(0.5, exact)
        Assert.Equal<float[,]>(array2D [ [ 1.0; 1.0 ]; [ 0.0; 1.0 ] ], first)
        Assert.Equal<float[,]>(array2D [ [ 1.0; 0.0 ]; [ 1.0; 2.0 ] ], second)
        Assert.Equal<float[,]>(array2D [ [ 2.0; 1.0 ]; [ 1.0; 3.0 ] ], all)
    | _ -> Assert.Fail "There are not two labels."

[<Fact>]
let ``Early stopping – targets missing in validation – counts those that are there`` () =
    let validation = data [ first; (fun row -> if row < 12 then second row else nanf) ]

    let epochs =
        Training.epochs
            engine
            (fun () -> false)
            { options (Regression 2) Loss.squared with
                Epochs = 3
            }
            (outputsOf [ 0; 1 ])
            (data [ first; second ])
            (Some validation)

    for epoch in epochs do
        let measures = epoch.Validation.Value
        let outputs = (Inference.create engine epoch.Network 3).Run validation.Features

        let error i =
            (float outputs[i] - float validation.Targets[i]) ** 2.0

        let expected =
            List.init rows (fun row ->
                [ error (2 * row); error (2 * row + 1) ]
                |> List.filter (Double.IsNaN >> not)
                |> List.average)
            |> List.average

        Assert.Equal(expected, measures.Loss, 1e-6)
