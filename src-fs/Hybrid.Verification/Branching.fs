namespace Hybrid.Verification

open System

/// A box on which some violations are not refuted yet.
[<NoComparison; NoEquality>]
type internal Leaf =
    {
        Lower: float[]
        Upper: float[]
        /// Bounds of all arguments, for its parts.
        Kept: float32[]
        /// The violations that are not refuted.
        Open: int[]
        /// The one that is farthest from it: the greatest lower bound of its conditions.
        Bound: float
        /// The input to split next.
        Axis: int
        /// The share of the region that it is, by halvings.
        Share: float
    }

/// Boxes in halves.
module internal Branching =
    /// The middle of an interval, and where the other half begins: no float32 number is left out.
    let halves (arithmetic: Arithmetic) (lower: float) (upper: float) : struct (float * float) voption =
        match arithmetic with
        | Arithmetic.Float32 ->
            let middle = float32 (0.5 * (lower + upper))

            let middle =
                if float middle >= upper then
                    MathF.BitDecrement middle
                else
                    middle

            if float middle >= lower && lower < upper then
                ValueSome(struct (float middle, float (MathF.BitIncrement middle)))
            else
                ValueNone
        | Arithmetic.Real ->
            let middle = 0.5 * (lower + upper)

            if upper - lower > 1e-12 * max 1.0 (abs middle) then
                ValueSome(struct (middle, middle))
            else
                ValueNone

    /// The input to halve: the one with the greatest product of its effect on the conditions and its width. Effects alone halve
    /// some input again and again; widths alone, inputs that do not matter.
    let axisOf (leaf: Leaf) (effects: float[][]) : int =
        let score i =
            let width = leaf.Upper[i] - leaf.Lower[i]
            width * (effects |> Array.sumBy (fun effect -> effect[i]))

        let mutable axis = -1
        let mutable greatest = 0.0

        for i in 0 .. leaf.Lower.Length - 1 do
            let score = score i

            if score > greatest then
                greatest <- score
                axis <- i

        axis

    /// Two halves; none where no input can be split.
    let split (arithmetic: Arithmetic) (leaf: Leaf) : Leaf list =
        let widest () =
            Array.init leaf.Lower.Length (fun i -> leaf.Upper[i] - leaf.Lower[i])
            |> Array.indexed
            |> Array.maxBy snd
            |> fst

        let along axis =
            halves arithmetic leaf.Lower[axis] leaf.Upper[axis]
            |> ValueOption.map (fun (struct (last, first)) ->
                [
                    { leaf with
                        Upper = Array.updateAt axis last leaf.Upper
                        Share = 0.5 * leaf.Share
                    }
                    { leaf with
                        Lower = Array.updateAt axis first leaf.Lower
                        Share = 0.5 * leaf.Share
                    }
                ])

        let first = if leaf.Axis >= 0 then along leaf.Axis else ValueNone

        match first with
        | ValueSome parts -> parts
        | ValueNone ->
            match along (widest ()) with
            | ValueSome parts -> parts
            | ValueNone -> []

    /// <summary>The part of a box where conditions may hold together: where each of their linear lower bounds is not above
    /// 0.</summary>
    /// <remarks>From a bound B ≤ 0 at its corner, an input with slope s can move by at most -B / |s|. Rounded outward.</remarks>
    let clip (arithmetic: Arithmetic) (leaf: Leaf) (conditions: Found[]) : struct (float[] * float[]) =
        let lower, upper = Array.copy leaf.Lower, Array.copy leaf.Upper

        let down, up =
            match arithmetic with
            | Arithmetic.Float32 -> Relaxation.down >> float, Relaxation.up >> float
            | Arithmetic.Real -> id, id

        for found in conditions do
            if found.Bound <= 0.0 then
                for i in 0 .. lower.Length - 1 do
                    let slope = found.Slopes[i]
                    let reach = -found.Bound / abs slope * 1.000001

                    if slope > 0.0 && reach < upper[i] - leaf.Lower[i] then
                        let limit = leaf.Lower[i] + reach
                        upper[i] <- min upper[i] (up (limit + 1e-15 * abs limit))
                    elif slope < 0.0 && reach < leaf.Upper[i] - lower[i] then
                        let limit = leaf.Upper[i] - reach
                        lower[i] <- max lower[i] (down (limit - 1e-15 * abs limit))

        struct (lower, upper)
