namespace Hybrid.Verification

open System
open System.Numerics
open Hybrid.Core

/// <summary>Float64 arithmetic rounded outward, for single numbers and for rows of intervals.</summary>
/// <remarks>A product or sum that is rounded to nearest differs from the exact one by at most 2⁻⁵³ of itself, or by less than the
/// smallest number: bounds are moved by more. NaN stays NaN, and proves nothing.</remarks>
module internal Outward =
    /// 2⁻⁵¹
    [<Literal>]
    let private Share = 4.440892098500626e-16

    [<Literal>]
    let private Least = 1e-300

    /// Below the exact result of the operation that was rounded to this number.
    let inline down (x: float) : float = x - (Share * abs x + Least)

    /// Above the exact result of the operation that was rounded to this number.
    let inline up (x: float) : float = x + (Share * abs x + Least)

    /// The least product of numbers of two intervals.
    let leastProduct (a: Interval) (b: Interval) : float =
        let smaller (x: float) y = Math.Min(x, y)

        smaller
            (smaller (a.Lower * b.Lower) (a.Lower * b.Upper))
            (smaller (a.Upper * b.Lower) (a.Upper * b.Upper))
        |> down

    /// The maximum absolute value.
    let size (x: Interval) : float = Math.Max(abs x.Lower, abs x.Upper)

    /// <summary>Adds a factor times a row of numbers to a row of intervals.</summary>
    /// <param name="lower">The intervals' lower ends.</param>
    /// <param name="upper">Their upper ends.</param>
    /// <param name="factor">Is in this interval.</param>
    /// <param name="numbers">The row's numbers are among these.</param>
    /// <param name="start">Where the row begins.</param>
    let addRow (lower: float[]) (upper: float[]) (factor: Interval) (numbers: float[]) (start: int) : unit =
        let low, high = Vector<float> factor.Lower, Vector<float> factor.Upper
        let share, least = Vector<float> Share, Vector<float> Least
        let lanes = Vector<float>.Count
        let mutable j = 0

        while j <= lower.Length - lanes do
            let number = Vector<float>(numbers, start + j)
            let isPositive = Vector.GreaterThanOrEqual(number, Vector<float>.Zero)
            let small = number * Vector.ConditionalSelect(isPositive, low, high)
            let large = number * Vector.ConditionalSelect(isPositive, high, low)
            let below = Vector<float>(lower, j) + small
            let above = Vector<float>(upper, j) + large
            (below - (share * (Vector.Abs below + Vector.Abs small) + least)).CopyTo(lower, j)
            (above + (share * (Vector.Abs above + Vector.Abs large) + least)).CopyTo(upper, j)
            j <- j + lanes

        while j < lower.Length do
            let number = numbers[start + j]
            let isPositive = number >= 0.0
            let small = number * (if isPositive then factor.Lower else factor.Upper)
            let large = number * (if isPositive then factor.Upper else factor.Lower)
            let below, above = lower[j] + small, upper[j] + large
            lower[j] <- below - (Share * (abs below + abs small) + Least)
            upper[j] <- above + (Share * (abs above + abs large) + Least)
            j <- j + 1

    /// Adds a size times the absolute values of a row of numbers to a row of upper bounds.
    let addSizes (total: float[]) (size: float) (numbers: float[]) (start: int) : unit =
        for i in 0 .. total.Length - 1 do
            let product = size * abs numbers[start + i]
            let sum = total[i] + product
            total[i] <- sum + (Share * (sum + product) + Least)
