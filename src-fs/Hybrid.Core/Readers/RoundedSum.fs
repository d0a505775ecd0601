namespace Hybrid.Core

open System

/// Roundings of sums of products, in any order of summation.
module internal RoundedSum =
    let private magnitude = RoundingRule.magnitude
    let private outward = RoundedNode.outward

    /// Whether numbers whose absolute values sum to at most this add up exactly, in any order.
    let isExact (total: float) (grid: float) =
        total = 0.0 || grid >= RoundingRule.Tiny && total <= 2.0 ** 24.0 * grid

    /// Whether multiplication by this number is exact: it is 0, or a power of two of at least 1.
    let isPower (x: Interval) =
        let size = abs x.Lower

        x.Lower = x.Upper
        && (size = 0.0
            || size >= 1.0 && BitConverter.DoubleToInt64Bits size &&& 0xFFFFFFFFFFFFFL = 0L)

    /// A sum of products.
    [<Struct>]
    type private Terms =
        {
            /// The number of non-zero terms.
            Count: float
            /// 1 if any of them is rounded, else 0.
            Rounded: float
            /// The sum of their absolute values.
            Total: float
            /// The maximum loss from flushing numbers to 0.
            Flushed: float
        }

    let private terms (primitive: Primitive) (operands: Interval[] list) : Terms[] =
        let sizes = operands |> List.map (Array.map magnitude)

        let numberWhere condition =
            operands
            |> List.map (Array.map (fun x -> if condition x then 1.0 else 0.0))
            |> primitive.Reference

        let counts = numberWhere (fun x -> magnitude x > 0.0)

        let rounded =
            if operands.Length = 1 then
                Array.zeroCreate counts.Length
            else
                numberWhere (isPower >> not)

        let largest = sizes |> List.sumBy (Array.fold max 0.0)

        Array.map3
            (fun count rounded total ->
                {
                    Count = count
                    Rounded = min 1.0 rounded
                    Total = outward total
                    Flushed = RoundingRule.Tiny * (2.0 + count * (2.0 + largest))
                })
            counts
            rounded
            (primitive.Reference sizes)

    /// The maximum error of a sum of terms and one more number, and whether it is rounded at most once.
    let private sumOff (grid: float) (terms: Terms) (more: float) (result: Interval) : struct (float * bool) =
        let total = terms.Total + more
        let count = terms.Count + (if more > 0.0 then 1.0 else 0.0)
        let roundings = max 0.0 (count - 1.0) + terms.Rounded

        if not (total < RoundingRule.overflow) then
            struct (infinity, false)
        elif isExact total grid then
            struct (0.0, true)
        elif roundings <= 1.0 then
            // a product may vanish; a sum of two numbers does not
            struct (outward (roundings * RoundingRule.Unit * magnitude result + terms.Flushed),
                    terms.Rounded = 0.0)
        else
            let gamma = RoundingRule.gamma roundings
            struct (outward (gamma * total + (1.0 + gamma) * terms.Flushed), false)

    /// The maximum error of each result of a sum of products.
    let sum (primitive: Primitive) (operands: Interval[] list) (grid: float) (result: Interval[]) =
        Array.map2 (fun terms y -> sumOff grid terms 0.0 y) (terms primitive operands) result

    /// The same, if numbers are added to the products before or after they are summed.
    let sumAnd primitive (factors: Interval[] list) (more: Interval[]) (grid: float) (result: Interval[]) =
        Array.map3
            (fun terms more y -> sumOff grid terms (magnitude more) y)
            (terms primitive factors)
            more
            result
