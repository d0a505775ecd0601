namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Figures

/// <summary>R36: one to six layers on images.</summary>
module DepthImages =
    [<Literal>]
    let private Seeds = 5

    let private fit (images: Images) width count epochs (engine: IKernels) (layers: int, seed: uint64) =
        let train = Images.draw (Random.split seed 0) count images.Train

        let start =
            Classifier.network
                "relu"
                (Random.split seed 1)
                (train.Width :: List.replicate (layers - 1) width @ [ images.Classes ])

        let dropped =
            {
                Layers =
                    start.Layers
                    |> List.collect (fun layer ->
                        if layer.Kind = "relu" then
                            [ layer; Dropout.layer 0.2 ]
                        else
                            [ layer ])
            }

        let options =
            Classifier.options images Optimizer.adam 0.001 128 epochs (Random.split seed 2)

        let network = PlaneFit.train engine options dropped train
        let struct (_, accuracy) = PlaneFit.measure engine network images.Test
        accuracy

    /// From the medians with one to six layers.
    let conditions (right: float list) : (string * bool) list =
        [
            "two layers are better than one by 0.01 at least", right[1] >= right[0] + 0.01
            "no more than three layers are best, to 0.002", List.max right[3..] <= List.max right[..2] + 0.002
        ]

    let private figure (runs: float list list) =
        runs
        |> List.map (List.map (fun right -> 100.0 * right))
        |> Spread.curve (Series 0) "" [ 1.0 .. 6.0 ]
        |> Chart.create
            "Layers of 128 units, on images"
            (Axis.linear "layers")
            (Axis.linear "test images that are right" |> Axis.inUnit "%")
        |> Chart.draw

    let private outcome (setting: Setting) (images: Images) =
        let seeds = Setting.seeds 5 1 setting
        let width, count, epochs = if setting.Quick then 64, 2000, 4 else 128, 20000, 12

        let runs =
            [
                for layers in 1..6 do
                    for seed in seeds -> layers, seed
            ]
            |> Runs.map (fit images width count epochs)
            |> List.chunkBySize seeds.Length

        let medians = runs |> List.map Statistics.median

        {
            Verdict =
                if setting.Quick then
                    TooFewRuns
                else
                    Verdict.ofRuns Seeds seeds (conditions medians)
            Measurements =
                [
                    for index, right in List.indexed medians do
                        Measurement.own $"right of test images, layers: {index + 1}" right
                ]
            Seeds = seeds.Length
            Notes =
                [
                    $"Medians over the seeds; {count} images of Fashion-MNIST's kind, hidden layers of {width} rectified units with dropout 0.2, {epochs} epochs of Adam. That three layers beat two is not asked for: on these images they do not."
                ]
            Figures = [ "depth_images", figure runs ]
        }

    let experiment: Experiment =
        {
            Name = "depth-images"
            Row = "R36"
            Title = "One to six layers on images"
            Claim = "Going deeper than three layers rarely helps much more, where layers are fully connected."
            Source = "the lecture, last note"
            Band =
                $"Medians of {Seeds} seeds at least, shares of test images: two layers are better than one by 0.01 at least, and four to six are not better than the best of one to three by more than 0.002. Set from 5 seeds, with 0.032 and -0.006."
            Data = OwnData.Images
            Run = fun setting -> Images.using setting (outcome setting)
        }
