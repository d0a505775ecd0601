namespace Hybrid.Lecture

open System
open Hybrid.Core
open Hybrid.Figures

/// <summary>R14: the share of rectified units that never fire again after training at too high a learning rate.</summary>
/// <remarks>Slide: units can irreversibly die; as much as 40 % of a network can be dead if the learning rate is set too high;
/// with a proper rate this is less frequently an issue. Measured: 5,000 images, 784-128-128-10, starting weights of He et al.,
/// batches of 64, 5 epochs of Adam, the share of hidden units that are 0 on every training image, in the median over seeds. Rates
/// were fixed beforehand: 0.1, ten times and more what is usual; 0.03, at which the network still learns; 0.001, Adam's default.
/// A share below 40 % contradicts the claim, at either high rate; so does a dead unit that moves. A network whose loss or weights
/// are not finite is excluded: all its units would look dead, since NaN > 0 is false.</remarks>
module internal Dead =
    /// The result of a training whose weights stayed finite.
    type private Left =
        {
            /// The share of hidden units that are 0 on every training example.
            Dead: float
            /// The share of hidden units whose activation has derivative exactly 0 on every training example.
            NoGradient: float
            /// The training error.
            Error: float
        }

    /// One training.
    type private Run =
        {
            Activation: string
            Optimizer: string
            Rate: float
            /// None if the weights are not finite.
            Left: Left option
        }

    [<Literal>]
    let private Batch = 64

    [<Literal>]
    let private Epochs = 5

    let private adamRates = [ 0.001; 0.003; 0.01; 0.03; 0.1 ]
    let private momentumRates = [ 0.01; 0.03; 0.1; 0.2 ]

    /// A rate that is far too high, one that is too high but learns, and the proper one.
    [<Literal>]
    let private FarTooHigh = 0.1

    [<Literal>]
    let private TooHigh = 0.03

    [<Literal>]
    let private Proper = 0.001

    [<Literal>]
    let private NeededSeeds = 5

    let private create activation (images: Images) key =
        Dense.network activation key [ images.Train.Width; 128; 128; images.Classes ]

    /// The maximum change of any parameter of a unit that is dead from the start, in a proper training.
    let private revival activation engine images examples key : float =
        let network = DeadUnits.withDeadUnit (create activation images (Random.split key 0))

        let options =
            Classifier.options images Optimizer.adam Proper Batch Epochs (Random.split key 1)

        match Classifier.train engine options network examples with
        | Some trained ->
            Array.map2
                (fun before after -> abs (after - before))
                (DeadUnits.ofFirstUnit network)
                (DeadUnits.ofFirstUnit trained)
            |> Array.max
        | None -> nan

    /// One training, and the state of its units.
    let private run
        (images: Images)
        (examples: Examples)
        engine
        (activation, optimizer: Optimizer, rate, seed)
        : Run =
        let key = Random.split seed 1

        let options =
            Classifier.options images optimizer rate Batch Epochs (Random.split key 1)

        {
            Activation = activation
            Optimizer = optimizer.Name
            Rate = rate
            Left =
                Classifier.train engine options (create activation images (Random.split key 0)) examples
                |> Option.map (fun trained ->
                    let struct (dead, noGradient) = DeadUnits.measure engine trained examples

                    {
                        Dead = dead
                        NoGradient = noGradient
                        Error = 1.0 - Classifier.accuracy engine images.Classes trained examples
                    })
        }

    /// The median over the runs that stayed finite; NaN if none did.
    let private median (runs: Run list) pick =
        match runs |> List.choose _.Left with
        | [] -> nan
        | left -> left |> List.map pick |> Statistics.median

    /// <summary>From medians over seeds.</summary>
    /// <param name="highest">The share of dead units at the rate far too high.</param>
    /// <param name="high">The same at the rate too high.</param>
    /// <param name="error">The training error there.</param>
    /// <param name="proper">The share of dead units at the proper rate.</param>
    /// <param name="revived">The maximum movement of a dead unit.</param>
    /// <param name="leakyRevived">The movement of a leaky unit with the same weights.</param>
    let conditions highest high error proper revived leakyRevived : Condition list =
        let slide = "the slide's number"

        [
            Condition.exactly
                "a dead unit stays dead"
                revived
                0.0
                "the change of w = 0, b = -1 in a training: no gradient flows, so nothing may move"
            Condition.above
                "a leaky unit with the same weights recovers"
                leakyRevived
                0.0
                "any change shows that the training moves it"
            Condition.atLeast $"40 %% of the network is dead at rate {FarTooHigh}" highest 0.4 slide
            Condition.below
                $"at rate {TooHigh} the network still learns"
                error
                0.45
                "training error: half that of guessing among ten classes"
            Condition.atLeast $"40 %% of the network is also dead at rate {TooHigh}" high 0.4 slide
            Condition.atMost
                $"with a proper rate, {Proper}, dead units are not an issue"
                proper
                0.1
                "the share of dead units at which the doctor warns"
        ]

    let private draw (runs: Run list) : Figure =
        let series index name activation optimizer pick =
            let points =
                runs
                |> List.filter (fun run -> run.Activation = activation && run.Optimizer = optimizer)
                |> List.groupBy _.Rate
                |> List.choose (fun (rate, runs) ->
                    match runs |> List.choose _.Left |> List.map (fun left -> 100.0 * pick left) with
                    | [] -> None
                    | shares -> Some(rate, shares))

            let xs = points |> List.map fst |> Array.ofList

            let of' f =
                points |> List.map (snd >> f) |> Array.ofList

            [
                Lines.band (Series index) "" xs (of' List.min) (of' List.max)
                Lines.line (Series index) name xs (of' Statistics.median)
                Scatter.points (Series index) "" xs (of' Statistics.median)
            ]

        Chart.create
            "Units that never fire on any training image, by learning rate"
            (Axis.logarithmic "learning rate")
            (Axis.linear "share of the hidden units" |> Axis.inUnit "%")
            (series 0 "ReLU, Adam: dead" "relu" "adam" _.Dead
             @ series 1 "ReLU, SGD with momentum: dead" "relu" "momentum" _.Dead
             @ series 2 "leaky ReLU, Adam: without gradient" "leaky-relu" "adam" _.NoGradient)
        |> Chart.draw

    let private measurements (runs: Run list) =
        let relu = runs |> List.filter (fun run -> run.Activation = "relu")

        [
            for (optimizer, rate), runs in relu |> List.groupBy (fun run -> run.Optimizer, run.Rate) do
                let name = $"dead units, {optimizer} at rate {rate}"

                // the slide's number is for a rate too high
                if optimizer = "adam" && rate = TooHigh then
                    Measurement.versus 0.4 name (median runs _.Dead)
                    Measurement.own "training error there" (median runs _.Error)

                    Measurement.versus
                        0.4
                        "maximum share of dead units in any training there"
                        (runs |> List.choose _.Left |> List.map _.Dead |> List.append [ 0.0 ] |> List.max)
                else
                    Measurement.own name (median runs _.Dead)

            Measurement.own
                "trainings that diverged"
                (runs |> List.filter (fun run -> run.Left.IsNone) |> List.length |> float)
        ]

    let private outcome (setting: Setting) (images: Images) : Outcome =
        let seeds = Setting.seeds NeededSeeds 1 setting
        let examples = Images.draw (Random.split setting.Seed 2) 5_000 images.Train

        let runs =
            [
                for seed in seeds do
                    for rate in adamRates do
                        "relu", Optimizer.adam, rate, seed
                        "leaky-relu", Optimizer.adam, rate, seed

                    for rate in momentumRates do
                        "relu", Optimizer.momentum, rate, seed
            ]
            |> Runs.map (run images examples)

        let at activation rate =
            runs
            |> List.filter (fun run ->
                run.Activation = activation && run.Optimizer = "adam" && run.Rate = rate)

        let leaky =
            runs
            |> List.filter (fun run -> run.Activation = "leaky-relu")
            |> List.choose (fun run -> run.Left |> Option.map _.NoGradient)
            |> List.max

        let revivals =
            [ "relu"; "leaky-relu" ]
            |> Runs.map (fun engine activation ->
                revival activation engine images examples (Random.split setting.Seed 3))

        let conditions =
            conditions
                (median (at "relu" FarTooHigh) _.Dead)
                (median (at "relu" TooHigh) _.Dead)
                (median (at "relu" TooHigh) _.Error)
                (median (at "relu" Proper) _.Dead)
                revivals[0]
                revivals[1]

        {
            Verdict = Verdict.ofRuns NeededSeeds seeds.Length conditions
            Conditions = conditions
            Measurements =
                measurements runs
                @ [
                    Measurement.own "maximum share of leaky units without gradient, over all trainings" leaky
                    Measurement.own
                        "maximum change of a unit with w = 0, b = -1 in a training, ReLU"
                        revivals[0]
                    Measurement.own "the same, leaky ReLU" revivals[1]
                ]
            Seeds = seeds.Length
            Notes =
                [
                    $"{examples.Count:N0} images, 784-128-128-{images.Classes}, {Epochs} epochs; medians of the runs that stayed finite."
                    "Leaky units may also never be positive, but their gradient is not zero: they can recover."
                ]
            Figures = [ "dead", draw runs ]
        }

    let experiment: Experiment =
        {
            Name = "dead"
            Row = "R14"
            Title = "Rectified units die when the learning rate is too high"
            Claim =
                "ReLU units can irreversibly die during training: as much as 40 % of a network can be dead, never active on any training example, if the learning rate is set too high. With a proper setting this is less frequently an issue."
            Source = "the lecture, slide \"ReLU\", notes"
            Data = OwnData.Images
            Run = fun setting -> Images.using setting (outcome setting)
        }
