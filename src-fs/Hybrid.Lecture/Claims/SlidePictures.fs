namespace Hybrid.Lecture

open System
open Hybrid.Figures

/// <summary>R38: the pictures named on the slides, redrawn.</summary>
/// <remarks>Each comes from the experiment that it illustrates. Holds if all ten are drawn; nothing
/// about that is random.</remarks>
module SlidePictures =
    /// The slides' pictures in their order, and the experiment that draws each.
    let pictures: (string * string) list =
        [
            "neuron", "neuron-diagram"
            "neuron_model", "neuron-diagram"
            "sigmoid", "sigmoid"
            "tanh", "tanh"
            "relu", "relu-cost"
            "alexplot", "alexnet"
            "neural_net", "acyclic"
            "neural_net2", "layer-naming"
            "layer_sizes", "layer-sizes"
            "reg_strengths", "reg-strengths"
        ]

    /// <summary>The slides' pictures among the figures of some outcomes.</summary>
    /// <param name="outcomes">By the names of their experiments; those without such a picture are ignored.</param>
    let gather (outcomes: (string * Outcome) list) : Outcome =
        let drawn =
            pictures
            |> List.map (fun (picture, experiment) ->
                picture,
                outcomes
                |> List.tryFind (fst >> (=) experiment)
                |> Option.bind (fun (_, outcome) -> outcome.Figures |> List.tryFind (fst >> (=) picture)))

        let missing = drawn |> List.filter (snd >> Option.isNone) |> List.map fst

        let skipped =
            outcomes
            |> List.choose (fun (name, outcome) ->
                match outcome.Verdict with
                | Skipped why when pictures |> List.exists (snd >> (=) name) -> Some why
                | _ -> None)

        let figures = drawn |> List.choose snd
        let listed = String.Join(", ", missing)

        let conditions =
            [
                for picture, figure in drawn ->
                    Condition.exactly
                        $"{picture} is drawn"
                        (if figure.IsSome then 1.0 else 0.0)
                        1.0
                        "named by a slide"
            ]

        {
            Verdict =
                match missing, skipped with
                | _ :: _, why :: _ -> Skipped $"not drawn: {listed}; {why}"
                | _ -> Verdict.ofConditions conditions
            Conditions = conditions
            Measurements =
                [
                    Measurement.versus (float pictures.Length) "pictures of the slides" (float figures.Length)
                ]
            Seeds = 0
            Notes = []
            Figures = figures
        }

    /// <summary>The experiment that draws the slides' pictures, by running the experiments that they come from.</summary>
    /// <param name="others">All other experiments.</param>
    let experiment (others: Experiment list) : Experiment =
        let drawing =
            others
            |> List.filter (fun other -> pictures |> List.exists (snd >> (=) other.Name))

        {
            Name = "figures"
            Row = "R38"
            Title = "The pictures of the slides"
            Claim =
                "The slides show ten pictures: neuron, neuron_model, sigmoid, tanh, relu, alexplot, neural_net, neural_net2, layer_sizes and reg_strengths."
            Source = "the lecture"
            Data = NoData
            Run = fun setting -> drawing |> List.map (fun other -> other.Name, other.Run setting) |> gather
        }
