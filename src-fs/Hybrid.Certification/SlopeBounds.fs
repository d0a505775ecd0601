namespace Hybrid.Certification

open Hybrid.Core
open Hybrid.Verification

/// The slopes of a curve on an interval.
module internal CurveSlope =
    /// More than the rounding of a few float64 operations.
    let private outward lower upper : Interval =
        {
            Lower = lower - 1e-12 * abs lower - 1e-300
            Upper = upper + 1e-12 * abs upper + 1e-300
        }

    /// A bell: rising below 0, falling above, with this greatest slope.
    let private bell (slope: float -> float) (greatest: float) (z: Interval) =
        let low, high = slope z.Lower, slope z.Upper

        let top =
            if z.Lower <= 0.0 && z.Upper >= 0.0 then
                greatest
            else
                max low high

        // of 1 - tanh², little is left where it is small
        let cancelled = 1e-15
        outward (max 0.0 (min low high - cancelled)) (min greatest (top + cancelled))

    /// Slopes, or one-sided slopes at a kink.
    let range (curve: Curve) (z: Interval) : Interval =
        match curve with
        | Curve.Relu ->
            if z.Lower >= 0.0 then Interval.exactly 1.0
            elif z.Upper <= 0.0 then Interval.exactly 0.0
            else { Lower = 0.0; Upper = 1.0 }
        | Curve.Sigmoid -> bell (fun z -> Special.sigmoid z * Special.sigmoid -z) 0.25 z
        | Curve.Tanh -> bell (fun z -> let y = tanh z in 1.0 - y * y) 1.0 z
        | Curve.Exp -> outward (exp z.Lower) (exp z.Upper)
        | Curve.Softplus -> outward (Special.sigmoid z.Lower) (Special.sigmoid z.Upper)
        | Curve.Square -> outward (2.0 * z.Lower) (2.0 * z.Upper)
        | Curve.Joint { Slopes = Some slopes } -> (slopes [| z |])[0]
        | Curve.Joint { Slopes = None } ->
            raise (HybridException "The network has a function whose derivative has no rule.")

    /// The slopes for all arguments of a block.
    let ranges (curve: Curve) (z: Interval[]) : Interval[] =
        match curve with
        | Curve.Joint { Slopes = Some slopes } -> slopes z
        | _ -> Array.map (range curve) z

/// A product s d, with s and d in intervals, between two lines of d.
[<Struct; NoComparison; NoEquality>]
type internal SlopeLines =
    {
        LowerSlope: float
        LowerShift: float
        UpperSlope: float
        UpperShift: float
    }

module internal SlopeLines =
    /// McCormick (1976): the hull of the product, which is exact at the ends of d.
    let create (s: Interval) (d: Interval) : SlopeLines =
        if d.Lower >= 0.0 || d.Upper <= 0.0 || s.Lower = s.Upper then
            let low, high =
                if d.Lower >= 0.0 then
                    s.Lower, s.Upper
                else
                    s.Upper, s.Lower

            {
                LowerSlope = low
                LowerShift = 0.0
                UpperSlope = high
                UpperShift = 0.0
            }
        else
            let p, q = d.Lower, d.Upper
            let chord atLow atHigh = (atHigh - atLow) / (q - p)
            let margin = 1e-14 * (abs p + abs q) * (abs s.Lower + abs s.Upper)

            let lower, upper =
                chord (s.Upper * p) (s.Lower * q), chord (s.Lower * p) (s.Upper * q)

            {
                LowerSlope = lower
                LowerShift = min (s.Upper * p - lower * p) (s.Lower * q - lower * q) - margin
                UpperSlope = upper
                UpperShift = max (s.Lower * p - upper * p) (s.Upper * q - upper * q) + margin
            }

