/// The bound of float32 errors, compared with every engine.
module Hybrid.Properties.RoundingErrorProperties

open Expecto
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Theory
open Hybrid.Properties.Boxes
open Hybrid.Properties.Measure
open Hybrid.Testing

let private off (network: Network) (points: float[][]) : float =
    let x = Tensor.constant [ points.Length; points[0].Length ] (Array.concat points)
    let exact = Reference.value (Network.forward network x)

    Engines.all
    |> List.map (fun engine ->
        Eager.value engine (Network.forward network x)
        |> Array.map float
        |> furthest exact)
    |> List.max

[<Tests>]
let tests =
    testList
        "rounding error"
        [
            property "The error of a float32 output never exceeds its bound" 1000 networks (fun case ->
                let network, box = RoundingError.rounded (NetworkCase.network case), boxOf case
                let worst = off network (inside box 100 (uint64 case.Key))
                let allowance = RoundingError.onBoxes network [| box |]

                (worst <= allowance && allowance < 1e-2)
                |> Prop.label $"off by {worst}, bound {allowance}")

            property
                "Float32 outputs are within their bounds on every engine and in every order of summation"
                60
                networks
                (fun case ->
                    let network, box = RoundingError.rounded (NetworkCase.network case), boxOf case
                    let y = Network.forward network (Tensor.input "x" [ 1; box.Length ])

                    RoundingLaws.complaints Engines.all case.Key [ "x", box ] y |> withoutComplaints)

            property "The bounds of a layer do not depend on its name" 30 networks (fun case ->
                let network, box = RoundingError.rounded (NetworkCase.network case), boxOf case

                let renamed kind =
                    {
                        Layers = network.Layers |> List.map (fun layer -> { layer with Kind = kind })
                    }

                let facts network =
                    RoundingError.onBoxes network [| box |],
                    Lipschitz.ofNetwork network,
                    (Summary.ofNetwork box.Length network).Neurons

                [ "relu"; "linear"; "maxout"; "dropout"; "sigmoid"; "step"; "softmax"; "scale" ]
                |> List.forall (fun kind -> facts (renamed kind) = facts network))

            property "Bounds on parts of a box are smaller, and still hold" 20 networks (fun case ->
                let network, box = RoundingError.rounded (NetworkCase.network case), boxOf case
                let worst = off network (inside box 50 (uint64 case.Key))

                let whole, parts =
                    RoundingError.onBoxes network [| box |], RoundingError.onBox network box

                (worst <= parts && parts <= whole * (1.0 + 1e-9))
                |> Prop.label $"off by {worst}, bound of parts {parts}, of the whole {whole}")

            testList
                "At the limits of float32, results are within their bounds, and those that overflow on the way have none"
                [
                    for name, (boxes, output, overflows) in RoundingLaws.extremes ->
                        testCase name (fun () ->
                            let bounds = Rounding.evaluate boxes [ output ] |> List.exactlyOne
                            let hasNone = bounds.Error |> Array.forall ((=) infinity)
                            Expect.equal hasNone overflows "whether there is no bound"

                            Expect.isEmpty
                                (RoundingLaws.complaints Engines.all 1 boxes output)
                                "results outside their bounds")
                ]

            testList
                "The errors of constructed networks do not exceed their bounds either"
                [
                    for name, build in
                        [
                            "relu", Approximation.relu
                            "bumps", Approximation.bumps
                            "sigmoid", Approximation.sigmoid
                            "tanh", Approximation.tanh
                        ] ->
                        property name 30 (cases FunctionCase.arbitrary) (fun (case, n) ->
                            let approximation =
                                build
                                    (FunctionCase.value case)
                                    (FunctionCase.smoothness case)
                                    domain
                                    (distance case n)

                            let network = RoundingError.rounded approximation.Network
                            let allowance = RoundingError.onBox network [| domain |]
                            let points = places (n + 1) |> Array.map (fun x -> [| float (float32 x) |])
                            let worst = off network points

                            worst <= allowance |> Prop.label $"off by {worst}, bound {allowance}")
                ]
        ]
