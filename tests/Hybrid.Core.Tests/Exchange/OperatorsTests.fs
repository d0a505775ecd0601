/// What the format's own tests leave out: versions before and after theirs, and what is refused.
module Hybrid.Tests.OperatorsTests

open Hybrid.Core
open Hybrid.Exchange
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.OnnxTesting
open Xunit

let private x = matrix [ [ 1.0; -2.0 ]; [ 3.0; 4.0 ] ]

let private whole name values = name, OnnxAttribute.IntegerList values

let private run opset operator inputs attributes =
    let constants =
        [
            wholes "one" [ 1L ]
            wholes "start" [ 1L ]
            wholes "end" [ 2L ]
            floats "low" [] [ 0f ]
            floats "high" [] [ 3f ]
            floats "row" [ 2 ] [ 10f; 20f ]
        ]

    let network =
        graph constants [ node operator ("x" :: inputs) [ "y" ] attributes ]
        |> Imported.network opset

    Network.forward network x

[<Fact>]
let ``Axes and bounds are attributes in old versions and operands in new ones`` () =
    let same expected (tensors: Tensor list) =
        for y in tensors do
            values 1e-12 expected y

    same
        [ -0.5; 3.5 ]
        [
            run 13 "ReduceMean" [] [ whole "axes" [ 1L ] ]
            run 18 "ReduceMean" [ "one" ] []
        ]

    same
        [ 1.0; 4.0 ]
        [
            run 11 "ReduceMax" [] [ whole "axes" [ -1L ] ]
            run 18 "ReduceMax" [ "one" ] []
        ]

    same
        [ -1.0; 7.0 ]
        [
            run 11 "ReduceSum" [] [ whole "axes" [ 1L ] ]
            run 13 "ReduceSum" [ "one" ] []
        ]

    same
        [ -2.0; 4.0 ]
        [
            run 9 "Slice" [] [ whole "axes" [ 1L ]; whole "starts" [ 1L ]; whole "ends" [ 9L ] ]
            run 10 "Slice" [ "start"; "end"; "one" ] []
        ]

    same
        [ 1.0; 0.0; 3.0; 3.0 ]
        [
            run 6 "Clip" [] [ "min", OnnxAttribute.Float 0f; "max", OnnxAttribute.Float 3f ]
            run 11 "Clip" [ "low"; "high" ] []
        ]

[<Fact>]
let ``A reduction without axes takes all of them, or none where it says so`` () =
    values 1e-12 [ 6.0 ] (run 13 "ReduceSum" [] [])

    values
        1e-12
        [ 1.0; -2.0; 3.0; 4.0 ]
        (run 18 "ReduceMin" [] [ "noop_with_empty_axes", OnnxAttribute.Integer 1L ])

[<Fact>]
let ``A softmax before version 13 takes its axis and all axes after it`` () =
    let over opset =
        let nodes =
            [
                node "Unsqueeze" [ "x" ] [ "u" ] [ whole "axes" [ 1L ] ]
                node "Softmax" [ "u" ] [ "y" ] [ "axis", OnnxAttribute.Integer 1L ]
            ]

        Reference.value (Network.forward (Imported.network opset (graph [] nodes)) x)

    Assert.Equal<float[]>([| 1.0; 1.0; 1.0; 1.0 |], over 13)
    Assert.Equal(1.0, over 12 |> Array.take 2 |> Array.sum, 12)
    Assert.NotEqual<float[]>(over 13, over 12)

[<Fact>]
let ``A second operand before version 7 is aligned at an axis`` () =
    let attributes =
        [ "axis", OnnxAttribute.Integer 0L; "broadcast", OnnxAttribute.Integer 1L ]

    values 0.0 [ 11.0; 8.0; 23.0; 24.0 ] (run 6 "Add" [ "row" ] attributes)
    values 0.0 [ 11.0; 18.0; 13.0; 24.0 ] (run 7 "Add" [ "row" ] [])

[<Fact>]
let ``Unsupported nodes are errors that name the node, operator and opset`` () =
    let refused (parts: string list) opset operator inputs attributes =
        raises<NotImportableException, _> ($"opset {opset}" :: operator :: parts) (fun () ->
            run opset operator inputs attributes)

    refused [ "Node y"; "operator is not supported" ] 9 "RoiAlign" [] []
    refused [ "must be constant" ] 13 "Cast" [] [ "to", OnnxAttribute.Integer 3L ]
    refused [ "type 8" ] 13 "Cast" [] [ "to", OnnxAttribute.Integer 8L ]

    refused [ "approximation «none at all»" ] 20 "Gelu" [] [ "approximate", OnnxAttribute.Text "none at all" ]

    refused [ "alpha is not a number" ] 16 "LeakyRelu" [] [ "alpha", OnnxAttribute.Text "0.1" ]
    refused [ "no operand 2" ] 13 "Add" [] []
    refused [ "no axis 5" ] 13 "Softmax" [] [ "axis", OnnxAttribute.Integer 5L ]
    refused [ "bounds are not scalars" ] 11 "Clip" [ "row" ] []

