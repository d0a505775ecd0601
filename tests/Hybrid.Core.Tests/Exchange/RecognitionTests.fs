module Hybrid.Tests.RecognitionTests

open Hybrid.Core
open Hybrid.Exchange
open Hybrid.Diagnostics
open Hybrid.Theory
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.OnnxTesting
open Xunit

let private kindOf nodes =
    Imported.network 20 (graph [] nodes) |> kinds |> List.exactlyOne

let private single operator attributes =
    kindOf [ node operator [ "x" ] [ "y" ] attributes ]

[<Fact>]
let ``An activation is recognised by its operators and constants`` () =
    Assert.Equal("relu", single "Relu" [])
    Assert.Equal("leaky-relu", single "LeakyRelu" [])
    Assert.Equal("custom leaky-relu", single "LeakyRelu" [ "alpha", OnnxAttribute.Float 0.3f ])
    Assert.Equal("elu", single "Elu" [])
    Assert.Equal("selu", single "Selu" [])
    Assert.Equal("gelu", single "Gelu" [])
    Assert.Equal("custom gelu", single "Gelu" [ "approximate", OnnxAttribute.Text "tanh" ])

[<Fact>]
let ``An activation whose result is flattened is not that activation`` () =
    let flattened =
        [ node "Relu" [ "x" ] [ "a" ] []; node "Flatten" [ "a" ] [ "y" ] [] ]

    let network = Imported.network 20 (graph [] flattened)
    let y = Network.forward network (Tensor.input "x" [ 2; 3; 4; 5 ])
    Assert.Equal<Shape>([ 2; 60 ], y.Shape)

/// x (1 + erf(x / √2)) / 2 in pieces, as PyTorch writes it.
let private pieces (half: float32) =
    let constant name value =
        node "Constant" [] [ name ] [ "value_float", OnnxAttribute.Float value ]

    [
        constant "root" 1.4142135f
        constant "one" 1f
        constant "half" half
        node "Div" [ "x"; "root" ] [ "a" ] []
        node "Erf" [ "a" ] [ "b" ] []
        node "Add" [ "b"; "one" ] [ "c" ] []
        node "Mul" [ "x"; "c" ] [ "d" ] []
        node "Mul" [ "d"; "half" ] [ "y" ] []
    ]

[<Fact>]
let ``A Gaussian error unit in several nodes is one layer, but only with its exact constants`` () =
    Assert.Equal("gelu", kindOf (pieces 0.5f))
    Assert.DoesNotContain("gelu", Imported.network 20 (graph [] (pieces 0.6f)) |> kinds)

let private claiming claim operator inputs output attributes =
    { node operator inputs [ output ] attributes with
        Name = $"0.{claim}/{operator}_{output}"
    }

/// Every kind that proofs, diagnoses or descriptions rely on.
let private relied =
    List.map fst Activation.functions
    @ [
        "step"
        "linear"
        "maxout"
        "softmax"
        "log-softmax"
        "scale"
        "two-classes"
        "dropout"
        "noise"
    ]

[<Fact>]
let ``A name alone does not make a layer of a different function`` () =
    let bound name value =
        node "Constant" [] [ name ] [ "value_float", OnnxAttribute.Float value ]

    for claim in relied do
        let clip =
            [
                bound "low" 0f
                bound "high" 8f
                claiming claim "Clip" [ "x"; "low"; "high" ] "y" []
            ]

        let bent =
            [
                claiming claim "Sin" [ "x" ] "s" []
                bound "slope" 0.5f
                claiming claim "Mul" [ "s"; "slope" ] "h" []
                claiming claim "Add" [ "h"; "x" ] "y" []
            ]

        for nodes in [ clip; bent; [ claiming claim "Abs" [ "x" ] "y" [] ] ] do
            for kind in Imported.network 20 (graph [] nodes) |> kinds do
                Assert.DoesNotContain(kind, relied)

[<Fact>]
let ``A limited rectifier is not a rectifier, whatever its name`` () =
    let nodes =
        [
            node "Constant" [] [ "low" ] [ "value_float", OnnxAttribute.Float 0f ]
            node "Constant" [] [ "high" ] [ "value_float", OnnxAttribute.Float 8f ]
            claiming "relu" "Clip" [ "x"; "low"; "high" ] "y" []
        ]

    let network = Imported.network 20 (graph [] nodes)
    values 0.0 [ 7.0; 8.0; 8.0; 0.0 ] (Network.forward network (matrix [ [ 7.0; 8.0 ]; [ 100.0; -1.0 ] ]))

