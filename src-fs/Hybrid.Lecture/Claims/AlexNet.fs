namespace Hybrid.Lecture

open Hybrid.Core

/// <summary>R12: the epochs that networks with different activations need for the same training error, each at its own best
/// learning rate.</summary>
/// <remarks>Slide: ReLU greatly accelerates the convergence of stochastic gradient descent compared with sigmoid and tanh.
/// Measured: 10,000 images, 784-128-128-128-10, plain SGD in batches of 128, no regularisation, as in figure 1 of Krizhevsky,
/// Sutskever and Hinton except for the convolutions, which AlexNetCifar has. The rate is the fastest of a grid, found on a separate
/// run; then every seed runs at that rate for 40 epochs, and the time to at most 10 % training error counts, interpolated linearly
/// between epochs. Fewer than 1.5 times the epochs of ReLU would contradict the claim, for either.</remarks>
module internal AlexNet =
    /// The median of fewer runs says nothing.
    [<Literal>]
    let private NeededSeeds = 5

    let private race (images: Images) width : Race =
        {
            Network =
                fun activation key -> Dense.network activation key [ width; 128; 128; 128; images.Classes ]
            Optimizer = Optimizer.sgd
            Rates = [ 0.2; 0.1; 0.4; 0.05; 0.8; 1.6; 3.2; 0.025 ]
            Threshold = 0.1
            Batch = 128
            Measured = System.Int32.MaxValue
            // the number that the slide shows
            MostEpochs = 40
            GoesOn = true
        }

    let private measure (setting: Setting) (images: Images) : Outcome =
        let seeds = Setting.seeds NeededSeeds 1 setting
        let count = if setting.Quick then 2_000 else 10_000
        let examples = Images.draw (Random.split setting.Seed 2) count images.Train
        let race = race images examples.Width
        let runners = Race.run race images examples (Random.split setting.Seed 3) seeds

        let conditions = Race.conditions (fun activation -> Race.epochs activation runners)

        let data = if setting.Data.IsNone then "Fashion-MNIST" else "yours"

        let title =
            $"{examples.Width}-128-128-128-{images.Classes} on {examples.Count:N0} images of {data} (not the slide's convolutional network on CIFAR-10): medians over seeds, each activation at its best learning rate"

        {
            Verdict = Verdict.ofRuns NeededSeeds (Setting.counted seeds setting) conditions
            Conditions = conditions
            Measurements =
                Race.measurements race " (published: a convolutional network on CIFAR-10, to 25 %)" runners
            Seeds = seeds.Length
            Notes =
                [
                    $"{examples.Count:N0} images, {examples.Width}-128-128-128-{images.Classes}; medians."
                    "The factor of 6 over tanh is from one convolutional network: compare the first line, and alexnet-cifar. That non-saturation is the reason is argued on the slide, but not measured here."
                ]
            Figures = [ "alexplot", Race.draw title race (Race.start images) runners ]
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
