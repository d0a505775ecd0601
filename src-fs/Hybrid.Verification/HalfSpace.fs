namespace Hybrid.Verification

open System
open System.Numerics
open System.Runtime.InteropServices
open Hybrid.Core

/// <summary>Inputs x with Σ slopesᵢ xᵢ + constant ≤ 0: where a condition may hold, if that is a lower bound of it.</summary>
[<Sealed; AllowNullLiteral>]
type internal HalfSpace(slopes: float32[], constant: float) =
    /// One for each input, padded.
    member _.Slopes = slopes
    member _.Constant = constant

module internal HalfSpace =
    let private vectors (values: float32[]) start count =
        MemoryMarshal.Cast<float32, Vector<float32>>(ReadOnlySpan<float32>(values, start, count))

    /// Halvings of the interval of multipliers.
    [<Literal>]
    let private Halvings = 8

    /// The value of a half-space's function, less so much of a row of factors and a constant, where the row's function and so much of
    /// it are least together in a box.
    let private slope
        (boxes: BoxBounds)
        (box: int)
        (space: HalfSpace)
        (factors: float32[])
        (start: int)
        (constant: float)
        (own: float32)
        (share: float32)
        (less: float32)
        : float32 =
        let input = boxes.Blocks[0]
        let width = input.Width
        let row = vectors factors start width
        let added = vectors space.Slopes 0 width
        let centres = vectors input.Centre (box * width) width
        let distances = vectors input.Spread ((boxes.Capacity + box) * width) width

        let own, share, lessened =
            Vector<float32> own, Vector<float32> share, Vector<float32> less

        let mutable sum = Vector<float32>.Zero

        for i in 0 .. row.Length - 1 do
            let distance =
                Vector.ConditionalSelect(
                    Vector.GreaterThan(own * row[i] + share * added[i], Vector<float32>.Zero),
                    distances[i],
                    -distances[i]
                )

            sum <- sum + (added[i] - lessened * row[i]) * (centres[i] - distance)

        Vector.Sum sum + float32 space.Constant - less * float32 constant

    /// About where a falling derivative is 0, or beyond: it is positive at the low end.
    let private root (derivative: float32 -> float32) (low: float32) (high: float32) : float32 =
        let mutable low, high = low, high

        for _ in 1..Halvings do
            let middle = 0.5f * (low + high)

            if derivative middle > 0f then
                low <- middle
            else
                high <- middle

        high

    /// <summary>How much of a half-space's function to add to a row, so that the least value of the sum in a box is about
    /// greatest.</summary>
    /// <remarks>That value is concave in the multiplier, and its derivative is the function where the sum is least.</remarks>
    let multiplier
        (boxes: BoxBounds)
        (box: int)
        (space: HalfSpace)
        (factors: float32[])
        (start: int)
        : float32 =
        let derivative share =
            slope boxes box space factors start 0.0 1f share 0f

        if derivative 0f > 0f then
            let size (values: float32[]) start =
                let mutable sum = Vector<float32>.Zero

                let all = vectors values start boxes.Blocks[0].Width

                for i in 0 .. all.Length - 1 do
                    sum <- sum + Vector.Abs all[i]

                Vector.Sum sum

            let mutable low, high = 0f, size factors start / (size space.Slopes 0 + 1e-30f)
            let mutable doublings = 0

            while derivative high > 0f && doublings < Halvings do
                low <- high
                high <- 2f * high
                doublings <- doublings + 1

            let root = root derivative low high
            if Single.IsFinite root then root else 0f
        else
            0f

    /// <summary>The share of a half-space's function in its mean with a row, so that the least value of the mean in a box is about
    /// greatest.</summary>
    /// <remarks>As multiplier; the derivative is the difference of the two functions.</remarks>
    let share
        (boxes: BoxBounds)
        (box: int)
        (space: HalfSpace)
        (factors: float32[])
        (start: int)
        (constant: float)
        : float32 =
        let derivative share =
            slope boxes box space factors start constant (1f - share) share 1f

        if derivative 1f > 0f then 1f
        elif derivative 0f > 0f then root derivative 0f 1f
        else 0f

    /// <summary>A lower bound in a box of so much of a row of factors of the inputs with a constant, all of which may be off by some
    /// amount, and of a half-space's function.</summary>
    /// <remarks>Of the row itself in the half-space, where its share is 1: so much of the half-space's function, which is at most 0
    /// there, is not above 0.</remarks>
    let least
        (boxes: BoxBounds)
        (box: int)
        (own: float32)
        (factors: float32[])
        (start: int)
        (constant: float)
        (off: float)
        (share: float32)
        (space: HalfSpace)
        : float =
        let input = boxes.Blocks[0]

        let struct (sum, total) =
            Corner.least
                own
                (ReadOnlySpan<float32>(factors, start, input.Width))
                share
                (ReadOnlySpan<float32> space.Slopes)
                (ReadOnlySpan<float>(input.Lower, box * input.Rows, input.Rows))
                (ReadOnlySpan<float>(input.Upper, box * input.Rows, input.Rows))

        let constant, off = float own * constant, float own * off
        let added = float share * space.Constant

        let cost =
            off * Padded.Outward
            + Affine.Ulp
              * (float input.Rows + 32.0)
              * (total + abs constant + abs added + abs sum + off)
            + 1e-290

        constant + added + sum - cost

    /// <summary>A half-space that contains the part of a box that is in two: where so much of their functions, together, is at most
    /// 0.</summary>
    let mean
        (boxes: BoxBounds)
        (box: int)
        (own: float32)
        (first: HalfSpace)
        (share: float32)
        (second: HalfSpace)
        : HalfSpace =
        let input = boxes.Blocks[0]
        let own, share = float own, float share
        let mutable total = 0.0
        let mutable reach = 0.0

        let slopes =
            Array.init first.Slopes.Length (fun i ->
                let size = float input.Spread[box * input.Width + i]
                let slope = own * float first.Slopes[i] + share * float second.Slopes[i]
                total <- total + abs slope * size
                reach <- reach + size
                float32 slope)

        // each slope is rounded to float64, then to float32
        let cost =
            (RoundingRule.Unit + 4.0 * Affine.Ulp) * total
            + 4.0 * Affine.Ulp * (abs (own * first.Constant) + abs (share * second.Constant))
            + RoundingRule.Tiny * reach

        HalfSpace(slopes, (own * first.Constant + share * second.Constant) - cost * Padded.Outward)
