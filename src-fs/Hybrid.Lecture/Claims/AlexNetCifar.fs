namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Models

/// <summary>R12 with the figure's kind of network: convolutions on CIFAR-10.</summary>
/// <remarks>Figure 1 of Krizhevsky, Sutskever and Hinton: a four-layer convolutional network with ReLUs reaches 25 % training error on
/// CIFAR-10 after 6 epochs, one with tanh after 36, the rates chosen independently to make training as fast as possible, without
/// regularisation. Measured: three layers of convolutions of 5 × 5 pixels, each followed by maxima of 2 × 2, and the output layer; half
/// as wide as the usual network of this kind, with 5,000 images in batches of 32, of which 2,000 measure the error, so that two cores need minutes.
/// Otherwise as
/// AlexNet.</remarks>
module internal AlexNetCifar =
    [<Literal>]
    let private Layers = "conv16x5,pool2,conv16x5,pool2,conv32x5,pool2"

    [<Literal>]
    let private NeededSeeds = 3

    let private race (images: Images) width : Race =
        {
            Network = fun activation key -> LayerText.network activation key Layers width images.Classes
            Rates = [ 0.05; 0.1; 0.025 ]
            Threshold = 0.25
            Batch = 32
            Measured = 2_000
            MostEpochs = 40
            GoesOn = false
        }

    let private measure (setting: Setting) (images: Images) : Outcome =
        let seeds = Setting.seeds NeededSeeds 1 setting
        let count = if setting.Quick then 1_000 else 5_000
        let examples = Images.draw (Random.split setting.Seed 2) count images.Train
        let race = race images examples.Width
        let runners = Race.run race images examples (Random.split setting.Seed 3) seeds

        let conditions = Race.conditions (fun activation -> Race.epochs activation runners)

        let title =
            $"A convolutional network on {examples.Count:N0} images of CIFAR-10: medians over seeds, each activation at its best learning rate"

        {
            Verdict = Verdict.ofRuns NeededSeeds (Setting.counted seeds setting) conditions
            Conditions = conditions
            Measurements = Race.measurements race " (published: 36 / 6, with all 50,000 images)" runners
            Seeds = seeds.Length
            Notes =
                [
                    $"{examples.Count:N0} images, {Layers} and {images.Classes} outputs, plain SGD in batches of {race.Batch}, the error on at most {race.Measured:N0} of them, at most {race.MostEpochs} epochs; medians. The paper does not state its network's sizes."
                    "An epoch of fewer images has fewer steps: compare the ratio, not the epochs."
                ]
            Figures = [ "alexplot_cifar", Race.draw title race (Race.start images) runners ]
        }

    let experiment: Experiment =
        {
            Name = "alexnet-cifar"
            Row = "R12"
            Title = "The same for convolutions on CIFAR-10"
            Claim =
                "ReLU greatly accelerates the convergence of stochastic gradient descent; in the slide's picture a convolutional network on CIFAR-10 reaches 25 % training error after 6 epochs with ReLU, and after 36 with tanh."
            Source = AlexNet.experiment.Source
            Data = OwnData.Images
            Run = fun setting -> Images.usingCifar setting (measure setting)
        }
