/// What holds of every experiment.
module Hybrid.Tests.Lecture.LectureListTests

open Hybrid.Core
open Hybrid.Lecture
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.LectureTesting
open Xunit

[<Fact>]
let ``Experiments have names of their own, rows of the lecture, claims and sources`` () =
    let names = Lecture.experiments |> List.map _.Name
    Assert.Equal<string list>(List.distinct names, names)

    for experiment in Lecture.experiments do
        Assert.Matches("^[a-z][a-z0-9-]*$", experiment.Name)
        Assert.Matches("^R([1-9]|[12][0-9]|3[0-9])$", experiment.Row)

        Assert.True(
            experiment.Title <> "" && experiment.Claim <> "" && experiment.Source <> "",
            experiment.Name
        )

[<Fact>]
let ``Rows come in the lecture's order`` () =
    let numbers = Lecture.rows |> List.map (fun (row, _) -> int (row.Substring 1))
    Assert.Equal<int list>(List.sort numbers, numbers)

[<Fact>]
let ``A name that is none is answered with the names`` () =
    raises<HybridException, _> [ "«neurons»"; "neuron"; "zigzag" ] (fun () -> Lecture.find "neurons")

[<Fact>]
let ``Data are refused where none are taken`` () =
    let setting = { quick with Data = Some "points.csv" }

    raises<OptionException, _> [ "Data does not apply to the experiment sigmoid" ] (fun () ->
        Lecture.run setting Sigmoid.experiment)

[<Fact>]
let ``Rows of text say something`` () =
    for experiment in [ Brain.experiment; Caveats.experiment; References.experiment ] do
        let outcome = outcome experiment
        Assert.Equal(TextOnly, outcome.Verdict)
        Assert.NotEmpty outcome.Notes
