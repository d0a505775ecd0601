namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Figures

/// <summary>R9: weights that are too large saturate sigmoids, and a saturated network barely learns.</summary>
/// <remarks>Slide: if the initial weights are too large, most neurons would become saturated and the network will barely learn.
/// Measured: networks 64-100-10 on the built-in digits, whose hidden weights start as normal numbers of some deviation; the share
/// of hidden outputs outside (0.01, 0.99) before training, and after five epochs at learning rate 0.3 the training error and the
/// change of the hidden weights. The largest deviation is compared with 0.1, about Glorot's for these layers. A saturated half or
/// less, hidden weights that move, or a network that learns half as much as the other would contradict the claim.</remarks>
module internal Saturation =
    /// Deviations of the hidden weights.
    let private deviations = [ 0.01; 0.03; 0.1; 0.3; 1.0; 3.0; 10.0 ]

    [<Literal>]
    let private Hidden = 100

    /// The median of fewer runs says nothing.
    [<Literal>]
    let private Seeds = 5

    let private network seed deviation : Network =
        let weights = Random.normals (Random.split seed 0) (Hidden * Digits.Width)

        let hidden: Linear =
            {
                Weight =
                    Tensor.single
                        [ Hidden; Digits.Width ]
                        (weights |> Array.map (fun w -> float32 (deviation * w)))
                Bias = Some(Initializer.zeros [ Hidden ])
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
            /// The norm of the change of the hidden weights by then.
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

    /// The deviation to compare with: Glorot's is √(2 / 164) = 0.11.
    [<Literal>]
    let private Usual = 0.1

    /// The error of guessing among ten classes.
    [<Literal>]
    let private Chance = 0.9

    /// From medians in the order of the deviations: saturated shares, errors and changes of the hidden weights.
    let conditions (shares: float list) (errors: float list) (moved: float list) : Condition list =
        let usual = List.findIndex ((=) Usual) deviations

        [
            Condition.atLeast
                "the larger the weights, the more neurons are saturated"
                (List.pairwise shares |> List.map (fun (a, b) -> b - a) |> List.min)
                0.0
                "the smallest step of the share from one deviation to the next"
            Condition.above
                "if they are too large, most neurons are saturated"
                (List.last shares)
                0.5
                "most means more than half of the hidden outputs"
            Condition.atMost
                "the weights of saturated neurons barely move"
                (List.last moved / moved[usual])
                0.1
                "a tenth of the change of hidden weights of the usual size"
            Condition.atMost
                "the network barely learns"
                ((Chance - List.last errors) / (Chance - errors[usual]))
                0.5
                "less than half of the training error that the usual start removes"
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
                panel
                    "Weights that are too large saturate sigmoids"
                    "saturated hidden outputs"
                    (Series 0)
                    shares
                panel
                    "Weights that are too large learn worse"
                    "training error after 5 epochs"
                    (Series 1)
                    errors
            ]

    let private run (setting: Setting) : Outcome =
        let seeds = Setting.seeds 10 5 setting
        let examples = Digits.examples (if setting.Quick then 600 else Digits.Count)
        let found = deviations |> Runs.bySeed (one examples) seeds

        let medians part =
            found |> List.map (List.map part >> Statistics.median)

        let shares, errors, moved = medians _.Saturated, medians _.Error, medians _.Moved

        let conditions = conditions shares errors moved

        {
            Verdict = Verdict.ofRuns Seeds (Setting.counted seeds setting) conditions
            Conditions = conditions
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
                        Measurement.own $"norm of the change of hidden weights, deviation {deviation}" moved)
                    deviations
                    moved
            Seeds = seeds.Length
            Notes =
                [
                    "Digits are easy: the output layer learns them from any outputs of the saturated units, so the error stays small although the hidden layer hardly learns."
                ]
            Figures = [ "saturation", figure shares errors ]
        }

    let experiment: Experiment =
        {
            Name = "saturation"
            Row = "R9"
            Title = "Weights that are too large saturate sigmoids"
            Claim =
                "If the initial weights are too large, most sigmoid neurons become saturated and the network will barely learn."
            Source =
                "the lecture, slide \"Drawbacks of Sigmoid\"; Glorot and Bengio, \"Understanding the difficulty of training deep feedforward neural networks\" (2010)"
            Data = NoData
            Run = run
        }
