/// The laws on programs that are wrong on purpose: a law that cannot fail proves nothing.
module Hybrid.Properties.MutationProperties

open Expecto

let private mutations: (string * (unit -> bool)) list =
    PrimitiveMutations.all
    @ EnclosureMutations.all
    @ KernelMutations.all
    @ VerificationMutations.all
    @ SearchMutations.all
    @ ProofMutations.all
    @ CertificationMutations.all

[<Tests>]
let tests =
    testList
        "mutations"
        [
            for name, isCaught in mutations do
                testCase name (fun () -> Expect.isTrue (isCaught ()) "no law complains")

            testCase "of primitives, of bounds and of kernels" (fun () ->
                System.Console.WriteLine $"{mutations.Length} mutations, each a test"
                Expect.isNonEmpty EnclosureMutations.all "mutations of bounds")
        ]
