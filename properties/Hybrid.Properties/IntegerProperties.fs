/// Products of integers in bytes equal those in float32, to the bit, on every engine and for every number of threads.
module Hybrid.Properties.IntegerProperties

open System
open System.Collections.Generic
open Expecto
open Hybrid.Core
open Hybrid.Kernels
open Hybrid.Testing

/// A quantized layer: rows, depth and outputs, and the least and the most integer of its inputs.
type private Layer =
    {
        Rows: int
        Depth: int
        Outputs: int
        Least: float
        Most: float
        /// Added before the bounds and subtracted after them, as in files of other programs.
        Zero: float
        /// Whether its weights are stored as [outputs; depth].
        IsTurned: bool
    }

    override this.ToString() =
        let order = if this.IsTurned then ", turned" else ""
        $"{this.Rows}×{this.Depth}×{this.Outputs} of {this.Least} to {this.Most}, zero {this.Zero}{order}"

let private shifted (rows, depth, outputs) (least, most, zero) isTurned =
    {
        Rows = rows
        Depth = depth
        Outputs = outputs
        Least = least
        Most = most
        Zero = zero
        IsTurned = isTurned
    }

let private layer extents (least, most) isTurned =
    shifted extents (least, most, 0.0) isTurned

/// Extents around the tiles: rows one by one and by six, quads of four numbers of the depth, panels of 16 columns and four of them,
/// and parts for threads.
let private extents =
    [
        2, 1, 3
        1, 3, 2
        1, 4, 16
        1, 5, 17
        1, 64, 64
        1, 65, 65
        1, 300, 130
        1, 518, 256
        1, 400, 1500
        2, 7, 15
        3, 33, 70
        4, 16, 16
        5, 17, 33
        6, 8, 31
        7, 9, 10
        13, 100, 48
        49, 130, 20
        100, 66, 90
        128, 256, 128
        128, 518, 10
        150, 70, 300
    ]

/// The least and the most integer, and the zero; and whether the weights are turned.
let private ranges =
    [
        (0.0, 255.0, 0.0), true
        (-128.0, 127.0, 0.0), true
        (-127.0, 127.0, 0.0), false
        (-3.0, 252.0, 3.0), false
        (-100.0, 155.0, -28.0), true
        (-255.0, 0.0, 255.0), false
        (0.0, 1.0, 0.0), false
    ]

let private layers =
    [
        for extents in extents do
            for range, isTurned in ranges -> shifted extents range isTurned
    ]

let private scale = 0.043f

/// Numbers on both sides of the bounds, some exactly between two integers.
let private numbers (layer: Layer) =
    Random.normals 1UL (layer.Rows * layer.Depth)
    |> Array.mapi (fun i x ->
        let x = float32 (x * 150.0)
        if i % 3 = 0 then (floor x + 0.5f) * scale else x * scale)

let private weights (layer: Layer) =
    Random.uniforms 2UL 0UL (layer.Depth * layer.Outputs)
    |> Array.map (fun u -> floor (u * 255.0) - 127.0)

let private weightOf (weights: float[]) (layer: Layer) : Tensor =
    if layer.IsTurned then
        Tensor.constant [ layer.Outputs; layer.Depth ] weights |> Tensor.transpose
    else
        Tensor.constant [ layer.Depth; layer.Outputs ] weights

/// round(x / scale), clamped, times the weight, and then a scale and a bias for each output.
let private outputsOf (weight: Tensor) (layer: Layer) (x: Tensor) : Tensor =
    let number (x: float) = Tensor.constant [] [| x |]

    let row seed =
        Tensor.constant [ layer.Outputs ] (Random.normals seed layer.Outputs)

    let rounded = Tensor.round (x / number (float scale))

    let onto zero x =
        if layer.Zero = 0.0 then x else zero x (number layer.Zero)

    let limit bound = number (bound + layer.Zero)

    let q =
        Tensor.minimum (Tensor.maximum (onto (+) rounded) (limit layer.Least)) (limit layer.Most)
        |> onto (-)

    Tensor.matmul q weight * row 3UL + row 4UL |> Tensor.relu

let private state = Dictionary<string, float32[]>()

let private engines =
    Engines.all
    @ [
        for name in CpuEngine.Available do
            for threads in [ 1; 3 ] -> CpuEngine.Create(threads, name)
    ]

let private isOfBytes (plan: Plan) =
    plan.Steps |> Seq.exists (fun step -> step.Name.Contains "IntegerProduct")

/// All engines' plans give what the first one gives without a plan, twice in a row, and multiply bytes if expected.
let private agree weights (layer: Layer) (x: float32[]) (isExpected: bool) =
    let y =
        outputsOf (weightOf weights layer) layer (Tensor.input "x" [ layer.Rows; layer.Depth ])

    let expected = Eager.evaluate engines.Head [ "x", x ] [ y ] |> List.exactlyOne

    for engine in engines do
        let plan =
            Plan.compileWith { Plan.defaults with Poison = true } engine state [ y ] []

        Expect.equal (isOfBytes plan) isExpected $"{engine}, {layer}: of bytes"

        for _ in 1..2 do
            Array.blit x 0 (plan.Input "x") 0 x.Length
            plan.Run()
            Expect.isTrue (ReaderLaws.sameBits expected (plan.Output 0)) $"{engine}, {layer}"

