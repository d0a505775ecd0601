namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Figures

/// <summary>R9: too large weights saturate sigmoids, and a saturated network barely learns.</summary>
/// <remarks>Networks 64-100-10 on the built-in digits, whose hidden weights start as normal numbers of some deviation: the
/// share of hidden outputs outside (0.01, 0.99) before training, and after five epochs at learning rate 0.3 the training error
/// and how far the hidden weights have moved. At seeds 1 to 10, 101 to 110 and 201 to 210 the medians are 0 to 0.95 saturated,
/// 1.6 to 2.1 times the error, and 0.08 of the way.</remarks>
module Saturation =
    /// Deviations of the hidden weights.
    let private deviations = [ 0.01; 0.03; 0.1; 0.3; 1.0; 3.0; 10.0 ]

    [<Literal>]
    let private Hidden = 100

    let private network seed deviation : Network =
        let weights = Random.normals (Random.split seed 0) (Hidden * Digits.Width)

        let hidden: Linear =
            {
                Weight =
                    Tensor.single
                        [ Hidden; Digits.Width ]
                        (weights |> Array.map (fun w -> float32 (deviation * w)))
                Bias = Initializer.zeros [ Hidden ]
            }

        Linear.network hidden
        >=> Activation.sigmoid
        >=> Linear.network (Linear.create Glorot (Random.split seed 1) Hidden Digits.Outputs)

    /// The share of hidden outputs outside (0.01, 0.99).
    let private saturated engine (network: Network) (examples: Examples) =
        let hidden: Network =
            {
                Layers = List.truncate 2 network.Layers
            }

        let outputs =
            (Inference.create engine hidden Digits.Width).Run(examples.Features, examples.Rows)

        let outside = outputs |> Array.filter (fun y -> y < 0.01f || y > 0.99f)
        float outside.Length / float outputs.Length

    type private Found =
        {
            /// The share of hidden outputs outside (0.01, 0.99) at the start.
            Saturated: float
            /// The training error after five epochs.
            Error: float
            /// The length of all changes of hidden weights by then.
            Moved: float
        }

    let private firstWeights (network: Network) =
        Network.parameters network |> List.head |> snd |> Reference.value

    let private one examples engine (deviation, seed) =
        let network = network seed deviation

        let last =
            Digits.epochs engine (Digits.options seed 0.3 5) network examples |> Seq.last

        let hidden = firstWeights network, firstWeights last.Network

        {
            Saturated = saturated engine network examples
            Error = Digits.error last
            Moved =
                hidden
                ||> Array.fold2 (fun sum before after -> sum + (after - before) ** 2.0) 0.0
                |> sqrt
        }

    /// The verdict on medians, in the order of the deviations.
    let verdict (seeds: int) (shares: float list) (errors: float list) (moved: float list) : Verdict =
        if seeds < 5 then
            TooFewRuns
        else
            Verdict.ofAll
                [
                    "the share of saturated outputs grows with the weights",
                    List.pairwise shares |> List.forall (fun (a, b) -> b >= a)
                    "it grows from 0 to above 0.8", shares.Head < 0.01 && List.last shares > 0.8
                    "the largest weights learn worse than the best by half of its error at least",
                    List.last errors > 1.5 * List.min errors
                    "the largest hidden weights move a fifth as far as others at most",
                    List.last moved <= 0.2 * List.max moved
                ]

    let private figure (shares: float list) (errors: float list) : Figure =
        let panel title unit colour (values: float list) =
            let percent = values |> List.map (fun share -> 100.0 * share) |> Array.ofList

            [ Lines.line colour "" (Array.ofList deviations) percent ]
            |> Chart.create
                title
                (Axis.logarithmic "deviation of the hidden weights at the start")
                (Axis.linear unit |> Axis.inUnit "%" |> Axis.within 0.0 (1.1 * Array.max percent))
            |> Chart.sized 400.0 280.0
            |> Chart.draw

        Figure.row
            [
                panel "Too large weights saturate sigmoids" "saturated hidden outputs" (Series 0) shares
                panel "and they learn worse" "training error after 5 epochs" (Series 1) errors
            ]

    let private run (setting: Setting) : Outcome =
        let seeds = Setting.seeds 10 5 setting
        let examples = Digits.examples (if setting.Quick then 600 else Digits.Count)
        let runs = List.allPairs deviations seeds
        let found = runs |> Runs.map (one examples)

        let medians part =
            List.zip runs found
            |> List.groupBy (fst >> fst)
            |> List.map (snd >> List.map (snd >> part) >> Statistics.median)

        let shares, errors, moved = medians _.Saturated, medians _.Error, medians _.Moved

        {
            Verdict = verdict (Setting.counted seeds setting) shares errors moved
            Measurements =
                List.map2
                    (fun deviation share ->
                        Measurement.own $"saturated hidden outputs, deviation {deviation}" share)
                    deviations
                    shares
                @ List.map2
                    (fun deviation error ->
                        Measurement.own $"training error after five epochs, deviation {deviation}" error)
                    deviations
                    errors
                @ List.map2
                    (fun deviation moved ->
                        Measurement.own
                            $"length of the changes of hidden weights, deviation {deviation}"
                            moved)
                    deviations
                    moved
            Seeds = seeds.Length
            Notes =
                [
                    "Digits are easy: the output layer learns them from whatever the saturated units answer, so that the error stays small although the hidden layer hardly learns."
                ]
            Figures = [ "saturation", figure shares errors ]
        }

    let experiment: Experiment =
        {
            Name = "saturation"
            Row = "R9"
            Title = "Too large weights saturate sigmoids"
            Claim =
                "If the initial weights are too large, most sigmoid neurons are saturated and the network barely learns: its hidden weights hardly move, and it ends at a greater error."
            Source =
                "the lecture, slide \"Drawbacks of Sigmoid\"; Glorot and Bengio, \"Understanding the difficulty of training deep feedforward neural networks\" (2010)"
            Band =
                "Medians of 5 seeds at least: the share of saturated outputs grows with the deviation, from under 0.01 to over 0.8, and the largest deviation has 1.5 times the training error of the best at least, with hidden weights that move a fifth as far at most."
            Data = NoData
            Run = run
        }
