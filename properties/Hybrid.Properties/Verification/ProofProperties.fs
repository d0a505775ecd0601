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
            property
                "The checker's bounds hold in every order of summation, whatever the slopes"
                200
                cases
                (fun case -> outside id case |> withoutComplaints)

            property "What is proved has a proof that the checker accepts" 60 cases (fun case ->
                unproved case |> withoutComplaints)

            property "A planted violation has no proof" 100 cases (fun case ->
                accepted id case |> withoutComplaints)

            property "A changed proof never proves a planted violation" 100 cases (fun case ->
                forged case |> withoutComplaints)
        ]
