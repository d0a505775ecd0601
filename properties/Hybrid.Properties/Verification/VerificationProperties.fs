/// Bounds of networks on boxes, and verdicts, compared with float32 in every order of summation and with exact fractions.
module Hybrid.Properties.VerificationProperties

open System
open Expecto
open FsCheck.FSharp
open Hybrid.Core
open Hybrid.Verification
open Hybrid.Testing
open Hybrid.Properties.VerificationCase
open Hybrid.Properties.VerificationLaws

let private intervals =
    Gen.zip (Gen.choose (-4000, 4000)) (Gen.elements [ 0.0; 1e-9; 1e-4; 0.1; 1.0; 5.0; 30.0 ])
    |> Gen.map (fun (centre, width) ->
        let centre = float centre / 997.0

        {
            Lower = centre - width
            Upper = centre + width
        })
    |> Arb.fromGen

let private curves =
    [
        Curve.Relu
        Curve.Sigmoid
        Curve.Tanh
        Curve.Exp
        Curve.Softplus
        Curve.Square
    ]

[<Tests>]
let tests =
    testList
        "verification"
        [
            testList
                "Outputs in every order of summation, and exact ones, are within their bounds"
                [
                    for name, _ in activations do
                        yield property name 15 (casesOf [ name ]) (outside unchanged >> withoutComplaints)

                    yield property "mixed" 200 cases (outside unchanged >> withoutComplaints)
                ]

            property
                "Single neurons near powers of two are within their bounds"
                500
                (Arb.fromGen (Gen.choose (1, 1_000_000)))
                (fun key -> roundings unchanged key |> withoutComplaints)

            testList
                "Lines do not cross their curves"
                [
                    for curve in curves ->
                        property
                            $"%A{curve}"
                            300
                            intervals
                            (crossed Relaxation.lines curve >> withoutComplaints)
                ]

            property
                "Bounds contain exact fractions"
                200
                (casesOf (List.map fst (broken @ rational)))
                (beside unchanged >> withoutComplaints)

            testList
                "Rows of the table are within their bounds"
                [
                    for row in Table.rows ->
                        property row.Name 6 (Cases.any row) (rowOutside unchanged row >> withoutComplaints)
                ]

            property "Graphs of every primitive are within their bounds" 100 GraphCase.arbitrary (fun case ->
                rowOutside unchanged (GraphCase.toRow case) (GraphCase.toCase case)
                |> withoutComplaints)
        ]
