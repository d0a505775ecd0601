/// Verdicts where there is next to nothing between true and false.
module Hybrid.Properties.EdgeVerdictProperties

open Expecto
open Hybrid.Core
open Hybrid.Verification
open Hybrid.Testing
open Hybrid.Properties.VerificationCase
open Hybrid.Properties.VerificationLaws
open Hybrid.Properties.SearchLaws

[<Tests>]
let tests =
    testList
        "verification, edges"
        [
            testCase "What is not a number proves nothing" (fun () ->
                let none (lines: Lines) =
                    [
                        { lines with LowerShift = nanf }
                        { lines with UpperSlope = nanf }
                        { lines with
                            LowerShift = -infinityf
                            UpperShift = infinityf
                        }
                    ]

                for case in sample 30 cases.Generator do
                    for which in 0..2 do
                        let change =
                            { unchanged with
                                Padded =
                                    fun padded ->
                                        { padded with
                                            Lines = fun curve x -> (none (Relaxation.lines curve x))[which]
                                        }
                            }

                        Expect.isEmpty (refuted change case) "NaN in lines")

            testCase "Points on a boundary are neither unsat nor sat" (fun () ->
                // the output is 0 for x ≤ 0, and nowhere below
                let relu =
                    Linear.network
                        {
                            Weight = Tensor.single [ 1; 1 ] [| 1f |]
                            Bias = None
                        }
                    >=> Activation.relu

                for condition in [ "(<= Y_0 0)"; "(< Y_0 0)" ] do
                    for arithmetic in [ Arithmetic.Float32; Arithmetic.Real ] do
                        let text =
                            "(declare-const X_0 Real)(declare-const Y_0 Real)(assert (and (<= X_0 1)(>= X_0 -1)))"
                            + $"(assert {condition})"

                        let verdict =
                            (Verifier.verify
                                engine
                                arithmetic
                                { Verifier.unlimited with
                                    Boxes = 2000L
                                }
                                (VnnLib.read text)
                                relu)
                                .Verdict

                        Expect.isFalse verdict.IsSat $"{condition} is not violated strictly"

                        if condition = "(<= Y_0 0)" then
                            Expect.isFalse verdict.IsUnsat "0 is at most 0")

            testCase "Softmax is decided by scores that differ clearly" (fun () ->
                // two scores, x and x - difference
                let network (difference: float32) =
                    Linear.network
                        {
                            Weight = Tensor.single [ 2; 1 ] [| 1f; 1f |]
                            Bias = Some(Tensor.single [ 2 ] [| 0f; -difference |])
                        }
                    >=> Activation.softmax

                let verdict arithmetic difference (condition: string) =
                    let text =
                        "(declare-const X_0 Real)(declare-const Y_0 Real)(declare-const Y_1 Real)"
                        + $"(assert (and (<= X_0 0.75)(>= X_0 0.5)))(assert {condition})"

                    (Verifier.verify
                        engine
                        arithmetic
                        { Verifier.unlimited with Boxes = 200L }
                        (VnnLib.read text)
                        (network difference))
                        .Verdict

                Expect.isTrue (verdict Arithmetic.Float32 1e-4f "(<= Y_0 Y_1)").IsUnsat "a clear difference"

                Expect.isTrue
                    (verdict Arithmetic.Real 1e-6f "(<= Y_0 Y_1)").IsUnsat
                    "any difference, exactly"

                Expect.isFalse
                    (verdict Arithmetic.Float32 1e-6f "(<= Y_0 Y_1)").IsUnsat
                    "equal after rounding"

                Expect.isTrue (verdict Arithmetic.Float32 1e-4f "(>= Y_0 Y_1)").IsSat "a clear violation"
                Expect.isFalse (verdict Arithmetic.Float32 1e-6f "(>= Y_0 Y_1)").IsSat "no clear violation"
                Expect.isTrue (verdict Arithmetic.Float32 2f "(<= Y_0 0.88)").IsUnsat "a probability"
                Expect.isFalse (verdict Arithmetic.Float32 2f "(<= Y_0 0.89)").IsUnsat "a probability above")

            testCase "A function that is not defined in the whole box is unknown" (fun () ->
                let network = Network.ofLayer (Layer.ofFunction "log" (Tensor.log >> Tensor.relu))

                let text =
                    "(declare-const X_0 Real)(declare-const Y_0 Real)(assert (<= X_0 1))(assert (>= X_0 -1))(assert (<= Y_0 -1))"

                for arithmetic in [ Arithmetic.Float32; Arithmetic.Real ] do
                    let verdict =
                        (Verifier.verify engine arithmetic Verifier.unlimited (VnnLib.read text) network)
                            .Verdict

                    Expect.isTrue verdict.IsUnknown "the logarithm of a negative number is none")
        ]
