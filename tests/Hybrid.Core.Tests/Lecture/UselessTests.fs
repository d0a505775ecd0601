module Hybrid.Tests.UselessTests

open Hybrid.Lecture
open Hybrid.Tests.LectureTesting
open Xunit

[<Fact>]
let ``The number of bumps is L / 2ε, and that of a network's units hardly grows`` () =
    let outcome = outcome Useless.experiment
    refutes [ "Nielsen's function compactly" ] outcome.Verdict
    draws [ "useless" ] outcome
    Assert.Equal(32.0, measured "bumps within 0.1" outcome)
    Assert.Equal(315.0, measured "bumps within 0.01" outcome)
