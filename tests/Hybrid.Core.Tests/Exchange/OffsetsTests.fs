module Hybrid.Tests.OffsetsTests

open Hybrid.Core
open Hybrid.Exchange
open Hybrid.Tests.OnnxTesting
open Xunit

let private doubles name dimensions values : OnnxTensor =
    {
        Name = name
        Dimensions = dimensions
        Values = Doubles values
    }

let private port kind name width : OnnxPort =
    {
        Name = name
        Type = kind
        Dimensions = [ Free "batch"; Fixed width ]
    }

let private single input output =
    node "Cast" [ input ] [ output ] [ "to", OnnxAttribute.Integer 1L ]

/// From "x" of float64, [batch; 2], to "y".
let private ofDouble initializers nodes : OnnxGraph =
    { graph initializers nodes with
        Inputs = [ port OnnxType.Double "x" 2 ]
    }

let private inputs graph = (fst (Offsets.split graph)).Inputs

[<Fact>]
let ``Offsets – around an exported network – leave it as it was`` () =
    let network = Activation.relu >=> Activation.tanh

    for width, offsets in
        [
            1,
            {
                Inputs = [| 1.7e9 |]
                Outputs = [| 1e12 |]
            }
            2,
            {
                Inputs = [| 0.0; 48.137154 |]
                Outputs = [||]
            }
            3,
            {
                Inputs = [||]
                Outputs = [| 1e9; 0.0; 48.25 |]
            }
        ] do
        let graph = Exported.graph "test" width "output" network
        let around = Offsets.add offsets graph

        let isOf list =
            if Array.isEmpty list then
                OnnxType.Real
            else
                OnnxType.Double

        Assert.Equal(isOf offsets.Inputs, around.Inputs.Head.Type)
        Assert.Equal(isOf offsets.Outputs, around.Outputs.Head.Type)
        let found, within = Offsets.split around
        Assert.Equal(offsets, found)
        Assert.Equal(graph, within)

[<Fact>]
let ``Offsets – all 0 – change nothing`` () =
    let graph = Exported.graph "test" 2 "output" Activation.relu

    let none =
        {
            Inputs = [| 0.0; 0.0 |]
            Outputs = [||]
        }

    Assert.Equal(graph, Offsets.add none graph)
    Assert.Equal({ none with Inputs = [||] }, fst (Offsets.split graph))

[<Fact>]
let ``A difference of a float64 input and a constant – is an offset, cast or not`` () =
    let start = doubles "start" [ 1; 2 ] [| 1.7e9; 48.0 |]
    let difference = node "Sub" [ "x"; "start" ] [ "d" ] []
    let after input = node "Relu" [ input ] [ "y" ] []

    Assert.Equal<float[]>([| 1.7e9; 48.0 |], inputs (ofDouble [ start ] [ difference; after "d" ]))

    Assert.Equal<float[]>(
        [| 1.7e9; 48.0 |],
        inputs (ofDouble [ start ] [ difference; single "d" "s"; after "s" ])
    )

    // one number for all columns
    Assert.Equal<float[]>(
        [| 5.0; 5.0 |],
        inputs (ofDouble [ doubles "start" [] [| 5.0 |] ] [ difference; after "d" ])
    )

[<Fact>]
let ``A difference – of float32, of rows, or of an input that is read elsewhere – is none`` () =
    let difference = node "Sub" [ "x"; "start" ] [ "d" ] []
    let relu = node "Relu" [ "d" ] [ "y" ] []
    let none graph = Assert.Empty(inputs graph)
    none (graph [ floats "start" [ 2 ] [ 1f; 2f ] ] [ difference; relu ])
    none (ofDouble [ doubles "start" [ 2; 1 ] [| 1.0; 2.0 |] ] [ difference; relu ])
    none (ofDouble [ doubles "start" [ 2 ] [| 1.0; nan |] ] [ difference; relu ])

    none (
        ofDouble [ doubles "start" [ 2 ] [| 1.0; 2.0 |] ] [ difference; node "Add" [ "d"; "x" ] [ "y" ] [] ]
    )
