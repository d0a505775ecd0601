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

    refused [ "Node y"; "operator is not supported" ] 9 "Conv" [] []
    refused [ "must be constant" ] 13 "Cast" [] [ "to", OnnxAttribute.Integer 3L ]
    refused [ "type 8" ] 13 "Cast" [] [ "to", OnnxAttribute.Integer 8L ]

    refused [ "approximation «none at all»" ] 20 "Gelu" [] [ "approximate", OnnxAttribute.Text "none at all" ]

    refused [ "alpha is not a number" ] 16 "LeakyRelu" [] [ "alpha", OnnxAttribute.Text "0.1" ]
    refused [ "no operand 2" ] 13 "Add" [] []
    refused [ "no axis 5" ] 13 "Softmax" [] [ "axis", OnnxAttribute.Integer 5L ]
    refused [ "bounds are not scalars" ] 11 "Clip" [ "row" ] []
