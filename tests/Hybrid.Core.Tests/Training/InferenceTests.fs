module Hybrid.Tests.InferenceTests

open System
open Hybrid.Core
open Hybrid.Kernels
open Hybrid.Models
open Hybrid.Tests.CoreTesting
open Xunit

let private network = dense "tanh" [ 2; 5; 3 ]
let private features = Array.init 1400 (fun i -> sin (float32 i))

[<Fact>]
let ``Examples of several batches give the same outputs as each one alone`` () =
    let inference = Inference.create engine network 2
    let all = inference.Run features
    Assert.Equal(3 * 700, all.Length)

    for row in [ 0; 255; 256; 511; 512; 699 ] do
        closeTo
            1e-6
            (Seq.map float (inference.Run(features, [| row |])))
            (Seq.map float all[3 * row .. 3 * row + 2])

[<Fact>]
let ``Each inference has the numbers that the network's arrays have when it is made`` () =
    let numbers = Array.create (256 * 256) 1.0f
    let weight = Tensor.single [ 256; 256 ] numbers

    let network =
        Linear.network
            { Linear.zeros 256 256 with
                Weight = weight
            }

    for value in [ 1.0f; 2.0f ] do
        Array.fill numbers 0 numbers.Length value
        let inference = Inference.create engine network 256

        // one row and several are multiplied in different ways
        for rows in [ 1; 2; 9 ] do
            let outputs = inference.Run(Array.create (256 * rows) 1.0f)
            Assert.All(outputs, (fun output -> Assert.Equal(256.0f * value, output)))

/// Wide enough that every way to take a product is met.
let private wide = dense "tanh" [ 70; 40; 3 ]

[<Fact>]
let ``The outputs of an example have the same bits whatever the others are`` () =
    let inference = Inference.create engine wide 70
    let features = Array.init (70 * 600) (fun i -> sin (float32 i))
    let all = inference.Run features

    for count in [ 2; 3; 4; 5; 7; 8; 9; 16; 17; 31; 64; 65; 255; 256; 257; 258; 511; 513; 600 ] do
        for start in [ 0; 1; 600 - count ] |> List.filter (fun start -> start + count <= 600) do
            Assert.Equal<float32[]>(
                all[3 * start .. 3 * (start + count) - 1],
                inference.Run(features, [| start .. start + count - 1 |])
            )

            let outputs = Array.zeroCreate (3 * count)
            inference.Run(ReadOnlySpan(features, 70 * start, 70 * count), Span outputs)
            Assert.Equal<float32[]>(all[3 * start .. 3 * (start + count) - 1], outputs)

[<Fact>]
let ``Sums of a single example are within the rounding bounds of both orders of summation`` () =
    // a layer without bias, so that the bound of a dot product is the whole bound: n u / (1 - n u), twice
    let layer = Linear.create Glorot 3UL 70 40

    let network =
        Linear.network
            { layer with
                Bias = Some(Tensor.constant [ 40 ] (Array.zeroCreate 40))
            }

    let inference = Inference.create engine network 70
    let features = Array.init (70 * 64) (fun i -> sin (float32 i))
    let all = inference.Run features
    let weights = Reference.value layer.Weight
    let unit = 2.0 ** -24.0
    let gamma = 70.0 * unit / (1.0 - 70.0 * unit)

    for row in 0..63 do
        let alone = inference.Run(features, [| row |])

        for j in 0..39 do
            let size =
                Seq.sum (seq { for i in 0..69 -> abs (weights[70 * j + i] * float features[70 * row + i]) })

            Assert.InRange(abs (float alone[j] - float all[40 * row + j]), 0.0, 2.0 * gamma * size)

/// Of images of eight by eight pixels.
let private convolutional =
    LayerText.network "relu" 1UL "image8x8x2,conv5x3,pool2,conv4x3,12" 128 3

