module Hybrid.Tests.RecognitionTests

open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.OnnxTesting
open Xunit

let private kindOf nodes =
    Imported.network 20 (graph [] nodes) |> kinds |> List.exactlyOne

let private single operator attributes =
    kindOf [ node operator [ "x" ] [ "y" ] attributes ]

[<Fact>]
let ``An activation is known by its numbers, not by its name`` () =
    Assert.Equal("relu", single "Relu" [])
    Assert.Equal("leaky-relu", single "LeakyRelu" [])
    Assert.Equal("leaky-relu of its own", single "LeakyRelu" [ "alpha", OnnxAttribute.Float 0.3f ])
    Assert.Equal("elu", single "Elu" [])
    Assert.Equal("selu", single "Selu" [])
    Assert.Equal("gelu", single "Gelu" [])
    Assert.Equal("gelu of its own", single "Gelu" [ "approximate", OnnxAttribute.Text "tanh" ])

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
let ``A Gaussian error unit in pieces is one layer, and is one only with its own numbers`` () =
    Assert.Equal("gelu", kindOf (pieces 0.5f))
    Assert.Equal("graph", kindOf (pieces 0.6f))

[<Fact>]
let ``A node that only claims to be an activation is not one`` () =
    let claims =
        { node "Sin" [ "x" ] [ "y" ] [] with
            Name = "0.relu/Sin_0"
        }

    Assert.Equal("sin", kindOf [ claims ])

[<Fact>]
let ``A softmax over the examples is none over the outputs`` () =
    let over axis =
        single "Softmax" [ "axis", OnnxAttribute.Integer axis ]

    Assert.Equal<string list>([ "softmax"; "softmax"; "graph" ], List.map over [ -1L; 1L; 0L ])

[<Fact>]
let ``A logarithm of softmax survives export and import`` () =
    let network =
        Imported.network 17 (graph [] [ node "LogSoftmax" [ "x" ] [ "y" ] [] ])

    let again = Imported.network 17 (Exported.graph "test" 2 "output" network)
    Assert.Equal<string list>([ "log-softmax" ], kinds again)
    let x = matrix [ [ 10000.0; 10001.0 ] ]
    values 1e-12 (Reference.value (Network.forward network x)) (Network.forward again x)

[<Fact>]
let ``Gradients of imported layers agree with differences`` () =
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
