/// Convolutions of integers in bytes equal those in float32, to the bit, on every engine and for every number of threads.
module Hybrid.Properties.IntegerConvolutionProperties

open System
open System.Collections.Generic
open Expecto
open Hybrid.Core
open Hybrid.Kernels
open Hybrid.Testing

/// A quantized convolution, with maxima of 2 × 2 of its numbers and without them, and the images that it takes.
[<NoComparison>]
type private Case =
    {
        Name: string
        /// [examples; extents …; channels].
        Images: Shape
        Sizes: int list
        Outputs: int
        Strides: int list
        Dilations: int list
        Groups: int
        Border: Border
        Range: QuantizedRange
        /// Whether it is of bytes.
        IsOfBytes: bool
    }

let private signed =
    {
        Step = 0.02f
        Zero = 0
        IsSigned = true
    }

let private unsigned =
    {
        Step = 0.013f
        Zero = 0
        IsSigned = false
    }

let private plain name images sizes outputs =
    {
        Name = name
        Images = images
        Sizes = sizes
        Outputs = outputs
        Strides = List.map (fun _ -> 1) sizes
        Dilations = List.map (fun _ -> 1) sizes
        Groups = 1
        Border = Border.Valid
        Range = signed
        IsOfBytes = true
    }

let private cases =
    let lenet1 = plain "LeNet-5's first" [ 2; 28; 28; 1 ] [ 5; 5 ] 6
    let three = plain "3 × 3" [ 1; 13; 11; 7 ] [ 3; 3 ] 17

    [
        { lenet1 with Border = Border.Same }
        plain "LeNet-5's second, one image" [ 1; 14; 14; 6 ] [ 5; 5 ] 16
        plain "LeNet-5's second, many images" [ 33; 14; 14; 6 ] [ 5; 5 ] 16
        three
        { three with
            Name = "with a border, of numbers from 0 on"
            Border = Border.Same
            Range = unsigned
        }
        { three with
            Name = "with an uneven border and a zero"
            Border = Border.Edges [ 0, 2; 3, 1 ]
            Range =
                {
                    Step = 0.02f
                    Zero = 13
                    IsSigned = false
                }
        }
        { three with
            Name = "with strides"
            Strides = [ 2; 3 ]
            Border = Border.Same
        }
        { three with
            Name = "with dilations"
            Dilations = [ 3; 2 ]
            Border = Border.Same
        }
        { plain "many outputs, and threads" [ 4; 16; 16; 16 ] [ 3; 3 ] 40 with
            Border = Border.Same
        }
        plain "two outputs" [ 3; 9; 8; 5 ] [ 2; 3 ] 2
        plain "lines" [ 3; 41; 6 ] [ 5 ] 9
        plain "windows of as many columns as the image" [ 2; 9; 4; 3 ] [ 2; 4 ] 5
        { plain "pixels, with strides" [ 3; 9; 9; 20 ] [ 1; 1 ] 21 with
            Strides = [ 2; 2 ]
        }
        plain "few elements" [ 2; 12; 12; 1 ] [ 2; 2 ] 35
        { plain "elements apart" [ 2; 12; 12; 1 ] [ 5; 5 ] 8 with
            Dilations = [ 2; 2 ]
        }
        // these stay in float32
        { plain "sums beyond 2²⁴" [ 1; 6; 6; 150 ] [ 3; 3 ] 3 with
            Range = unsigned
            IsOfBytes = false
        }
        { plain "depthwise" [ 2; 9; 9; 6 ] [ 5; 5 ] 6 with
            Groups = 6
            IsOfBytes = false
        }
    ]

/// Random weights, or of a deep convolution the largest ones.
let private neurons (case: Case) =
    let channels = List.last case.Images / case.Groups
    let shape = case.Outputs :: case.Sizes @ [ channels ]

    let weight =
        if channels = 150 then
            Tensor.fill 1.0 shape
        else
            Tensor.constant shape (Random.normals 2UL (Shape.size shape))

    let convolution =
        {
            Weight = weight
            Bias = Some(Tensor.constant [ case.Outputs ] (Random.normals 3UL case.Outputs))
            Strides = case.Strides
            Dilations = case.Dilations
            Groups = case.Groups
            Border = case.Border
        }

    QuantizedNeurons.ofConvolution case.Range ChannelOrder.last convolution

