namespace Hybrid.Lecture

open System
open Hybrid.Figures

/// R2: the slide's two pictures, the model with the weights of the neuron trained in R6; exact.
module internal NeuronDiagram =
    /// Whether a picture has one line per weight, in order, in the colour of its sign.
    let isFaithful (weights: float[]) (picture: Figure) : bool =
        let lines = Drawn.ofClass "weight" picture

        let colour (weight: float) =
            match Math.Sign weight with
            | 1 -> "positive"
            | -1 -> "negative"
            | _ -> "zero"

        lines.Length = weights.Length
        && List.forall2
            (fun weight line -> (Drawn.attribute "class" line).Split ' ' |> Array.contains (colour weight))
            (List.ofArray weights)
            lines

    let private run (_: Setting) : Outcome =
        let neuron = SoftmaxNeuron.neuron.Value
        let weights, bias = neuron[..3], neuron[4]
        let model = NeuronPicture.model weights bias
        let positive = weights |> Array.filter (fun w -> w > 0.0) |> Array.length

        let conditions =
            [
                Condition.never
                    "the picture has one line per weight, in the colour of its sign"
                    (if isFaithful weights model then 0 else 1)
                    "a picture shows the weights or does not"
            ]

        {
            Verdict = Verdict.ofConditions conditions
            Conditions = conditions
            Measurements =
                [
                    Measurement.own "weights" (float weights.Length)
                    Measurement.own
                        "lines in the picture"
                        (Drawn.ofClass "weight" model |> List.length |> float)
                    Measurement.own "excitatory (positive) weights" (float positive)
                    Measurement.own "inhibitory (negative) weights" (float (weights.Length - positive))
                ]
            Seeds = 0
            Notes =
                [
                    "The weights are those of R6: a neuron that distinguishes virginica (1) from versicolor (0) by sepal length and width and petal length and width, each standardised."
                ]
            Figures =
                [
                    "neuron", Figure.row [ NeuronPicture.biological; model ]
                    "neuron_model", model
                ]
        }

    let experiment: Experiment =
        {
            Name = "neuron-diagram"
            Row = "R2"
            Title = "A neuron, and the model of one"
            Claim =
                "Signals along axons are multiplied by the strength of a synapse, the weight, which is learned: positive weights excite, negative weights inhibit."
            Source = "the lecture, slide \"neuron\""
            Data = NoData
            Run = run
        }
