module Hybrid.Tests.UselessTests

open Hybrid.Lecture
open Hybrid.Tests.LectureTesting
open Xunit

[<Fact>]
let ``Bumps are L / 2ε, and a network's units hardly grow`` () =
    let outcome = outcome Useless.experiment
    refutes [ "Nielsen's function compactly" ] outcome.Verdict
    draws [ "useless" ] outcome
    Assert.Equal(32.0, measured "bumps within 0.1" outcome)
    Assert.Equal(315.0, measured "bumps within 0.01" outcome)
