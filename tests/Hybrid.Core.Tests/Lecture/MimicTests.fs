module Hybrid.Tests.MimicTests

open Hybrid.Lecture
open Hybrid.Tests.ImagesTests
open Hybrid.Tests.LectureTesting
open Xunit

[<Fact>]
let ``Scores are centred per image, and their deviation is 1`` () =
    let standardised = Mimic.standardised 2 [| 1f; 3f; 10f; 14f; 5f; 5f |]
    // rows become ∓1, ∓2 and 0, of mean square 10/6
    let unit = 1f / sqrt (10f / 6f)

    for expected, actual in Seq.zip [ -1f; 1f; -2f; 2f; 0f; 0f ] standardised do
        Assert.Equal(expected * unit, actual, 1e-6f)

[<Fact>]
let ``Teacher and students are measured on the test images`` () =
    let outcome = behaves "mimic" Mimic.experiment

    for name in
        [
            "teacher"
            "student trained on labels"
            "student trained on the teacher's scores of 300 images"
        ] do
        Assert.InRange(measured $"accuracy, {name}" outcome, 0.5, 1.0)
