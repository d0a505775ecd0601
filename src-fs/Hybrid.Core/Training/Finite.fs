namespace Hybrid.Core

open System
open System.Numerics
open System.Runtime.InteropServices

/// Results and features that must be finite numbers.
module internal Finite =
    let private isWrong (values: ReadOnlySpan<float32>) =
        let mutable found = false

        for value in values do
            found <- found || not (Single.IsFinite value)

        found

    /// Whether all are finite numbers.
    let areAll (values: ReadOnlySpan<float32>) : bool = not (isWrong values)

    /// Raises an error for the first non-finite number of results, [examples; width], counting examples on from those before.
    let private require (areLosses: bool) (before: int) (width: int) (results: ReadOnlySpan<float32>) : unit =
        if isWrong results then
            let mutable first = -1
            let mutable count = 0

            for example in 0 .. results.Length / width - 1 do
                if isWrong (results.Slice(example * width, width)) then
                    count <- count + 1

                    if first < 0 then
                        first <- example

            let mutable output = 0

            while Single.IsFinite results[first * width + output] do
                output <- output + 1

            raise (
                NonFiniteResultException(
                    "",
                    (if areLosses then "the loss" else $"output {output + 1}"),
                    int64 (before + first),
                    (if areLosses then -1 else output),
                    results[first * width + output],
                    count,
                    results.Length / width
                )
            )

    /// <summary>Checks that a network's outputs, [examples; width], are finite.</summary>
    /// <exception cref="T:Hybrid.NonFiniteResultException">One is NaN or infinite.</exception>
    let requireOutputs (width: int) (outputs: ReadOnlySpan<float32>) : unit = require false 0 width outputs

    /// <summary>Checks that losses, one per example, are finite.</summary>
    /// <param name="before">The number of examples before these.</param>
    /// <param name="losses">[examples].</param>
    /// <exception cref="T:Hybrid.NonFiniteResultException">One is NaN or infinite.</exception>
    let requireLosses (before: int) (losses: ReadOnlySpan<float32>) : unit = require true before 1 losses

    /// <summary>Copies features to the start of a target, and says whether none of them is infinite, all in one reading; NaN stands for
    /// a missing value.</summary>
    let copyFeatures (features: ReadOnlySpan<float32>) (target: Span<float32>) : bool =
        // compared as integers, many at a time
        let from = MemoryMarshal.Cast<float32, Vector<int>> features
        let into = MemoryMarshal.Cast<float32, Vector<int>> target
        let magnitude = Vector<int> Int32.MaxValue
        let infinity = Vector<int>(BitConverter.SingleToInt32Bits Single.PositiveInfinity)
        let mutable infinite = Vector<int>.Zero

        for i in 0 .. from.Length - 1 do
            let bits = from[i]
            into[i] <- bits
            infinite <- infinite ||| Vector.Equals(bits &&& magnitude, infinity)

        let copied = from.Length * Vector<int>.Count
        let rest = features.Slice copied
        rest.CopyTo(target.Slice copied)
        let mutable isFinite = Vector.EqualsAll(infinite, Vector<int>.Zero)

        for x in rest do
            isFinite <- isFinite && not (Single.IsInfinity x)

        isFinite

    /// <summary>Checks that features, [examples; width], are not infinite; NaN stands for a missing value.</summary>
    /// <exception cref="T:Hybrid.HybridException">One is infinite; the message names example and column.</exception>
    let requireFeatures (width: int) (features: ReadOnlySpan<float32>) : unit =
        // compared as integers, many at a time
        let bits = MemoryMarshal.Cast<float32, int> features

        let place =
            bits.IndexOfAny(
                BitConverter.SingleToInt32Bits Single.PositiveInfinity,
                BitConverter.SingleToInt32Bits Single.NegativeInfinity
            )

        if place >= 0 then
            raise (
                HybridException(
                    $"Column {place % width + 1} of example {place / width + 1} is infinite. Give finite numbers, or NaN "
                    + "where a value is missing."
                )
            )
