/// The last layers of random networks, under every name.
module Hybrid.Properties.EndingProperties

open Expecto
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Properties.Boxes
open Hybrid.Testing

/// What a last layer computes, and how it is therefore recognised.
let private ends (case: NetworkCase) : (Ending * (Tensor -> Tensor)) list =
    [
        Ending.Softmax, Tensor.softmax 1
        Ending.LogSoftmax, Tensor.logSoftmax 1
        Ending.Sigmoid, Tensor.sigmoid
        Ending.Exp, Tensor.exp
        Ending.Scale [ for _ in 1 .. case.Outputs -> struct (0.25, -1.5) ], (fun x -> x * 0.25 + -1.5)
        Ending.Scores, (fun x -> Tensor.softmax 1 (0.5 * x))
        Ending.Scores, Tensor.softmax 0
        Ending.Scores, (fun x -> Tensor.sigmoid x * 0.5)
        Ending.Scores, (fun x -> x * x)
        Ending.Scores, Tensor.relu
        Ending.Scores, Tensor.tanh
    ]

[<Tests>]
let tests =
    testList
        "endings"
        [
            property
                "The ending of a network depends on what its last layer computes, not on its name"
                100
                networks
                (fun case ->
                    let before = NetworkCase.network case

                    [
                        for name in [ "softmax"; "log-softmax"; "sigmoid"; "scale"; "relu"; "" ] do
                            for expected, f in ends case do
                                let network = before >=> Network.ofLayer (Layer.ofFunction name f)
                                let found = Ending.ofNetwork case.Inputs network
                                let scores = Ending.scores case.Inputs network

                                let isCut =
                                    match expected with
                                    | Ending.Softmax
                                    | Ending.LogSoftmax -> true
                                    | _ -> false

                                if
                                    found <> expected
                                    || isCut <> (scores.Layers.Length = before.Layers.Length)
                                then
                                    $"{name}: {found}, not {expected}"
                    ]
                    |> fun complaints -> complaints.IsEmpty |> Prop.label (String.concat "; " complaints))
        ]
