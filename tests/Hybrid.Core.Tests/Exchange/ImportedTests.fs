module Hybrid.Tests.ImportedTests

open Hybrid.Core
open Hybrid.Exchange
open Hybrid.Data
open Hybrid.Tests.CoreTesting
open Xunit

let private there (features: int) network =
    Exported.graph "test" features "output" network

/// Export and import give the same outputs, for more examples than the export traced, and layers of these kinds.
let private survives (expected: string list) (network: Network) (x: Tensor) =
    let back = Imported.network 17 (there x.Shape[1] network)
    Assert.Equal<string list>(expected, kinds back)
    values 1e-6 (Reference.value (Network.forward network x)) (Network.forward back x)
    back

let private x =
    Tensor.constant [ 5; 3 ] (Array.init 15 (fun i -> 2.0 * sin (float (3 * i))))

let private activations =
    Activation.functions |> List.map fst |> List.filter ((<>) "identity")

[<Fact>]
let ``Every activation survives export and import`` () =
    for name in activations do
        survives [ "linear"; name; "linear" ] (dense name [ 3; 4; 2 ]) x |> ignore

[<Fact>]
let ``Nodes that do nothing outside training leave no layer`` () =
    let network = Dropout.network 0.5 >=> dense "identity" [ 3; 4; 2 ]
    survives [ "linear"; "linear" ] network x |> ignore

[<Fact>]
let ``Maxout and softmax survive export and import`` () =
    let network =
        Maxout.network (Maxout.create He 1UL 3 3 4)
        >=> Linear.network (Linear.create He 2UL 4 3)
        >=> Activation.softmax

    survives [ "maxout"; "linear"; "softmax" ] network x |> ignore

/// The network with its weights, but not its biases, in bfloat16.
let private halved (network: Network) : Network =
    network
    |> Network.map (fun name value ->
        if name.EndsWith "weight" then
            Reference.value value
            |> Array.map (float32 >> BFloat16.ofSingle)
            |> Tensor.halved value.Shape
        else
            value)

[<Fact>]
let ``Weights in bfloat16 survive export and import, to the bit`` () =
    for network in
        [
            dense "relu" [ 3; 4; 2 ]
            Maxout.network (Maxout.create He 1UL 3 3 4)
            >=> Linear.network (Linear.withoutBias (Linear.create He 2UL 4 3))
        ] do
        let network = halved network
        let graph = there 3 network
        let back = Imported.network 17 graph

        let isOfBytes (tensor: OnnxTensor) =
            match tensor.Values with
            | BFloats _ -> true
            | _ -> false

        for tensor in graph.Initializers do
            Assert.Equal(tensor.Name.EndsWith "weight", isOfBytes tensor)

        Assert.Equal<string list>(kinds network, kinds back)

        for (name, before), (_, after) in Seq.zip (Network.parameters network) (Network.parameters back) do
            Assert.Equal(Tensor.isHalved before, Tensor.isHalved after)
            Assert.Equal<float>(Reference.value before, Reference.value after)
            Assert.Equal(name.EndsWith "weight", Tensor.isHalved after)

        Assert.Equal<float>(
            Reference.value (Network.forward network x),
            Reference.value (Network.forward back x)
        )

[<Fact>]
let ``Preprocessing with categories and missing values survives export and import`` () =
    let rules =
        [|
            Standardise(1.0, 2.0)
            OneHot([| 0; 1; 2 |], true)
            OneHot([| 0; 1 |], false)
            Standardise(-5.0, 0.5)
            Standardise(100.0, 20.0)
        |]

    let network =
        Network.ofLayer (Preprocessing.layer rules)
        >=> Linear.network (Linear.create He 1UL 9 1)
        >=> Network.ofLayer (Preprocessing.unscale [| struct (3.0, 4.0) |])

    let columns =
        matrix
            [
                [ 0.5; 2.0; 0.0; -5.25; 130.0 ]
                [ nan; nan; 1.0; -4.0; nan ]
                [ 2.0; 0.0; nan; nan; 80.0 ]
                [ 1.0; 1.0; 1.0; -5.0; 100.0 ]
            ]

    survives [ "preprocessing"; "linear"; "scale" ] network columns |> ignore

