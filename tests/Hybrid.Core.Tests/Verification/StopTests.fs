/// Proofs end where their time is over, also within the bounds of a single box.
module Hybrid.Tests.StopTests

open Hybrid.Core
open Hybrid.Verification
open Hybrid.Tests.CoreTesting
open Xunit

let private network = dense "relu" [ 2; 8; 8; 1 ]

/// That the output is never at most a number that it stays far above, on [-1, 1]².
let private property: Property =
    {
        Inputs = 2
        Outputs = 1
        Regions =
            [
                {
                    Box = Array.create 2 (Exact.ofInt -1, Exact.one)
                    Violations =
                        [
                            [
                                {
                                    Inputs = []
                                    Outputs = [ 0, Exact.one ]
                                    Constant = Exact.ofFloat 1000.0
                                    Strict = false
                                }
                            ]
                        ]
                }
            ]
    }

/// The verdict if so many questions whether to stop are answered by no, and how many were asked.
let private stoppedAfter (questions: int) =
    let asked = ref 0

    let limits =
        {
            Boxes = 1000L
            Stop =
                fun () ->
                    asked.Value <- asked.Value + 1
                    asked.Value > questions
            Threads = 1
            Waiting = 100
            Attack = false
        }

    (Verifier.verify engine Arithmetic.Float32 limits property network).Verdict, asked.Value

[<Fact>]
let ``A proof that is stopped – wherever – ends at once, without a verdict`` () =
    let proved, needed = stoppedAfter 1_000_000
    Assert.True proved.IsUnsat
    Assert.InRange(needed, 6, 1000)

    for questions in 0 .. needed - 1 do
        let verdict, asked = stoppedAfter questions
        Assert.True verdict.IsTimeout
        Assert.InRange(asked, questions + 1, questions + 3)
