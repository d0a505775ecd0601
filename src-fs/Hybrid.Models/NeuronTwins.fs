namespace Hybrid.Models

open System
open Hybrid.Core

/// <summary>Neurons and the same neurons with integers, for bounds of what they take.</summary>
/// <remarks>Float64 sums are bounded a priori: the error of a sum of n products is at most (n + 2) 2⁻⁵² Σ |a b| (Higham, Accuracy and
/// Stability of Numerical Algorithms (2002), section 3.1, with twice the constant).</remarks>
[<Sealed>]
type internal NeuronTwins(linear: Linear, integers: QuantizedLinear) =
    let inputs, outputs = integers.Inputs, integers.Outputs

    let values (x: Tensor) =
        Reference.value x |> Array.map (fun value -> float (float32 value))

    let weight = values linear.Weight
    let whole = values integers.Integers
    let step = float integers.Input.Step
    let scales = integers.Scales |> Array.map float

    /// What the integers stand for.
    let dequantized = whole |> Array.mapi (fun i q -> q * (scales[i / inputs] / step))

    let biases =
        match linear.Bias with
        | Some bias -> values bias
        | None -> Array.zeroCreate outputs

    let least, most =
        let struct (least, most) = integers.Input.Limits
        float (least - integers.Input.Zero), float (most - integers.Input.Zero)

    let ulp = Math.BitIncrement 1.0 - 1.0
    let unit, tiny = RoundingRule.Unit, RoundingRule.Tiny

    /// γₙ of float32.
    let gamma (terms: int) = RoundingRule.gamma (float terms)

    /// The centre of an interval, and a radius around it that contains the interval.
    let ball (x: Interval) : struct (float * float) =
        let centre = x.Lower / 2.0 + x.Upper / 2.0

        let radius =
            if x.Lower = x.Upper then
                0.0
            else
                Math.BitIncrement(max (x.Upper - centre) (centre - x.Lower))

        struct (centre, radius)

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

    /// What the integers of computed numbers stand for, less the exact numbers.
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

    /// Around a float64 sum.
    let around (centre: float) (radius: float) : Interval =
        let radius = radius * (1.0 + 4.0 * ulp) + 1e-300

        if Double.IsFinite centre && Double.IsFinite radius then
            Interval.outward (centre - radius) (centre + radius)
        else
            Interval.everything

    let through (x: Twins) : Twins =
        let ranges = x.Integer |> Array.map rounded

        let exact = x.Exact |> Array.map ball
        let counts = ranges |> Array.map ball

        let misses =
            Array.init inputs (fun j -> misses x.Exact[j] x.Integer[j] x.Difference[j] ranges[j] |> ball)

        let bound =
            Array.map2 (fun range error -> RoundingRule.magnitude range + error) x.Exact x.Error

        let ofDoubles = float (inputs + 8) * ulp

        let isKnown = Twins.areFinite x.Integer

        let each i =
            let mutable sum, sumRadius, sumSize = 0.0, 0.0, 0.0
            let mutable count, countRadius, countSize = 0.0, 0.0, 0.0
            let mutable missed, missedRadius, missedSize = 0.0, 0.0, 0.0
            let mutable error, size, weights, numbers = 0.0, 0.0, 0.0, 0.0

            for j in 0 .. inputs - 1 do
                let w, q, v =
                    weight[i * inputs + j], whole[i * inputs + j], dequantized[i * inputs + j]

                let struct (c, r) = exact[j]
                let struct (k, l) = counts[j]
                let struct (p, s) = misses[j]
                let a = abs w
                sum <- sum + w * c
                sumRadius <- sumRadius + a * r
                sumSize <- sumSize + a * abs c
                count <- count + q * k
                countRadius <- countRadius + abs q * l
                countSize <- countSize + abs q * (abs k + l)
                missed <- missed + v * p + (v - w) * c
                missedRadius <- missedRadius + abs v * s + abs (v - w) * r
                missedSize <- missedSize + abs v * (abs p + s) + (abs v + a) * (abs c + r)
                error <- error + a * x.Error[j]
                size <- size + a * bound[j]
                weights <- weights + a
                numbers <- numbers + bound[j]

            let b = biases[i]
            let y = around (sum + b) (sumRadius + ofDoubles * (sumSize + sumRadius + abs b))

            // sums of integers are exact up to 2²⁴
            let inexact =
                if countSize <= 16777216.0 then
                    0.0
                else
                    gamma inputs * countSize

            let reach = (countSize + inexact) * scales[i]

            let own =
                2.0 * unit * (1.0 + 8.0 * unit) * (reach + abs b)
                + inexact * scales[i]
                // a scale that is subnormal may be flushed to 0
                + tiny * (8.0 + (if scales[i] < tiny then countSize else 0.0))

            let isBounded = isKnown && reach + abs b < RoundingRule.overflow

            let integer =
                if isBounded then
                    around
                        (count * scales[i] + b)
                        (countRadius * scales[i] + own + ofDoubles * (reach + abs b))
                else
                    Interval.everything

            let difference =
                if isBounded then
                    Twins.both
                        (around missed (missedRadius + own + 2.0 * ofDoubles * (missedSize + abs b)))
                        (Interval.subtract integer y)
                else
                    Interval.everything

            let error =
                (1.0 + ofDoubles)
                * (error
                   + gamma (inputs + 2) * (size + abs b)
                   + tiny * (float (3 * inputs + 4) + weights + numbers))

            let isFinite = size + abs b < RoundingRule.overflow && not (Double.IsNaN error)
            struct (y, (if isFinite then error else infinity), integer, difference)

        let all = Array.init outputs each

        {
            Exact = all |> Array.map (fun struct (y, _, _, _) -> y)
            Error = all |> Array.map (fun struct (_, error, _, _) -> error)
            Integer = all |> Array.map (fun struct (_, _, integer, _) -> integer)
            Difference = all |> Array.map (fun struct (_, _, _, difference) -> difference)
        }

    /// What the neurons return for each run of numbers that they take: one, or several where there are more axes than those of examples
    /// and features.
    member _.Through(x: Twins) : Twins =
        let parts =
            [
                for start in 0..inputs .. x.Exact.Length - 1 do
                    let part (values: 'a[]) : 'a[] = Array.sub values start inputs

                    through
                        {
                            Exact = part x.Exact
                            Error = part x.Error
                            Integer = part x.Integer
                            Difference = part x.Difference
                        }
            ]

        let all (values: Twins -> 'a[]) =
            parts |> List.map values |> Array.concat

        {
            Exact = all _.Exact
            Error = all _.Error
            Integer = all _.Integer
            Difference = all _.Difference
        }
