module Hybrid.Tests.SplitTests

open System
open FsCheck
open FsCheck.FSharp
open Hybrid.Data
open Hybrid.Testing
open Hybrid.Tests.DataTesting
open Xunit

/// Labels of a few classes, and two fractions whose sum is below 1.
let private cases =
    let generator =
        gen {
            let! classes = Gen.choose (1, 5)
            let! labels = Gen.choose (0, classes - 1) |> Gen.nonEmptyListOf
            let! validation = Gen.choose (0, 49)
            let! test = Gen.choose (0, 50)
            let! seed = Gen.choose (0, 1000)
            return labels, validation, test, seed
        }

    let shrink (labels: int list, validation, test, seed) =
        seq {
            if labels.Length > 1 then
                yield labels.Tail, validation, test, seed

            if validation > 0 then
                yield labels, 0, test, seed

            if test > 0 then
                yield labels, validation, 0, seed
        }

    Arb.fromGenShrink (generator, shrink)

let private split (labels: int list, validation, test, seed) =
    Split.stratified
        (uint64 (seed: int))
        (float validation / 100.0)
        (float test / 100.0)
        (Array.ofList labels)

[<Fact>]
let ``Every example is in exactly one part`` () =
    Prop.forAll cases (fun (labels, _, _, _ as case) ->
        let parts = split case
        let all = Array.concat [ parts.Training; parts.Validation; parts.Test ]
        Array.sort all = Array.init labels.Length id)
    |> check

[<Fact>]
let ``Every class has its rounded share of each part, and occurs in training`` () =
    Prop.forAll cases (fun (labels, validation, test, _ as case) ->
        let parts = split case

        let count (part: int[]) label =
            part |> Array.filter (fun i -> labels[i] = label) |> Array.length

        labels
        |> List.countBy id
        |> List.forall (fun (label, size) ->
            let near percent (part: int[]) =
                let quota = float percent / 100.0 * float size
                let found = float (count part label)
                found < quota + 1.0 && (found > quota - 1.0 || count parts.Training label = 1)

            near validation parts.Validation
            && near test parts.Test
            && count parts.Training label >= 1))
    |> check

[<Fact>]
let ``No part is larger than its fraction of all, rounded`` () =
    Prop.forAll cases (fun (labels, validation, test, _ as case) ->
        let parts = split case

        let most percent =
            Math.Round(float percent / 100.0 * float labels.Length, MidpointRounding.AwayFromZero)
        // rounding every class down may already reach it, and never passes it
        float parts.Validation.Length <= most validation
        && float parts.Test.Length <= most test)
    |> check

[<Fact>]
let ``The same seed gives the same split`` () =
    Prop.forAll cases (fun case -> split case = split case) |> check

[<Fact>]
let ``The total is exact if the classes are large enough`` () =
    let labels = (BuiltIn.digits () |> labels)
    let parts = Split.stratified 1UL 0.1 0.2 labels
    Assert.Equal((180, 359, 1258), (parts.Validation.Length, parts.Test.Length, parts.Training.Length))
    Assert.NotEqual<int[]>(parts.Test, (Split.stratified 2UL 0.1 0.2 labels).Test)

[<Fact>]
let ``A class's only member goes to training`` () =
    let parts = Split.stratified 1UL 0.4 0.4 [| 0; 1; 0; 0; 0; 0 |]
    Assert.Contains(1, parts.Training)

[<Fact>]
let ``A random split has its sizes, and an empty part for a fraction of 0`` () =
    let parts = Split.random 5UL 0.25 0.0 10
    Assert.Equal((3, 0, 7), (parts.Validation.Length, parts.Test.Length, parts.Training.Length))

[<Theory>]
[<InlineData(-0.1, 0.0, "validation fraction is -0.1")>]
[<InlineData(1.0, 0.0, "validation fraction is 1")>]
[<InlineData(0.0, Double.NaN, "test fraction is NaN")>]
[<InlineData(0.5, 0.5, "leave nothing for training")>]
let ``Invalid fractions are errors`` (validation, test, part) =
    failsWith [ part ] (fun () -> Split.stratified 1UL validation test [| 0; 1; 0; 1 |])
    failsWith [ part ] (fun () -> Split.random 1UL validation test 4)

[<Fact>]
let ``A split that leaves nothing to train on is an error`` () =
    failsWith [ "leave none for training" ] (fun () -> Split.random 1UL 0.5 0.0 1)
    failsWith [ "no examples" ] (fun () -> Split.random 1UL 0.5 0.0 0)
    failsWith [ "no examples" ] (fun () -> Split.stratified 1UL 0.5 0.0 [||])
