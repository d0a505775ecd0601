module Hybrid.Tests.UniversalTests

open Hybrid.Core
open Hybrid.Theory
open Hybrid.Lecture
open Hybrid.Tests.LectureTesting
open Xunit

[<Fact>]
let ``Every network is within its ε, and polynomial activations are not universal`` () =
    let outcome = outcome Universal.experiment
    holds outcome.Verdict
    draws [ "universal" ] outcome
    Assert.Equal(measured "of" outcome, measured "networks proved to be within their ε" outcome)
    Assert.InRange(measured "the same for √x, by its Hölder bound" outcome, 0.5, 1.0)

[<Fact>]
let ``Random networks with a polynomial activation miss the next power by 2⁻ᵖ`` () =
    for key in 1UL .. 200UL do
        let units = 1 + int (key % 20UL)
        let square = Universal.shallow "square" (fun z -> z * z) key units
        Assert.True(Universal.miss 1 (Universal.shallow "identity" id key units) >= 0.5 - 1e-9)
        Assert.True(Universal.miss 2 square >= 0.25 - 1e-9)

[<Fact>]
let ``A network with a non-polynomial activation comes closer`` () =
    // x² from |x|'s kin: the interpolant of four rectified units
    let near =
        (Approximation.relu (fun x -> x * x) (Smoothness.curvature 2.0) (Formulas.interval -1.0 1.0) 0.1)
            .Network

    Assert.True(Universal.miss 1 near < 0.2)
