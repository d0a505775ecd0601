namespace Hybrid.Verification

open System
open System.Numerics
open System.Runtime.InteropServices

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

    /// <summary>How much of a half-space's function to add to a row, so that the least value of the sum in a box is about
    /// greatest.</summary>
    /// <remarks>That value is concave in the multiplier, and its derivative is the function where the sum is least.</remarks>
    let private multiplier (input: BlockBounds) capacity box (space: HalfSpace) (factors: float32[]) start =
        let width = input.Width

        let derivative (multiplier: float32) =
            let row = vectors factors start width
            let slopes = vectors space.Slopes 0 width
            let centres = vectors input.Centre (box * width) width
            let distances = vectors input.Spread ((capacity + box) * width) width
            let mutable sum = Vector<float32>.Zero

            for i in 0 .. row.Length - 1 do
                let slope = row[i] + multiplier * slopes[i]

                let distance =
                    Vector.ConditionalSelect(
                        Vector.GreaterThan(slope, Vector<float32>.Zero),
                        distances[i],
                        -distances[i]
                    )

                sum <- sum + slopes[i] * (centres[i] - distance)

            Vector.Sum sum + float32 space.Constant

        if derivative 0f > 0f then
            let size (values: float32[]) start =
                let mutable sum = Vector<float32>.Zero

                let all = vectors values start width

                for i in 0 .. all.Length - 1 do
                    sum <- sum + Vector.Abs all[i]

                Vector.Sum sum

            let mutable low, high = 0f, size factors start / (size space.Slopes 0 + 1e-30f)
            let mutable doublings = 0

            while derivative high > 0f && doublings < Halvings do
                low <- high
                high <- 2f * high
                doublings <- doublings + 1

            for _ in 1..Halvings do
                let middle = 0.5f * (low + high)

                if derivative middle > 0f then
                    low <- middle
                else
                    high <- middle

            if Single.IsFinite high then high else 0f
        else
            0f

    /// <summary>A lower bound, in the part of a box in a half-space, of a row of factors of the inputs with a constant, all of
    /// which may be off by some amount.</summary>
    /// <remarks>λ times the half-space's function is at most 0 there, so the sum with it is not above the row, for any λ ≥
    /// 0.</remarks>
    let least
        (boxes: BoxBounds)
        (box: int)
        (space: HalfSpace)
        (factors: float32[])
        (start: int)
        (constant: float)
        (off: float)
        : float =
        let input = boxes.Blocks[0]
        let multiplier = float (multiplier input boxes.Capacity box space factors start)
        let mutable sum = 0.0
        let mutable total = 0.0

        for i in 0 .. input.Rows - 1 do
            // the product of two float32 numbers is exact
            let slope = float factors[start + i] + multiplier * float space.Slopes[i]
            let at = box * input.Rows + i
            sum <- sum + slope * (if slope > 0.0 then input.Lower[at] else input.Upper[at])
            total <- total + abs slope * float input.Spread[box * input.Width + i]

        let added = multiplier * space.Constant

        let cost =
            off * Padded.Outward
            + Affine.Ulp
              * (float input.Rows + 32.0)
              * (total + abs constant + abs added + abs sum + off)
            + 1e-290

        constant + added + sum - cost
