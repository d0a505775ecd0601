/// Proofs and their checker, compared with float32 in every order of summation and with the verifier.
module Hybrid.Properties.ProofProperties

open Expecto
open Hybrid.Testing
open Hybrid.Properties.VerificationCase
open Hybrid.Properties.ProofLaws

[<Tests>]
let tests =
    testList
        "proofs"
        [
            testCase "The checker reads every function that the verifier is tried on"
            <| fun () -> Expect.isEmpty refused "refused"

            property
                "The checker's bounds hold in every order of summation, whatever the slopes"
                200
                checkedCases
                (fun case -> outside id case |> withoutComplaints)

            testCase "Some functions of the cases jump, and most do not"
            <| fun () -> Expect.equal (List.sort jumping) [ "index"; "rounded"; "selected"; "step" ] "jumping"

            property
                "What is proved has a proof that the checker accepts"
                60
                (casesOf continuous)
                (fun case -> unproved case |> withoutComplaints)

            property
                "What is proved of functions that jump has such a proof, or none"
                60
                checkedCases
                (fun case -> unproved case |> withoutComplaints)

            property "A planted violation has no proof" 100 checkedCases (fun case ->
                accepted id case |> withoutComplaints)

            property "A changed proof never proves a planted violation" 100 checkedCases (fun case ->
                forged case |> withoutComplaints)
        ]
