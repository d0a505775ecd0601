module Hybrid.Tests.ExportedTests

open Hybrid.Core
open Hybrid.Exchange
open Hybrid.Tests.CoreTesting
open Xunit

let private operators (graph: OnnxGraph) = graph.Nodes |> List.map _.Operator
let private export = Exported.graph "test" 3 "scores"

[<Fact>]
let ``A linear layer is one Gemm on the unchanged weight`` () =
    let graph = export (dense "relu" [ 3; 4; 2 ])
    Assert.Equal<string list>([ "Gemm"; "Relu"; "Gemm" ], operators graph)
    let gemm = graph.Nodes.Head
    Assert.Equal<string list>([ "input"; "0.weight"; "0.bias" ], gemm.Inputs)
    Assert.Equal<(string * OnnxAttribute) list>([ "transB", OnnxAttribute.Integer 1L ], gemm.Attributes)

[<Fact>]
let ``Weights are initializers, one neuron per row`` () =
    let network = dense "relu" [ 3; 4; 2 ]
    let graph = export network

    Assert.Equal<(string * int list) list>(
        [ "0.weight", [ 4; 3 ]; "0.bias", [ 4 ]; "2.weight", [ 2; 4 ]; "2.bias", [ 2 ] ],
        graph.Initializers |> List.map (fun tensor -> tensor.Name, tensor.Dimensions)
    )

    Assert.Equal(Floats(parameter "0.weight" network |> Array.map float32), graph.Initializers.Head.Values)

[<Fact>]
let ``Input and output have a free batch size`` () =
    let graph = export (dense "relu" [ 3; 4; 2 ])

    let port name features : OnnxPort =
        {
            Name = name
            Type = OnnxType.Real
            Dimensions = [ Free "batch"; Fixed features ]
        }

    Assert.Equal<OnnxPort list>([ port "input" 3 ], graph.Inputs)
    Assert.Equal<OnnxPort list>([ port "scores" 2 ], graph.Outputs)
    Assert.Equal<string list>([ "scores" ], (List.last graph.Nodes).Outputs)

[<Fact>]
let ``No activation needs an explicit broadcast`` () =
    for name, _ in Activation.functions do
        let graph = export (dense name [ 3; 4; 2 ] >=> Activation.softmax)
        Assert.DoesNotContain("Expand", operators graph)

[<Fact>]
let ``A layer that depends on the number of examples is an error that names the node`` () =
    let centre (x: Tensor) =
        x - Tensor.spread 0 x.Shape (Tensor.mean 0 x)

    let network =
        dense "relu" [ 3; 4 ] >=> Network.ofLayer (Layer.ofFunction "centre" centre)

    let error =
        raisesWith<NotExportableException, _> [ "1.centre/"; "changes with the batch size" ] (fun () ->
            export network)

    Assert.StartsWith("1.centre/", error.Node)

[<Fact>]
let ``A network that returns one number for all examples is refused`` () =
    let network =
        dense "relu" [ 3; 4 ] >=> Network.ofLayer (Layer.ofFunction "sum" Tensor.sumAll)

    raisesWith<NotExportableException, _> [ "1.sum/"; "one row per example" ] (fun () -> export network)
    |> ignore

[<Fact>]
let ``Dropout and noise are not exported`` () =
    let graph =
        export (Noise.network 0.1 >=> dense "relu" [ 3; 2 ] >=> Dropout.network 0.5)

    Assert.Equal<string list>([ "Gemm" ], operators graph)
    Assert.Equal<string list>([ "1.weight"; "1.bias" ], graph.Initializers |> List.map _.Name)

[<Fact>]
let ``An empty network is exported as an identity`` () =
    let graph = export Network.empty
    Assert.Equal<string list>([ "Identity" ], operators graph)
    Assert.Equal<string list>([ "input" ], graph.Nodes.Head.Inputs)
    Assert.Equal<string list>([ "scores" ], graph.Nodes.Head.Outputs)
