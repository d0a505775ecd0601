namespace Hybrid.Lecture

open Hybrid.Core

/// <summary>R11: tanh is a sigmoid that is zero-centred, and is to be preferred to it.</summary>
/// <remarks>tanh x = 2σ(2x) - 1, to rounding. Networks 64-50-50-50-10 on the built-in digits, epochs of plain gradient descent
/// to 5 % training error, at the best of five learning rates for each activation. At three times ten seeds
/// the medians were 2 with tanh and 7 to 8 with sigmoid.</remarks>
module Tanh =
    let private rates = [ 0.03; 0.1; 0.3; 1.0; 3.0 ]

    [<Literal>]
    let private Most = 60

    /// The epochs that a network needs at a rate; infinite if it does not come there.
    let private epochsTo engine seed activation count rate =
        let network =
            Dense.network activation seed [ Digits.Width; 50; 50; 50; Digits.Outputs ]

        Digits.epochs engine (Digits.options seed rate Most) network (Digits.examples count)
        |> Seq.tryFind (fun epoch -> Digits.error epoch <= 0.05)
        |> Option.map (fun epoch -> float epoch.Number)
        |> Option.defaultValue infinity

    /// For each rate the median over the seeds; the rate whose median is least, and that.
    let private best count seeds activation =
        let runs = List.allPairs rates seeds

        let epochs =
            runs
            |> Runs.map (fun engine (rate, seed) -> epochsTo engine seed activation count rate)

        List.zip runs epochs
        |> List.groupBy (fun ((rate, _), _) -> rate)
        |> List.map (fun (rate, runs) -> rate, Statistics.median (List.map snd runs))
        |> List.minBy snd

    /// How far tanh is from 2σ(2x) - 1, and the means of tanh and of σ over normal numbers and their negatives.
    let private identities seed =
        let numbers = Random.normals seed 5000
        let x = Tensor.constant [ 10000 ] (Array.append numbers (Array.map (~-) numbers))

        let values =
            Reference.evaluate [] [ Tensor.tanh x; 2.0 * Tensor.sigmoid (2.0 * x) - 1.0; Tensor.sigmoid x ]

        Array.map2 (fun a b -> abs (a - b)) values[0] values[1] |> Array.max,
        Array.average values[0],
        Array.average values[2]

    /// Fewer seeds than this say nothing about epochs.
    [<Literal>]
    let private Fewest = 5

    /// The verdict on the number of seeds, the identity's error, tanh's mean, and the epochs of the two.
    let verdict (seeds: int) (identity: float) (mean: float) (tanh: float) (sigmoid: float) : Verdict =
        let exact =
            Verdict.ofAll
                [
                    "tanh x = 2σ(2x) - 1 to 1e-15", identity <= 1e-15
                    "the mean of tanh is 0", abs mean <= 1e-15
                ]

        match exact with
        | Holds when seeds < Fewest -> TooFewRuns
        | Holds -> Verdict.ofAll [ "tanh takes no more epochs than sigmoid", tanh <= sigmoid ]
        | other -> other

    let private run (setting: Setting) : Outcome =
        let seeds = Setting.seeds 10 5 setting
        let count = if setting.Quick then 600 else Digits.Count
        let identity, mean, other = identities setting.Seed
        let tanhRate, tanh = best count seeds "tanh"
        let sigmoidRate, sigmoid = best count seeds "sigmoid"

        {
            Verdict = verdict (Setting.counted seeds setting) identity mean tanh sigmoid
            Measurements =
                [
                    Measurement.own "|tanh x - (2σ(2x) - 1)|, greatest of 10,000" identity
                    Measurement.own "mean of tanh over numbers and their negatives" mean
                    Measurement.own "mean of σ over the same" other
                    Measurement.own "epochs to 5 % training error, tanh" tanh
                    Measurement.own "epochs to 5 % training error, sigmoid" sigmoid
                    Measurement.own "best learning rate, tanh" tanhRate
                    Measurement.own "best learning rate, sigmoid" sigmoidRate
                ]
            Seeds = seeds.Length
            Notes = [ $"{count} digits; networks of three hidden layers of 50." ]
            Figures = [ "tanh", Sigmoid.curve "Tanh: 2σ(2x) − 1" "tanh(x)" Tensor.tanh ]
        }

    let experiment: Experiment =
        {
            Name = "tanh"
            Row = "R11"
            Title = "Tanh is a zero-centred sigmoid, and to be preferred"
            Claim =
                "Tanh squashes into [-1, 1] and saturates like the sigmoid, but is zero-centred: in practice it is always preferred to the sigmoid."
            Source =
                "the lecture, slide \"tanh\"; LeCun, Bottou, Orr and Müller, \"Efficient BackProp\" (1998)"
            Band =
                "tanh x = 2σ(2x) - 1 to 1e-15, its mean over numbers and their negatives is 0, and at the best learning rate of each the median number of epochs with tanh is at most that with sigmoid (5 seeds at least)."
            Data = NoData
            Run = run
        }
