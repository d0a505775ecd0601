module Hybrid.Tests.FiniteTests

open System
open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

let private wrong = [ nanf; infinityf; -infinityf ]

/// What takes the outputs of examples, with some of them in their second row and second column.
let private takers: (string * (float32 -> unit)) list =
    let outputs value = [| 1f; 2f; 3f; value; 5f; value |]
    let classes = Classification 2

    [
        "predictedClass", (fun value -> Metrics.predictedClass (ReadOnlySpan [| 1f; value |]) |> ignore)
        "classified", (fun value -> Metrics.classified 2 (outputs value) [| 0f; 1f; 0f |] |> ignore)
        "a tally of quantities",
        (fun value ->
            QualityTally(Regression 1, 1, QualityTally.YesFromZero).Add(None, [| 1f; value |], [| 1f; 2f |]))
        "measure, classes",
        (fun value ->
            Inference.measure engine classes Loss.softmax None (outputs value) [| 0f; 1f; 0f |]
            |> ignore)
        "measure, a quantity",
        (fun value ->
            Inference.measure engine (Regression 1) Loss.squared None [| 1f; value |] [| 1f; 2f |]
            |> ignore)
    ]

[<Fact>]
let ``Measures of non-finite outputs are refused everywhere`` () =
    for name, take in takers do
        for value in wrong do
            let error = Assert.Throws<NonFiniteResultException>(fun () -> take value)
            Assert.True((error.Count > 0), name)
            Assert.Equal(value, error.Value)

[<Fact>]
let ``The error names the first example and its output, and counts all of them`` () =
    let error =
        Assert.Throws<NonFiniteResultException>(fun () ->
            Metrics.classified 2 [| 1f; 2f; 3f; nanf; infinityf; 6f |] [| 0f; 0f; 0f |]
            |> ignore)

    Assert.Equal((1L, 1, 2), (error.Example, error.Output, error.Count))
    Assert.Contains("output 2 is NaN for example 2 (2 of 3 examples", error.Message)
    let named = error.Of("t.csv", 100L, [| "a"; "b" |])
    Assert.StartsWith("t.csv: the output «b» is NaN for example 102 (", named.Message)

/// y = factor · x, for a feature.
let private times factor =
    Linear.network
        {
            Weight = Tensor.constant [ 1; 1 ] [| factor |]
            Bias = Some(Tensor.constant [ 1 ] [| 0.0 |])
        }

[<Fact>]
let ``Non-finite outputs of a network are an error, however it is run`` () =
    // too large for float32, and no number from the start
    for network, features in
        [
            times 1e38, [| 1f; 1f; 100f |]
            times nan, [| 1f; 1f; 1f |]
            times 1.0, [| 1f; 2f; nanf |]
        ] do
        let inference = Inference.create engine network 1

        let run: (unit -> unit) list =
            [
                (fun () -> inference.Run features |> ignore)
                (fun () -> inference.Run(features, [| 0; 2 |]) |> ignore)
                (fun () -> inference.Run(ReadOnlySpan features, Span(Array.zeroCreate 3)))
                (fun () ->
                    Inference.evaluate
                        (Regression 1)
                        Loss.squared
                        inference
                        (Examples.all 1 features features)
                    |> ignore)
            ]

        for action in run do
            Assert.Throws<NonFiniteResultException> action |> ignore

[<Fact>]
let ``An infinite feature is refused, even where the result would be finite`` () =
    let inference = Inference.create engine (times 1.0 >=> Activation.sigmoid) 1

    for value in [ infinityf; -infinityf ] do
        raises<HybridException, _> [ "Column 1 of example 2 is infinite" ] (fun () ->
            inference.Run(ReadOnlySpan [| 1f; value |], Span(Array.zeroCreate 2)))

[<Fact>]
let ``The first of many infinite features is named, whichever threads share the rows`` () =
    let width, rows = 37, 3000
    let network = Dense.network "relu" 1UL [ width; 64; 2 ]

    for threads in 1..3 do
        use engine = Hybrid.Kernels.CpuEngine.Create(threads, null)
        let inference = Inference.create engine network width
        let outputs = Array.zeroCreate (2 * rows)

        let features =
            Array.init (width * rows) (fun i -> if i % 11 = 3 then nanf else float32 (i % 7))

        features[1700 * width + 36] <- infinityf
        features[2900 * width] <- -infinityf

        raises<HybridException, _> [ "Column 37 of example 1701 is infinite" ] (fun () ->
            inference.Run(ReadOnlySpan features, Span outputs))

[<Fact>]
let ``A loss too large for float32 is an error even if the outputs are finite`` () =
    // one in the part of many that is computed at a time, and one in the rest
    for place in [ 7; 600 ] do
        let outputs = Array.init 601 (fun i -> if i = place then 1e30f else 0f)

        let error =
            Assert.Throws<NonFiniteResultException>(fun () ->
                Inference.measure engine (Regression 1) Loss.squared None outputs (Array.zeroCreate 601)
                |> ignore)

        Assert.Equal((int64 place, -1), (error.Example, error.Output))
        Assert.StartsWith("the loss is ", error.Message)

[<Fact>]
let ``A validation loss that is not finite stops the training`` () =
    let examples = Examples.all 1 [| 0f; 1f |] [| 0f; 1f |]
    let validation = Examples.all 1 [| 3e38f |] [| 0f |]
    let options = StepOptions.defaults (Regression 1) 2

    Assert.Throws<TrainingDivergedException>(fun () ->
        Training.epochs engine (fun () -> false) options (times 10.0) examples (Some validation)
        |> Seq.head
        |> ignore)
    |> ignore
