module Hybrid.Tests.Lecture.DepthTests

open Hybrid.Lecture
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.LectureTesting
open Xunit

[<Fact>]
let ``The arms of the spiral are opposite each other, up to noise`` () =
    let points = Depth.spiral 1UL 200
    let first, second = PlanePoints.ofClass 0 points, PlanePoints.ofClass 1 points
    Assert.Equal((100, 100), (first.Length, second.Length))

    for (a, b), (c, d) in Array.zip first second do
        closeTo 0.501 [ 0.0; 0.0 ] [ a + c; b + d ]

[<Fact>]
let ``R36 compares depths with two activations`` () =
    let outcome = Lecture.run { quick with Seeds = Some 1 } Depth.experiment
    Assert.Equal(TooFewRuns, outcome.Verdict)
    Assert.Equal(12, outcome.Measurements.Length)
    draws [ "depth" ] outcome
