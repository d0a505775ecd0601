namespace Hybrid.Lecture

open System.Collections.Generic
open Hybrid.Core
open Hybrid.Figures

/// <summary>R18: a network is an acyclic graph of layers, fully connected between neighbours, unconnected within.</summary>
/// <remarks>A cycle cannot be built: a node holds its operands, which must exist before it, and a node never changes
/// once it is made, so no error is needed. Checked: the graphs of random networks are in an order in
/// which operands come first, and the slide's picture has nᵢ nᵢ₊₁ connections between layers and none within.</remarks>
module internal Acyclic =
    /// The picture of a network of these sizes, drawn as on the slides.
    let picture (title: string) (sizes: int list) : Figure =
        Diagram.ofSizes title sizes |> Diagram.draw

    /// The number of lines in a picture of fully connected layers of these sizes.
    let connections (sizes: int list) : int =
        List.pairwise sizes |> List.sumBy (fun (a, b) -> a * b)

    /// Operands that come after their node, in the graphs of random networks and their gradients.
    let private outOfOrder (seed: uint64) =
        let one index =
            let key = Random.split seed index

            let network, inputs, _ =
                AnyNetwork.create (fst Activation.functions[index % Activation.functions.Length]) key

            let traced = Network.withInputs network
            let loss = Tensor.sumAll (Network.forward traced (Tensor.input "x" [ 2; inputs ]))
            let gradient = Derivative.gradient loss (Network.parameters traced |> List.map snd)
            let seen = HashSet<Tensor> HashIdentity.Reference

            Graph.order (loss :: gradient)
            |> Array.sumBy (fun node ->
                let late = Graph.operands node |> List.filter (seen.Contains >> not) |> List.length
                seen.Add node |> ignore
                late)

        List.init 100 one |> List.sum

    let private run (setting: Setting) : Outcome =
        let sizes = [ 3; 4; 2 ]

        let figure = picture "A 2-layer neural network" sizes

        let lines, within = Drawn.ofClass "weight" figure, Drawn.within figure
        let late = outOfOrder setting.Seed

        let conditions =
            [
                Condition.exactly
                    "neighbouring layers are fully connected"
                    (float lines.Length)
                    (float (connections sizes))
                    "every pair once: 3·4 + 4·2"
                Condition.never "no connection is within a layer" within.Length "a count of lines"
                Condition.never
                    "there is no cycle: every node comes after its operands"
                    late
                    "one would be a cycle"
            ]

        {
            Verdict = Verdict.ofConditions conditions
            Conditions = conditions
            Measurements =
                [
                    Measurement.versus 20.0 "connections of 3-4-2 in the picture" (float lines.Length)
                    Measurement.own "of these within a layer" (float within.Length)
                    Measurement.own
                        "operands that come after their node, in 100 random networks and their gradients"
                        (float late)
                ]
            Seeds = 1
            Notes =
                [
                    "A cycle cannot be built: a tensor is made from operands that already exist and cannot be changed afterwards; layers compose only in sequence."
                ]
            Figures = [ "neural_net", figure ]
        }

    let experiment: Experiment =
        {
            Name = "acyclic"
            Row = "R18"
            Title = "A network is an acyclic graph of layers"
            Claim =
                "Neurons are connected in an acyclic graph, in layers: neurons of adjacent layers are fully connected, neurons of the same layer are not connected."
            Source = "the lecture, slide \"neural_net\""
            Data = NoData
            Run = run
        }
