namespace Hybrid.Lecture

open Hybrid.Core

/// <summary>R7: a neuron with the hinge loss is a support vector machine.</summary>
/// <remarks>Mean of max(0, 1 - y z) over 20 points in the plane with z = w·x + b, plus ½λ‖w‖². Without λ, gradient descent ends
/// at a loss of exactly 0, with every point at y z ≥ 1. With λ so small that 1/(λn) is above every multiplier, the minimum is
/// the widest margin itself, and the neuron reaches the one found by a search among support vectors. With 80 seeds the
/// relative difference of the weights was 3e-4 for one and below 1e-5 for all others.</remarks>
module internal HingeNeuron =
    [<Literal>]
    let private Points = 20

    /// Points of [-1, 1]² at a minimum distance from a line.
    let points (seed: uint64) : ((float * float) * float) list =
        let angle = 6.283185307179586 * (Random.uniforms (Random.split seed 0) 0UL 1)[0]
        let numbers = Random.uniforms (Random.split seed 1) 0UL 400

        List.init 200 (fun i -> 2.0 * numbers[2 * i] - 1.0, 2.0 * numbers[2 * i + 1] - 1.0)
        |> List.map (fun (x, y) -> (x, y), x * cos angle + y * sin angle - 0.1)
        |> List.filter (fun (_, side) -> abs side > 0.25)
        |> List.truncate Points
        |> List.map (fun (point, side) -> point, float (sign side))

    /// max(0, 1 - y z) for classes y of 1 and -1.
    let hinge: Loss =
        Loss.ofNumbers "binary hinge" (fun z y -> Tensor.sum 1 (Tensor.relu (1.0 - y * z)))

    let private options seed rate epochs strength : StepOptions =
        { Digits.options seed rate epochs with
            Task = Regression 1
            Loss = hinge
            BatchSize = Points
            Regularizer = { Regularizer.none with L2 = strength }
            // at a kink steps do not shrink by themselves; they stay longer than float32's rounding
            Schedule =
                {
                    Name = "to 1e-5"
                    Factor = fun progress -> if strength = 0.0 then 1.0 else 1e-5 ** progress
                }
        }

    /// The neuron at the end of training: weights, bias and loss.
    let private trained engine seed points options =
        let features = points |> List.collect (fun ((x, y), _) -> [ float32 x; float32 y ])

        let examples =
            Examples.all 2 (Array.ofList features) (points |> List.map (snd >> float32) |> Array.ofList)

        let start = Linear.network (Linear.create Glorot seed 2 1)

        // an epoch is one step, and its loss is that before the step: at 0 only the penalty still moves the weights
        let isOver (epoch: Epoch) =
            epoch.Number = options.Epochs
            || options.Regularizer.L2 = 0.0 && epoch.TrainingLoss = 0.0

        let last =
            Training.epochs engine (fun () -> false) options start examples None
            |> Seq.find isOver

        match Network.parameters last.Network |> List.map (snd >> Reference.value) with
        | [ weights; bias ] -> (weights[0], weights[1]), bias[0], last.TrainingLoss
        | _ -> (nan, nan), nan, nan

    [<NoComparison>]
    type private Found =
        {
            /// The final loss without regularisation.
            Loss: float
            /// The minimum y z over the points then.
            Margin: float
            /// ‖w - w*‖ / ‖w*‖ and the same for the bias, relative to the widest margin.
            Apart: float
            /// The maximum multiplier.
            Multiplier: float
        }

    /// Strong enough to find the widest margin soon, and weak enough to find it exactly: 1/(λn) is 10.
    [<Literal>]
    let private Strength = 0.005

    let private one engine seed =
        let points = points seed

        let margin ((w1, w2), b) =
            points
            |> List.map (fun ((x1, x2), y) -> y * (w1 * x1 + w2 * x2 + b))
            |> List.min

        let w, b, loss = trained engine seed points (options seed 0.5 20000 0.0)
        let (v1, v2), c, _ = trained engine seed points (options seed 10.0 60000 Strength)

        match Margin.widest points with
        | None ->
            {
                Loss = loss
                Margin = margin (w, b)
                Apart = infinity
                Multiplier = infinity
            }
        | Some widest ->
            let u1, u2 = widest.Weights
            let length = sqrt (u1 * u1 + u2 * u2)

            {
                Loss = loss
                Margin = margin (w, b)
                Apart = sqrt ((v1 - u1) ** 2.0 + (v2 - u2) ** 2.0 + (c - widest.Bias) ** 2.0) / length
                Multiplier = List.max widest.Multipliers
            }

    /// The verdict on losses, margins and distances to the widest margin.
    let conditions (loss: float) (margin: float) (apart: float) : Condition list =
        [
            Condition.exactly
                "separable points end at a hinge loss of 0"
                loss
                0.0
                "the hinge is exactly 0 beyond the margin; anything else is not separated"
            Condition.atLeast
                "every point then has a margin of 1"
                margin
                (1.0 - 1e-6)
                "1 by definition, up to float32 rounding"
            Condition.atMost
                "the regularised neuron has the widest margin"
                apart
                1e-3
                "relative; subgradient steps at 1e-5 of the rate stop there"
        ]

    let private run (setting: Setting) : Outcome =
        let seeds = Setting.seeds 10 3 setting
        let found = seeds |> Runs.map one
        let worst of' = found |> List.map of' |> List.max
        let margin = found |> List.map _.Margin |> List.min

        let conditions = conditions (worst _.Loss) margin (worst _.Apart)

        {
            Verdict = Verdict.ofConditions conditions
            Conditions = conditions
            Measurements =
                [
                    Measurement.own "maximum final hinge loss without λ" (worst _.Loss)
                    Measurement.own "minimum y z of a point then" margin
                    Measurement.own "maximum relative distance to the widest margin, with λ" (worst _.Apart)
                    Measurement.own
                        "maximum multiplier; the neuron is exact below 1/(λn) = 10"
                        (worst _.Multiplier)
                ]
            Seeds = seeds.Length
            Notes = []
            Figures = []
        }

    let experiment: Experiment =
        {
            Name = "hinge-neuron"
            Row = "R7"
            Title = "One neuron with the hinge loss is a support vector machine"
            Claim =
                "Trained on the max-margin hinge loss, a neuron becomes the binary SVM: it separates any points that a line can separate, with the widest margin."
            Source =
                "the lecture, slide \"Linear classifier\"; Cortes and Vapnik, \"Support-vector networks\" (1995)"
            Data = NoData
            Run = run
        }
