namespace Hybrid.Core

/// <summary>A product of rows of numbers, made integers, with constant integer weights: y = q W with q = min(max(round(x / Divisor),
/// Least), Most).</summary>
/// <remarks>All sums are less than 2²⁴, where float32 is exact: in whatever order and precision they are computed, the result is equal
/// to the bit.</remarks>
type internal IntegerProduct =
    {
        Rows: int
        Depth: int
        Outputs: int
        /// Whether weights are stored as [outputs; depth] and not as [depth; outputs].
        IsTurned: bool
        /// Above 0, and finite.
        Divisor: float32
        /// At most 0, as Most is at least 0; they are at most 255 apart.
        Least: int
        Most: int
    }

    /// The number of products of two numbers that it adds up.
    member this.MultiplyAdds = int64 this.Rows * int64 this.Depth * int64 this.Outputs

module internal IntegerProduct =
    /// The number up to which all integers are float32 numbers.
    [<Literal>]
    let MostExact = 16777216L

    let private isByte (weight: float32) =
        weight >= -128f && weight <= 127f && weight = floor weight

    /// Whether no sum of some of an output's products is beyond the integers that are exact.
    let private isExactOf (product: IntegerProduct) (weights: float32[]) (output: int) : bool =
        let start = if product.IsTurned then output * product.Depth else output
        let step = if product.IsTurned then 1 else product.Outputs
        let least, most = int64 product.Least, int64 product.Most
        let mutable lowest = 0L
        let mutable highest = 0L

        for p in 0 .. product.Depth - 1 do
            let weight = int64 weights[start + p * step]
            lowest <- lowest + min (weight * least) (weight * most)
            highest <- highest + max (weight * least) (weight * most)

        -lowest <= MostExact && highest <= MostExact

    /// Whether weights are bytes, and whether all sums are exact in float32.
    let isExact (product: IntegerProduct) (weights: float32[]) : bool =
        Array.forall isByte weights
        && Seq.forall (isExactOf product weights) (seq { 0 .. product.Outputs - 1 })
