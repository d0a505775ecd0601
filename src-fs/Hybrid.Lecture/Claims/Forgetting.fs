namespace Hybrid.Lecture

open Hybrid.Core
open Hybrid.Figures

/// <summary>R8: the penalty ½λ‖w‖² is gradual forgetting.</summary>
/// <remarks>Without a gradient from the data, a step of gradient descent is w ← w - ηλw, so that wₜ = (1 - ηλ)ᵗ w₀; biases do not
/// fade. Checked in double precision on the graph of a training step, over 100 steps with 100 random rates and strengths;
/// the maximum relative difference was 2e-14 with five seeds, the rounding of 100 products.</remarks>
module internal Forgetting =
    [<Literal>]
    let private Steps = 100

    /// A loss that does not depend on the output.
    let private silent: Loss =
        Loss.ofNumbers "silent" (fun outputs _ -> 0.0 * Tensor.sum 1 outputs)

    /// The parameters after each step, the start first.
    let private fade (network: Network) (rate: float) (strength: float) : (string * float[]) list list =
        let options =
            { Digits.options 1UL rate 1 with
                Task = Regression 1
                Loss = silent
                Regularizer = { Regularizer.none with L2 = strength }
            }

        let _, updates = Step.graph options false (Network.withInputs network) 3 1
        let names, next = List.unzip updates

        let step parameters =
            let given =
                [
                    "rate", [| rate |]
                    "step", [| 0.0; 0.0 |]
                    "x", [| 1.0; 2.0; 3.0 |]
                    "target", [| 1.0 |]
                ]

            List.zip names (Reference.evaluate (given @ parameters) next)

        ((Network.parameters network
          |> List.map (fun (name, value) -> name, Reference.value value)),
         [ 1..Steps ])
        ||> List.scan (fun parameters _ -> step parameters)

    let private network seed : Network =
        let layer part inputs outputs : Linear =
            {
                Weight =
                    Tensor.constant
                        [ outputs; inputs ]
                        (Random.normals (Random.split seed part) (inputs * outputs))
                Bias =
                    Some(Tensor.constant [ outputs ] (Random.normals (Random.split seed (part + 10)) outputs))
            }

        Linear.network (layer 0 3 4)
        >=> Activation.tanh
        >=> Linear.network (layer 1 4 1)

    /// The relative distance of weights from (1 - ηλ)ᵗ w₀ after all steps, and the movement of biases.
    let private compare (seed: uint64) : float * float =
        let numbers = Random.uniforms (Random.split seed 99) 0UL 2
        let rate, strength = 0.001 + 0.5 * numbers[0], 0.001 + numbers[1]
        let course = fade (network seed) rate strength
        let factor = pown (1.0 - rate * strength) Steps

        List.zip course.Head (List.last course)
        |> List.map (fun ((name, before), (_, after)) ->
            if name.EndsWith "weight" then
                Array.map2 (fun w v -> abs (v - factor * w) / abs (factor * w)) before after
                |> Array.max,
                0.0
            else
                0.0, Array.map2 (fun w v -> abs (v - w)) before after |> Array.max)
        |> List.unzip
        |> fun (weights, biases) -> List.max weights, List.max biases

    /// The loss of a new network with its penalty, for increasing strengths.
    let private initialLoss seed strength =
        let network = network seed
        let x = Tensor.constant [ 1; 3 ] [| 1.0; 2.0; 3.0 |]

        let loss =
            Tensor.meanAll (
                Loss.squared.PerExample (Network.forward network x) (Tensor.constant [ 1; 1 ] [| 1.0 |])
            )

        loss
        + Regularizer.penalty
            { Regularizer.none with L2 = strength }
            (Network.parameters network |> List.map snd)
        |> Reference.value
        |> Array.exactlyOne

    let private figure seed : Figure =
        let start = network seed

        [ 0.01; 0.1; 0.5 ]
        |> List.mapi (fun index strength ->
            let length (parameters: (string * float[]) list) =
                parameters
                |> List.filter (fun (name, _) -> name.EndsWith "weight")
                |> List.sumBy (snd >> Array.sumBy (fun w -> w * w))
                |> sqrt

            let lengths = fade start 0.1 strength |> List.map length |> Array.ofList
            Lines.line (Series index) $"λ = {strength}" (Array.init lengths.Length float) lengths)
        |> Chart.create
            "Gradual forgetting: no data, learning rate 0.1"
            (Axis.linear "step")
            (Axis.linear "norm of all weights")
        |> Chart.draw

    let private run (setting: Setting) : Outcome =
        let pairs = List.init 100 (fun i -> compare (Random.split setting.Seed i))

        let weights, biases =
            pairs |> List.map fst |> List.max, pairs |> List.map snd |> List.max

        let losses = [ 0.0; 0.001; 0.01; 0.1; 1.0 ] |> List.map (initialLoss setting.Seed)

        let conditions =
            [
                Condition.atMost
                    "weights are (1 - ηλ)ᵗ of their start"
                    weights
                    1e-12
                    "relative; 100 steps of a few roundings of 1e-16"
                Condition.exactly "biases are exempt" biases 0.0 "exempt parameters do not change by a bit"
                Condition.above
                    "a stronger penalty starts at a higher loss"
                    (List.pairwise losses |> List.map (fun (a, b) -> b - a) |> List.min)
                    0.0
                    "the smallest step from one λ to the next; a penalty is positive"
            ]

        {
            Verdict = Verdict.ofConditions conditions
            Conditions = conditions
            Measurements =
                [
                    Measurement.own "maximum relative difference from (1 - ηλ)ᵗ w₀ after 100 steps" weights
                    Measurement.own "maximum change of a bias" biases
                    Measurement.own "initial loss with λ = 0" losses[0]
                    Measurement.own "initial loss with λ = 1" losses[4]
                ]
            Seeds = 1
            Notes = []
            Figures = [ "forgetting", figure setting.Seed ]
        }

    let experiment: Experiment =
        {
            Name = "forgetting"
            Row = "R8"
            Title = "Regularisation is gradual forgetting"
            Claim =
                "The L2 penalty drives every weight towards zero after every update: without a gradient from the data, wₜ = (1 - ηλ)ᵗ w₀."
            Source =
                "the lecture, slide \"Linear classifier\"; Hanson and Pratt, \"Comparing biases for minimal network construction with back-propagation\" (1989)"
            Data = NoData
            Run = run
        }
