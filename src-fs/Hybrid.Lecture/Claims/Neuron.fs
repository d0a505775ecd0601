namespace Hybrid.Lecture

open System
open Hybrid.Core

/// <summary>R4: one neuron as on the slide: a weighted sum, a threshold, a firing rate.</summary>
/// <remarks>Slide: the signals are summed; above a certain threshold the neuron can fire; its rate is f of the sum, and the
/// code's f is the sigmoid. Measured on random neurons: where a threshold unit fires, what it does exactly at its threshold, the
/// distance of the network from the slide's code, and the direction in which each input moves the rate. A single exception would
/// contradict the claim.</remarks>
module internal Neuron =
    /// The slide's code, line by line: the weighted sum, the bias, and the sigmoid as a firing rate.
    let forward (weights: float[]) (bias: float) (inputs: float[]) : float =
        let cellBodySum = Array.fold2 (fun sum x w -> sum + x * w) 0.0 inputs weights + bias
        1.0 / (1.0 + Math.Exp -cellBodySum)

    /// The same neuron as a network: one row of weights and a sigmoid.
    let network (weights: float[]) (bias: float) : Network =
        Linear.network
            {
                Weight = Tensor.constant [ 1; weights.Length ] weights
                Bias = Some(Tensor.constant [ 1 ] [| bias |])
            }
        >=> Activation.sigmoid

    /// A neuron that fires, 1, where the sum of its weighted inputs is above a threshold, and is silent, 0, elsewhere.
    let threshold (weights: float[]) (threshold: float) : Network =
        Linear.network
            {
                Weight = Tensor.constant [ 1; weights.Length ] weights
                Bias = Some(Tensor.constant [ 1 ] [| -threshold |])
            }
        >=> Activation.step

    let private rate (network: Network) (inputs: float[]) =
        Network.forward network (Tensor.constant [ 1; inputs.Length ] inputs)
        |> Reference.value
        |> Array.exactlyOne

    [<Literal>]
    let private Neurons = 1000

    /// The behaviour of one random neuron.
    type private Found =
        {
            /// The difference between the slide's code and the network.
            Apart: float
            /// Whether a larger input moves the rate in the direction of its weight's sign.
            Follows: bool
            /// Whether the threshold unit fires where the sum of its inputs is above the threshold, and only there.
            Fires: bool
            /// The threshold unit's output where the sum equals the threshold.
            AtThreshold: float
            /// Whether the rate is above ½ where the threshold unit fires, and only there.
            Agrees: bool
        }

    let private one (seed: uint64) index : Found =
        let key = Random.split seed index
        let inputs = 1 + index % 8
        let numbers = Random.normals key (2 * inputs + 1)
        let weights, x = numbers[.. inputs - 1], numbers[inputs .. 2 * inputs - 1]
        let bias = numbers[2 * inputs]
        let neuron, unit = network weights bias, threshold weights -bias
        let axis = index % inputs
        let before = rate neuron x
        let after = rate neuron (Array.updateAt axis (x[axis] + 0.5) x)
        let sum = Array.fold2 (fun sum x w -> sum + x * w) 0.0 x weights
        let fires = rate unit x = 1.0
        // whole numbers, whose sum is exact, to hit the threshold itself
        let whole = Array.map round weights

        {
            Apart = abs (before - forward weights bias x)
            Follows = sign (after - before) = sign weights[axis]
            Fires = fires = (sum > -bias)
            AtThreshold = rate (threshold whole (Array.sum whole)) (Array.create inputs 1.0)
            Agrees = fires = (before > 0.5)
        }

    /// From the difference between the slide's code and the network, and the numbers of neurons that contradict the slide.
    let conditions
        (apart: float)
        (unlike: int)
        (misfired: int)
        (atThreshold: int)
        (disagree: int)
        : Condition list =
        let exact = "one neuron in 1,000 would contradict"

        [
            Condition.atMost
                "in code a neuron is f of the dot product plus the bias"
                apart
                1e-15
                "a few roundings of a rate below 1, of 1.1e-16 each"
            Condition.never "every input moves the rate in the direction of its weight's sign" unlike exact
            Condition.never "if the sum is above the threshold the neuron fires, and only then" misfired exact
            Condition.never "at the threshold a neuron does not fire: the slide says above" atThreshold exact
            Condition.never "where a neuron fires its firing rate is above one half" disagree exact
        ]

    let private run (setting: Setting) : Outcome =
        let found = List.init Neurons (one setting.Seed)

        let count wrong =
            found |> List.filter wrong |> List.length

        let apart = found |> List.map _.Apart |> List.max
        let unlike = count (fun one -> not one.Follows)

        let conditions =
            conditions
                apart
                unlike
                (count (fun one -> not one.Fires))
                (count (fun one -> one.AtThreshold <> 0.0))
                (count (fun one -> not one.Agrees))

        { Outcome.judged
              conditions
              [
                  Measurement.own "maximum difference between the slide's code and the network" apart
                  Measurement.own
                      "inputs that move the rate in the direction of their weight's sign"
                      (float (Neurons - unlike))
                  Measurement.own
                      "threshold units that fire where they should, and only there"
                      (count _.Fires |> float)
              ] with
            Seeds = 1
            Notes =
                [
                    "The threshold unit follows the slide's words; the sigmoid of its code has no threshold, only a rate above one half where the sum of inputs and bias is above 0."
                ]
        }

    let experiment: Experiment =
        {
            Name = "neuron"
            Row = "R4"
            Title = "One neuron: weighted sum, threshold, firing rate"
            Claim =
                "Dendrites carry the signals to the cell body, where they are summed; if the sum is above a certain threshold, the neuron can fire; its firing rate is f of the sum, σ(Σ wᵢ xᵢ + b) in the code."
            Source = "the lecture, slide \"Basic model\" and its code"
            Data = NoData
            Run = run
        }
