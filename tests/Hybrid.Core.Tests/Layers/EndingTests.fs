module Hybrid.Tests.EndingTests

open Hybrid.Core
open Hybrid.Exchange
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.OnnxTesting
open Xunit

/// Two inputs, three outputs and a last layer of this kind.
let private ending kind (f: Tensor -> Tensor) : Ending =
    dense "relu" [ 2; 4; 3 ] >=> Network.ofLayer (Layer.ofFunction kind f)
    |> Ending.ofNetwork 2

let private ends: (Ending * (Tensor -> Tensor)) list =
    [
        Ending.Softmax, Tensor.softmax 1
        Ending.Softmax, Tensor.softmax -1
        Ending.LogSoftmax, Tensor.logSoftmax 1
        Ending.Sigmoid, Tensor.sigmoid
        Ending.Exp, Tensor.exp
        Ending.Scale(List.replicate 3 (struct (2.0, 3.0))), (fun x -> x * 2.0 + 3.0)
        Ending.Scale(List.replicate 3 (struct (0.5, 0.0))), (fun x -> x * 0.5)
        Ending.Scale [ struct (1.0, 4.0); struct (2.0, 4.0); struct (3.0, 4.0) ],
        (fun x -> x * vector [ 1.0; 2.0; 3.0 ] + 4.0)
    ]

/// What is like one of them, and is not.
let private others: (Tensor -> Tensor) list =
    [
        Tensor.softmax 0
        fun x -> Tensor.softmax 1 (2.0 * x)
        fun x -> Tensor.softmax 1 x + 1.0
        fun x -> if x.Shape[0] = 2 then Tensor.softmax 1 x else x
        fun x -> Tensor.sigmoid (2.0 * x)
        fun x -> 0.0 * x + 3.0
        fun x -> x * vector [ 1.0; 0.0; 3.0 ]
        fun x ->
            x
            * Tensor.constant x.Shape (Array.init (Shape.size x.Shape) (fun i -> float (i + 1)))
        fun x -> x * x
        Tensor.relu
        id
    ]

let private names =
    [ "softmax"; "log-softmax"; "sigmoid"; "scale"; "relu"; "anything" ]

[<Fact>]
let ``An ending - under any name - is what the last layer computes`` () =
    for name in names do
        for expected, f in ends do
            Assert.Equal(expected, ending name f)

        for f in others do
            Assert.Equal(Ending.Scores, ending name f)

[<Fact>]
let ``An ending - a last layer with parameters, or no layer - is scores`` () =
    let weighted =
        Layer.deterministic "softmax" [ "bias", vector [ 0.0 ] ] (fun _ x -> Tensor.softmax 1 x)

    Assert.Equal(Ending.Scores, Ending.ofNetwork 2 (dense "relu" [ 2; 3 ] >=> Network.ofLayer weighted))
    Assert.Equal(Ending.Scores, Ending.ofNetwork 2 (dense "relu" [ 2; 3 ]))
    Assert.Equal(Ending.Scores, Ending.ofNetwork 2 Network.empty)

[<Fact>]
let ``An ending - a last layer that cannot take a batch of two - is scores`` () =
    Assert.Equal(Ending.Scores, ending "softmax" (fun x -> Tensor.softmax 1 (Tensor.reshape [ 1; 3 ] x)))

[<Fact>]
let ``An ending - imported - is what the operators compute`` () =
    let of' opset operator attributes =
        let weight = floats "w" [ 3; 2 ] [ 1f; -1f; 2f; 0.5f; 0f; 1f ]

        graph
            [ weight ]
            [
                node "Gemm" [ "x"; "w" ] [ "z" ] [ "transB", OnnxAttribute.Integer 1L ]
                { node operator [ "z" ] [ "y" ] attributes with
                    Name = "1.softmax/Softmax"
                }
            ]
        |> Imported.network opset
        |> Ending.ofNetwork 2

    let over axis = [ "axis", OnnxAttribute.Integer axis ]
    Assert.Equal(Ending.Softmax, of' 11 "Softmax" [])
    Assert.Equal(Ending.Softmax, of' 17 "Softmax" [])
    Assert.Equal(Ending.Softmax, of' 17 "Softmax" (over 1L))
    Assert.Equal(Ending.Scores, of' 17 "Softmax" (over 0L))
    Assert.Equal(Ending.LogSoftmax, of' 17 "LogSoftmax" [])
    Assert.Equal(Ending.Sigmoid, of' 17 "Sigmoid" [])
    Assert.Equal(Ending.Scores, of' 17 "Abs" [])

[<Fact>]
let ``Scores - of a final softmax or its logarithm only - are its inputs`` () =
    let before = dense "relu" [ 2; 4; 3 ]

    for expected, f in ends do
        let network = before >=> Network.ofLayer (Layer.ofFunction "other" f)
        let layers = (Ending.scores 2 network).Layers.Length

        match expected with
        | Ending.Softmax
        | Ending.LogSoftmax -> Assert.Equal(before.Layers.Length, layers)
        | _ -> Assert.Equal(network.Layers.Length, layers)