[<Theory>]
[<InlineData(2)>]
[<InlineData(3)>]
let ``Threads that share rows give the bits of one thread, whatever the others are`` (threads: int) =
    use several = CpuEngine.Create(threads, null)

    for network, width, fewest in [ convolutional, 128, 8; dense "tanh" [ 70; 300; 3 ], 70, 32 ] do
        let traced = Network.withInputs network
        let x = Batch.features 1 width

        let weights =
            Network.parameters network
            |> List.sumBy (fun (_, w) -> int64 (Shape.size w.Shape))

        Assert.InRange(Inference.FewestShared([ x; Network.forward traced x ], weights), 2, fewest)

        let features = Array.init (width * 900) (fun i -> sin (float32 i))
        let expected = (Inference.create engine network width).Run features
        let shared = Inference.create several network width

        // from a single row to parts of all sizes, with some left
        for count in [ 900; 1; 2; 63; 64 * threads; 64 * threads + 1; 511; 900 ] do
            let rows = [| 900 - count .. 899 |]
            let expected = expected[3 * (900 - count) ..]

            if count > 1 then
                Assert.Equal<float32[]>(expected, shared.Run(features, rows))

            let outputs = Array.zeroCreate (3 * count)
            shared.Run(ReadOnlySpan(features, width * (900 - count), width * count), Span outputs)

            if count > 1 then
                Assert.Equal<float32[]>(expected, outputs)

            let before = GC.GetAllocatedBytesForCurrentThread()
            shared.Run(ReadOnlySpan(features, width * (900 - count), width * count), Span outputs)
            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread())

[<Fact>]
let ``Only so many rows are shared that threads need not wait long for each other`` () =
    let fewest width weights =
        let x = Tensor.input "x" [ 1; width ]
        Inference.FewestShared([ x; Tensor.relu x ], weights)

    // of few numbers many rows; of more weights than stay in a cache as many as read them for as many numbers
    for width, weights, rows in
        [
            32, 0L, 512
            1 <<< 10, 0L, 16
            1 <<< 20, 0L, 2
            1 <<< 20, 1L <<< 24, 8
            1 <<< 10, 1L <<< 18, 16
            1 <<< 10, 1L <<< 20, 512
        ] do
        Assert.Equal(rows, fewest width weights)

[<Fact>]
let ``An error on a thread that shares rows reaches the caller`` () =
    use several = CpuEngine.Create(2, null)
    let fails = ref true

    let network =
        Network.ofLayer (
            Layer.ofFunction "relu" (fun x ->
                if x.Shape.Head > 1 && fails.Value then
                    invalidOp "too many"

                Tensor.relu x)
        )

    let inference = Inference.create several network 1024
    let features = Array.init (1024 * 128) (fun i -> sin (float32 i))

    Assert.Throws<InvalidOperationException>(fun () -> inference.Run features |> ignore)
    |> ignore

    fails.Value <- false
    Assert.Equal<float32[]>(Array.map (max 0.0f) features, inference.Run features)

[<Fact>]
let ``Batches are smaller for networks that compute more per example`` () =
    let batch width =
        let x = Tensor.input "x" [ 1; 2 ]
        Inference.BatchSize [ x; Tensor.broadcast [ 1; width; 2 ] (Tensor.reshape [ 1; 1; 2 ] x) ]

    Assert.Equal(256, batch 1000)

    for width in [ 1 <<< 16; 1 <<< 18; 1 <<< 22; 1 <<< 26 ] do
        Assert.Equal(max 1 ((1 <<< 24) / (2 * width) / 2), batch width)

