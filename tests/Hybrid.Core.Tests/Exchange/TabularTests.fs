module Hybrid.Tests.TabularTests

open Hybrid
open Hybrid.Core
open Hybrid.Exchange
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.OnnxTesting
open Xunit

let private port name kind dimensions : OnnxPort =
    {
        Name = name
        Type = kind
        Dimensions = dimensions
    }

let private real name dimensions = port name OnnxType.Real dimensions

let private rows = [ Free "N"; Free "M" ]

/// A graph of inputs to "y".
let private from inputs initializers nodes : OnnxGraph =
    { graph initializers nodes with
        Inputs = inputs
    }

let private weight = floats "w" [ 2; 2 ] [ 1f; 2f; 3f; 4f ]

let private sum input output =
    node "MatMul" [ input; "w" ] [ output ] []

let private refused (parts: string list) (graph: OnnxGraph) =
    let error =
        Assert.ThrowsAny<HybridException>(fun () -> Tabular.ofGraph 17 graph |> ignore)

    for part in parts do
        Assert.Contains(part, error.Message)

let private answer (table: Tabular) (example: float list) =
    Network.forward table.Network (matrix [ example; example ])
    |> Reference.value
    |> Array.truncate table.Outputs

let private column name = real name [ Free "N"; Fixed 1 ]

let private concat inputs output =
    node "Concat" inputs [ output ] [ "axis", OnnxAttribute.Integer 1L ]

[<Fact>]
let ``An input per column is a column of the table, with its name`` () =
    let table =
        from [ column "a"; column "b" ] [ weight ] [ concat [ "a"; "b" ] "x"; sum "x" "y" ]
        |> Tabular.ofGraph 17

    Assert.Equal((2, 2), (table.Inputs, table.Outputs))
    Assert.Equal(Some [| "a"; "b" |], table.Columns)
    Assert.Equal<string list>([ "linear" ], kinds table.Network)
    Assert.Equal<float[]>([| 7.0; 10.0 |], answer table [ 1.0; 2.0 ])

[<Fact>]
let ``Inputs that are put together in a different order keep their own`` () =
    let table =
        from [ column "a"; column "b" ] [ weight ] [ concat [ "b"; "a" ] "x"; sum "x" "y" ]
        |> Tabular.ofGraph 17

    Assert.Equal<float[]>([| 7.0; 10.0 |], answer table [ 2.0; 1.0 ])

[<Fact>]
let ``Inputs of several columns, or of a number per example, follow each other`` () =
    let table =
        from
            [ real "a" [ Free "N" ]; real "b" [ Free "N"; Fixed 2 ] ]
            [ weight; wholes "last" [ 1L ] ]
            [
                node "Unsqueeze" [ "a"; "last" ] [ "c" ] []
                sum "b" "s"
                node "Mul" [ "s"; "c" ] [ "y" ] []
            ]
        |> Tabular.ofGraph 17

    Assert.Equal((3, None), (table.Inputs, table.Columns))
    Assert.Equal<float[]>([| 70.0; 100.0 |], answer table [ 10.0; 1.0; 2.0 ])

[<Fact>]
let ``An input that the first output does not depend on is left out`` () =
    let graph =
        from
            [ real "x" [ Free "N"; Fixed 2 ]; real "state" [ Free "N" ] ]
            [ weight ]
            [ sum "x" "y"; node "Identity" [ "state" ] [ "next" ] [] ]

    let table =
        { graph with
            Outputs = graph.Outputs @ [ real "next" [ Free "N" ] ]
        }
        |> Tabular.ofGraph 17

    Assert.Equal(2, table.Inputs)

[<Fact>]
let ``A number of columns that is not stated is that of the weights`` () =
    let mean = floats "m" [ 1; 3 ] [ 1f; 2f; 3f ]
    let tall = floats "w" [ 3; 2 ] [ 1f; 0f; 0f; 1f; 1f; 1f ]

    let table =
        from [ real "x" rows ] [ mean; tall ] [ node "Sub" [ "x"; "m" ] [ "s" ] []; sum "s" "y" ]
        |> Tabular.ofGraph 17

    Assert.Equal(3, table.Inputs)
    Assert.Equal<float[]>([| 5.0; 6.0 |], answer table [ 3.0; 5.0; 6.0 ])

    from [ real "x" rows ] [] [ node "Relu" [ "x" ] [ "y" ] [] ]
    |> refused [ "«x» does not say how many numbers" ]

