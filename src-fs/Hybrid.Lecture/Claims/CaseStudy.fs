namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Figures
open Hybrid.Kernels

/// <summary>R37: the case study of the notes that the lecture follows, number by number: a softmax classifier and a network
/// of 100 rectified units on three spiral arms.</summary>
/// <remarks>Everything is drawn as numpy draws it from seed 0: the arms, then the classifier's weights, then the
/// network's.</remarks>
module internal CaseStudy =
    let private arm, classes, hidden = 100, 3, 100
    let private regularizer = { Regularizer.none with L2 = 1e-3 }

    /// <summary>For class k and t = 0, 1/99, …, 1 the point (t sin a, t cos a) with a = 4(k + t) + 0.2 n, n normal.</summary>
    let spiral (random: NumpyRandom) : Examples =
        let points =
            [
                for kind in 0 .. classes - 1 do
                    let noise = random.Normals arm

                    for i in 0 .. arm - 1 do
                        let radius = float i / float (arm - 1)
                        let angle = 4.0 * (float kind + radius) + 0.2 * noise[i]
                        radius * sin angle, radius * cos angle
            ]

        PlanePoints.create points (Seq.init (classes * arm) (fun i -> i / arm))

    /// A layer whose weights are 0.01 times the next normal numbers, drawn input by input.
    let private linear (random: NumpyRandom) inputs outputs =
        let drawn = random.Normals(inputs * outputs)

        Linear.network
            {
                Weight =
                    Tensor.single
                        [ outputs; inputs ]
                        (Array.init (inputs * outputs) (fun i ->
                            float32 (0.01 * drawn[i % inputs * outputs + i / inputs])))
                Bias = Some(Initializer.zeros [ outputs ])
            }

    /// Mean loss and regularisation, as the notes print them; in double precision.
    let private loss (examples: Examples) (network: Network) =
        let x = Tensor.constant [ examples.Count; 2 ] (Array.map float examples.Features)

        let target =
            Tensor.constant [ examples.Count; 1 ] (Array.map float examples.Targets)

        let losses =
            Loss.perExample (Classification classes) Loss.softmax (Network.forward network x) target

        let parameters = Network.parameters network |> List.map snd

        Tensor.meanAll losses + Regularizer.penalty regularizer parameters
        |> Reference.value
        |> Array.exactlyOne

    /// The network after each step down the gradient of all examples.
    let private descend (engine: Engine) steps start (examples: Examples) =
        let options =
            { PlaneFit.fullBatch examples 1.0 steps 0UL with
                Optimizer = Optimizer.sgd
                Regularizer = regularizer
            }

        Training.epochs engine (fun () -> false) options start examples None
        |> Seq.map _.Network
        |> Seq.append [ start ]

    /// The notes' losses of the classifier, from where its start no longer matters.
    let private printed = [ 90, 0.788726; 190, 0.786302 ]

    /// From the classifier's losses at the printed iterations and its accuracy, and the network's.
    let conditions (losses: float list) (right: float) networkLoss networkRight : Condition list =
        let start =
            "the start of the printed number is not fully known; other starts end within 2 % of it"

        [
            Condition.atMost
                "the classifier's losses are those of the notes"
                (List.map2 (fun (_, published) loss -> abs (loss - published)) printed losses
                 |> List.max)
                2e-6
                "six printed digits, and the rounding of float32"
            Condition.atMost
                "the classifier is right on 49 %, 148 of 300 points"
                (abs (right - 148.0 / 300.0))
                1e-6
                "a count"
            Condition.atLeast
                "the network's loss after 9,000 iterations is 0.245: not below"
                networkLoss
                0.24
                start
            Condition.atMost
                "the network's loss after 9,000 iterations is 0.245: not above"
                networkLoss
                0.255
                start
            Condition.atLeast
                "the network is right on 98 % of the points"
                networkRight
                0.97
                "one percentage point below the printed accuracy: three of 300 points"
        ]

    let private figure engine examples classifier network =
        let whole = { Lower = -1.2; Upper = 1.2 }

        let panel title network =
            DecisionMap.picture
                title
                [ "arm 1"; "arm 2"; "arm 3" ]
                (DecisionMap.scores engine (whole, whole) 200 network)
                []
                examples

        Figure.row
            [
                panel "Softmax classifier" classifier
                panel "Network of 100 rectified units" network
            ]

    let private run (_: Setting) =
        let random = NumpyRandom 0u
        let examples = spiral random
        let classifierStart = linear random 2 classes

        let networkStart =
            linear random 2 hidden >=> Activation.relu >=> linear random hidden classes

        let engine = CpuEngine.Create 1

        let accuracy network =
            let struct (_, accuracy) = PlaneFit.measure engine network examples in accuracy

        let classifiers = descend engine 200 classifierStart examples |> Array.ofSeq

        let networks =
            descend engine 10000 networkStart examples
            |> Seq.indexed
            |> Seq.filter (fun (step, _) -> step % 1000 = 0)
            |> Map.ofSeq

        let right = accuracy (Array.last classifiers)
        let lossAt step = loss examples classifiers[step]
        let networkLossAt step = loss examples networks[step]
        let networkRight = accuracy networks[10000]

        let conditions =
            conditions (List.map (fst >> lossAt) printed) right (networkLossAt 9000) networkRight

        {
            Verdict = Verdict.ofConditions conditions
            Conditions = conditions
            Measurements =
                [
                    for step, published in printed do
                        Measurement.versus published $"loss of the classifier, iteration {step}" (lossAt step)
                    Measurement.versus 0.49 "accuracy of the classifier" right
                    Measurement.versus 0.294946 "loss of the network, iteration 1000" (networkLossAt 1000)
                    Measurement.versus 0.245292 "loss of the network, iteration 9000" (networkLossAt 9000)
                    Measurement.versus 0.98 "accuracy of the network" networkRight
                ]
            Seeds = 0
            Notes =
                [
                    $"The classifier is right on {round (right * float examples.Count)} of 300 points. Its loss has one minimum, so its printed digits do not depend on the start; the network's do."
                ]
            Figures =
                [
                    "case_study", figure engine examples (Array.last classifiers) networks[10000]
                ]
        }

    let experiment: Experiment =
        {
            Name = "case-study"
            Row = "R37"
            Title = "The spiral of the course notes, to the printed digits"
            Claim =
                "On three spiral arms a linear softmax classifier is right on half of the points, a network of 100 rectified units on nearly all."
            Source =
                "CS231n, Convolutional Neural Networks for Visual Recognition, notes \"Putting it together: minimal neural network case study\""
            Data = NoData
            Run = run
        }