[<Theory>]
[<InlineData(1024)>]
[<InlineData(1025)>]
[<InlineData(1300)>]
let ``Quantities and labels are measured in parts, with the bits of all examples at once`` (count: int) =
    let width = 1024

    for task, loss in [ Regression width, Loss.squared; MultiLabel width, Loss.sigmoid ] do
        let examples =
            Examples.all
                2
                (Array.init (2 * count) (fun i -> sin (float32 i)))
                (Array.init (width * count) (fun i -> if i % 11 = 3 then nanf else float32 (i * 7 % 2)))

        let examples =
            { examples with
                Weights = Some(Array.init count (fun i -> 1f / float32 (1 + i % 3)))
            }

        let inference = Inference.create engine (dense "tanh" [ 2; width ]) 2
        let parts = Inference.evaluate task loss inference examples

        let whole =
            Inference.measure
                engine
                task
                loss
                examples.Weights
                (inference.Run examples.Features)
                examples.Targets

        Assert.Equal(whole, parts)

[<Fact>]
let ``Examples of many classes are measured in parts, with equal results`` () =
    let classes, count = 2048, 2500
    let network = dense "tanh" [ 2; classes ]

    let examples =
        Examples.all
            2
            (Array.init (2 * count) (fun i -> sin (float32 i)))
            (Array.init count (fun i -> float32 (i * 7 % classes)))

    let inference = Inference.create engine network 2

    let parts =
        Inference.evaluate (Classification classes) Loss.softmax inference examples

    let whole =
        Inference.measure
            engine
            (Classification classes)
            Loss.softmax
            None
            (inference.Run examples.Features)
            examples.Targets

    Assert.Equal(whole.Examples, parts.Examples)
    Assert.Equal(whole.Loss, parts.Loss, 1e-9)

    match whole.Quality, parts.Quality with
    | Classified(accuracy, confusion), Classified(accuracy', confusion') ->
        Assert.Equal(accuracy, accuracy')
        Assert.Equal<float[,]>(confusion, confusion')
    | _ -> Assert.Fail "Both are of classes."

[<Fact>]
let ``Rows are evaluated in the requested order`` () =
    let inference = Inference.create engine network 2
    let y = inference.Run(features, [| 3; 1; 3 |])
    Assert.Equal<float32[]>(y[0..2], y[6..8])
    Assert.Equal<float32[]>((inference.Run(features, [| 1 |])), y[3..5])

[<Fact>]
let ``Inference without examples returns no outputs`` () =
    Assert.Empty((Inference.create engine network 2).Run([||]))

[<Fact>]
let ``A network that does not return one row per example is refused`` () =
    let ending name f =
        Inference.create engine (network >=> Network.ofLayer (Layer.ofFunction name f)) 2

    raises<ShapeMismatchException, _> [ "[1; 2] and [] do not fit"; "one row per example" ] (fun () ->
        ending "sum" Tensor.sumAll)

    let first = ending "first" (Tensor.slice 0 0 1)
    Assert.Equal(3, (first.Run features[..1]).Length)

    raises<ShapeMismatchException, _> [ "and [1; 3] do not fit" ] (fun () -> first.Run features[..5])

[<Fact>]
let ``The mean loss and the quality are those of the outputs`` () =
    let measures =
        Inference.measure engine (Regression 1) Loss.squared None [| 1f; 2f; 3f |] [| 1f; 3f; 5f |]

    Assert.Equal(3, measures.Examples)
    closeTo 1e-6 [ 5.0 / 3.0 ] [ measures.Loss ]

[<Fact>]
let ``The loss without examples is NaN`` () =
    for task in [ Classification 2; Regression 1 ] do
        let measures = Inference.measure engine task Loss.squared None [||] [||]
        Assert.Equal(0, measures.Examples)
        Assert.True(Double.IsNaN measures.Loss)

[<Fact>]
let ``The loss of many examples, computed in parts, is their mean`` () =
    let outputs = Array.init 1300 float32
    let targets = Array.init 1300 (fun i -> float32 (i + i % 3))

    let measures =
        Inference.measure engine (Regression 1) Loss.squared None outputs targets

    closeTo 1e-12 [ Array.averageBy (fun i -> float (i % 3) ** 2.0) [| 0..1299 |] ] [ measures.Loss ]