/// Numbers on both sides of the bounds, some exactly between two integers.
let private numbers (case: Case) =
    Random.normals 1UL (Shape.size case.Images)
    |> Array.mapi (fun i x ->
        let x = float32 (x * 150.0)
        (if i % 3 = 0 then floor x + 0.5f else x) * case.Range.Step)

let private engines =
    Engines.all
    @ [
        for name in CpuEngine.Available do
            for threads in [ 1; 3 ] -> CpuEngine.Create(threads, name)
    ]

let private isOfBytes (plan: Plan) =
    plan.Steps |> Seq.exists (fun step -> step.Name.Contains "IntegerConvolution")

/// What follows a convolution: nothing, a rectifier, or a branch beside it; and maxima.
let private followers =
    let pooled (x: Tensor) =
        match x.Shape with
        | [ n; h; w; c ] when h > 1 && w > 1 ->
            Tensor.reshape
                [ n; h / 2; 2; w / 2; 2; c ]
                (Tensor.slice 2 0 (w / 2 * 2) (Tensor.slice 1 0 (h / 2 * 2) x))
            |> Tensor.max 4
            |> Tensor.max 2
        | _ -> x

    [
        "alone", id
        "rectified", Tensor.relu
        "rectified, with maxima", Tensor.relu >> pooled
        "with maxima, rectified", pooled >> Tensor.relu
        "beside a branch", (fun y -> Tensor.relu (y + y * y))
    ]

/// All engines' plans give what the first one gives without a plan, twice in a row.
let private agree (case: Case) (x: float32[]) follow =
    let y =
        Tensor.input "x" case.Images
        |> QuantizedNeurons.forward (neurons case)
        |> follow

    let expected = Eager.evaluate engines.Head [ "x", x ] [ y ] |> List.exactlyOne
    let state = Dictionary<string, float32[]>()

    for engine in engines do
        let plan =
            Plan.compileWith { Plan.defaults with Poison = true } engine state [ y ] []

        Expect.equal (isOfBytes plan) case.IsOfBytes $"{engine}: of bytes"

        for _ in 1..2 do
            Array.blit x 0 (plan.Input "x") 0 x.Length
            plan.Run()
            Expect.isTrue (ReaderLaws.sameBits expected (plan.Output 0)) $"{engine}"

let private special =
    [ nanf; infinityf; -infinityf; Single.MaxValue; -Single.Epsilon; -0f ]

[<Tests>]
let tests =
    testList
        "integer convolutions"
        [
            testList
                "Convolutions of bytes equal those of float32 numbers, to the bit, on every engine and any number of threads"
                [
                    for case in cases do
                        // sums that are not exact depend on their order
                        if case.Name <> "sums beyond 2²⁴" then
                            for name, follow in followers ->
                                testCase $"{case.Name}, {name}" (fun () -> agree case (numbers case) follow)
                ]

            testList
                "Special numbers give what they give in float32"
                [
                    for case in cases do
                        if case.IsOfBytes then
                            testCase case.Name (fun () ->
                                let x = numbers case

                                special
                                |> List.iteri (fun i value -> x[(i * 97 + x.Length - 1) % x.Length] <- value)

                                agree case x Tensor.relu)
                ]

            testCase "Sums beyond 2²⁴ stay in float32" (fun () ->
                let case = cases |> List.find (fun case -> case.Name = "sums beyond 2²⁴")
                let y = Tensor.input "x" case.Images |> QuantizedNeurons.forward (neurons case)
                let plan = Plan.compile engines.Head (Dictionary<string, float32[]>()) [ y ] []
                Expect.isFalse (isOfBytes plan) "of bytes")
        ]
