namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Figures

/// <summary>R9: too large weights saturate sigmoids, and a saturated network barely learns.</summary>
/// <remarks>Networks 64-100-10 on the built-in digits, whose hidden weights start as normal numbers of some deviation: the
/// share of hidden outputs outside (0.01, 0.99) before training, and the training error after five epochs at learning rate
/// 0.3. Set from seeds 1 to 10.</remarks>
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

    let private one examples engine (deviation, seed) =
        let network = network seed deviation

        let error =
            Digits.epochs engine (Digits.options seed 0.3 5) network examples
            |> Seq.last
            |> Digits.error

        saturated engine network examples, error

    /// The verdict on shares and errors, in the order of the deviations.
    let verdict (seeds: int) (shares: float list) (errors: float list) : Verdict =
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
                ]

    let private figure (shares: float list) (errors: float list) : Figure =
        let xs = Array.ofList deviations

        [
            Lines.line (Series 0) "saturated hidden outputs at the start" xs (Array.ofList shares)
            Lines.line (Series 1) "training error after five epochs" xs (Array.ofList errors)
        ]
        |> Chart.create
            "Too large weights saturate sigmoids"
            (Axis.logarithmic "standard deviation of the hidden weights at the start")
            (Axis.linear "share" |> Axis.within 0.0 1.0)
        |> Chart.draw

    let private run (setting: Setting) : Outcome =
        let seeds = Setting.seeds 10 5 setting
        let examples = Digits.examples (if setting.Quick then 600 else Digits.Count)
        let runs = List.allPairs deviations seeds
        let found = runs |> Runs.map (one examples)

        let medians part =
            List.zip runs found
            |> List.groupBy (fst >> fst)
            |> List.map (snd >> List.map (snd >> part) >> Statistics.median)

        let shares, errors = medians fst, medians snd

        {
            Verdict = verdict seeds.Length shares errors
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
            Seeds = seeds.Length
            Notes =
                [
                    "Too small weights learn slowly too: the hidden units all answer nearly the same."
                ]
            Figures = [ "saturation", figure shares errors ]
        }

    let experiment: Experiment =
        {
            Name = "saturation"
            Row = "R9"
            Title = "Too large weights saturate sigmoids"
            Claim =
                "If the initial weights are too large, most sigmoid neurons are saturated and the network barely learns."
            Source =
                "the lecture, slide \"Drawbacks of Sigmoid\"; Glorot and Bengio, \"Understanding the difficulty of training deep feedforward neural networks\" (2010)"
            Band =
                "Medians of 5 seeds at least: the share of saturated outputs grows with the deviation, from under 0.01 to over 0.8, and the largest deviation has 1.5 times the training error of the best."
            Data = NoData
            Run = run
        }
