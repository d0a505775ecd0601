namespace Hybrid.Models

open System
open Hybrid.Core

/// <summary>Neurons and the same neurons compressed, for bounds of what they take.</summary>
/// <remarks>Float64 sums are bounded a priori: the error of a sum of n products is at most (n + 2) 2⁻⁵² Σ |a b| (Higham, Accuracy and
/// Stability of Numerical Algorithms (2002), section 3.1, with twice the constant).</remarks>
/// <param name="weight">[outputs; inputs].</param>
/// <param name="biases">One for each output.</param>
/// <param name="other">The same neurons compressed.</param>
/// <param name="sight">Which numbers they see.</param>
[<Sealed>]
type internal NeuronTwins(weight: float[], biases: float[], other: OtherNeurons, sight: Lazy<Sight>) =
    let outputs = biases.Length
    let inputs = weight.Length / max 1 outputs

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

    /// What the neurons return.
    member _.Through(x: Twins) : Twins =
        let sight = sight.Value
        let taken = x.Other |> Array.map other.Taken

        let exact = x.Exact |> Array.map ball
        let counts = taken |> Array.map ball

        let misses =
            Array.init x.Exact.Length (fun j ->
                other.Misses x.Exact[j] x.Other[j] x.Difference[j] taken[j] |> ball)

        let bound =
            Array.map2 (fun range error -> RoundingRule.magnitude range + error) x.Exact x.Error

        let takenSizes = taken |> Array.map RoundingRule.magnitude

        let ofDoubles = float (inputs + 8) * ulp

        let isKnown = Twins.areFinite x.Other

        let each (seen: int[]) i =
            let mutable sum, sumRadius, sumSize = 0.0, 0.0, 0.0
            let mutable count, countRadius, countSize = 0.0, 0.0, 0.0
            let mutable missed, missedRadius, missedSize = 0.0, 0.0, 0.0
            let mutable error, size, weights, otherWeights = 0.0, 0.0, 0.0, 0.0
            let mutable numbers, takenNumbers = 0.0, 0.0

            for j in 0 .. inputs - 1 do
                let at = seen[j]

                // zeros beyond the edge are exact in both
                if at >= 0 then
                    let w, q, v =
                        weight[i * inputs + j], other.Weights[i * inputs + j], other.Factors[i * inputs + j]

                    let struct (c, r) = exact[at]
                    let struct (k, l) = counts[at]
                    let struct (p, s) = misses[at]
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
                    error <- error + a * x.Error[at]
                    size <- size + a * bound[at]
                    weights <- weights + a
                    otherWeights <- otherWeights + abs q
                    numbers <- numbers + bound[at]
                    takenNumbers <- takenNumbers + takenSizes[at]

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

        let places = sight.Seen.Length
        let results = Array.zeroCreate (places * outputs)

        for window in 0 .. places - 1 do
            for i in 0 .. outputs - 1 do
                let seen = sight.Seen[window][i * sight.Groups / outputs]
                results[sight.Place window i] <- each seen i

        {
            Exact = results |> Array.map (fun struct (y, _, _, _) -> y)
            Error = results |> Array.map (fun struct (_, error, _, _) -> error)
            Other = results |> Array.map (fun struct (_, _, compressed, _) -> compressed)
            Difference = results |> Array.map (fun struct (_, _, _, difference) -> difference)
        }
