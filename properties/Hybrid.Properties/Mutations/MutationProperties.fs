/// The laws on programs that are wrong on purpose: a law that cannot fail proves nothing.
module Hybrid.Properties.MutationProperties

open Expecto

let private mutations: (string * (unit -> bool)) list =
    PrimitiveMutations.all @ EnclosureMutations.all @ KernelMutations.all

[<Tests>]
let tests =
    testList
        "mutations"
        [
            for name, isCaught in mutations ->
                testCase name (fun () -> Expect.isTrue (isCaught ()) "no law complains")

            testCase "Each has a name of its own, and there are as many as before" (fun () ->
                let names = mutations |> List.map fst
                System.Console.WriteLine $"{names.Length} mutations, each a test"
                Expect.equal (List.length (List.distinct names)) names.Length "names that are distinct"
                Expect.isGreaterThanOrEqual names.Length 91 "the number of mutations")
        ]