[<Fact>]
let ``A graph for a single example takes any number of them`` () =
    let single = real "x" [ Fixed 1; Fixed 1; Fixed 2 ]

    let flat target =
        node "Reshape" [ "x"; target ] [ "f" ] []

    for target in [ wholes "s" [ 1L; 2L ]; wholes "s" [ 1L; -1L ] ] do
        let table =
            from [ single ] [ weight; target ] [ flat "s"; sum "f" "y" ]
            |> Tabular.ofGraph 17

        values
            0.0
            [ 7.0; 10.0; 4.0; 6.0 ]
            (Network.forward table.Network (matrix [ [ 1.0; 2.0 ]; [ 1.0; 1.0 ] ]))

    // what reads the rows together cannot be told apart
    from [ single ] [ weight; wholes "s" [ 2L ] ] [ flat "s"; sum "f" "y" ]
    |> refused [ "Reshape"; "do not fit" ]

[<Fact>]
let ``A graph without an axis of examples takes rows`` () =
    let table =
        from
            [ real "x" [ Fixed 2 ] ]
            [ weight ]
            [
                sum "x" "h"
                node "Softmax" [ "h" ] [ "y" ] [ "axis", OnnxAttribute.Integer 0L ]
            ]
        |> Tabular.ofGraph 17

    let second = 1.0 / (1.0 + exp -3.0)
    Assert.Equal((2, 2), (table.Inputs, table.Outputs))

    values
        1e-9
        [ 1.0 - second; second; 0.5; 0.5 ]
        (Network.forward table.Network (matrix [ [ 1.0; 2.0 ]; [ 0.0; 0.0 ] ]))

[<Fact>]
let ``Texts, maps, empty axes and sums of integers are refused by name`` () =
    let identity = [ node "Relu" [ "x" ] [ "y" ] [] ]
    refused [ "«x» holds texts" ] (from [ port "x" OnnxType.Text [ Free "N"; Fixed 1 ] ] [] identity)
    refused [ "«x» is not a tensor" ] (from [ port "x" OnnxType.Other rows ] [] identity)
    refused [ "«x» has an axis without elements" ] (from [ real "x" [ Free "N"; Fixed 0 ] ] [] identity)
    refused [ "«x» is a single number" ] (from [ real "x" [] ] [] identity)

    let whole = port "x" OnnxType.Whole [ Free "N"; Fixed 2 ]

    from [ whole ] [ wholes "two" [ 2L ] ] [ node "Div" [ "x"; "two" ] [ "y" ] [] ]
    |> refused [ "Div"; "integers that depend on the input" ]

    let cast = node "Cast" [ "x" ] [ "c" ] [ "to", OnnxAttribute.Integer 1L ]
    let table = from [ whole ] [ weight ] [ cast; sum "c" "y" ] |> Tabular.ofGraph 17
    Assert.Equal<float[]>([| 7.0; 10.0 |], answer table [ 1.0; 2.0 ])

[<Theory>]
[<InlineData("ai.onnx.ml.TreeEnsembleClassifier", "decision trees")>]
[<InlineData("ai.onnx.ml.SVMRegressor", "support vector machine")>]
[<InlineData("LSTM", "recurrent")>]
[<InlineData("ai.onnx.ml.CategoryMapper", "texts")>]
[<InlineData("Nothing", "not supported")>]
let ``What is not a network is called what it is`` (operator: string, reason: string) =
    refused
        [ operator; reason ]
        (from [ real "x" [ Free "N"; Fixed 2 ] ] [] [ node operator [ "x" ] [ "y" ] [] ])

let private score = node "MatMul" [ "x"; "v" ] [ "z" ] []

let private binary =
    [
        score
        node "Sigmoid" [ "z" ] [ "p" ] []
        node "Sub" [ "one"; "p" ] [ "q" ] []
        concat [ "q"; "p" ] "probabilities"
    ]

let private pair = floats "v" [ 2; 1 ] [ 1f; -1f ]

let private one = floats "one" [] [ 1f ]

[<Fact>]
let ``The probabilities of two classes end in a softmax, from which training can start`` () =
    let map =
        node
            "ai.onnx.ml.ZipMap"
            [ "probabilities" ]
            [ "y" ]
            [ "classlabels_strings", OnnxAttribute.TextList [ "no"; "yes" ] ]

    let table =
        from [ real "x" [ Free "N"; Fixed 2 ] ] [ pair; one ] (binary @ [ map ])
        |> Tabular.ofGraph 13

    Assert.Equal(Some [| "no"; "yes" |], table.Classes)
    Assert.Equal<string list>([ "linear"; "two-classes"; "softmax" ], kinds table.Network)
    let p = 1.0 / (1.0 + exp -1.0)

    values
        1e-9
        [ 1.0 - p; p; 1.0 - p; p ]
        (Network.forward table.Network (matrix [ [ 2.0; 1.0 ]; [ 2.0; 1.0 ] ]))

