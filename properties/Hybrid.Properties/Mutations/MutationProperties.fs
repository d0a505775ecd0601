/// The laws on programs that are wrong on purpose: a law that cannot fail proves nothing.
module Hybrid.Properties.MutationProperties

open Expecto

[<Tests>]
let tests =
    testList
        "mutations"
        [
            for name, isCaught in PrimitiveMutations.all @ KernelMutations.all ->
                testCase name (fun () -> Expect.isTrue (isCaught ()) "no law complains")
        ]
