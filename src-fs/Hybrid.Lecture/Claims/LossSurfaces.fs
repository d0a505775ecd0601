namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Figures

/// <summary>R37: the final losses of many networks on images, by width, as in the paper on loss surfaces.</summary>
module LossSurfaces =
    let private sizes = [ 2; 5; 10; 25; 50; 100; 250 ]

    [<Literal>]
    let private Seeds = 10

    /// The side of the images as they are learned.
    let private side = 10

    /// How much of each of n pixels lies in each of so many equal parts; a part's shares sum to 1.
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
            Targets = images.Pick(1, images.Targets)
            Rows = Array.init images.Count id
        }

    /// Final losses on the images learned from and on others, of one hidden layer of rectified units.
    let private fit train test (classes: int) (epochs: int) (engine: IKernels) (hidden: int, seed: uint64) =
        let start =
            Classifier.network "relu" (Random.split seed 0) [ side * side; hidden; classes ]

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
    let conditions (losses: (float * float) list list) : (string * bool) list =
        let tests = losses |> List.map (List.map snd)
        let deviations = tests |> List.map Statistics.deviation
        let means = tests |> List.map List.average
        let correlations = losses |> List.map Statistics.correlation

        [
            "the losses of 5 neurons spread 10 times as far as those of 100 at least",
            deviations[1] >= 10.0 * deviations[5]
            "those of 10 neurons spread 2 times as far as those of 250 at least",
            deviations[2] >= 2.0 * deviations[6]
            "the mean falls from each size to the next up to 100",
            means[..5] |> List.pairwise |> List.forall (fun (a, b) -> b < a)
            "training and test loss go together for 5 neurons, with a correlation of 0.9 at least",
            correlations[1] >= 0.9
            "they do less for 50, 100 and 250 neurons, with one of 0.6 at most in the mean",
            List.average correlations[4..] <= 0.6
        ]

    let private figure (losses: (float * float) list list) =
        Spread.strips sizes (losses |> List.map (List.map snd))
        |> Chart.create
            "Final test losses from different starts"
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

        {
            Verdict =
                if setting.Quick then
                    TooFewRuns
                else
                    Verdict.ofRuns Seeds seeds (conditions losses)
            Measurements =
                [
                    for size, losses in List.zip sizes losses do
                        let tests = List.map snd losses
                        Measurement.own $"mean test loss, {size} neurons" (List.average tests)
                        Measurement.own $"standard deviation, {size} neurons" (Statistics.deviation tests)

                        let correlation = Statistics.correlation losses
                        let name = $"correlation of training and test loss, {size} neurons"

                        match size with
                        | 25 -> Measurement.beside 0.76 name correlation
                        | _ -> Measurement.own name correlation
                ]
            Seeds = seeds.Length
            Notes =
                [
                    $"{train.Count} images of {side} × {side} pixels to learn from, {test.Count} to test on; {epochs} epochs of momentum in batches of 64, the rate falling from 0.05 to 0 as a cosine: at a constant rate the spread is that of the last steps."
                    "The paper has 1,000 networks a size on MNIST at 10 × 10 and prints a correlation from 0.76 (25 neurons) down to 0.41 (500 neurons)."
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
            Band =
                $"{Seeds} seeds at least, test losses: the standard deviation with 5 neurons is 10 times that with 100 at least, with 10 twice that with 250; the mean falls from size to size up to 100; the correlation of training and test loss is 0.9 at least with 5 and 0.6 at most in the mean of 50, 100 and 250. Set from 100 seeds, with 16 to 39 times, 4 to 9 times, 0.99 and -0.13 to 0.28."
            Data = OwnData.Images
            Run = fun setting -> Images.using setting (outcome setting)
        }
