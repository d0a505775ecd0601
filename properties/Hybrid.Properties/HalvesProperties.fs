/// What is known of graphs for two examples without computing them.
module Hybrid.Properties.HalvesProperties

open Expecto
open Hybrid.Core
open Hybrid.Models
open Hybrid.Testing

/// Each operand in turn as the input, of which one half becomes the other.
let private apart: Law =
    {
        Name = "halves that are said to be apart do not change each other"
        Complaints =
            fun row case ->
                let shapes = row.Operands case.Extents |> List.map _.Shape

                [
                    for i in 0 .. shapes.Length - 1 do
                        let y =
                            List.zip shapes case.Values
                            |> List.mapi (fun j (shape, values) ->
                                if i = j then
                                    Tensor.input "x" shape
                                else
                                    Tensor.constant shape (Array.ofList values))
                            |> row.Build

                        let x = Array.ofList case.Values[i]

                        if
                            x.Length > 0
                            && x.Length % 2 = 0
                            && Shape.size y.Shape % 2 = 0
                            && Halves.areApart y
                        then
                            let halves values =
                                Array.splitInto 2 (List.exactlyOne (Reference.evaluate [ "x", values ] [ y ]))

                            let own = Array.splitInto 2 x
                            let before = halves x

                            for kept in 0..1 do
                                let after = halves (Array.append own[kept] own[kept])

                                if
                                    not (
                                        Array.forall2
                                            (fun (a: float) b -> a.Equals b)
                                            before[kept]
                                            after[kept]
                                    )
                                then
                                    $"operand {i}: half {kept} of the result changes with the other half"
                ]
    }

let private image = [ 6; 5; 4 ]

let private conv stride groups =
    Layer.convolution
        { Convolution.create Glorot 3UL [ 3; 3 ] (4 / groups) 8 with
            Strides = [ stride; stride ]
            Groups = groups
        }

/// Layers on images of 6 × 5 pixels and 4 channels.
let private known: (string * Layer) list =
    [
        "convolution", conv 1 1
        "convolution of groups", conv 1 2
        "depthwise convolution", conv 2 4
        "normalization", BatchNormalization.layer 4
        "maximum pooling", Images.maxPool (PoolingWindows.square 2 2 0)
        "average pooling", Images.averagePool (PoolingWindows.square 3 2 1)
        "global average", Images.globalAveragePool
        "residual", Images.residualOver Network.empty (Network.ofLayer (BatchNormalization.layer 4))
        "softmax", Layer.ofFunction "softmax" (fun x -> Tensor.softmax -1 x)
        "shuffled channels",
        Layer.ofFunction "shuffle" (fun x ->
            x
            |> Tensor.reshape [ x.Shape.Head; 6; 5; 2; 2 ]
            |> Tensor.permute [ 0; 1; 2; 4; 3 ]
            |> Tensor.reshape x.Shape)
        "channels first", Layer.ofFunction "transpose" (Tensor.permute [ 0; 3; 1; 2 ])
        "parts together",
        Layer.ofFunction "concat" (fun x -> Tensor.concat 3 [ x; Tensor.slice 3 1 2 (Tensor.relu x) ])
    ]

[<Tests>]
let tests =
    testList
        "halves"
        [
            testList
                "rows"
                [
                    for row in Table.rows -> testCase row.Name (fun () -> Laws.holdTo apart 25 row)
                ]

            property
                "Random graphs say of no halves wrongly that they are apart"
                300
                GraphCase.arbitrary
                (GraphCase.complaints [ apart ] >> withoutComplaints)

            testList
                "known"
                [
                    for name, layer in known ->
                        testCase name (fun () ->
                            layer.Forward (List.map snd layer.Parameters) (Tensor.input "x" (2 :: image))
                            |> Halves.areApart
                            |> fun known -> Expect.isTrue known name)
                ]

            testCase "Examples along another axis, or added up, are not known to be apart"
            <| fun () ->
                let x = Tensor.input "x" [ 2; 4; 3 ]
                let centred = x - Tensor.spread 0 x.Shape (Tensor.mean 0 x)

                for y in [ Tensor.permute [ 1; 0; 2 ] x; Tensor.sum 0 x; centred ] do
                    Expect.isFalse (Halves.areApart y) (string y.Shape)

            testCase "An axis that is as long as the examples are many is not taken for theirs"
            <| fun () ->
                let times = Layer.ofFunction "times" (Tensor.permute [ 1; 0; 2 ])

                let pairs =
                    Layer.ofFunction "pairs" (fun x -> Tensor.reshape [ x.Shape.Head; 2; 2 ] x)

                Expect.isFalse
                    (Independence.isLost 4 { Layers = [ pairs; times; times ] })
                    "what it returns for an example depends on that alone"
        ]
