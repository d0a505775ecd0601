namespace Hybrid.Models

open System
open Hybrid.Core

/// <summary>What compressed neurons compute: Scales · (Weights t) + b, where t is what they take their input x for.</summary>
[<NoComparison; ReferenceEquality>]
type internal OtherNeurons =
    {
        /// [outputs; inputs], one neuron per row; the inputs of a convolution's neuron are the elements of its window.
        Weights: float[]
        /// What a sum of products stands for, for each neuron.
        Scales: float[]
        /// [outputs; inputs]: what an input is multiplied by, all in all.
        Factors: float[]
        /// What numbers of an interval are taken for.
        Taken: Interval -> Interval
        /// From the exact numbers, the computed ones, these less the exact ones, and what they are taken for: what that stands for,
        /// less the exact numbers.
        Misses: Interval -> Interval -> Interval -> Interval -> Interval
        /// The maximum error of a neuron's result, from the scale, |b|, Σ |Weights t|, Σ |Weights| and Σ |t|.
        Rounding: float -> float -> float -> float -> float -> float
    }

module internal OtherNeurons =
    let private ulp = Math.BitIncrement 1.0 - 1.0
    let private unit, private tiny = RoundingRule.Unit, RoundingRule.Tiny

    /// The float32 numbers of a tensor.
    let values (x: Tensor) : float[] =
        Reference.value x |> Array.map (fun value -> float (float32 value))

    /// <summary>The maximum error of a sum of products and a bias in float32, in any order, for any engine.</summary>
    /// <param name="inputs">The number of products.</param>
    /// <param name="size">The sum of their magnitudes, and that of the bias.</param>
    /// <param name="weights">The sum of the magnitudes of the first factors.</param>
    /// <param name="numbers">That of the second factors.</param>
    let ofSum (inputs: int) (size: float) (weights: float) (numbers: float) : float =
        // numbers that are subnormal may be flushed to 0
        RoundingRule.gamma (float (inputs + 2)) * size
        + tiny * (float (3 * inputs + 4) + weights + numbers)

    /// Neurons that differ by their weights alone.
    let ofWeights (linear: Linear) : OtherNeurons =
        let weights, inputs = values linear.Weight, linear.Weight.Shape[1]

        {
            Weights = weights
            Scales = Array.create linear.Weight.Shape[0] 1.0
            Factors = weights
            Taken = id
            Misses = fun _ _ difference _ -> difference
            Rounding =
                fun _ bias size weights numbers ->
                    (1.0 + float (inputs + 8) * ulp) * ofSum inputs (size + bias) weights numbers
        }

    /// Neurons of integers.
    let ofIntegers (integers: QuantizedNeurons) : OtherNeurons =
        let inputs = integers.Inputs
        let whole = values integers.Integers
        let step = float integers.Input.Step
        let scales = integers.Scales |> Array.map float

        let least, most =
            let struct (least, most) = integers.Input.Limits
            float (least - integers.Input.Zero), float (most - integers.Input.Zero)

        /// The integers, less the zero, that numbers of an interval may be rounded to by any division of float32.
        let rounded (x: Interval) : Interval =
            let off (quotient: float) =
                4.0 * unit * abs quotient + tiny + tiny / step

            let limited (q: float) =
                min most (max least (Math.Round(q, MidpointRounding.ToEven)))

            let low, high = x.Lower / step, x.Upper / step

            {
                Lower = limited (low - off low)
                Upper = limited (high + off high)
            }

        let misses (exact: Interval) (computed: Interval) (difference: Interval) (q: Interval) : Interval =
            let byRange = Interval.subtract (Interval.multiply (Interval.exactly step) q) exact

            let half =
                step / 2.0
                + (4.0 * unit + 8.0 * ulp) * (RoundingRule.magnitude computed + step)
                + 2.0 * tiny * (1.0 + step)

            let byRounding =
                Interval.add
                    difference
                    {
                        Lower = Math.BitDecrement(min -half (step * most - computed.Upper))
                        Upper = Math.BitIncrement(max half (step * least - computed.Lower))
                    }

            Twins.both byRange byRounding

        let rounding scale bias size _ _ =
            // sums of integers are exact up to 2²⁴
            let inexact =
                if size <= 16777216.0 then
                    0.0
                else
                    RoundingRule.gamma (float inputs) * size

            let reach = (size + inexact) * scale

            2.0 * unit * (1.0 + 8.0 * unit) * (reach + bias)
            + inexact * scale
            // a scale that is subnormal may be flushed to 0
            + tiny * (8.0 + (if scale < tiny then size else 0.0))

        {
            Weights = whole
            Scales = scales
            Factors = whole |> Array.mapi (fun i q -> q * (scales[i / inputs] / step))
            Taken = rounded
            Misses = misses
            Rounding = rounding
        }
