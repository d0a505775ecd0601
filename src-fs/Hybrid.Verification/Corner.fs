namespace Hybrid.Verification

open System
open System.Numerics

/// A linear function of the inputs at the corner of a box where it is least.
module internal Corner =
    /// <summary>The least value of Σ (own slopesᵢ + share addedᵢ) xᵢ for lower ≤ x ≤ upper, in float64 and any order, and the sum of
    /// its terms' absolute values.</summary>
    /// <param name="own">A float32 number, so that its products are exact.</param>
    /// <param name="slopes">In float32, at least as many as inputs.</param>
    /// <param name="share">As own.</param>
    /// <param name="added">As slopes; not read where the share is 0.</param>
    /// <param name="lower">One for each input.</param>
    /// <param name="upper">One for each input.</param>
    let least
        (own: float32)
        (slopes: ReadOnlySpan<float32>)
        (share: float32)
        (added: ReadOnlySpan<float32>)
        (lower: ReadOnlySpan<float>)
        (upper: ReadOnlySpan<float>)
        : struct (float * float) =
        let lanes, half = Vector<float32>.Count, Vector<float>.Count
        let own, share = float own, float share
        let mutable sums, totals = Vector<float>.Zero, Vector<float>.Zero
        let mutable first, second = Vector<float>.Zero, Vector<float>.Zero
        let mutable more, others = Vector<float>.Zero, Vector<float>.Zero
        let mutable i = 0

        while i + lanes <= lower.Length do
            Vector.Widen(Vector<float32>(slopes.Slice i), &first, &second)

            first <- own * first
            second <- own * second

            if share <> 0.0 then
                Vector.Widen(Vector<float32>(added.Slice i), &more, &others)
                first <- first + share * more
                second <- second + share * others

            for part in 0..1 do
                let at = i + part * half
                let slope = if part = 0 then first else second

                let corner =
                    Vector.ConditionalSelect(
                        Vector.GreaterThan(slope, Vector<float>.Zero),
                        Vector<float>(lower.Slice at),
                        Vector<float>(upper.Slice at)
                    )

                let product = slope * corner
                sums <- sums + product
                totals <- totals + Vector.Abs product

            i <- i + lanes

        let mutable sum, total = Vector.Sum sums, Vector.Sum totals

        while i < lower.Length do
            let slope =
                if share <> 0.0 then
                    own * float slopes[i] + share * float added[i]
                else
                    own * float slopes[i]

            let product = slope * (if slope > 0.0 then lower[i] else upper[i])
            sum <- sum + product
            total <- total + abs product
            i <- i + 1

        struct (sum, total)