[<Fact>]
let ``The shape of a transposed convolution is a number for each axis, which integers can hold`` () =
    let read shape =
        [
            node "Unsqueeze" [ "x" ] [ "u" ] [ whole "axes" [ 2L ] ]
            node "ConvTranspose" [ "u"; "w" ] [ "y" ] [ whole "output_shape" shape ]
        ]
        |> graph [ floats "w" [ 2; 1; 3 ] [ 1f; 2f; 3f; 0f; 0f; 0f ] ]
        |> Imported.network 11

    Assert.Equal<Shape>([ 2; 1; 3 ], (Network.forward (read [ 3L ]) x).Shape)

    for shape in [ [ 4_294_967_299L ]; [ -1L ]; [ 3L; 3L ] ] do
        raises<NotImportableException, _> [ "ConvTranspose"; "output_shape"; "1,000,000" ] (fun () ->
            Network.forward (read shape) x)

[<Fact>]
let ``Functions of angles have their derivatives, also where their formulas change`` () =
    let slopes operator (points: float list) =
        let network = graph [] [ node operator [ "x" ] [ "y" ] [] ] |> Imported.network 22

        Tensor.constant [ points.Length; 1 ] (Array.ofList points)
        |> Gradient.grad (Network.forward network >> Tensor.sumAll)

    let law operator points (derivative: float -> float) =
        values 1e-12 (List.map derivative points) (slopes operator points)

    let all = [ 0.0; 0.1; -0.5; 1.0; -1.0; 2.0; -30.0 ]
    let inner = [ 0.0; 0.1; -0.5; 0.9; -0.99 ]
    law "Atan" (1e9 :: all) (fun x -> 1.0 / (1.0 + x * x))
    law "Asin" inner (fun x -> 1.0 / sqrt (1.0 - x * x))
    law "Acos" inner (fun x -> -1.0 / sqrt (1.0 - x * x))
    law "Tan" all (fun x -> 1.0 / cos x ** 2.0)
    law "Sinh" [ 0.0; 0.1; -2.0; 5.0 ] cosh
    law "Cosh" [ 0.0; 0.1; -2.0; 5.0 ] sinh
    law "Asinh" (-1e10 :: all) (fun x -> 1.0 / sqrt (1.0 + x * x))
    law "Acosh" [ 1.1; 2.0; 1e3 ] (fun x -> 1.0 / sqrt (x * x - 1.0))
    law "Atanh" inner (fun x -> 1.0 / (1.0 - x * x))

[<Fact>]
let ``A sum of products with the axes of a layer of neurons is one`` () =
    let recognised equation weight =
        let network =
            graph
                [ floats "w" weight [ 1f; 2f; 3f; 4f; 5f; 6f ] ]
                [
                    node "Einsum" [ "x"; "w" ] [ "y" ] [ "equation", OnnxAttribute.Text equation ]
                ]
            |> Imported.network 13

        network.Layers |> List.map _.Kind, parameters network

    Assert.Equal(([ "linear" ], [ "0.weight" ]), recognised "bi,io->bo" [ 2; 3 ])
    Assert.Equal(([ "linear" ], [ "0.weight" ]), recognised "b i, o i -> b o" [ 3; 2 ])
    Assert.Equal(([ "einsum" ], [ "0.w" ]), recognised "bi,io->ob" [ 2; 3 ])

[<Fact>]
let ``Operators that no network consists of are refused as what they are`` () =
    let refused operator reason =
        raises<NotImportableException, _> [ operator; reason ] (fun () -> run 22 operator [] [])

    refused "LSTM" "it is recurrent"
    refused "ai.onnx.ml.TreeEnsembleRegressor" "ensemble of decision trees"
    refused "StringNormalizer" "works on texts"
    refused "RandomNormalLike" "draws random numbers"
    refused "RoiAlign" "operator is not supported"

[<Fact>]
let ``An operator that is refused is named with the version of its own domain's operators, or none`` () =
    let message operator =
        (Assert.Throws<NotImportableException>(fun () -> run 22 operator [] [] |> ignore)).Message

    Assert.Contains("(LSTM, opset 22): it is recurrent", message "LSTM")
    Assert.Contains("(ai.onnx.ml.TreeEnsembleRegressor): it is", message "ai.onnx.ml.TreeEnsembleRegressor")
