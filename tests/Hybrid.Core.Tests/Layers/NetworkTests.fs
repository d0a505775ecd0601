module Hybrid.Tests.NetworkTests

open Hybrid.Core
open Hybrid.Tests.CoreTesting
open Xunit

let private x = matrix [ [ 1.0; -2.0; 0.5 ]; [ 0.25; 3.0; -1.0 ] ]

[<Fact>]
let ``Parameters are named by the index of their layer`` () =
    let names = Network.parameters (dense "relu" [ 3; 4; 2 ]) |> List.map fst
    Assert.Equal<string list>([ "0.weight"; "0.bias"; "2.weight"; "2.bias" ], names)

[<Fact>]
let ``Composition is associative, and the empty network is the identity`` () =
    let a, b, c = dense "tanh" [ 3; 4 ], Activation.relu, dense "tanh" [ 4; 2 ]

    let output network =
        Reference.value (Network.forward network x)

    let whole = (a >=> b) >=> c
    Assert.Equal<Layer list>(whole.Layers, (a >=> (b >=> c)).Layers)
    Assert.Equal<Layer list>(whole.Layers, (Network.empty >=> whole >=> Network.empty).Layers)
    Assert.Equal<float[]>(output whole, Reference.value (Network.forward c (Network.forward (a >=> b) x)))
    Assert.Same(x, Network.forward Network.empty x)

[<Theory>]
[<InlineData(26, "3 4 2")>]
[<InlineData(41, "3 4 4 1")>]
let ``The lecture's networks have 26 and 41 parameters`` (parameters: int, sizes: string) =
    let sizes = sizes.Split ' ' |> Array.map int |> List.ofArray
    Assert.Equal(parameters, Network.parameterCount (dense "sigmoid" sizes))

[<Fact>]
let ``A batch goes through the network like its examples one by one`` () =
    let network = dense "tanh" [ 3; 4; 4; 1 ]

    let one row =
        Reference.value (Network.forward network (Tensor.slice 0 row 1 x))

    values 1e-15 (Array.append (one 0) (one 1)) (Network.forward network x)

[<Fact>]
let ``The lecture's forward pass is three products and three sums`` () =
    let network = dense "sigmoid" [ 3; 4; 4; 1 ]

    let column name rows =
        Tensor.constant [ rows; 1 ] (parameter name network)

    let weight name =
        Network.parameters network |> List.find (fst >> (=) name) |> snd

    let example = Tensor.constant [ 3; 1 ] [| 1.0; -2.0; 0.5 |]
    let first = Tensor.sigmoid (weight "0.weight" *@ example + column "0.bias" 4)
    let second = Tensor.sigmoid (weight "2.weight" *@ first + column "2.bias" 4)
    let output = weight "4.weight" *@ second + column "4.bias" 1
    values 1e-15 (Reference.value output) (Network.forward network (Tensor.slice 0 0 1 x))

[<Fact>]
let ``A layer that cannot take the output of the one before it is an error`` () =
    raises<ShapeMismatchException, _> [ "layer 0 (linear), MatMul: the shapes [2; 3] and [4; 2]" ] (fun () ->
        Network.forward (dense "relu" [ 4; 2 ]) x)

[<Fact>]
let ``The wrong number of parameters for a layer is an error`` () =
    let layer = Linear.layer (Linear.zeros 3 2)

    raises<ParameterCountException, _> [ "linear"; "2 parameter tensors, not 0" ] (fun () ->
        layer.Forward [] x)

[<Fact>]
let ``Map gives each parameter its name and keeps the rest`` () =
    let doubled =
        dense "relu" [ 3; 4; 2 ]
        |> Network.map (fun name value -> if name = "0.weight" then 2.0 * value else value)

    let original = dense "relu" [ 3; 4; 2 ]
    Assert.Equal<float[]>(Array.map ((*) 2.0) (parameter "0.weight" original), parameter "0.weight" doubled)
    Assert.Equal<float[]>(parameter "2.weight" original, parameter "2.weight" doubled)
