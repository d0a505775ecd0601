/// Parts of boxes, and verdicts, compared with float32 in every order of summation.
module Hybrid.Properties.SearchProperties

open Expecto
open Hybrid.Core
open Hybrid.Verification
open Hybrid.Testing
open Hybrid.Properties.VerificationCase
open Hybrid.Properties.VerificationLaws
open Hybrid.Properties.ConditionLaws
open Hybrid.Properties.SearchLaws

/// Sums that depend on their order: 2²⁴ + 1 - 2²⁴ is 1 or 0.
let private orderDetecting =
    Linear.network
        {
            Weight = Tensor.single [ 1; 3 ] [| 16777216f; 1f; -16777216f |]
            Bias = Some(Tensor.single [ 1 ] [| 0f |])
        }
    >=> Activation.relu
    >=> Linear.network
            {
                Weight = Tensor.single [ 1; 1 ] [| 1f |]
                Bias = None
            }

/// Whether signs of units prove what halves prove with few boxes.
let private bothWaysProve (case: Case) : bool =
    let network = network case

    let y =
        points case 20
        |> Array.map (fun x -> (computed network x |> List.head |> snd)[0])

    let property =
        { (planted case |> fst) with
            Regions =
                [
                    { outputsOf (box case) case.Outputs with
                        Violations =
                            [
                                [
                                    {
                                        Inputs = []
                                        Outputs = [ 0, Exact.one ]
                                        Constant = Exact.ofFloat (0.05 - Array.min y)
                                        Strict = false
                                    }
                                ]
                            ]
                    }
                ]
        }

    let by splits boxes =
        let change =
            { unchanged with
                Padded = fun padded -> { padded with Splits = splits }
            }

        verdict change Arithmetic.Float32 { limits with Boxes = boxes } property network

    match by Splits.Halves 200L with
    | "unsat" -> by Splits.Signs 20_000L = "unsat"
    | _ -> true

