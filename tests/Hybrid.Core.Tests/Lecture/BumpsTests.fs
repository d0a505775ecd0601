module Hybrid.Tests.BumpsTests

open Hybrid.Lecture
open Hybrid.Tests.LectureTesting
open Xunit

[<Fact>]
let ``The slide's sum is a function's middle inside a bump and 0 at its ends`` () =
    let sum = Bumps.openSum (fun x -> 10.0 + x) [| 0.0; 1.0; 2.0 |]
    Assert.Equal(10.5, sum 0.1)
    Assert.Equal(11.5, sum 1.9)
    Assert.Equal(0.0, sum 1.0)

[<Fact>]
let ``Bumps are within their ε and take many times the numbers of a network`` () =
    let outcome = outcome Bumps.experiment
    holds outcome.Verdict
    draws [ "bumps" ] outcome
    // ⌈2π / 0.002⌉
    Assert.Equal(3142.0, measured "bumps within 0.001 of sin 2πx" outcome)

[<Fact>]
let ``Bumps that are not proved, not tight or not many contradict`` () =
    holds (Bumps.judge true 0.999 100.0 4.0)
    refutes [ "proved" ] (Bumps.judge false 0.999 100.0 4.0)
    refutes [ "straight line" ] (Bumps.judge true 0.9 100.0 4.0)
    refutes [ "straight line" ] (Bumps.judge true 1.1 100.0 4.0)
    refutes [ "30 times" ] (Bumps.judge true 0.999 20.0 4.0)
    refutes [ "Nielsen" ] (Bumps.judge true 0.999 100.0 2.0)
