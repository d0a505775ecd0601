namespace Hybrid.Lecture

open System
open Hybrid.Core
open Hybrid.Data

/// <summary>R6: a neuron with cross-entropy is logistic regression, the softmax of two classes.</summary>
/// <remarks>The neuron σ(w·x + b) and a layer of two scores with softmax are trained by L-BFGS on two kinds of iris, four
/// standardised lengths each, and compared with iteratively reweighted least squares, which involves no network. The identities
/// hold for any numbers; only the numbers at which they are checked depend on the seed. The limits are those of
/// double precision.</remarks>
module internal SoftmaxNeuron =
    /// Versicolor (0) and virginica (1): four lengths each, of mean 0 and deviation 1, and the labels.
    let flowers: Lazy<float[][] * float[]> =
        lazy
            (let iris = Table.examples (BuiltIn.iris ())
             let kept = iris.Rows |> Array.filter (fun row -> iris.Targets[row] > 0f)

             let columns =
                 Array.init 4 (fun column ->
                     let values = kept |> Array.map (fun i -> float iris.Features[4 * i + column])
                     let mean = Array.average values

                     let deviation = values |> Array.averageBy (fun x -> (x - mean) * (x - mean)) |> sqrt

                     values |> Array.map (fun x -> (x - mean) / deviation))

             Array.init kept.Length (fun row -> columns |> Array.map (Array.item row)),
             kept |> Array.map (fun i -> float iris.Targets[i] - 1.0))

    /// The minimum of a loss on the flowers, for a layer of some scores; its weights, row by row, and biases.
    let private trained (outputs: int) (loss: Tensor -> Tensor -> Tensor) : float[] * float[] =
        let rows, labels = flowers.Value
        let x = Tensor.constant [ rows.Length; 4 ] (Array.concat rows)
        let y = Tensor.constant [ rows.Length; 1 ] labels
        let start = Linear.network (Linear.zeros 4 outputs)

        let network, _ =
            QuasiNewton.train (fun network -> Tensor.meanAll (loss (Network.forward network x) y)) start 500

        match Network.parameters network |> List.map (snd >> Reference.value) with
        | [ weights; biases ] -> weights, biases
        | _ -> [||], [||]

    /// -log P(y | x) of the neuron: log(1 + exp z) - yz.
    let private crossEntropy (z: Tensor) (y: Tensor) = Tensor.softplus z - y * z

    /// The neuron's weights and, last, its bias, at the minimum of its cross-entropy on the flowers.
    let neuron: Lazy<float[]> =
        lazy
            (let weights, biases = trained 1 crossEntropy
             Array.append weights biases)

    /// The difference of the two rows of scores: weights and, last, bias.
    let private scores () =
        let weights, biases =
            trained 2 (Loss.perExample (LearningTask.Classification 2) Loss.softmax)

        Array.init 5 (fun i ->
            if i < 4 then
                weights[4 + i] - weights[i]
            else
                biases[1] - biases[0])

    let private apart (a: float[]) (b: float[]) =
        Array.map2 (fun x y -> abs (x - y)) a b |> Array.max

    /// Over random pairs of scores: |P(1) + P(0) - 1|, |softmax - σ|, and whether σ > ½ agrees with z > 0.
    let private identities (seed: uint64) =
        let pairs = Random.normals seed 2000 |> Array.map (fun x -> 10.0 * x)
        let p = Tensor.constant [ 1000; 2 ] pairs |> Tensor.softmax 1 |> Reference.value

        let z = Array.init 1000 (fun i -> pairs[2 * i + 1] - pairs[2 * i])

        let sigmoid = Tensor.constant [ 1000 ] z |> Tensor.sigmoid |> Reference.value

        let other =
            Tensor.constant [ 1000 ] (Array.map (~-) z) |> Tensor.sigmoid |> Reference.value

        Array.map2 (+) sigmoid other
        |> Array.map (fun sum -> abs (sum - 1.0))
        |> Array.max,
        Array.init 1000 (fun i -> abs (p[2 * i + 1] - sigmoid[i])) |> Array.max,
        Array.map2 (fun s z -> if (s > 0.5) = (z > 0.0) then 0 else 1) sigmoid z
        |> Array.sum

    let private run (setting: Setting) : Outcome =
        let rows, labels = flowers.Value
        let optimum = Logistic.fit rows labels
        let neuron, scores = neuron.Value, scores ()
        let sum, softmax, undecided = identities setting.Seed

        let right =
            Array.map2
                (fun (row: float[]) y ->
                    (Array.fold2 (fun s x w -> s + x * w) neuron[4] row neuron[..3] > 0.0) = (y > 0.5))
                rows
                labels
            |> Array.filter id
            |> Array.length

        let same =
            "two minimisers of the same strictly convex loss, each stopped where rounding hides the rest"

        let conditions =
            [
                Condition.atMost "the neuron is logistic regression" (apart neuron optimum) 1e-6 same
                Condition.atMost "two softmax scores are logistic regression" (apart scores optimum) 1e-6 same
                Condition.atMost
                    "P(1) + P(0) = 1"
                    sum
                    1e-15
                    "two roundings of numbers below 1, of 1.1e-16 each"
                Condition.atMost
                    "the softmax of two scores is the sigmoid of their difference"
                    softmax
                    1e-12
                    "rounding of scores up to 40 before they are exponentiated"
                Condition.never "σ(z) > ½ exactly where z > 0" undecided "a decision is right or wrong"
            ]

        {
            Verdict = Verdict.ofConditions conditions
            Conditions = conditions
            Measurements =
                [
                    Measurement.own
                        "neuron and logistic regression, maximum difference of a weight"
                        (apart neuron optimum)
                    Measurement.own
                        "two softmax scores and logistic regression, the same"
                        (apart scores optimum)
                    Measurement.own "maximum weight" (neuron |> Array.map abs |> Array.max)
                    Measurement.own "flowers of 100 on their side of the line" (float right)
                    Measurement.own "|P(1) + P(0) - 1|, maximum of 1,000" sum
                    Measurement.own "|softmax(z₀, z₁) - σ(z₁ - z₀)|, maximum of 1,000" softmax
                ]
            Seeds = 1
            Notes = []
            Figures = []
        }

    let experiment: Experiment =
        {
            Name = "softmax-neuron"
            Row = "R6"
            Title = "One neuron with cross-entropy is logistic regression"
            Claim =
                "A sigmoid neuron's output can be read as P(y = 1 | x; w); trained on the cross-entropy it is the softmax classifier of two classes, which is logistic regression."
            Source =
                "the lecture, slide \"Linear classifier\"; Bishop, Pattern Recognition and Machine Learning (2006), section 4.3"
            Data = NoData
            Run = run
        }
