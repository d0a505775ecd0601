module Hybrid.Tests.SegmentsTests

open Hybrid.Core
open Hybrid.Exchange
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.OnnxTesting
open Xunit

let private weight = floats "w" [ 2; 2 ] [ 1f; 2f; 3f; 4f ]
let private row = floats "b" [ 2 ] [ 10f; 20f ]
let private example = matrix [ [ 1.0; 1.0 ] ]

let private product input output =
    node "MatMul" [ input; "w" ] [ output ] []

[<Fact>]
let ``A layer ends wherever a single value passes on`` () =
    let network =
        graph
            [ weight ]
            [
                product "x" "h"
                node "Tanh" [ "h" ] [ "t" ] []
                node "Add" [ "h"; "t" ] [ "s" ] []
                node "Relu" [ "s" ] [ "y" ] []
            ]
        |> Imported.network 17

    Assert.Equal<string list>([ "linear"; "composite"; "relu" ], kinds network)
    values 1e-6 [ 4.0 + tanh 4.0; 6.0 + tanh 6.0 ] (Network.forward network example)

[<Fact>]
let ``A product and the sum after it are one layer of neurons, one neuron per row`` () =
    let network =
        graph [ weight; row ] [ product "x" "h"; node "Add" [ "b"; "h" ] [ "y" ] [] ]
        |> Imported.network 17

    Assert.Equal<string list>([ "linear" ], kinds network)
    Assert.Equal<string list>([ "0.weight"; "0.bias" ], parameters network)
    Assert.Equal<float[]>([| 1.0; 3.0; 2.0; 4.0; 10.0; 20.0 |], numbers network)
    values 0.0 [ 14.0; 26.0 ] (Network.forward network example)

[<Fact>]
let ``A weight that is used twice stays a single parameter`` () =
    let network =
        graph [ weight ] [ product "x" "h"; node "Relu" [ "h" ] [ "r" ] []; product "r" "y" ]
        |> Imported.network 17

    Assert.Equal<string list>([ "0.w" ], parameters network)
    values 0.0 [ 22.0; 32.0 ] (Network.forward network example)

[<Fact>]
let ``Equal values that an exporter shares are separate weights`` () =
    let network =
        graph
            [ weight ]
            [
                node "Identity" [ "w" ] [ "v" ] []
                product "x" "h"
                node "MatMul" [ "h"; "v" ] [ "y" ] []
            ]
        |> Imported.network 17

    Assert.Equal<string list>([ "0.weight"; "1.weight" ], parameters network)

[<Fact>]
let ``Nodes before the first neurons are preprocessing, and are not trained`` () =
    let network =
        graph
            [ weight; row; floats "m" [ 2 ] [ 1f; 2f ]; floats "s" [ 2 ] [ 2f; 4f ] ]
            [
                node "Sub" [ "x"; "m" ] [ "c" ] []
                node "Div" [ "c"; "s" ] [ "z" ] []
                node "Gemm" [ "z"; "w"; "b" ] [ "y" ] []
            ]
        |> Imported.network 17

    Assert.Equal<string list>([ "sub"; "div"; "linear" ], kinds network)
    Assert.Equal<string list>([ "2.weight"; "2.bias" ], parameters network)
    values 0.0 [ 9.25; 19.0 ] (Network.forward network example)

[<Fact>]
let ``Batch normalizations, bounds and exponents are not trained`` () =
    let network =
        graph
            [ weight; row; floats "most" [] [ 5f ]; floats "two" [ 1 ] [ 2f ] ]
            [
                product "x" "h"
                node "BatchNormalization" [ "h"; "b"; "b"; "b"; "b" ] [ "n" ] []
                node "Clip" [ "n"; ""; "most" ] [ "c" ] []
                node "Pow" [ "c"; "two" ] [ "y" ] []
            ]
        |> Imported.network 17

    Assert.Equal<string list>([ "linear"; "batch-normalization"; "clip"; "pow" ], kinds network)
    Assert.Equal<string list>([ "0.weight" ], parameters network)

[<Fact>]
let ``Only the nodes that the first output needs are read`` () =
    let network =
        graph [ weight ] [ product "x" "y"; node "Unheard" [ "x" ] [ "z" ] [] ]
        |> Imported.network 17

    Assert.Equal<string list>([ "linear" ], kinds network)

[<Fact>]
let ``Constants are computed when the graph is read, integers as integers`` () =
    let network =
        graph
            [ wholes "three" [ 3L ]; wholes "two" [ -2L ] ]
            [
                node "Div" [ "three"; "two" ] [ "q" ] []
                node "Cast" [ "q" ] [ "f" ] [ "to", OnnxAttribute.Integer 1L ]
                node "Mul" [ "x"; "f" ] [ "y" ] []
            ]
        |> Imported.network 17

    values 0.0 [ -1.0; -1.0 ] (Network.forward network example)

