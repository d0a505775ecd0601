module Hybrid.Tests.Lecture.CaseStudyTests

open Hybrid.Lecture
open Hybrid.Tests.LectureTesting
open Xunit

[<Fact>]
let ``R37's case study has the printed digits, and says what contradicts it`` () =
    let outcome = Lecture.run quick CaseStudy.experiment
    holds outcome.Verdict
    draws [ "case_study" ] outcome
    Assert.Equal(0.786302, measured "loss of the classifier, iteration 190" outcome, 2e-6)
    let right = 148.0 / 300.0
    holds (Verdict.ofAll (CaseStudy.conditions [ 0.788726; 0.786302 ] right 0.245 0.98))

    refutes
        [ "those that the notes print" ]
        (Verdict.ofAll (CaseStudy.conditions [ 0.788726; 0.786306 ] right 0.245 0.98))

    refutes [ "148 of 300" ] (Verdict.ofAll (CaseStudy.conditions [ 0.788726; 0.786302 ] 0.5 0.245 0.98))
