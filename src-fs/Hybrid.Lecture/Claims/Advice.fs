namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Kernels

/// <summary>R17: which activation to use.</summary>
/// <remarks>Slide: use ReLU, be careful with learning rates, possibly monitor dead units, try leaky ReLU or maxout if that is a
/// concern; never use sigmoid; try tanh, but expect it to work worse than ReLU and maxout. Measured, as far as possible: how well
/// networks 64-50-50-10 with each activation classify new digits, each after 20 epochs of plain gradient descent at the best of
/// four learning rates for it. A rate is chosen for each seed and activation on a fifth of the digits used neither for training
/// nor for testing. ReLU no better than sigmoid, or tanh no worse than ReLU and maxout, would contradict the claim. Rates, dead
/// units and their remedies are R14, R15 and R16.</remarks>
module internal Advice =
    let private activations = [ "relu"; "leaky-relu"; "maxout"; "tanh"; "sigmoid" ]

    let private rates = [ 0.03; 0.1; 0.3; 1.0 ]

    let private sizes = [ Digits.Width; 50; 50; Digits.Outputs ]

    /// Fewer runs have no verdict.
    [<Literal>]
    let private Seeds = 5

    let private start activation key : Network =
        if activation = "maxout" then
            Dense.maxout 2 key sizes
        else
            Dense.network activation key sizes

    /// The test accuracy at the rate that is best on the validation digits; and that rate.
    let private fit count epochs (engine: Engine) (activation, seed) : float * float =
        let parts = Digits.parts (Random.split seed 8) count

        let trained rate =
            // nothing if the loss is NaN after the first epoch
            Digits.epochs engine (Digits.options seed rate epochs) (start activation seed) parts.Learned
            |> Seq.tryLast
            |> Option.map (fun last ->
                let accuracy = Classifier.accuracy engine Digits.Outputs last.Network
                accuracy parts.Choice, accuracy parts.Judged, rate)

        let _, judged, rate =
            rates |> List.choose trained |> List.maxBy (fun (choice, _, _) -> choice)

        judged, rate

    /// From accuracies by activation, at the same seeds.
    let conditions (accuracy: string -> float list) : Condition list =
        let better one other says =
            Condition.better says (List.map2 (-) (accuracy one) (accuracy other))

        [
            better "relu" "sigmoid" "never use sigmoid: ReLU works better"
            better "relu" "tanh" "tanh works worse than ReLU"
            better "maxout" "tanh" "tanh works worse than maxout"
        ]

    let private run (setting: Setting) : Outcome =
        let seeds = Setting.seeds 20 2 setting
        let count, epochs = if setting.Quick then 600, 5 else Digits.Count, 20

        let found =
            activations |> Runs.bySeed (fit count epochs) seeds |> List.zip activations

        let accuracy activation =
            found |> List.find (fst >> (=) activation) |> snd |> List.map fst

        let conditions = conditions accuracy

        {
            Verdict = Verdict.ofRuns Seeds (Setting.counted seeds setting) conditions
            Conditions = conditions
            Measurements =
                [
                    for activation, runs in found do
                        Measurement.own
                            $"accuracy on new digits, {activation}"
                            (Statistics.median (accuracy activation))

                        Measurement.own
                            $"learning rate chosen, {activation}, median"
                            (runs |> List.map snd |> Statistics.median)
                ]
            Seeds = seeds.Length
            Notes =
                [
                    $"{count} digits, split anew for each seed: three fifths for training, a fifth for choosing the rate, a fifth for testing; medians."
                    "The evidence for the other parts: R9 (sigmoids saturate), R10 and R11 (centred outputs), R12 and R13 (ReLU learns fast and is cheap), R14 (dead units and learning rates), R15 and R16 (leaky ReLU and maxout)."
                    "The doctor compares a trained model with this advice: it reports dead and saturated units, vanishing gradients, the size of updates and sigmoids in hidden layers, each with a remedy."
                ]
            Figures = []
        }

    let experiment: Experiment =
        {
            Name = "advice"
            Row = "R17"
            Title = "Which activation to use"
            Claim =
                "Use ReLU, be careful with the learning rate and possibly monitor the share of dead units; if that is a concern, try leaky ReLU or maxout; never use sigmoid; try tanh, but expect it to work worse than ReLU and maxout."
            Source = "the lecture, slide \"Use the ReLU non-linearity\""
            Data = NoData
            Run = run
        }