[<Fact>]
let ``The names of classes are found where labels are made`` () =
    let named labels initializers =
        (from
            [ real "x" [ Free "N"; Fixed 2 ] ]
            (pair :: one :: initializers)
            (binary
             @ [
                 node "Identity" [ "probabilities" ] [ "y" ] []
                 node "ArgMax" [ "probabilities" ] [ "i" ] [ "axis", OnnxAttribute.Integer 1L ]
                 labels
             ])
         |> Tabular.ofGraph 13)
            .Classes

    let texts: OnnxTensor =
        {
            Name = "names"
            Dimensions = [ 2 ]
            Values = Texts [| "no"; "yes" |]
        }

    let extract =
        node "ai.onnx.ml.ArrayFeatureExtractor" [ "names"; "i" ] [ "label" ] []

    Assert.Equal(Some [| "no"; "yes" |], named extract [ texts ])
    Assert.Equal(Some [| "3"; "5" |], named extract [ wholes "names" [ 3L; 5L ] ])

    let encode =
        node
            "ai.onnx.ml.LabelEncoder"
            [ "i" ]
            [ "label" ]
            [
                "keys_int64s", OnnxAttribute.IntegerList [ 0L; 1L ]
                "values_strings", OnnxAttribute.TextList [ "no"; "yes" ]
            ]

    Assert.Equal(Some [| "no"; "yes" |], named encode [])
    Assert.Equal(None, named (node "Neg" [ "i" ] [ "label" ] []) [])

[<Fact>]
let ``A linear model is a layer of neurons`` () =
    let linear =
        node
            "ai.onnx.ml.LinearRegressor"
            [ "x" ]
            [ "y" ]
            [
                "coefficients", OnnxAttribute.FloatList [ 1f; 2f; 3f; 4f ]
                "intercepts", OnnxAttribute.FloatList [ 10f; 20f ]
                "targets", OnnxAttribute.Integer 2L
            ]

    let table =
        from [ real "x" [ Free "N"; Fixed 2 ] ] [] [ linear ] |> Tabular.ofGraph 13

    Assert.Equal<string list>([ "linear" ], kinds table.Network)

    Assert.Equal<string list>(
        [ "0.weight"; "0.bias" ],
        parameters table.Network
        |> List.map Recognition.bare
        |> List.map (fun name -> "0." + name)
    )

    Assert.Equal<float[]>([| 13.0; 27.0 |], answer table [ 1.0; 1.0 ])

[<Fact>]
let ``Weights that are stored as integers with a scale are weights`` () =
    let bytes: OnnxTensor =
        {
            Name = "q"
            Dimensions = [ 2; 2 ]
            Values = Integers [| 3L; 5L; 7L; 9L |]
        }

    let table =
        from
            [ real "x" [ Free "N"; Fixed 2 ] ]
            [
                bytes
                floats "scale" [] [ 0.5f ]
                { wholes "zero" [ 1L ] with
                    Dimensions = []
                }
            ]
            [ node "DequantizeLinear" [ "q"; "scale"; "zero" ] [ "w" ] []; sum "x" "y" ]
        |> Tabular.ofGraph 13

    Assert.Equal<string list>([ "linear" ], kinds table.Network)
    Assert.Equal<string list>([ "0.weight" ], parameters table.Network)
    Assert.Equal<float[]>([| 7.0; 10.0 |], answer table [ 1.0; 2.0 ])

[<Fact>]
let ``A column of texts that are encoded one by one is a column of categories`` () =
    let city = port "city" OnnxType.Text [ Free "N"; Fixed 1 ]

    let hot texts =
        node "ai.onnx.ml.OneHotEncoder" [ "city" ] [ "h" ] [ "cats_strings", OnnxAttribute.TextList texts ]

    let flat = node "Reshape" [ "h"; "s" ] [ "f" ] []

    let nodes texts =
        [ hot texts; flat; concat [ "age"; "f" ] "x"; sum "x" "y" ]

    let tall = floats "w" [ 3; 2 ] [ 1f; 0f; 10f; 0f; 0f; 10f ]
    let constants = [ tall; wholes "s" [ -1L; 2L ] ]

    let table =
        from [ column "age"; city ] constants (nodes [ "Rom"; "Bern" ])
        |> Tabular.ofGraph 17

    Assert.Equal<string[] option[]>([| None; Some [| "Rom"; "Bern" |] |], table.Categories)
    Assert.Equal<float[]>([| 7.0; 10.0 |], answer table [ 7.0; 1.0 ])
    // a text that is not among them, or missing
    Assert.Equal<float[]>([| 7.0; 0.0 |], answer table [ 7.0; 2.0 ])
    Assert.Equal<float[]>([| 7.0; 0.0 |], answer table [ 7.0; nan ])

    from [ city ] constants [ node "Identity" [ "city" ] [ "y" ] [] ]
    |> refused [ "«city» holds texts" ]
