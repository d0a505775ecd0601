namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Figures

/// <summary>R12: how many epochs networks with different activations need for the same training error, each at its own best
/// learning rate.</summary>
/// <remarks>10,000 images, 784-128-128-128-10, plain SGD in batches of 128, no regularisation, as in figure 1 of Krizhevsky,
/// Sutskever and Hinton but for the convolutions. A rate is the fastest of a grid on a run of its own; then every seed runs
/// at that rate until 10 % of the training images are wrong. Between epochs the error is taken as linear.</remarks>
module AlexNet =
    let activations = [ "relu"; "leaky-relu"; "tanh"; "sigmoid" ]

    let private rates = [ 0.3; 0.1; 1.0; 0.03; 3.0; 0.01 ]

    /// The training error that ends a run.
    [<Literal>]
    let Threshold = 0.1

    [<Literal>]
    let private Batch = 128

    /// Runs that are not there by then have lost.
    [<Literal>]
    let private MostEpochs = 60

    /// Fewer runs have no median that says anything.
    [<Literal>]
    let private NeededSeeds = 5

    let private name activation =
        match activation with
        | "relu" -> "ReLU"
        | "leaky-relu" -> "leaky ReLU"
        | other -> other

    /// <summary>After how many epochs a curve first is at the threshold or below; infinite if it never is.</summary>
    /// <param name="threshold">Below the start.</param>
    /// <param name="start">The error before the first epoch.</param>
    /// <param name="errors">After each epoch.</param>
    let epochsTo (threshold: float) (start: float) (errors: float list) : float =
        match errors |> List.tryFindIndex (fun error -> error <= threshold) with
        | None -> infinity
        | Some index ->
            let before = if index = 0 then start else errors[index - 1]
            float index + (before - threshold) / (before - errors[index])

    /// Training errors after each epoch, until the threshold is reached or there is no hope of it in time.
    let private run engine images (examples: Examples) activation rate limit key : float list =
        let network =
            Classifier.network
                activation
                (Random.split key 0)
                [ examples.Width; 128; 128; 128; images.Classes ]

        let options =
            Classifier.options images Optimizer.sgd rate Batch limit (Random.split key 1)

        let errors = ResizeArray()

        try
            Classifier.epochs engine options network examples (Some examples)
            |> Seq.map Classifier.error
            |> Seq.takeWhile (fun error ->
                errors.Add error
                error > Threshold)
            |> Seq.iter ignore
        with :? TrainingDiverged ->
            ()

        List.ofSeq errors

    /// The fastest rate. A run is given up when it has taken as long as the best one so far.
    let private tune engine images examples activation key : float =
        let race (best, limit) rate =
            let epochs =
                run engine images examples activation rate limit key
                |> epochsTo Threshold (1.0 - 1.0 / float images.Classes)

            if epochs < snd best then
                (rate, epochs), int (ceil epochs)
            else
                best, limit

        List.fold race ((List.head rates, infinity), MostEpochs) rates |> fst |> fst

    /// <summary>The verdict on median epochs: rectifiers are not slower than tanh by more than 1.15, and sigmoid takes 1.3 times the
    /// epochs of ReLU at least.</summary>
    let judge (epochs: string -> float) : Verdict =
        Verdict.ofAll
            [
                "ReLU takes 1.15 times the epochs of tanh at most", epochs "relu" <= 1.15 * epochs "tanh"
                "leaky ReLU takes 1.15 times the epochs of tanh at most",
                epochs "leaky-relu" <= 1.15 * epochs "tanh"
                "sigmoid takes 1.3 times the epochs of ReLU at least", epochs "sigmoid" >= 1.3 * epochs "relu"
            ]

    let private draw (start: float) (curves: (string * float * float list) list) : Figure =
        let longest =
            curves |> List.map (fun (_, _, errors) -> errors.Length) |> List.max |> float

        let line index (activation, rate: float, errors: float list) =
            Lines.line
                (Series index)
                $"{name activation}, rate {rate}"
                (Array.init (errors.Length + 1) float)
                (Array.ofList (100.0 * start :: List.map ((*) 100.0) errors))

        Chart.create
            "Training error by epoch, each activation at its best learning rate"
            (Axis.linear "epoch")
            (Axis.linear "training error" |> Axis.inUnit "%" |> Axis.within 0.0 40.0)
            (List.mapi line curves
             @ [
                 Lines.dashed Muted "" [| 0.0; longest |] [| 100.0 * Threshold; 100.0 * Threshold |]
                 Annotation.text Muted (0.94 * longest) (100.0 * Threshold) $"{100.0 * Threshold} %%"
             ])
        |> Chart.draw

    let private measure (setting: Setting) (images: Images) : Outcome =
        let seeds = Setting.seeds NeededSeeds 1 setting
        let count = if setting.Quick then 2_000 else 10_000
        let examples = Images.draw (Random.split setting.Seed 2) count images.Train
        let start = 1.0 - 1.0 / float images.Classes
        let tuning = Random.split setting.Seed 3

        let best =
            activations
            |> Runs.map (fun engine activation -> activation, tune engine images examples activation tuning)

        let curves =
            [
                for activation, rate in best do
                    for seed in seeds -> activation, rate, seed
            ]
            |> Runs.map (fun engine (activation, rate, seed) ->
                activation, rate, run engine images examples activation rate MostEpochs (Random.split seed 4))

        let epochs activation =
            curves
            |> List.filter (fun (other, _, _) -> other = activation)
            |> List.map (fun (_, _, errors) -> epochsTo Threshold start errors)
            |> Statistics.median

        let first = curves |> List.distinctBy (fun (activation, _, _) -> activation)

        {
            Verdict =
                if seeds.Length < NeededSeeds then
                    TooFewRuns
                else
                    judge epochs
            Measurements =
                [
                    Measurement.beside
                        6.0
                        "epochs of tanh / epochs of ReLU (published: a convolutional network on CIFAR-10, to 25 %)"
                        (epochs "tanh" / epochs "relu")
                    Measurement.own "epochs of sigmoid / epochs of ReLU" (epochs "sigmoid" / epochs "relu")
                    for activation, rate in best do
                        Measurement.own
                            $"epochs to 10 %% training error, {name activation}"
                            (epochs activation)

                        Measurement.own $"best learning rate, {name activation}" rate
                ]
            Seeds = seeds.Length
            Notes =
                [
                    $"{examples.Count:N0} images, 784-128-128-128-{images.Classes}; medians."
                    "The factor of 6 is that of one convolutional network at its own starting weights and is not claimed for networks like these."
                ]
            Figures = [ "alexplot", draw start first ]
        }

    let experiment: Experiment =
        {
            Name = "alexnet"
            Row = "R12"
            Title = "ReLU trains in fewer epochs than sigmoid, and no more than tanh"
            Claim =
                "Rectified units speed up the convergence of stochastic gradient descent compared with sigmoid and tanh units, each at its own best learning rate."
            Source =
                "the lecture, slide \"ReLU\"; Krizhevsky, Sutskever and Hinton, \"ImageNet classification with deep convolutional neural networks\" (2012), figure 1"
            Band =
                "ReLU and leaky ReLU take 1.15 times the epochs of tanh at most, and sigmoid 1.3 times those of ReLU at least, in the median of 5 seeds."
            Data = OwnData.Images
            Run = fun setting -> Images.using setting (measure setting)
        }