[<Tests>]
let tests =
    testList
        "verification, search"
        [
            property "Halves have bounds no looser than the whole" 100 cases (looser >> withoutComplaints)

            property
                "Boxes are clipped only where a condition cannot hold"
                200
                cases
                (clippedAway unchanged >> withoutComplaints)

            property
                "Arguments are within their bounds where a condition may hold"
                300
                cases
                (outsideHalfSpace unchanged >> withoutComplaints)

            yield!
                [ Splits.Halves; Splits.Signs; Splits.Tried ]
                |> List.map (fun splits ->
                    property
                        $"A planted violation is never refuted, splits: %A{splits}"
                        150
                        cases
                        (fun case ->
                            let splitting =
                                { unchanged with
                                    Padded = fun padded -> { padded with Splits = splits }
                                }

                            refuted splitting case |> withoutComplaints))

            testCase "A search that has ended says so again"
            <| fun () ->
                let ends attack divide =
                    let search = BranchAndBound<int>(limits, 10, 4)
                    search.Add(1, 0.0)

                    List.init 2 (fun _ ->
                        match search.Run(100L, attack, divide, (fun () -> Outcome.Refuted)) with
                        | Outcome.Refuted -> "refuted"
                        | Outcome.Violated _ -> "violated"
                        | Outcome.Undecided -> "undecided"
                        | Outcome.Stopped -> "stopped")

                let none _ _ = None
                Expect.equal (ends none (fun _ -> None)) [ "refuted"; "refuted" ] "nothing is left"

                Expect.equal
                    (ends (fun _ _ -> Some [||]) (fun _ -> None))
                    [ "violated"; "violated" ]
                    "a point"

                Expect.equal
                    (ends none (fun _ -> Some Outcome.Undecided))
                    [ "undecided"; "undecided" ]
                    "a part that cannot be divided"

                Expect.equal
                    (ends none (fun _ -> raise (System.OperationCanceledException())))
                    [ "stopped"; "stopped" ]
                    "cancelled, with the part at hand"

            property
                "Bounds hold for units of known sign, with any slopes and multipliers"
                150
                (casesOf [ "relu"; "leaky-relu"; "residual"; "maximum"; "tanh" ])
                (signed unchanged >> withoutComplaints)

            property
                "Arguments are within the bounds that splits give them"
                150
                (casesOf [ "relu"; "residual"; "maximum"; "tanh" ])
                (outsideSplits unchanged >> withoutComplaints)

            property
                // one of 35 has a unit with multipliers
                "A part of a node is bounded no lower than the node"
                1000
                (casesOf [ "relu"; "residual"; "maximum" ])
                (worseParts >> withoutComplaints)

            testCase "Parts of nodes begin with multipliers"
            <| fun () ->
                let cases = Check.sample 3000 (casesOf [ "relu"; "residual"; "maximum" ]).Generator
                Expect.isTrue (splitWithMultipliers cases) "no unit that was split has one"

            property "Both ways to split prove the same of ReLUs" 60 (casesOf [ "relu" ]) bothWaysProve

            // steps that end at the corner are needed for the last of these nodes
            testCase "Nodes whose units all have signs are refuted"
            <| fun () ->
                Expect.isTrue
                    (bothWaysProve
                        {
                            Key = 272447
                            Inputs = 3
                            Hidden = [ (4, "relu"); (4, "relu"); (5, "relu") ]
                            Outputs = 1
                            Radius = 1.0
                        })
                    "refuted by halves only"

            // nodes with all signs given are halved: halves in which no input has those signs
            testCase "Halves without inputs of the given signs are refuted"
            <| fun () ->
                Expect.isTrue
                    (bothWaysProve
                        {
                            Key = 704488
                            Inputs = 3
                            Hidden = [ 5, "relu"; 2, "relu" ]
                            Outputs = 1
                            Radius = 1.0
                        })
                    "signs prove it"

            property "What is proved holds in every order of summation" 100 cases (fun case ->
                let network = network case

                let ys =
                    points case 10
                    |> Array.map (fun point -> computed network point |> List.map snd)

                let middle = ys |> Seq.collect id |> Seq.averageBy Array.head

                let property =
                    {
                        Inputs = case.Inputs
                        Outputs = case.Outputs
                        Regions =
                            [
                                { outputsOf (box case) case.Outputs with
                                    Violations =
                                        [
                                            [
                                                {
                                                    Inputs = []
                                                    Outputs = [ 0, Exact.one ]
                                                    Constant = -(Exact.ofFloat (middle - 0.3))
                                                    Strict = false
                                                }
                                            ]
                                        ]
                                }
                            ]
                    }

                let found =
                    Verifier.verify
                        engine
                        Arithmetic.Float32
                        { Verifier.unlimited with Boxes = 200L }
                        property
                        network

                match found.Verdict with
                | Verdict.Unsat ->
                    found.Proved = 1.0
                    && ys |> Seq.collect id |> Seq.forall (fun y -> y[0] > middle - 0.3)
                | Verdict.Sat point ->
                    let inBox =
                        Array.forall2
                            (fun (x: float32) (range: Interval) ->
                                range.Lower <= float x && float x <= range.Upper)
                            point
                            (box case)

                    inBox
                    && computed network (Array.map float point)
                       |> List.forall (fun (_, y) -> y[0] < middle - 0.3)
                | _ -> true)

            property
                "A verdict does not depend on the number of threads"
                40
                (casesOf [ "relu"; "tanh" ])
                (fun case ->
                    let property, _ = planted case
                    let one = verdict unchanged Arithmetic.Float32 limits property (network case)

                    one =
                        verdict
                            unchanged
                            Arithmetic.Float32
                            { limits with Threads = 3 }
                            property
                            (network case))

            testCase
                "Sums that detect their order are proved in real arithmetic, and unknown in float32"
                (fun () ->
                    let text =
                        "(declare-const X_0 Real)(declare-const X_1 Real)(declare-const X_2 Real)(declare-const Y_0 Real)"
                        + "(assert (and (<= X_0 1)(>= X_0 1)(<= X_1 1)(>= X_1 1)(<= X_2 1)(>= X_2 1)))(assert (<= Y_0 0.5))"

                    let verdict arithmetic =
                        (Verifier.verify
                            engine
                            arithmetic
                            Verifier.unlimited
                            (VnnLib.read text)
                            orderDetecting)
                            .Verdict

                    Expect.isTrue (verdict Arithmetic.Real).IsUnsat "in real arithmetic"
                    Expect.isTrue (verdict Arithmetic.Float32).IsUnknown "in float32")

            testCase "A network that may overflow is not proved" (fun () ->
                let huge =
                    Linear.network
                        {
                            Weight = Tensor.single [ 1; 1 ] [| 3e38f |]
                            Bias = None
                        }

                let text =
                    "(declare-const X_0 Real)(declare-const Y_0 Real)(assert (<= X_0 9))(assert (>= X_0 2))(assert (<= Y_0 0))"

                let verdict =
                    (Verifier.verify engine Arithmetic.Float32 Verifier.unlimited (VnnLib.read text) huge)
                        .Verdict

                Expect.isFalse verdict.IsUnsat "after an overflow, anything may be computed")
        ]
