module Hybrid.Tests.Lecture.CaseStudyTests

open Hybrid.Lecture
open Hybrid.Tests.LectureTesting
open Xunit

[<Fact>]
let ``R37's case study has the printed digits, and names the contradictions`` () =
    let outcome = Lecture.run quick CaseStudy.experiment
    holds outcome.Verdict
    draws [ "case_study" ] outcome
    Assert.Equal(0.786302, measured "loss of the classifier, iteration 190" outcome, 2e-6)
