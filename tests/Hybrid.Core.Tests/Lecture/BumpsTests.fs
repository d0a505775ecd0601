module Hybrid.Tests.BumpsTests

open Hybrid.Lecture
open Hybrid.Tests.LectureTesting
open Xunit

[<Fact>]
let ``The slide's sum is the function's middle value inside a bump and 0 at its ends`` () =
    let sum = Bumps.openSum (fun x -> 10.0 + x) [| 0.0; 1.0; 2.0 |]
    Assert.Equal(10.5, sum 0.1)
    Assert.Equal(11.5, sum 1.9)
    Assert.Equal(0.0, sum 1.0)

[<Fact>]
let ``Bumps stay within ε, and need many times the numbers of a network`` () =
    let outcome = outcome Bumps.experiment
    refutes [ "Nielsen's function within 0.05" ] outcome.Verdict
    draws [ "bumps" ] outcome
    // ⌈2π / 0.002⌉
    Assert.Equal(3142.0, measured "bumps within 0.001 of sin 2πx" outcome)
