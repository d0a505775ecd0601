namespace Hybrid.Lecture

open Hybrid.Core

/// <summary>R11: tanh is a zero-centred sigmoid, and is always preferred to it.</summary>
/// <remarks>Slide: tanh squashes to [-1, 1], saturates, is zero-centred, and therefore always preferred in practice. Measured:
/// the identity tanh x = 2σ(2x) - 1, its mean and its slope at the tails, and epochs of plain gradient descent to 5 % training
/// error of networks 64-50-50-50-10 on the built-in digits, each activation at the best of five learning rates. Rates are chosen
/// with three separate seeds, and judged with others. As many epochs as sigmoid, or a mean that is not 0, would contradict the
/// claim; one data set cannot show that it is always so.</remarks>
module internal Tanh =
    let private rates = [ 0.03; 0.1; 0.3; 1.0; 3.0 ]

    [<Literal>]
    let private Most = 60

    /// The epochs that a network needs at a rate; infinite if it does not get there.
    let private epochsTo engine seed activation count rate =
        let network =
            Dense.network activation seed [ Digits.Width; 50; 50; 50; Digits.Outputs ]

        Digits.epochs engine (Digits.options seed rate Most) network (Digits.examples count)
        |> Seq.tryFind (fun epoch -> Digits.error epoch <= 0.05)
        |> Option.map (fun epoch -> float epoch.Number)
        |> Option.defaultValue infinity

    /// The rate with the fewest epochs, by the median over separate seeds.
    let private bestRate count seeds activation =
        rates
        |> Runs.bySeed (fun engine (rate, seed) -> epochsTo engine seed activation count rate) seeds
        |> List.map Statistics.median
        |> List.zip rates
        |> List.minBy snd
        |> fst

    /// The epochs for each seed at a rate.
    let private epochs count seeds activation rate =
        seeds
        |> Runs.map (fun engine seed -> epochsTo engine seed activation count rate)

    /// The distance of tanh from 2σ(2x) - 1, and the means of tanh and of σ over normal numbers and their negatives.
    let private identities seed =
        let numbers = Random.normals seed 5000
        let x = Tensor.constant [ 10000 ] (Array.append numbers (Array.map (~-) numbers))

        let values =
            Reference.evaluate [] [ Tensor.tanh x; 2.0 * Tensor.sigmoid (2.0 * x) - 1.0; Tensor.sigmoid x ]

        Array.map2 (fun a b -> abs (a - b)) values[0] values[1] |> Array.max,
        Array.average values[0],
        Array.average values[2]

    let private slopeAtTen =
        lazy
            (Gradient.grad Tensor.tanh (Tensor.scalar 10.0)
             |> Reference.value
             |> Array.exactlyOne)

    /// Fewer runs have no verdict.
    [<Literal>]
    let private Seeds = 5

    /// From the identity's error, tanh's mean and slope, and the extra epochs of sigmoid for each seed.
    let conditions (identity: float) (mean: float) (slope: float) (more: float list) : Condition list =
        [
            Condition.atMost
                "tanh is a scaled sigmoid, 2σ(2x) - 1"
                identity
                1e-15
                "a few roundings of numbers below 1"
            Condition.atMost
                "the output of tanh is zero-centred"
                (abs mean)
                1e-15
                "the mean over numbers and their negatives, up to rounding"
            Condition.below
                "tanh saturates like the sigmoid"
                slope
                4.6e-5
                "the slope at ±10: the sigmoid's is 4.54e-5"
            Condition.better "tanh takes fewer epochs than sigmoid" more
        ]

    let private run (setting: Setting) : Outcome =
        let seeds = Setting.seeds 10 5 setting
        let count = if setting.Quick then 600 else Digits.Count
        let identity, mean, other = identities setting.Seed
        let tuning = List.init 3 (fun index -> Random.split setting.Seed (100 + index))

        let tanhRate, sigmoidRate =
            bestRate count tuning "tanh", bestRate count tuning "sigmoid"

        let tanh, sigmoid =
            epochs count seeds "tanh" tanhRate, epochs count seeds "sigmoid" sigmoidRate

        let conditions =
            conditions identity mean slopeAtTen.Value (List.map2 (-) sigmoid tanh)

        {
            Verdict = Verdict.ofRuns Seeds (Setting.counted seeds setting) conditions
            Conditions = conditions
            Measurements =
                [
                    Measurement.own "|tanh x - (2σ(2x) - 1)|, maximum of 10,000" identity
                    Measurement.own "mean of tanh over numbers and their negatives" mean
                    Measurement.own "mean of σ over the same" other
                    Measurement.own "epochs to 5 % training error, tanh" (Statistics.median tanh)
                    Measurement.own "epochs to 5 % training error, sigmoid" (Statistics.median sigmoid)
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
            Title = "Tanh is a zero-centred sigmoid, and preferable"
            Claim =
                "Tanh squashes into [-1, 1] and saturates like the sigmoid, but is zero-centred: in practice it is always preferred to the sigmoid."
            Source =
                "the lecture, slide \"tanh\"; LeCun, Bottou, Orr and Müller, \"Efficient BackProp\" (1998)"
            Data = NoData
            Run = run
        }
