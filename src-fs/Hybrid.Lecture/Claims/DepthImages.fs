namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Figures

/// <summary>R36: one to six layers on images.</summary>
/// <remarks>Slide: 3-layer networks often outperform 2-layer ones, and going deeper rarely helps much more, if layers are fully
/// connected. Measured: accuracy on test images after the last epoch, at one width, rate and number of epochs for all depths, not
/// tuned. Three layers no better than two contradict the claim. That depth is extremely important in convolutional networks is
/// not measured: there are none here.</remarks>
module internal DepthImages =
    [<Literal>]
    let private Seeds = 5

    let private fit (images: Images) width count epochs (engine: Engine) (layers: int, seed: uint64) =
        let train = Images.draw (Random.split seed 0) count images.Train

        let start =
            Dense.network
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

    /// From the accuracy on test images, by layers from one to six, seed by seed.
    let conditions (right: float list list) : Condition list = Depth.conditions "images" right

    let private figure (width: int) (runs: float list list) =
        runs
        |> List.map (List.map (fun right -> 100.0 * right))
        |> Spread.curve (Series 0) "" [ 1.0 .. 6.0 ]
        |> Chart.create
            $"Layers of {width} units, on images"
            (Axis.linear "layers")
            (Axis.linear "accuracy on test images" |> Axis.inUnit "%")
        |> Chart.draw

    let private outcome (setting: Setting) (images: Images) =
        let seeds = Setting.seeds 5 1 setting
        let width, count, epochs = if setting.Quick then 64, 2000, 4 else 128, 20000, 12

        let runs = [ 1..6 ] |> Runs.bySeed (fit images width count epochs) seeds

        let medians = runs |> List.map Statistics.median

        let conditions = conditions runs

        {
            Verdict = Verdict.ofRuns Seeds (Setting.counted seeds setting) conditions
            Conditions = conditions
            Measurements =
                [
                    for index, right in List.indexed medians do
                        Measurement.own $"accuracy on test images, layers: {index + 1}" right
                ]
            Seeds = seeds.Length
            Notes =
                [
                    $"Medians over the seeds; {count} images of Fashion-MNIST's kind, hidden layers of {width} rectified units with dropout 0.2, {epochs} epochs of Adam."
                ]
            Figures = [ "depth_images", figure width runs ]
        }

    let experiment: Experiment =
        {
            Name = "depth-images"
            Row = "R36"
            Title = "One to six layers on images"
            Claim =
                "3-layer networks often outperform 2-layer ones, but going even deeper rarely helps much more, if layers are fully connected."
            Source = "the lecture, last note"
            Data = OwnData.Images
            Run = fun setting -> Images.using setting (outcome setting)
        }
