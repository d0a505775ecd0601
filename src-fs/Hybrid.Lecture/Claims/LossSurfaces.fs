namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Figures

/// <summary>R37: the final losses of many networks on images, by width, as in the paper on loss surfaces.</summary>
/// <remarks>Paper: with the width the test losses of networks from different starts concentrate, in spread and in mean, and
/// correlate less and less with training losses. Measured: standard deviations, means and correlations of the final losses of
/// twenty networks per size. Losses that do not concentrate, or that correlate as before, contradict the claim. Nothing is tuned:
/// rate, epochs and sizes are the same for all.</remarks>
module internal LossSurfaces =
    let private sizes = [ 2; 5; 10; 25; 50; 100; 250 ]

    [<Literal>]
    let private Seeds = 10

    /// The side of the images that the networks see.
    let private side = 10

    /// The overlap of each of n pixels with each of some equal parts; a part's shares sum to 1.
    let private shares n parts =
        Array.init parts (fun part ->
            let width = float n / float parts
            let from, ``to`` = float part * width, float (part + 1) * width

            Array.init n (fun pixel ->
                max 0.0 (min ``to`` (float (pixel + 1)) - max from (float pixel)) / width))

    /// <summary>Square images as 10 × 10 means of equal areas.</summary>
    let pooled (images: Examples) : Examples =
        let n = int (sqrt (float images.Width))
        let shares = shares n side

        let pool row =
            let pixel y x =
                float images.Features[row * images.Width + y * n + x]

            let across =
                Array2D.init n side (fun y x ->
                    Seq.sum (seq { for i in 0 .. n - 1 -> shares[x][i] * pixel y i }))

            Array.init (side * side) (fun cell ->
                float32 (
                    Seq.sum (seq { for i in 0 .. n - 1 -> shares[cell / side][i] * across[i, cell % side] })
                ))

        {
            Width = side * side
            Features = images.Rows |> Array.Parallel.collect pool
            Stored = None
            Targets = images.Pick(1, images.Targets)
            Weights = None
            Rows = Array.init images.Count id
        }

    /// Final losses on training and test images, of one hidden layer of rectified units.
    let private fit train test (classes: int) (epochs: int) (engine: Engine) (hidden: int, seed: uint64) =
        let start =
            Dense.network "relu" (Random.split seed 0) [ side * side; hidden; classes ]

        let options =
            { PlaneFit.fullBatch train 0.05 epochs (Random.split seed 1) with
                Optimizer = Optimizer.momentum
                Schedule = Schedule.cosine
                BatchSize = 64
            }

        let network = PlaneFit.train engine options start train
        let struct (trainLoss, _) = PlaneFit.measure engine network train
        let struct (testLoss, _) = PlaneFit.measure engine network test
        trainLoss, testLoss

    /// From the pairs of final losses by size.
    let conditions (losses: (float * float) list list) : Condition list =
        let tests = losses |> List.map (List.map snd)
        let deviations = tests |> List.map Statistics.deviation
        let means = tests |> List.map List.average
        let correlations = losses |> List.map Statistics.correlation

        [
            Condition.atLeast
                "final losses concentrate with the width, from 5 to 100 neurons"
                (deviations[1] / deviations[5])
                10.0
                "an order of magnitude in the deviation, which twenty networks estimate to about a sixth"
            Condition.atLeast
                "final losses concentrate from 10 to 250 neurons"
                (deviations[2] / deviations[6])
                2.0
                "four standard errors of a ratio of two deviations, each from twenty networks"
            Condition.above
                "the mean falls with the width"
                (means[..5] |> List.pairwise |> List.map (fun (a, b) -> a - b) |> List.min)
                0.0
                "the smallest fall from one size to the next, up to 100 neurons"
            Condition.atLeast
                "training and test loss correlate in small networks"
                correlations[1]
                0.76
                "the paper's correlation for its smallest network"
            Condition.atMost
                "training and test loss correlate less in large networks"
                (List.average correlations[4..])
                0.41
                "the paper's correlation for its largest; here the mean of 50, 100 and 250 neurons"
        ]

    let private figure (losses: (float * float) list list) =
        Spread.strips sizes (losses |> List.map (List.map snd))
        |> Chart.create
            $"Final test losses from {losses.Head.Length} starts of each size"
            (Axis.logarithmic "hidden neurons")
            (Axis.logarithmic "test loss" |> Axis.inUnit "nats")
        |> Chart.draw

    let private outcome (setting: Setting) (images: Images) =
        let seeds = Setting.seeds 20 3 setting
        let count, tests, epochs = if setting.Quick then 1000, 2000, 10 else 4000, 10000, 30
        let train = pooled (Images.draw 1UL count images.Train)
        let test = pooled (Images.draw 2UL tests images.Test)

        let losses =
            [
                for size in sizes do
                    for seed in seeds -> size, seed
            ]
            |> Runs.map (fit train test images.Classes epochs)
            |> List.chunkBySize seeds.Length

        let conditions = conditions losses

        {
            Verdict = Verdict.ofRuns Seeds (Setting.counted seeds setting) conditions
            Conditions = conditions
            Measurements =
                [
                    for size, losses in List.zip sizes losses do
                        let tests = List.map snd losses
                        Measurement.own $"mean test loss, {size} neurons" (List.average tests)
                        Measurement.own $"standard deviation, {size} neurons" (Statistics.deviation tests)

                        let correlation = Statistics.correlation losses
                        let name = $"correlation of training and test loss, {size} neurons"

                        match size with
                        | 25 -> Measurement.versus 0.76 name correlation
                        | _ -> Measurement.own name correlation
                ]
            Seeds = seeds.Length
            Notes =
                [
                    $"{train.Count} images of {side} × {side} pixels for training, {test.Count} for testing; {epochs} epochs of momentum in batches of 64, the rate falling from 0.05 to 0 as a cosine: at a constant rate the last steps would cause the spread."
                    "The paper has 1,000 networks per size on MNIST at 10 × 10 and prints correlations from 0.76 (25 neurons) down to 0.41 (500 neurons)."
                ]
            Figures = [ "loss_surfaces", figure losses ]
        }

    let experiment: Experiment =
        {
            Name = "loss-surfaces"
            Row = "R37"
            Title = "The losses of small and large networks on images"
            Claim =
                "With the width of a network the final test losses from different starts concentrate, in spread and in mean, and training loss says less and less about test loss."
            Source =
                "Choromanska, Henaff, Mathieu, Ben Arous and LeCun, \"The loss surfaces of multilayer networks\" (2015)"
            Data = OwnData.Images
            Run = fun setting -> Images.using setting (outcome setting)
        }