/// Neurons whose pieces are multiplied before the largest is taken: what a name called maxout.
[<Fact>]
let ``Segments that do not form a maxout are read as separate layers`` () =
    let graphOf middle =
        graph
            [
                floats "w" [ 4; 2 ] (List.init 8 (fun i -> float32 i - 3f))
                floats "b" [ 4 ] [ 1f; 0f; -1f; 2f ]
            ]
            ([
                claiming "maxout" "Gemm" [ "x"; "w"; "b" ] "g" [ "transB", OnnxAttribute.Integer 1L ]
             ]
             @ middle
             @ [
                 OnnxNode.integers "shape" [ 0; 2; 2 ]
                 claiming "maxout" "Reshape" [ "h"; "shape" ] "r" []
                 claiming
                     "maxout"
                     "ReduceMax"
                     [ "r" ]
                     "y"
                     [
                         "axes", OnnxAttribute.IntegerList [ 1L ]
                         "keepdims", OnnxAttribute.Integer 0L
                     ]
             ])

    let plain = [ node "Identity" [ "g" ] [ "h" ] [] ]

    let scaled =
        [
            node "Constant" [] [ "hundred" ] [ "value_float", OnnxAttribute.Float 100f ]
            claiming "maxout" "Mul" [ "g"; "hundred" ] "h" []
        ]

    let maxout = Imported.network 17 (graphOf plain)
    let other = Imported.network 17 (graphOf scaled)
    Assert.Contains("maxout", kinds maxout)
    Assert.DoesNotContain("maxout", kinds other)

    // what is a hundred times as large is rounded a hundred times as much
    let box = Array.create 2 { Lower = -0.9; Upper = 0.7 }
    Assert.True(RoundingError.onBox maxout box > 0.0)
    Assert.True(RoundingError.onBox other box >= 99.0 * RoundingError.onBox maxout box)

[<Fact>]
let ``A node that only claims to be an activation is not one`` () =
    let claims =
        { node "Sin" [ "x" ] [ "y" ] [] with
            Name = "0.relu/Sin_0"
        }

    Assert.Equal("sin", kindOf [ claims ])

[<Fact>]
let ``A softmax over the examples is not one over the outputs`` () =
    let over axis =
        single "Softmax" [ "axis", OnnxAttribute.Integer axis ]

    Assert.Equal<string list>([ "softmax"; "softmax"; "composite" ], List.map over [ -1L; 1L; 0L ])

[<Fact>]
let ``A logarithm of softmax survives export and import`` () =
    let network =
        Imported.network 17 (graph [] [ node "LogSoftmax" [ "x" ] [ "y" ] [] ])

    let again = Imported.network 17 (Exported.graph "test" 2 "output" network)
    Assert.Equal<string list>([ "log-softmax" ], kinds again)
    let x = matrix [ [ 10000.0; 10001.0 ] ]
    values 1e-12 (Reference.value (Network.forward network x)) (Network.forward again x)

[<Fact>]
let ``Gradients of imported layers agree with difference quotients`` () =
    let weight = floats "w" [ 2; 2 ] [ 0.5f; -0.25f; 0.75f; 1f ]
    let row = floats "b" [ 2 ] [ 0.3f; -0.2f ]

    let layers =
        [
            [ node "LayerNormalization" [ "h"; "b"; "b" ] [ "y" ] [] ]
            [ node "PRelu" [ "h"; "b" ] [ "y" ] [] ]
            [ node "Celu" [ "h" ] [ "y" ] [] ]
            [ node "HardSigmoid" [ "h" ] [ "y" ] [] ]
            [ node "Softsign" [ "h" ] [ "y" ] [] ]
            [ node "LogSoftmax" [ "h" ] [ "y" ] [] ]
            [ node "Gelu" [ "h" ] [ "y" ] [ "approximate", OnnxAttribute.Text "tanh" ] ]
            [ node "BatchNormalization" [ "h"; "b"; "b"; "b"; "c" ] [ "y" ] [] ]
            [
                node "ReduceMean" [ "h" ] [ "m" ] [ "axes", OnnxAttribute.IntegerList [ 1L ] ]
                node "Sub" [ "h"; "m" ] [ "y" ] []
            ]
            [ node "Mul" [ "h"; "b" ] [ "y" ] [] ]
        ]

    let data = Random.normals 3UL 24 |> Array.map float32 |> List.ofArray

    let examples = examples 2 data (List.init 24 (fun i -> float32 (sin (float i))))

    for layer in layers do
        let network =
            graph
                [ weight; row; floats "c" [ 2 ] [ 1.5f; 0.5f ] ]
                (node "Gemm" [ "x"; "w"; "b" ] [ "h" ] [] :: layer)
            |> Imported.network 17

        let report =
            GradientCheck.ofNetwork GradientSource.graph 1UL 0 0 (Regression 2) Loss.squared network examples

        Assert.InRange(report.MaxRelativeError, 0.0, 1e-6)
        Assert.InRange(report.Checked, 3, 100)

[<Fact>]
let ``A product followed by anything but a bias is not a layer of neurons`` () =
    for operator, operands in
        [
            "Relu", [ "g" ]
            "Tanh", [ "g" ]
            "Neg", [ "g" ]
            "Add", [ "g"; "g" ]
            "Sub", [ "g"; "b" ]
            "Mul", [ "g"; "b" ]
        ] do
        let network =
            Imported.network
                17
                (graph
                    [ floats "w" [ 2; 2 ] [ 1f; 2f; 3f; 4f ]; floats "b" [ 2 ] [ 5f; 6f ] ]
                    [ node "MatMul" [ "x"; "w" ] [ "g" ] []; node operator operands [ "y" ] [] ])

        Assert.NotEqual<string list>([ "linear" ], kinds network)