[<Fact>]
let ``A shape computed from the input's shape is that of the trace`` () =
    let axis = wholes "axis" [ 0L ]

    let network =
        graph
            [ axis; wholes "rest" [ -1L ] ]
            [
                node "Shape" [ "x" ] [ "s" ] []
                node "Gather" [ "s"; "axis" ] [ "n" ] []
                node "Concat" [ "n"; "rest" ] [ "target" ] [ "axis", OnnxAttribute.Integer 0L ]
                node "Reshape" [ "x"; "target" ] [ "y" ] []
            ]
        |> Imported.network 17

    for rows in [ 1; 3 ] do
        Assert.Equal<int list>([ rows; 2 ], (Network.forward network (Tensor.input "x" [ rows; 2 ])).Shape)

[<Fact>]
let ``Indices and booleans stay in their layer, and leave it as numbers`` () =
    let cast input output code =
        node "Cast" [ input ] [ output ] [ "to", OnnxAttribute.Integer code ]

    let network =
        graph
            [ weight; floats "one" [] [ 1f ] ]
            [
                product "x" "h"
                node "Greater" [ "h"; "one" ] [ "g" ] []
                cast "g" "i" 6L
                cast "i" "f" 1L
                node "ArgMax" [ "f" ] [ "a" ] [ "axis", OnnxAttribute.Integer 1L ]
                cast "a" "y" 7L
            ]
        |> Imported.network 17

    Assert.Equal<string list>([ "linear"; "composite"; "composite" ], kinds network)
    values 0.0 [ 0.0; 1.0 ] (Network.forward network (matrix [ [ 1.0; 1.0 ]; [ 0.0; 0.3 ] ]))

/// Nodes of which each joins the one before to itself: sixty of them would be 2⁶⁰ numbers.
let private doubling =
    node "Identity" [ "b" ] [ "c0" ] []
    :: [
        for i in 1..60 ->
            node
                "Concat"
                [ $"c{i - 1}"; $"c{i - 1}" ]
                [ (if i = 60 then "k" else $"c{i}") ]
                [ "axis", OnnxAttribute.Integer 0L ]
    ]

let private hostile: (string * OnnxNode list) list =
    [
        "far larger", doubling @ [ node "Mul" [ "x"; "k" ] [ "y" ] [] ]
        "far larger", [ node "Expand" [ "b"; "huge" ] [ "k" ] []; node "Mul" [ "x"; "k" ] [ "y" ] [] ]
        "more elements than an array",
        [
            node "Unsqueeze" [ "x"; "axes" ] [ "u" ] []
            node "Expand" [ "u"; "absurd" ] [ "y" ] []
        ]
        "an extent of -2", [ node "Reshape" [ "x"; "negative" ] [ "y" ] [] ]
        "two of its extents", [ node "Reshape" [ "x"; "unknown" ] [ "y" ] [] ]
        "1002 axes", [ node "Unsqueeze" [ "x"; "many" ] [ "y" ] [] ]
        "no axis 1099511627776", [ node "Squeeze" [ "x"; "far" ] [ "y" ] [] ]
        "step is 0", [ node "Slice" [ "x"; "axis0"; "far"; "axis0"; "axis0" ] [ "y" ] [] ]
        "no element 7", [ node "Gather" [ "x"; "seven" ] [ "y" ] [] ]
        "must be constant", [ node "Reshape" [ "x"; "x" ] [ "y" ] [] ]
        "not an integer",
        [
            node "Concat" [ "x"; "x" ] [ "y" ] [ "axis", OnnxAttribute.Integer System.Int64.MinValue ]
        ]
    ]

[<Fact>]
let ``Sizes that a file merely claims are refused before anything is allocated`` () =
    let constants =
        [
            row
            wholes "huge" [ 20000L; 20000L; 2L ]
            wholes "axes" [ 0L; 1L ]
            wholes "absurd" [ 60000L; 60000L; 1L; 2L ]
            wholes "negative" [ -2L; -3L ]
            wholes "unknown" [ -1L; -1L ]
            wholes "many" [ 0L .. 999L ]
            wholes "far" [ System.Int64.MaxValue ]
            wholes "axis0" [ 0L ]
            wholes "seven" [ 7L ]
        ]

    for reason, nodes in hostile do
        let before = System.GC.GetAllocatedBytesForCurrentThread()

        raises<NotImportableException, _> [ reason; "opset 17" ] (fun () ->
            let network = Imported.network 17 (graph constants nodes)
            Network.forward network (Tensor.input "x" [ 1; 2 ]))

        Assert.InRange(System.GC.GetAllocatedBytesForCurrentThread() - before, 0L, 1L <<< 30)

[<Fact>]
let ``A graph with two inputs is refused`` () =
    let two = graph [] [ node "Add" [ "x"; "z" ] [ "y" ] [] ]

    let twice =
        { two with
            Inputs = two.Inputs @ [ { two.Inputs.Head with Name = "z" } ]
        }

    raises<HybridException, _> [ "2 inputs, x, z" ] (fun () -> Imported.network 17 twice)
