namespace Hybrid.Lecture

open System
open Hybrid.Core
open Hybrid.Kernels

/// <summary>R31: what dropout and noise on the inputs add to the squared error of a linear neuron, exactly.</summary>
/// <remarks>
/// With elements kept with probability p and divided by it: E‖y - (X∘R/p) w‖² = ‖y - X w‖² + (1 - p)/p Σⱼ wⱼ² ‖Xⱼ‖²
/// (Srivastava et al., "Dropout" (2014), section 9.1). With normal noise N: E‖y - (X + σN) w‖² = ‖y - X w‖² + n σ² ‖w‖²
/// (Bishop, "Training with noise is equivalent to Tikhonov regularization" (1995)).
/// </remarks>
module internal NoiseIdentities =
    let private examples, inputs = 6, 4

    /// y - Xw, example by example, with X modified by a function of example and input.
    let private residuals (x: float[]) (y: float[]) (w: float[]) (change: int -> int -> float -> float) =
        Array.init examples (fun i ->
            y[i]
            - Array.sum (Array.init inputs (fun j -> w[j] * change i j x[i * inputs + j])))

    let private squares = Array.sumBy (fun (r: float) -> r * r)

    /// The expected squared error of all examples over all 2ᵈ ways to choose a side for each input.
    /// Examples are independent, so all may get the same sides.
    let private expected x y w (probability: float) (change: bool -> float -> float) =
        Seq.sum (
            seq {
                for sides in 0 .. (1 <<< inputs) - 1 do
                    let side j = (sides >>> j) &&& 1 = 1

                    let weight =
                        Seq.init inputs (fun j -> if side j then probability else 1.0 - probability)
                        |> Seq.fold (*) 1.0

                    weight * squares (residuals x y w (fun _ j -> change (side j)))
            }
        )

    /// The term that dropout adds if elements are kept with probability p.
    let dropoutPenalty (p: float) (x: float[]) (w: float[]) : float =
        (1.0 - p) / p
        * Seq.sum (seq { for k in 0 .. x.Length - 1 -> (w[k % inputs] * x[k]) ** 2.0 })

    /// The term that noise of deviation σ adds.
    let noisePenalty (deviation: float) (w: float[]) : float =
        float examples * deviation * deviation * squares w

    /// Relative differences between the two sides of each identity, for the random numbers of a key.
    let differences (key: uint64) : float * float =
        let numbers = Random.normals key (examples * inputs + examples + inputs)
        let x, rest = Array.splitAt (examples * inputs) numbers
        let y, w = Array.splitAt examples rest
        let p = 0.1 + 0.8 * Array.head (Random.uniforms key 1UL 1)
        let deviation = 2.0 * p
        let plain = squares (residuals x y w (fun _ _ value -> value))
        let apart a b = abs (a - b) / b

        apart
            (expected x y w p (fun kept value -> if kept then value / p else 0.0))
            (plain + dropoutPenalty p x w),
        // in a square only mean and variance matter: ±σ has those of the normal distribution
        apart
            (expected x y w 0.5 (fun up value -> if up then value + deviation else value - deviation))
            (plain + noisePenalty deviation w)

    let private draws = 20_000

    /// The distance of the mean squared error of many draws of a layer from the identity, in standard errors.
    let private sampled (engine: Engine) (key: uint64) (layer: Layer) (penalty: float[] -> float[] -> float) =
        let numbers = Random.normals key (examples * inputs + examples + inputs)
        let x, rest = Array.splitAt (examples * inputs) numbers
        let y, w = Array.splitAt examples rest

        let network =
            Network.ofLayer layer
            >=> Linear.network
                    {
                        Weight = Tensor.constant [ 1; inputs ] w
                        Bias = Some(Tensor.constant [ 1 ] [| 0.0 |])
                    }

        let many = Array.replicate draws (Array.map float32 x) |> Array.concat

        let draw =
            {
                Key = Random.split key 1
                Step = Tensor.single [ 2 ] [| 0f; 0f |]
            }

        let outputs =
            Network.training draw network (Tensor.single [ draws * examples; inputs ] many)
            |> Eager.value engine

        let errors =
            Array.init draws (fun draw ->
                squares (Array.init examples (fun i -> y[i] - float outputs[draw * examples + i])))

        let right = squares (residuals x y w (fun _ _ value -> value)) + penalty x w

        abs (Array.average errors - right)
        / (Statistics.deviation errors / sqrt (float draws))

    let private cases = 200

    let private run (setting: Setting) =
        let dropout, noise =
            List.init cases (fun case -> differences (Random.split setting.Seed case))
            |> List.unzip

        let engine = CpuEngine.Create 1
        let key = Random.split setting.Seed cases

        let layers =
            [
                "dropout", sampled engine key (Dropout.layer 0.2) (dropoutPenalty 0.8)
                "noise", sampled engine key (Noise.layer 0.5) (fun _ w -> noisePenalty 0.5 w)
            ]

        let rounding =
            "relative; both sides are exact except for the rounding of some hundred additions"

        let conditions =
            [
                Condition.atMost "dropout is an L2 penalty in expectation" (List.max dropout) 1e-12 rounding
                Condition.atMost "noise is an L2 penalty in expectation" (List.max noise) 1e-12 rounding
                Condition.atMost
                    "the layers' own draws have these means"
                    (layers |> List.map snd |> List.max)
                    5.0
                    "standard errors: chance exceeds it one time in two million"
            ]

        {
            Verdict = Verdict.ofConditions conditions
            Conditions = conditions
            Measurements =
                [
                    Measurement.own "maximum relative difference, dropout" (List.max dropout)
                    Measurement.own "maximum relative difference, noise" (List.max noise)
                    for name, errors in layers do
                        Measurement.own $"{draws} draws of the layer in standard errors, {name}" errors
                ]
            Seeds = 1
            Notes =
                [
                    "Dropout penalises wⱼ² in proportion to the size of input j, noise penalises all alike: training a linear neuron with noise of deviation σ is ridge regression with strength nσ²."
                ]
            Figures = []
        }

    let experiment: Experiment =
        {
            Name = "noise-identities"
            Row = "R31"
            Title = "Dropout and noise as penalties, exactly"
            Claim =
                "For a linear neuron with squared error, dropout and noise on the inputs are, in expectation, L2 penalties on the weights."
            Source =
                "Srivastava et al., \"Dropout\" (2014), section 9.1; Bishop, \"Training with noise is equivalent to Tikhonov regularization\" (1995)"
            Data = NoData
            Run = run
        }
