module Hybrid.Tests.Lecture.BackpropagationTests

open Hybrid.Lecture
open Hybrid.Tests.LectureTesting
open Xunit

[<Fact>]
let ``Gradients agree with difference quotients, remainders and forward mode`` () =
    let outcome = outcome Backpropagation.experiment
    holds outcome.Verdict
    Assert.Equal(200.0, measured "networks" outcome)
    Assert.True(measured "derivatives compared with differences" outcome > 1000.0)
    repeats Backpropagation.experiment
