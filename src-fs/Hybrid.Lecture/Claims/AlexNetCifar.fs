namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Models

/// <summary>R12 with the figure's kind of network: convolutions on CIFAR-10.</summary>
/// <remarks>Figure 1 of Krizhevsky, Sutskever and Hinton: a four-layer convolutional network with ReLUs reaches 25 % training error on
/// CIFAR-10 after 6 epochs, one with tanh after 36, the rates chosen independently to make training as fast as possible, without
/// regularisation. The paper does not state this network. Measured: that of the authors' program cuda-convnet for these images, three
/// layers of convolutions of 5 × 5 pixels, maxima and then means of 3 × 3 around every second pixel, and the output layer, half as wide,
/// on 5,000 images in batches of 32, of which 2,000 measure the error, so that two cores need minutes. As in the paper (sections 2 and
/// 5), pixels from 0 to 255 are centred and not scaled, weights start from a normal distribution of deviation 0.01, and momentum is 0.9.
/// Much depends on that: such pixels saturate tanh from the start, and not rectifiers (section 3.3). With standardised pixels and weights
/// by Glorot, tanh needed 1.3 times the epochs of ReLU with weights by He, and with maxima of 2 × 2 everywhere no more than ReLU.
/// Otherwise as AlexNet.</remarks>
module internal AlexNetCifar =
    [<Literal>]
    let private Layers = "conv16x5,pool3/2,conv16x5,average3/2,conv32x5,average3/2"

    [<Literal>]
    let private NeededSeeds = 3

    /// Of the first weights.
    [<Literal>]
    let private Deviation = 0.01

    /// The network with other first weights; biases stay 0.
    let private started (key: uint64) (network: Network) : Network =
        let keys =
            Network.parameters network
            |> List.mapi (fun index (name, _) -> name, Random.split key index)
            |> Map.ofList

        network
        |> Network.map (fun name parameter ->
            if name.EndsWith ".bias" then
                parameter
            else
                Random.normals keys[name] (Shape.size parameter.Shape)
                |> Array.map (fun x -> float32 (Deviation * x))
                |> Tensor.single parameter.Shape)

    let private race (images: Images) width : Race =
        {
            Network =
                fun activation key ->
                    LayerText.network activation key Layers width images.Classes |> started key
            Optimizer = Optimizer.momentum
            // around the best of rectifiers, and around that of tanh
            Rates = [ 0.001; 0.016; 0.002; 0.032; 0.0005; 0.008 ]
            Threshold = 0.25
            Batch = 32
            Measured = 2_000
            MostEpochs = 60
            GoesOn = false
        }

    let private measure (setting: Setting) (images: Images) : Outcome =
        let seeds = Setting.seeds NeededSeeds 1 setting
        let count = if setting.Quick then 1_000 else 5_000

        let examples =
            images.Train
            |> Images.draw (Random.split setting.Seed 2) count
            |> Images.centred images

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
                    $"{examples.Count:N0} images, {Layers} and {images.Classes} outputs, momentum in batches of {race.Batch}, centred pixels from 0 to 255, weights from a normal distribution of deviation {Deviation}, the error on at most {race.Measured:N0} of them, at most {race.MostEpochs} epochs; medians. The paper does not state its network's sizes."
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
