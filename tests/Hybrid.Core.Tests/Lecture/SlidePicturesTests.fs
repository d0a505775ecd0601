module Hybrid.Tests.Lecture.SlidePicturesTests

open Hybrid.Lecture
open Hybrid.Tests.LectureTesting
open Xunit

let private figure = NeuronPicture.biological

let private drawing names : Outcome =
    { Outcome.text [] with
        Verdict = Holds
        Figures = names |> List.map (fun name -> name, figure)
    }

/// Every picture, from the experiment that it belongs to.
let private all =
    SlidePictures.pictures
    |> List.groupBy snd
    |> List.map (fun (experiment, pictures) -> experiment, drawing ("another" :: List.map fst pictures))

[<Fact>]
let ``The ten pictures have the slides' names and order`` () =
    let outcome = SlidePictures.gather all
    holds outcome.Verdict

    draws
        [
            "neuron"
            "neuron_model"
            "sigmoid"
            "tanh"
            "relu"
            "alexplot"
            "neural_net"
            "neural_net2"
            "layer_sizes"
            "reg_strengths"
        ]
        outcome

[<Fact>]
let ``A missing picture is named`` () =
    all
    |> List.map (fun (name, outcome) -> name, (if name = "tanh" then drawing [ "other" ] else outcome))
    |> SlidePictures.gather
    |> _.Verdict
    |> refutes [ "fails: tanh is drawn" ]

[<Fact>]
let ``A picture whose experiment was skipped is skipped, with the reason`` () =
    let outcome =
        all
        |> List.map (fun (name, outcome) ->
            name,
            (if name = "sigmoid" then
                 Outcome.skipped "give data"
             else
                 outcome))
        |> SlidePictures.gather

    Assert.Equal(Skipped "not drawn: sigmoid; give data", outcome.Verdict)
    Assert.Equal(9, outcome.Figures.Length)

[<Fact>]
let ``Only the experiments that have pictures are run`` () =
    let experiment name run =
        { Sigmoid.experiment with
            Name = name
            Run = run
        }

    let others =
        experiment "another" (fun _ ->
            Assert.Fail "It was run."
            Outcome.text [])
        :: (all |> List.map (fun (name, outcome) -> experiment name (fun _ -> outcome)))

    holds ((SlidePictures.experiment others).Run quick).Verdict
