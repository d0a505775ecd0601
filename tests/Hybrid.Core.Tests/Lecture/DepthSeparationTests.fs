module Hybrid.Tests.DepthSeparationTests

open Hybrid.Core
open Hybrid.Theory
open Hybrid.Lecture
open Hybrid.Tests.LectureTesting
open Xunit

[<Fact>]
let ``Sawteeth and squares have the sizes and errors of the theorems`` () =
    let outcome = outcome DepthSeparation.experiment
    holds outcome.Verdict
    draws [ "depth_separation" ] outcome
    Assert.Equal(1024.0, measured "lines of 10 layers of two units" outcome)

[<Fact>]
let ``A sawtooth with a different number of folds does not match`` () =
    Assert.True(DepthSeparation.isTooth 3 (Deep.sawtooth 3))
    Assert.False(DepthSeparation.isTooth 3 (Deep.sawtooth 4))
    Assert.False(DepthSeparation.isTooth 3 (Deep.square 3).Network)
