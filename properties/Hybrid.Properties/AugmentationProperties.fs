/// What is done to images in training: numbers move or become 0, by draws of each example.
module Hybrid.Properties.AugmentationProperties

open System
open Expecto
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Kernels
open Hybrid.Testing

let private examples, private height, private width, private channels = 5, 5, 4, 2

/// Numbers that are all different, and none of them 0.
let private images =
    Array.init (examples * height * width * channels) (fun i -> float32 (i + 1))

let private shape = [ examples; height; width; channels ]

let private draw key step =
    {
        Key = uint64 (key: int)
        Step = Tensor.constant [ 2 ] [| 0.0; float (step: int) |]
    }

let private ofImages (layer: Layer) key step : Tensor =
    layer.Training (draw key step) [] (Tensor.single shape images)

let private values engine (y: Tensor) : float32[] = Eager.value engine y

/// An example's numbers by row, column and channel.
let private example (of': float32[]) rows columns i (row, column, channel) : float32 =
    of'[((i * rows + row) * columns + column) * channels + channel]

/// Whether each example is its own image, read at places that one of some functions gives; 0 where there are none.
let private isOneOf rows columns (places: (int * int -> int * int) list) (result: float32[]) : bool =
    List.forall
        (fun i ->
            places
            |> List.exists (fun place ->
                Seq.forall
                    (fun (row, column, channel) ->
                        let y, x = place (row, column)

                        let expected =
                            if y >= 0 && y < height && x >= 0 && x < width then
                                example images height width i (y, x, channel)
                            else
                                0f

                        example result rows columns i (row, column, channel) = expected)
                    (seq {
                        for row in 0 .. rows - 1 do
                            for column in 0 .. columns - 1 do
                                for channel in 0 .. channels - 1 -> row, column, channel
                    })))
        [ 0 .. examples - 1 ]

let private moves pixels =
    [
        for down in -pixels .. pixels do
            for right in -pixels .. pixels -> fun (y, x) -> y + down, x + right
    ]

let private draws =
    Gen.zip (Gen.choose (0, 1_000_000)) (Gen.choose (0, 1_000_000)) |> Arb.fromGen

let private laws (name: string) (layer: Layer) rows columns places : Test list =
    [
        property
            $"{name} – in training – moves the numbers of each image by one of its functions"
            30
            draws
            (fun (key, step) ->
                ofImages layer key step
                |> values ReferenceKernels.Engine
                |> isOneOf rows columns places)
        property
            $"{name} – of a key and a step – is the same on every engine and in double precision"
            10
            draws
            (fun (key, step) ->
                let y = ofImages layer key step
                let expected = Reference.value y |> Array.map float32

                [ 1; 3 ]
                |> List.collect (fun threads ->
                    [ for engine in CpuEngine.Available -> CpuEngine.Create(threads, engine) ])
                |> List.forall (fun engine -> values engine y = expected))
        testCase $"{name} – over many steps – has every outcome about equally often"
        <| fun () ->
            let steps = 200

            let found =
                [ 0 .. steps - 1 ]
                |> List.collect (fun step ->
                    let result = ofImages layer 7 step |> values ReferenceKernels.Engine
                    let size = result.Length / examples

                    [
                        for i in 0 .. examples - 1 ->
                            // the images differ by a constant
                            Array.sub result (i * size) size
                            |> Array.map (fun value ->
                                if value = 0f then
                                    0f
                                else
                                    value - float32 (i * height * width * channels))
                    ])
                |> List.countBy id

            let expected = float (steps * examples) / float (List.length places)
            Expect.equal found.Length places.Length "the number of outcomes"

            for _, count in found do
                // six standard deviations
                Expect.isBetween
                    (float count)
                    (expected - 6.0 * sqrt expected)
                    (expected + 6.0 * sqrt expected)
                    "an outcome"
    ]

let private places sizes = [ for start in 0..sizes -> start ]

[<Tests>]
let tests =
    testList
        "Augmentation"
        [
            yield! laws "shift" (Augmentation.shift 1) height width (moves 1)
            yield! laws "flip" Augmentation.flip height width [ id; (fun (y, x) -> y, width - 1 - x) ]

            yield!
                laws
                    "crop"
                    (Augmentation.crop 3 2)
                    3
                    2
                    [
                        for down in places (height - 3) do
                            for right in places (width - 2) -> fun (y, x) -> y + down, x + right
                    ]

            testCase "shift and flip – in use – change nothing, and a crop takes the middle"
            <| fun () ->
                let x = Tensor.single shape images

                for layer in [ Augmentation.shift 2; Augmentation.flip ] do
                    Expect.isTrue (obj.ReferenceEquals(layer.Forward [] x, x)) layer.Kind

                let middle = (Augmentation.crop 3 2).Forward [] x |> values ReferenceKernels.Engine
                Expect.isTrue (isOneOf 3 2 [ fun (y, x) -> y + 1, x + 1 ] middle) "crop"
        ]
