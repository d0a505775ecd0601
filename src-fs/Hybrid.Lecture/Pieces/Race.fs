namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Figures

/// Networks that differ only in their activation, each trained at its own best learning rate until its training error is low enough.
[<NoComparison; NoEquality>]
type internal Race =
    {
        /// From an activation and a key.
        Network: string -> uint64 -> Network
        Optimizer: Optimizer
        /// Of these the fastest is taken; the likely ones first, since slower runs are abandoned.
        Rates: float list
        /// The training error that counts as learned.
        Threshold: float
        Batch: int
        /// The training error is measured on so many of the examples.
        Measured: int
        MostEpochs: int
        /// Whether runs go on after they have learned, to be drawn.
        GoesOn: bool
    }

/// What became of an activation.
type internal Runner =
    {
        Activation: string
        /// The best learning rate.
        Rate: float
        /// Training errors after each epoch, by seed.
        Curves: float list list
        /// Until the training error was low enough: the median over the seeds; infinite if it never was.
        Epochs: float
    }

module internal Race =
    let activations = [ "relu"; "leaky-relu"; "tanh"; "sigmoid" ]

    let name (activation: string) : string =
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
        race
        (images: Images)
        (examples: Examples)
        activation
        rate
        epochs
        enough
        key
        : float list =
        let network = race.Network activation (Random.split key 0)

        let options =
            Classifier.options images race.Optimizer rate race.Batch epochs (Random.split key 1)

        let errors = ResizeArray()

        try
            Classifier.epochs engine options network examples (Some(Images.first race.Measured examples))
            |> Seq.map Classifier.error
            |> Seq.takeWhile (fun error ->
                errors.Add error
                error > enough)
            |> Seq.iter ignore
        with :? TrainingDivergedException ->
            ()

        List.ofSeq errors

    /// The error of a guess.
    let start (images: Images) : float = 1.0 - 1.0 / float images.Classes

    /// The fastest rate. A run is abandoned once it has taken as long as the best so far.
    let private tune engine race images examples key activation : float =
        let next (best, fewest) rate =
            let limit =
                if fewest = infinity then
                    race.MostEpochs
                else
                    int (ceil fewest)

            let epochs =
                errors engine race images examples activation rate limit race.Threshold key
                |> epochsTo race.Threshold (start images)

            if epochs < fewest then rate, epochs else best, fewest

        List.fold next (List.head race.Rates, infinity) race.Rates |> fst

    /// <summary>The activations, each at the best rate of a run of its own key, from every seed.</summary>
    /// <param name="race">What they have in common.</param>
    /// <param name="images">Where they are from.</param>
    /// <param name="examples">The training images.</param>
    /// <param name="key">Of the run that chooses the rate.</param>
    /// <param name="seeds">Of the runs that count.</param>
    let run
        (race: Race)
        (images: Images)
        (examples: Examples)
        (key: uint64)
        (seeds: uint64 list)
        : Runner list =
        let best =
            activations
            |> Runs.map (fun engine activation -> activation, tune engine race images examples key activation)

        let enough = if race.GoesOn then -1.0 else race.Threshold

        [
            for activation, rate in best do
                for seed in seeds -> activation, rate, seed
        ]
        |> Runs.map (fun engine (activation, rate, seed) ->
            errors engine race images examples activation rate race.MostEpochs enough (Random.split seed 4))
        |> List.chunkBySize seeds.Length
        |> List.map2
            (fun (activation, rate) curves ->
                {
                    Activation = activation
                    Rate = rate
                    Curves = curves
                    Epochs = curves |> List.map (epochsTo race.Threshold (start images)) |> Statistics.median
                })
            best

    let epochs (activation: string) (runners: Runner list) : float =
        (runners |> List.find (fun runner -> runner.Activation = activation)).Epochs

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

    /// The ratios to ReLU, that of tanh beside the published one, and the epochs and rates behind them.
    let measurements (race: Race) (published: string) (runners: Runner list) : Measurement list =
        let ratio other =
            epochs other runners / epochs "relu" runners

        [
            Measurement.versus 6.0 $"epochs of tanh / epochs of ReLU{published}" (ratio "tanh")
            Measurement.own "epochs of sigmoid / epochs of ReLU" (ratio "sigmoid")
            for runner in runners do
                let name = name runner.Activation
                Measurement.own $"epochs to {100.0 * race.Threshold} %% training error, {name}" runner.Epochs
                Measurement.own $"best learning rate, {name}" runner.Rate
        ]

    /// <summary>At each epoch the median of the lowest errors so far, since errors at a fast rate jump. As on the slide, all but
    /// ReLU are dashed.</summary>
    let draw (title: string) (race: Race) (start: float) (runners: Runner list) : Figure =
        let line index (runner: Runner) =
            let lengths = runner.Curves |> List.map List.length
            // those that do not go on have ended by having learned
            let count = if race.GoesOn then List.min lengths else List.max lengths

            let lowest =
                runner.Curves
                |> List.map (fun curve ->
                    let lowest = List.scan min start curve
                    lowest @ List.replicate (count - min count curve.Length) (List.last lowest))

            let ys =
                Array.init (count + 1) (fun epoch ->
                    100.0 * (lowest |> List.map (List.item epoch) |> Statistics.median))

            let draw =
                if runner.Activation = "relu" then
                    Lines.line
                else
                    Lines.dashed

            draw
                (Series index)
                $"{name runner.Activation}, rate {runner.Rate}"
                (Array.init (count + 1) float)
                ys

        let epochs = float race.MostEpochs
        let threshold = 100.0 * race.Threshold

        Chart.create
            title
            (Axis.linear "epoch")
            (Axis.linear "lowest training error so far"
             |> Axis.inUnit "%"
             |> Axis.within 0.0 (100.0 * start))
            (List.mapi line runners
             @ [
                 Lines.dashed Ink "" [| 0.0; epochs |] [| threshold; threshold |]
                 Annotation.text Ink (0.97 * epochs) threshold $"{threshold} %%"
             ])
        |> Chart.draw
