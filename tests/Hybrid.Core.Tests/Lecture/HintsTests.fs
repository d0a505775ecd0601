module Hybrid.Tests.HintsTests

open System
open Hybrid.Core
open Hybrid.Lecture
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.ImagesTests
open Hybrid.Tests.LectureTesting
open Xunit

[<Fact>]
let ``The distillation loss is the label's cross-entropy plus λ times that of the softened scores`` () =
    let scores, teacher = [| 1.0; 4.0 |], [| 6.0; 0.0 |]
    let log2 a b = log (exp a + exp b)
    let label = log2 1.0 4.0 - 4.0
    let p = exp (6.0 / 3.0) / (exp (6.0 / 3.0) + 1.0)
    let soft = log2 (1.0 / 3.0) (4.0 / 3.0) - (p * 1.0 / 3.0 + (1.0 - p) * 4.0 / 3.0)

    (Distillation.loss 2 2.5).PerExample
        (matrix [ List.ofArray scores ])
        (matrix [ [ 0.0; 1.0; teacher[0]; teacher[1] ] ])
    |> values 1e-12 [ label + 2.5 * soft ]

[<Fact>]
let ``The rate is chosen on the selection images, not on the test images`` () =
    Assert.Equal(0.2, Hints.atChosenRate [ 0.5, 0.9; 0.7, 0.2; 0.6, 0.8 ])

[<Fact>]
let ``Students are compared by how they are taught`` () =
    let outcome = behaves "hints" Hints.experiment

    for way in [ "labels only"; "labels and softened scores"; "hints first" ] do
        Assert.InRange(measured $"accuracy, 6 hidden layers, {way}" outcome, 0.0, 1.0)
