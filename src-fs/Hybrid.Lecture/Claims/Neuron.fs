namespace Hybrid.Lecture

open System
open Hybrid.Core

/// R4: one neuron, as the slide's code has it.
module Neuron =
    /// The slide's code, line by line: the weighted sum, the bias, and the sigmoid as a firing rate.
    let forward (weights: float[]) (bias: float) (inputs: float[]) : float =
        let cellBodySum = Array.fold2 (fun sum x w -> sum + x * w) 0.0 inputs weights + bias
        1.0 / (1.0 + Math.Exp -cellBodySum)

    /// The same neuron as a network: one row of weights and a sigmoid.
    let network (weights: float[]) (bias: float) : Network =
        Linear.network
            {
                Weight = Tensor.constant [ 1; weights.Length ] weights
                Bias = Tensor.constant [ 1 ] [| bias |]
            }
        >=> Activation.sigmoid

    let private rate (network: Network) (inputs: float[]) =
        Network.forward network (Tensor.constant [ 1; inputs.Length ] inputs)
        |> Reference.value
        |> Array.exactlyOne

    [<Literal>]
    let private Neurons = 1000

    /// Differences between the slide's code and the network, and how often a greater input fails to push the rate the way
    /// its weight's sign says.
    let private compare (seed: uint64) =
        let one index =
            let key = Random.split seed index
            let inputs = 1 + index % 8
            let numbers = Random.normals key (2 * inputs + 1)
            let weights, x = numbers[.. inputs - 1], numbers[inputs .. 2 * inputs - 1]
            let bias = numbers[2 * inputs]
            let neuron = network weights bias
            let axis = index % inputs
            let before = rate neuron x
            let after = rate neuron (Array.updateAt axis (x[axis] + 0.5) x)
            let follows = sign (after - before) = sign weights[axis]
            abs (before - forward weights bias x), follows

        List.init Neurons one

    let experiment: Experiment =
        {
            Name = "neuron"
            Row = "R4"
            Title = "One neuron: weighted sum, threshold, firing rate"
            Claim =
                "A neuron answers σ(Σ wᵢ xᵢ + b): it adds up its inputs by their weights, and the sign of a weight says whether the input excites or inhibits it."
            Source = "the lecture, slide \"Basic model\" and its code"
            Band =
                $"The slide's code and the network agree to 1e-15 on {Neurons} random neurons, and every input moves the rate by its weight's sign."
            Data = NoData
            Run =
                fun setting ->
                    let results = compare setting.Seed
                    let difference = results |> List.map fst |> List.max
                    let followed = results |> List.filter snd |> List.length

                    {
                        Verdict =
                            Verdict.ofAll
                                [
                                    "slide and network agree to 1e-15", difference <= 1e-15
                                    "every input follows its weight's sign", followed = Neurons
                                ]
                        Measurements =
                            [
                                Measurement.own
                                    "greatest difference of the slide's code and the network"
                                    difference
                                Measurement.own
                                    "inputs that move the rate by their weight's sign"
                                    (float followed)
                            ]
                        Seeds = 1
                        Notes = []
                        Figures = []
                    }
        }
