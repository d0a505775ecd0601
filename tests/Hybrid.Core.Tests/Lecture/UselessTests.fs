module Hybrid.Tests.UselessTests

open Hybrid.Lecture
open Hybrid.Tests.LectureTesting
open Xunit

[<Fact>]
let ``Bumps are L / 2ε, and a network's units hardly grow`` () =
    let outcome = outcome Useless.experiment
    holds outcome.Verdict
    draws [ "useless" ] outcome
    Assert.Equal(32.0, measured "bumps within 0.1" outcome)
    Assert.Equal(315.0, measured "bumps within 0.01" outcome)

[<Fact>]
let ``A network that takes as many numbers, or grows as fast, contradicts`` () =
    holds (Useless.judge [ 100; 10_000 ] [ 10; 20 ])
    refutes [ "more numbers" ] (Useless.judge [ 100; 10_000 ] [ 100; 200 ])
    refutes [ "10 times" ] (Useless.judge [ 100; 10_000 ] [ 10; 200 ])
