namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Figures

/// <summary>R12: the epochs that networks with different activations need for the same training error, each at its own best
/// learning rate.</summary>
/// <remarks>Slide: ReLU greatly accelerates the convergence of stochastic gradient descent compared with sigmoid and tanh.
/// Measured: 10,000 images, 784-128-128-128-10, plain SGD in batches of 128, no regularisation, as in figure 1 of Krizhevsky,
/// Sutskever and Hinton except for the convolutions. The rate is the fastest of a grid, found on a separate run; then every seed
/// runs at that rate for 40 epochs, and the time to at most 10 % training error counts, interpolated linearly between epochs.
/// Fewer than 1.5 times the epochs of ReLU would contradict the claim, for either.</remarks>
module internal AlexNet =
    let activations = [ "relu"; "leaky-relu"; "tanh"; "sigmoid" ]

    let private rates = [ 0.2; 0.1; 0.4; 0.05; 0.8; 1.6; 3.2; 0.025 ]

    /// The training error that ends a run.
    [<Literal>]
    let Threshold = 0.1

    [<Literal>]
    let private Batch = 128

    /// The number that the slide shows.
    [<Literal>]
    let private MostEpochs = 40

    /// The median of fewer runs says nothing.
    [<Literal>]
    let private NeededSeeds = 5

    let private name activation =
        match activation with
        | "relu" -> "ReLU"
        | "leaky-relu" -> "leaky ReLU"
        | other -> other

    /// <summary>The number of epochs after which a curve is first at most the threshold; infinite if it never is.</summary>
    /// <param name="threshold">Below the start.</param>
    /// <param name="start">The error before the first epoch.</param>
    /// <param name="errors">After each epoch.</param>
    let epochsTo (threshold: float) (start: float) (errors: float list) : float =
        start :: errors
        |> List.pairwise
        |> List.indexed
        |> List.tryFind (fun (_, (_, after)) -> after <= threshold)
        |> Option.map (fun (index, (before, after)) -> float index + (before - threshold) / (before - after))
        |> Option.defaultValue infinity

    /// Training errors after each epoch, until one is low enough or training diverges.
    let private errors
        engine
        (images: Images)
        (examples: Examples)
        activation
        rate
        epochs
        enough
        key
        : float list =
        let network =
            Dense.network activation (Random.split key 0) [ examples.Width; 128; 128; 128; images.Classes ]

        let options =
            Classifier.options images Optimizer.sgd rate Batch epochs (Random.split key 1)

        let errors = ResizeArray()

        try
            Classifier.epochs engine options network examples (Some examples)
            |> Seq.map Classifier.error
            |> Seq.takeWhile (fun error ->
                errors.Add error
                error > enough)
            |> Seq.iter ignore
        with :? TrainingDivergedException ->
            ()

        List.ofSeq errors

    /// The fastest rate. A run is abandoned once it has taken as long as the best so far.
    let private tune engine (images: Images) examples start activation key : float =
        let race (best, fewest) rate =
            let limit = if fewest = infinity then MostEpochs else int (ceil fewest)

            let epochs =
                errors engine images examples activation rate limit Threshold key
                |> epochsTo Threshold start

            if epochs < fewest then rate, epochs else best, fewest

        List.fold race (List.head rates, infinity) rates |> fst

    /// From median epochs by activation.
    let conditions (epochs: string -> float) : Condition list =
        let greatly =
            "times the epochs of ReLU: half as many again is the minimum for a great acceleration; the slide's figure has six times"

        [
            for other in [ "sigmoid"; "tanh" ] ->
                Condition.atLeast
                    $"ReLU greatly accelerates convergence compared with {other}"
                    (epochs other / epochs "relu")
                    1.5
                    greatly
        ]

    /// At each epoch that all seeds reached, the median of the lowest errors so far, since errors at a fast rate jump.
    /// As on the slide, all but ReLU are dashed.
    let private draw
        (network: string)
        (start: float)
        (runs: (string * float * float list list) list)
        : Figure =
        let line index (activation, rate: float, curves: float list list) =
            let count = curves |> List.map List.length |> List.min
            let lowest = curves |> List.map (List.scan min start)

            let ys =
                Array.init (count + 1) (fun epoch ->
                    100.0 * (lowest |> List.map (List.item epoch) |> Statistics.median))

            let draw = if activation = "relu" then Lines.line else Lines.dashed
            draw (Series index) $"{name activation}, rate {rate}" (Array.init (count + 1) float) ys

        let epochs = float MostEpochs

        Chart.create
            $"{network} (not the slide's convolutional network on CIFAR-10): medians over seeds, each activation at its best learning rate"
            (Axis.linear "epoch")
            (Axis.linear "lowest training error so far"
             |> Axis.inUnit "%"
             |> Axis.within 0.0 (100.0 * start))
            (List.mapi line runs
             @ [
                 Lines.dashed Ink "" [| 0.0; epochs |] [| 100.0 * Threshold; 100.0 * Threshold |]
                 Annotation.text Ink (0.97 * epochs) (100.0 * Threshold) $"{100.0 * Threshold} %%"
             ])
        |> Chart.draw

    let private measure (setting: Setting) (images: Images) : Outcome =
        let seeds = Setting.seeds NeededSeeds 1 setting
        let count = if setting.Quick then 2_000 else 10_000
        let examples = Images.draw (Random.split setting.Seed 2) count images.Train
        let start = 1.0 - 1.0 / float images.Classes

        let best =
            activations
            |> Runs.map (fun engine activation ->
                activation, tune engine images examples start activation (Random.split setting.Seed 3))

        let runs =
            [
                for activation, rate in best do
                    for seed in seeds -> activation, rate, seed
            ]
            |> Runs.map (fun engine (activation, rate, seed) ->
                errors engine images examples activation rate MostEpochs -1.0 (Random.split seed 4))
            |> List.chunkBySize seeds.Length
            |> List.map2 (fun (activation, rate) curves -> activation, rate, curves) best

        let epochs activation =
            let _, _, curves = runs |> List.find (fun (other, _, _) -> other = activation)
            curves |> List.map (epochsTo Threshold start) |> Statistics.median

        let conditions = conditions epochs
        let data = if setting.Data.IsNone then "Fashion-MNIST" else "yours"

        let network =
            $"{examples.Width}-128-128-128-{images.Classes} on {examples.Count:N0} images of {data}"

        {
            Verdict = Verdict.ofRuns NeededSeeds (Setting.counted seeds setting) conditions
            Conditions = conditions
            Measurements =
                [
                    Measurement.versus
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
                    "The factor of 6 over tanh is from one convolutional network: compare the first line. That non-saturation is the reason is argued on the slide, but not measured here."
                ]
            Figures = [ "alexplot", draw network start runs ]
        }

    let experiment: Experiment =
        {
            Name = "alexnet"
            Row = "R12"
            Title = "ReLU converges faster than sigmoid and tanh"
            Claim =
                "ReLU greatly accelerates the convergence of stochastic gradient descent compared with the sigmoid and tanh functions; in the slide's picture, of a convolutional network, it is six times as fast as tanh."
            Source =
                "the lecture, slide \"ReLU\"; Krizhevsky, Sutskever and Hinton, \"ImageNet classification with deep convolutional neural networks\" (2012), figure 1"
            Data = OwnData.Images
            Run = fun setting -> Images.using setting (measure setting)
        }