let private special =
    [
        "NaN", [ nanf ]
        "both infinities", [ infinityf; -infinityf ]
        "the largest and the smallest numbers",
        [ Single.MaxValue; -Single.MaxValue; Single.Epsilon; -Single.Epsilon ]
        "zeros", [ 0f; -0f; -0.4f * scale ]
        "halves",
        [
            0.5f * scale
            1.5f * scale
            -2.5f * scale
            254.5f * scale
            255.5f * scale
            -127.5f * scale
        ]
    ]

/// One special number in each other row, at places from the first to the last.
let private withSpecial (values: float32 list) (layer: Layer) =
    let x = numbers layer

    for i in 0..2 .. layer.Rows - 1 do
        x[i * layer.Depth + (i * 7 + layer.Depth - 1) % layer.Depth] <- values[i / 2 % values.Length]

    x

let private spread (layer: Layer) weight =
    Array.create (layer.Depth * layer.Outputs) weight

/// Layers whose largest sum is the last exact one, or just not, and what their weights are.
let private limits =
    [
        "the deepest of 0 to 255", layer (7, 518, 17) (0.0, 255.0) true, 127.0, true
        "one deeper", layer (7, 519, 17) (0.0, 255.0) true, 127.0, false
        "the deepest of least bytes", layer (7, 1024, 17) (-128.0, 127.0) false, -128.0, true
        "one deeper", layer (7, 1025, 17) (-128.0, 127.0) false, -128.0, false
        "deep, of small weights", layer (5, 4000, 9) (0.0, 255.0) true, 16.0, true
    ]

/// What is not of bytes, though it looks like it.
let private others =
    [
        "weights that are not integers", layer (7, 9, 17) (0.0, 255.0) true, 1.5
        "weights above 127", layer (7, 9, 17) (0.0, 255.0) true, 128.0
        "weights below -128", layer (7, 9, 17) (0.0, 255.0) true, -129.0
        "integers of nine bits", layer (7, 9, 17) (-1.0, 255.0) true, 1.0
        "bounds that are not integers", layer (7, 9, 17) (-0.5, 254.0) true, 1.0
        "bounds above 0", layer (7, 9, 17) (1.0, 254.0) true, 1.0
        "a weight that is NaN", layer (7, 9, 17) (0.0, 255.0) true, nan
    ]

[<Tests>]
let tests =
    testList
        "integer products"
        [
            testList
                "Products of bytes equal those of float32 numbers, to the bit, on every engine and any number of threads"
                [
                    for layer in layers ->
                        testCase (string layer) (fun () -> agree (weights layer) layer (numbers layer) true)
                ]

            testList
                "Special numbers give what they give in float32"
                [
                    for name, values in special do
                        for layer in
                            [
                                layer (1, 66, 20) (0.0, 255.0) false
                                layer (61, 70, 90) (-128.0, 127.0) true
                            ] ->
                            testCase $"{name}, {layer}" (fun () ->
                                agree (weights layer) layer (withSpecial values layer) true)
                ]

            testList
                "Sums are of bytes up to where float32 is exact"
                [
                    for name, layer, weight, isExact in limits ->
                        testCase $"{name}, {layer}" (fun () ->
                            // where float32 is not exact, engines and their plans may differ
                            if isExact then
                                for number in [ 300f * scale; -300f * scale ] do
                                    let x = Array.create (layer.Rows * layer.Depth) number
                                    agree (spread layer weight) layer x true
                            else
                                let x = Tensor.input "x" [ layer.Rows; layer.Depth ]
                                let y = outputsOf (weightOf (spread layer weight) layer) layer x
                                let plan = Plan.compile engines.Head state [ y ] []
                                Expect.isFalse (isOfBytes plan) "of bytes")
                ]

            testList
                "Weights in state are bytes if the state never changes"
                [
                    for isFixed in [ false; true ] ->
                        testCase $"fixed: {isFixed}" (fun () ->
                            let layer = layer (20, 30, 40) (0.0, 255.0) false
                            let w, x = Array.map float32 (weights layer), numbers layer
                            let weight = Tensor.input "w" [ layer.Depth; layer.Outputs ]
                            let y = outputsOf weight layer (Tensor.input "x" [ layer.Rows; layer.Depth ])

                            let options =
                                { Plan.defaults with
                                    FixedState = if isFixed then Some(FixedValues()) else None
                                }

                            let expected =
                                Eager.evaluate engines.Head [ "x", x; "w", w ] [ y ] |> List.exactlyOne

                            for engine in engines do
                                let state = Dictionary(dict [ "w", w ])
                                let plan = Plan.compileWith options engine state [ y ] []
                                Array.blit x 0 (plan.Input "x") 0 x.Length
                                plan.Run()

                                Expect.equal (isOfBytes plan) isFixed $"{engine}: of bytes"
                                Expect.isTrue (ReaderLaws.sameBits expected (plan.Output 0)) $"{engine}")
                ]

            testList
                "What is not of bytes stays as it is"
                [
                    for name, layer, weight in others ->
                        testCase name (fun () -> agree (spread layer weight) layer (numbers layer) false)
                ]
        ]
