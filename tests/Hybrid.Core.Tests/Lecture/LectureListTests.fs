/// What holds of every experiment.
module Hybrid.Tests.Lecture.LectureListTests

open Hybrid.Core
open Hybrid.Lecture
open Hybrid.Tests.CoreTesting
open Hybrid.Tests.LectureTesting
open Xunit

[<Fact>]
let ``Experiments have unique names, rows of the lecture, claims and sources`` () =
    let names = Lecture.experiments |> List.map _.Name
    Assert.Equal<string list>(List.distinct names, names)

    for experiment in Lecture.experiments do
        Assert.Matches("^[a-z][a-z0-9-]*$", experiment.Name)
        Assert.Matches("^R([1-9]|[123][0-9]|4[01])$", experiment.Row)

        Assert.True(
            experiment.Title <> "" && experiment.Claim <> "" && experiment.Source <> "",
            experiment.Name
        )

[<Fact>]
let ``Rows come in the lecture's order`` () =
    let numbers = Lecture.rows |> List.map (fun (row, _) -> int (row.Substring 1))
    Assert.Equal<int list>(List.sort numbers, numbers)

[<Fact>]
let ``An unknown name is an error that lists the names`` () =
    raises<HybridException, _> [ "«neurons»"; "neuron"; "zigzag" ] (fun () -> Lecture.find "neurons")

[<Fact>]
let ``Data for an experiment that takes none are refused`` () =
    let setting = { quick with Data = Some "points.csv" }

    raises<OptionException, _> [ "Data does not apply to the experiment sigmoid" ] (fun () ->
        Lecture.run setting Sigmoid.experiment)

[<Fact>]
let ``Rows of text are not empty`` () =
    for experiment in [ Brain.experiment; Caveats.experiment; References.experiment ] do
        let outcome = outcome experiment
        Assert.Equal(TextOnly, outcome.Verdict)
        Assert.NotEmpty outcome.Notes
