namespace Hybrid.Models

open System
open Hybrid.Core

/// <summary>Neurons and the same neurons compressed, for bounds of what they take.</summary>
/// <remarks>Float64 sums are bounded a priori: the error of a sum of n products is at most (n + 2) 2⁻⁵² Σ |a b| (Higham, Accuracy and
/// Stability of Numerical Algorithms (2002), section 3.1, with twice the constant).</remarks>
[<Sealed>]
type internal NeuronTwins(linear: Linear, other: OtherNeurons) =
    let outputs, inputs = linear.Weight.Shape[0], linear.Weight.Shape[1]

    let weight = OtherNeurons.values linear.Weight

    let biases =
        match linear.Bias with
        | Some bias -> OtherNeurons.values bias
        | None -> Array.zeroCreate outputs

    let ulp = Math.BitIncrement 1.0 - 1.0

    /// The centre of an interval, and a radius around it that contains the interval.
    let ball (x: Interval) : struct (float * float) =
        let centre = x.Lower / 2.0 + x.Upper / 2.0

        let radius =
            if x.Lower = x.Upper then
                0.0
            else
                Math.BitIncrement(max (x.Upper - centre) (centre - x.Lower))

        struct (centre, radius)

    /// Around a float64 sum.
    let around (centre: float) (radius: float) : Interval =
        let radius = radius * (1.0 + 4.0 * ulp) + 1e-300

        if Double.IsFinite centre && Double.IsFinite radius then
            Interval.outward (centre - radius) (centre + radius)
        else
            Interval.everything

    let through (x: Twins) : Twins =
        let taken = x.Other |> Array.map other.Taken

        let exact = x.Exact |> Array.map ball
        let counts = taken |> Array.map ball

        let misses =
            Array.init inputs (fun j -> other.Misses x.Exact[j] x.Other[j] x.Difference[j] taken[j] |> ball)

        let bound =
            Array.map2 (fun range error -> RoundingRule.magnitude range + error) x.Exact x.Error

        let numbers = Array.sum bound
        let takenNumbers = taken |> Array.sumBy RoundingRule.magnitude

        let ofDoubles = float (inputs + 8) * ulp

        let isKnown = Twins.areFinite x.Other

        let each i =
            let mutable sum, sumRadius, sumSize = 0.0, 0.0, 0.0
            let mutable count, countRadius, countSize = 0.0, 0.0, 0.0
            let mutable missed, missedRadius, missedSize = 0.0, 0.0, 0.0
            let mutable error, size, weights, otherWeights = 0.0, 0.0, 0.0, 0.0

            for j in 0 .. inputs - 1 do
                let w, q, v =
                    weight[i * inputs + j], other.Weights[i * inputs + j], other.Factors[i * inputs + j]

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
                otherWeights <- otherWeights + abs q

            let b = biases[i]
            let y = around (sum + b) (sumRadius + ofDoubles * (sumSize + sumRadius + abs b))

            let scale = other.Scales[i]
            let own = other.Rounding scale (abs b) countSize otherWeights takenNumbers
            let reach = countSize * scale + own

            let isBounded = isKnown && reach + abs b < RoundingRule.overflow

            let compressed =
                if isBounded then
                    around (count * scale + b) (countRadius * scale + own + ofDoubles * (reach + abs b))
                else
                    Interval.everything

            let difference =
                if isBounded then
                    Twins.both
                        (around missed (missedRadius + own + 2.0 * ofDoubles * (missedSize + abs b)))
                        (Interval.subtract compressed y)
                else
                    Interval.everything

            let error =
                (1.0 + ofDoubles)
                * (error + OtherNeurons.ofSum inputs (size + abs b) weights numbers)

            let isFinite = size + abs b < RoundingRule.overflow && not (Double.IsNaN error)
            struct (y, (if isFinite then error else infinity), compressed, difference)

        let all = Array.init outputs each

        {
            Exact = all |> Array.map (fun struct (y, _, _, _) -> y)
            Error = all |> Array.map (fun struct (_, error, _, _) -> error)
            Other = all |> Array.map (fun struct (_, _, compressed, _) -> compressed)
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
                            Other = part x.Other
                            Difference = part x.Difference
                        }
            ]

        let all (values: Twins -> 'a[]) =
            parts |> List.map values |> Array.concat

        {
            Exact = all _.Exact
            Error = all _.Error
            Other = all _.Other
            Difference = all _.Difference
        }
