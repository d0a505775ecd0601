namespace Hybrid.Diagnostics

open System
open Hybrid.Core

/// The features of some examples as they reach the first neurons, after the network's own preprocessing.
type InputMeasures =
    {
        /// Of each feature.
        Means: float[]
        /// Standard deviation of each feature, over the examples.
        Deviations: float[]
        /// The minimum of all numbers.
        Minimum: float
        /// The maximum of all numbers.
        Maximum: float
        /// Whether every number is 0 or 1, as indicators of categories are.
        IsBinary: bool
    }

/// Gathers the measures of features batch by batch, in double precision.
[<Sealed>]
type internal InputTally(width: int) =
    let origin = Array.zeroCreate<float> width
    let sums = Array.zeroCreate<float> width
    let squares = Array.zeroCreate<float> width
    let mutable count = 0
    let mutable minimum = infinity
    let mutable maximum = -infinity
    let mutable isBinary = true

    /// Takes in the first rows of a batch, [rows; width].
    member _.Add(values: float32[], rows: int) : unit =
        if count = 0 && rows > 0 then
            // sums are taken around the first example, so that the deviation keeps its digits when the mean is large
            for j in 0 .. width - 1 do
                origin[j] <- float values[j]

        // fields would be written at every number
        let mutable low = minimum
        let mutable high = maximum
        let mutable binary = isBinary

        for i in 0 .. rows - 1 do
            for j in 0 .. width - 1 do
                let value = float values[i * width + j]
                let difference = value - origin[j]
                sums[j] <- sums[j] + difference
                squares[j] <- squares[j] + difference * difference

                if value < low then
                    low <- value

                if value > high then
                    high <- value

                if value <> 0.0 && value <> 1.0 then
                    binary <- false

        minimum <- low
        maximum <- high
        isBinary <- binary
        count <- count + rows

    member _.Measures: InputMeasures =
        let n = float count
        let shift = Array.map (fun sum -> sum / n) sums

        {
            Means = Array.map2 (+) origin shift
            Deviations =
                Array.map2
                    (fun square shift -> sqrt (Math.Max(0.0, square / n - shift * shift)))
                    squares
                    shift
            Minimum = minimum
            Maximum = maximum
            IsBinary = isBinary
        }
