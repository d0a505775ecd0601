namespace Hybrid.Lecture

open Hybrid.Core

/// A few points, some with wrong labels, and networks of one hidden layer fitted to them with different
/// remedies for overfitting, for several experiments on capacity.
module internal NoisyPoints =
    /// The share of wrong labels.
    let wrong = 0.15

    /// The number of training points.
    let learned = 60

    /// Points of the square [-3, 3]².
    [<NoComparison; ReferenceEquality>]
    type Sets =
        {
            /// For training; some labels are wrong.
            Train: Examples
            /// The training points with a wrong label.
            Wrong: Examples
            /// For choosing strengths; the same share of labels is wrong.
            Validation: Examples
            /// For testing; all labels are right.
            Test: Examples
        }

    /// The class of a point: its side of x + 0.8 sin 1.5 y = 0.
    let private side x y =
        if x + 0.8 * sin (1.5 * y) > 0.0 then 1 else 0

    /// Points, and which of their labels are wrong.
    let private draw key count wrong =
        let numbers = Random.uniforms key 0UL (3 * count)

        let points =
            Array.init count (fun i -> 6.0 * numbers[3 * i] - 3.0, 6.0 * numbers[3 * i + 1] - 3.0)

        let flipped = Array.init count (fun i -> numbers[3 * i + 2] < wrong)

        let labels =
            Array.map2 (fun (x, y) flipped -> if flipped then 1 - side x y else side x y) points flipped

        PlanePoints.create points labels, flipped

    /// The points of a seed: 60 for training, 500 for choosing, 2,000 for testing.
    let create (seed: uint64) : Sets =
        let train, flipped = draw (Random.split seed 0) learned wrong

        {
            Train = train
            Wrong =
                { train with
                    Rows = train.Rows |> Array.filter (fun row -> flipped[row])
                }
            Validation = fst (draw (Random.split seed 1) 500 wrong)
            Test = fst (draw (Random.split seed 2) 2000 0.0)
        }

    /// A remedy for overfitting.
    type Means =
        | Nothing
        /// ½λ Σ w² on top of the mean loss.
        | Decay of strength: float
        /// Hidden neurons are dropped with this probability.
        | DroppedOut of rate: float
        /// Normal noise of this standard deviation on x and y.
        | Noisy of deviation: float

    /// A network, and its accuracy on each of the sets.
    [<NoComparison; ReferenceEquality>]
    type Fitted =
        {
            Network: Network
            Train: float
            /// The share of wrong labels that the network has learned.
            Wrong: float
            Validation: float
            Test: float
        }

    let private steps = 3000

    /// <summary>Fits a network of tanh neurons with Adam: 3,000 steps on all 60 points, with the rate falling from 0.02
    /// to 0 as a cosine.</summary>
    let fit (engine: Engine) (hidden: int, means: Means, seed: uint64) : Fitted =
        let sets = create seed
        let plain = Dense.network "tanh" (Random.split seed 3) [ 2; hidden; 2 ]

        let start =
            match means with
            | Nothing
            | Decay _ -> plain
            | Noisy deviation -> Noise.network deviation >=> plain
            | DroppedOut rate ->
                {
                    Layers = List.insertAt 2 (Dropout.layer rate) plain.Layers
                }

        let options =
            { PlaneFit.fullBatch sets.Train 0.02 steps (Random.split seed 4) with
                Schedule = Schedule.cosine
                Regularizer =
                    { Regularizer.none with
                        L2 =
                            match means with
                            | Decay strength -> strength
                            | Nothing
                            | DroppedOut _
                            | Noisy _ -> 0.0
                    }
            }

        let network = PlaneFit.train engine options start sets.Train

        let accuracy examples =
            let struct (_, accuracy) = PlaneFit.measure engine network examples in accuracy

        {
            Network = network
            Train = accuracy sets.Train
            Wrong = accuracy sets.Wrong
            Validation = accuracy sets.Validation
            Test = accuracy sets.Test
        }

    /// <summary>Fits every kind of network to the points of every seed.</summary>
    /// <returns>The fits of each kind, in the order of the seeds.</returns>
    let fitAll (seeds: uint64 list) (kinds: (int * Means) list) : Fitted list list =
        [
            for hidden, means in kinds do
                for seed in seeds -> hidden, means, seed
        ]
        |> Runs.map fit
        |> List.chunkBySize seeds.Length

    /// The median of a number over some runs.
    let median (number: Fitted -> float) (runs: Fitted list) : float =
        runs |> List.map number |> Statistics.median

    /// The kind with the best mean accuracy on the points for choosing, with its fits; the first of equal ones.
    let best (fits: ('kind * Fitted list) list) : 'kind * Fitted list =
        fits |> List.maxBy (fun (_, runs) -> runs |> List.averageBy _.Validation)

    /// The common setting of the experiments on these points, in a sentence.
    let setting =
        "60 points of [-3, 3]² on two sides of x + 0.8 sin 1.5 y = 0, 15 % of their labels wrong; one hidden layer of tanh neurons, 3,000 steps of Adam; tested on 2,000 points with right labels."