[<Fact>]
let ``Embedded categories survive export and import, and can be trained further`` () =
    let table rows width =
        Tensor.single [ rows; width ] (Array.init (rows * width) (fun i -> float32 (sin (float (7 * i)))))

    let network =
        Network.ofLayer (Preprocessing.layer [| Row [| 1; 0; 2 |]; Standardise(1.0, 2.0); Row [| 1 |] |])
        >=> Network.ofLayer (Embedding.layer [ table 3 2; table 2 4 ])
        >=> Linear.network (Linear.create He 1UL 7 1)

    let columns =
        matrix
            [
                [ 0.0; 0.5; 0.0 ]
                [ 1.0; -1.0; nan ]
                [ 2.0; nan; 0.0 ]
                [ nan; 3.0; 7.0 ]
                [ -4.0; 0.0; 0.5 ]
            ]

    let back = survives [ "preprocessing"; "embedding"; "linear" ] network columns

    Assert.Equal<string list>(
        [ "1.table1"; "1.table2"; "2.weight"; "2.bias" ],
        List.map fst (Network.parameters back)
    )

    let again = Exported.graph "test" 3 "output" back
    Assert.Equal((there 3 network).Nodes.Length, again.Nodes.Length)
    Assert.True back.Layers[1].Form.IsTables

[<Fact>]
let ``Indices that depend on the input read rows, counted from the back if they are negative`` () =
    let graph =
        OnnxTesting.graph
            [ OnnxTesting.floats "table" [ 3; 2 ] [ 0f; 1f; 10f; 11f; 20f; 21f ] ]
            [
                OnnxTesting.node "Cast" [ "x" ] [ "index" ] [ "to", OnnxAttribute.Integer 7L ]
                OnnxTesting.node "Gather" [ "table"; "index" ] [ "rows" ] []
                OnnxTesting.node "Flatten" [ "rows" ] [ "y" ] []
            ]

    let network = Imported.network 17 graph
    let x = matrix [ [ 0.0; 2.0 ]; [ -1.0; 1.9 ] ]
    values 0.0 [| 0.0; 1.0; 20.0; 21.0; 20.0; 21.0; 10.0; 11.0 |] (Network.forward network x)
    Assert.Equal<string list>([ "0.table" ], List.map fst (Network.parameters network))

[<Fact>]
let ``Parameters keep their names and numbers, and can be trained further`` () =
    let network = dense "relu" [ 3; 4; 2 ]
    let back = Imported.network 17 (there 3 network)

    Assert.Equal<string list>(
        List.map fst (Network.parameters network),
        List.map fst (Network.parameters back)
    )

    Assert.Equal<float[]>(numbers network, numbers back)

[<Fact>]
let ``An empty network comes back as the identity`` () =
    let back = Imported.network 17 (there 3 Network.empty)
    values 0.0 (Reference.value x) (Network.forward back x)

/// A graph of one node on a weight of [[1, 2], [3, 4]].
let private single operator attributes : OnnxGraph =
    OnnxTesting.graph
        [
            {
                Name = "w"
                Dimensions = [ 2; 2 ]
                Values = Floats [| 1f; 2f; 3f; 4f |]
            }
            {
                Name = "b"
                Dimensions = [ 2 ]
                Values = Floats [| 10f; 20f |]
            }
        ]
        [
            { OnnxNode.create operator [ "x"; "w"; "b" ] "y" attributes with
                Name = "fully"
            }
        ]

let private example = matrix [ [ 1.0; 1.0 ] ]

[<Fact>]
let ``An unknown operator is an error that names it and its node`` () =
    let error =
        raisesWith<NotImportableException, _> [ "fully"; "RoiAlign"; "opset 17" ] (fun () ->
            Imported.network 17 (single "RoiAlign" []))

    Assert.Equal(("fully", "RoiAlign", 17), (error.Node, error.Operator, error.Opset))

[<Fact>]
let ``Neurons of a foreign graph are a linear layer, one neuron per row`` () =
    let network = Imported.network 17 (single "Gemm" [])
    Assert.Equal<string list>([ "linear" ], kinds network)
    Assert.Equal<string list>([ "0.weight"; "0.bias" ], Network.parameters network |> List.map fst)
    Assert.Equal<float[]>([| 1.0; 3.0; 2.0; 4.0 |], (numbers network)[..3])
    values 0.0 [ 14.0; 26.0 ] (Network.forward network example)

[<Fact>]
let ``The factors of a foreign Gemm are applied`` () =
    let factors = [ "alpha", OnnxAttribute.Float 0.5f; "beta", OnnxAttribute.Float 2f ]
    values 0.0 [ 22.0; 43.0 ] (Network.forward (Imported.network 17 (single "Gemm" factors)) example)