/// <summary>Lower bounds of derivatives of affine functions of a network's outputs by one input, on a box whose bounds are
/// computed.</summary>
/// <remarks>The derivative runs through the same affine functions, and is multiplied by a slope at each curve: linear bounds of these
/// products are carried back as those of curves are. The errors of float64 count as a doubt of each sum.</remarks>
[<Sealed>]
type internal SlopeBounds(padded: Padded, boxes: BoxBounds, box: int, input: int) =
    let form = padded.Form
    let widths = BlockForm.widths form
    let ulps = Affine.Ulp * float (Array.sum widths + 16)

    /// By block: the derivatives of the variables by the input.
    let variables =
        Array.init widths.Length (fun block -> Array.create widths[block] (Interval.exactly 0.0))

    let lines: SlopeLines[][] =
        Array.init widths.Length (fun block -> Array.zeroCreate widths[block])

    /// By block: how far the derivative of each argument may be from its sum.
    let doubts = widths |> Array.map (fun width -> Array.zeroCreate<float> width)

    let size (x: Interval) = max (abs x.Lower) (abs x.Upper)

    /// The derivative of a value of an affine function by intervals, and its doubt.
    let direct (affine: Affine) (row: int) : struct (Interval * float) =
        let mutable lower = 0.0
        let mutable upper = 0.0
        let mutable doubt = 0.0

        for term in affine.Terms do
            let struct (own, noise) = Affine.row term row
            let derivatives = variables[term.Block]

            for j in 0 .. term.Width - 1 do
                let factor, d = own[j], derivatives[j]

                if factor <> 0.0 || noise[j] <> 0.0 then
                    doubt <- doubt + (noise[j] + ulps * abs factor) * size d

                    if factor > 0.0 then
                        lower <- lower + factor * d.Lower
                        upper <- upper + factor * d.Upper
                    else
                        lower <- lower + factor * d.Upper
                        upper <- upper + factor * d.Lower

        let doubt = doubt * Padded.Outward

        struct ({
                    Lower = lower - doubt
                    Upper = upper + doubt
                },
                doubt)

    /// A lower bound of the derivative of sign times a value of an affine function of blocks below one.
    let back (affine: Affine) (row: int) (sign: float) (below: int) : float =
        let factors: float[][] =
            Array.init below (fun block -> Array.zeroCreate widths[block])

        let struct (_, doubt) = direct affine row
        let mutable off = doubt
        let mutable constant = 0.0

        let add (affine: Affine) row (factor: float) =
            for term in affine.Terms do
                let target = factors[term.Block]

                match term.Rows with
                | Rows.Picked picked -> target[picked[row]] <- target[picked[row]] + factor
                | Rows.Dense(own, _) ->
                    for j in 0 .. term.Width - 1 do
                        target[j] <- target[j] + factor * own[row * term.Width + j]

        add affine row sign

        for k in below - 1 .. -1 .. 1 do
            let argument = form.Blocks[k - 1].Argument

            for i in 0 .. widths[k] - 1 do
                let factor = factors[k][i]

                if factor <> 0.0 then
                    let line = lines[k][i]

                    let slope, shift =
                        if factor > 0.0 then
                            line.LowerSlope, line.LowerShift
                        else
                            line.UpperSlope, line.UpperShift

                    let passed = factor * slope
                    constant <- constant + factor * shift

                    off <-
                        off
                        + abs passed * doubts[k][i]
                        + ulps * (abs (factor * shift) + abs passed * size (variables[k][i]))

                    if passed <> 0.0 then
                        add argument i passed

        let slope = factors[0][input]
        // a derivative of 0 is exact
        slope + constant - (off * Padded.Outward + ulps * (abs slope + abs constant))

    do
        variables[0][input] <- Interval.exactly 1.0

        for k in 1 .. form.Blocks.Length do
            let block, bounds = form.Blocks[k - 1], boxes.Blocks[k]

            let ranges =
                Array.init widths[k] (fun i ->
                    {
                        Lower = bounds.Lower[box * bounds.Rows + i]
                        Upper = bounds.Upper[box * bounds.Rows + i]
                    })
                |> CurveSlope.ranges block.Curve

            for i in 0 .. widths[k] - 1 do
                let struct (rough, doubt) = direct block.Argument i
                let slopes = ranges[i]

                // the sign of the derivative matters where the slope is not known
                let d =
                    if k > 1 && slopes.Lower < slopes.Upper && rough.Lower < 0.0 && rough.Upper > 0.0 then
                        {
                            Lower = max rough.Lower (back block.Argument i 1.0 k)
                            Upper = min rough.Upper -(back block.Argument i -1.0 k)
                        }
                    else
                        rough

                doubts[k][i] <- doubt
                lines[k][i] <- SlopeLines.create slopes d

                variables[k][i] <-
                    let products =
                        [
                            slopes.Lower * d.Lower
                            slopes.Lower * d.Upper
                            slopes.Upper * d.Lower
                            slopes.Upper * d.Upper
                        ]

                    {
                        Lower = (let least = List.min products in least - Affine.Ulp * abs least)
                        Upper = (let most = List.max products in most + Affine.Ulp * abs most)
                    }

    /// A lower bound of the derivative of sign times a value of an affine function of all blocks.
    member _.Lower(affine: Affine, row: int, sign: float) : float =
        let bound = back affine row sign widths.Length
        let struct (rough, _) = direct affine row

        let other =
            if sign > 0.0 then
                sign * rough.Lower
            else
                sign * rough.Upper
        // NaN is no bound
        if bound >= other then bound
        elif other >= -infinity then other
        else -infinity

    /// How much each input matters for arguments whose slope is not known.
    member _.Doubtful() : float[] =
        let scores = Array.zeroCreate<float> widths[0]

        for k in 1 .. form.Blocks.Length do
            for term in form.Blocks[k - 1].Argument.Terms do
                if term.Block = 0 then
                    for i in 0 .. widths[k] - 1 do
                        let line = lines[k][i]

                        let gap =
                            abs (line.UpperSlope - line.LowerSlope) * size (variables[k][i])
                            + line.UpperShift
                            - line.LowerShift

                        if gap > 0.0 then
                            let struct (own, _) = Affine.row term i

                            for j in 0 .. scores.Length - 1 do
                                scores[j] <- scores[j] + gap * abs own[j]

        scores
