namespace Hybrid.Lecture

open System
open Hybrid.Core

/// <summary>R6: the limit of one neuron.</summary>
/// <remarks>A neuron separates its inputs by a line. Of the 16 ways to label the corners of a square, lines make 14: all but
/// XOR and its reverse (Cover, "Geometrical and statistical properties of systems of linear inequalities with applications in
/// pattern recognition", 1965). On XOR the cross-entropy is convex, with its minimum log 2 where all weights are 0. A neuron with
/// random weights classifies at most three corners.</remarks>
module internal XorNeuron =
    let private corners = [| 0.0; 0.0; 0.0; 1.0; 1.0; 0.0; 1.0; 1.0 |]

    [<Literal>]
    let private Neurons = 10000

    /// The labels that random neurons give the four corners, as numbers from 0 to 15.
    let private labels (seed: uint64) =
        let numbers = Random.normals seed (3 * Neurons)

        Array.init Neurons (fun i ->
            let w1, w2, b = numbers[3 * i], numbers[3 * i + 1], numbers[3 * i + 2]

            Seq.sumBy
                (fun corner ->
                    if w1 * corners[2 * corner] + w2 * corners[2 * corner + 1] + b > 0.0 then
                        1 <<< corner
                    else
                        0)
                [ 0..3 ])

    /// Corners 1 and 2 are of class 1.
    [<Literal>]
    let private Xor = 0b0110

    let private right label =
        4 - Numerics.BitOperations.PopCount(uint32 (label ^^^ Xor))

    /// The end of training from random weights: the loss, and the maximum weight or bias.
    let private trained (seed: uint64) =
        let x, y =
            Tensor.constant [ 4; 2 ] corners, Tensor.constant [ 4; 1 ] [| 0.0; 1.0; 1.0; 0.0 |]

        let start = Linear.network (Linear.create Glorot seed 2 1)

        let loss network =
            let z = Network.forward network x
            Tensor.meanAll (Tensor.softplus z - y * z)

        let network, minimum = QuasiNewton.train loss start 200

        minimum.Value,
        Network.parameters network
        |> Seq.collect (snd >> Reference.value)
        |> Seq.map abs
        |> Seq.max

    let private run (setting: Setting) : Outcome =
        let found = labels setting.Seed |> Array.distinct
        let best = found |> Array.map right |> Array.max
        let seeds = Setting.seeds 5 5 setting
        let ends = seeds |> List.map trained
        let loss = ends |> List.map fst |> List.max
        let weight = ends |> List.map snd |> List.max

        let theorem = "Cover's count: a fact of geometry"

        let conditions =
            [
                Condition.exactly
                    "a neuron gets at most three of XOR's corners right"
                    (float best)
                    3.0
                    theorem
                Condition.exactly
                    "neurons label four corners in 14 of 16 ways"
                    (float found.Length)
                    14.0
                    theorem
                Condition.atMost
                    "training ends at the loss of guessing, log 2"
                    (abs (loss - log 2.0))
                    1e-9
                    "the loss is flat there, so it is more exact than the weights"
                Condition.atMost
                    "training ends at weights of 0"
                    weight
                    1e-4
                    "the square root of the remaining loss"
            ]

        {
            Verdict = Verdict.ofConditions conditions
            Conditions = conditions
            Measurements =
                [
                    Measurement.versus
                        3.0
                        $"corners that the best of {Neurons} random neurons gets right, of 4"
                        (float best)
                    Measurement.versus 14.0 "labellings of the corners that occur, of 16" (float found.Length)
                    Measurement.versus
                        (Math.Round(log 2.0, 6))
                        "maximum cross-entropy at the end of training"
                        loss
                    Measurement.own "maximum weight there" weight
                ]
            Seeds = seeds.Length
            Notes = []
            Figures = []
        }

    let experiment: Experiment =
        {
            Name = "xor-neuron"
            Row = "R6"
            Title = "One neuron cannot do XOR"
            Claim =
                "A single neuron can implement a binary classifier, but a linear one: of XOR's four corners it gets at most three right."
            Source =
                "the lecture, \"A single neuron can be used to implement a binary classifier\"; Cover, \"Geometrical and statistical properties of systems of linear inequalities with applications in pattern recognition\" (1965)"
            Data = NoData
            Run = run
        }
