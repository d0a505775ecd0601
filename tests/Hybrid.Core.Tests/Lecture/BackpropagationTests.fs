module Hybrid.Tests.Lecture.BackpropagationTests

open Hybrid.Lecture
open Hybrid.Tests.LectureTesting
open Xunit

[<Fact>]
let ``Gradients agree with differences, remainders and forward mode`` () =
    let outcome = outcome Backpropagation.experiment
    holds outcome.Verdict
    Assert.Equal(200.0, measured "networks" outcome)
    Assert.True(measured "derivatives compared with differences" outcome > 1000.0)
    repeats Backpropagation.experiment

[<Fact>]
let ``Each of the checks can fail`` () =
    holds (Backpropagation.verdict 1e-8 1e-5 [ 0.25; 0.24 ] 1e-15)
    refutes [ "smooth" ] (Backpropagation.verdict 1e-6 1e-5 [ 0.25 ] 1e-15)
    refutes [ "kinks" ] (Backpropagation.verdict 1e-8 1e-3 [ 0.25 ] 1e-15)
    refutes [ "remainder" ] (Backpropagation.verdict 1e-8 1e-5 [ 0.25; 0.5 ] 1e-15)
    refutes [ "remainder" ] (Backpropagation.verdict 1e-8 1e-5 [] 1e-15)
    refutes [ "dual" ] (Backpropagation.verdict 1e-8 1e-5 [ 0.25 ] 1e-9)
    refutes [ "smooth"; "kinks"; "remainder"; "dual" ] (Backpropagation.verdict nan nan [ nan ] nan)
