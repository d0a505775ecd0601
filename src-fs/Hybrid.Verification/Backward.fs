namespace Hybrid.Verification

open System
open Hybrid.Core

/// <summary>Lower bounds of affine functions of a network's variables by backward linear bounds, in float64, one at a
/// time.</summary>
/// <remarks>Zhang, Weng, Chen, Hsieh and Daniel, "Efficient neural network robustness certification with general activation
/// functions" (2018); with the noise of each affine function of the network subtracted as it is passed: a (z + e) ≥ a z - |a| E
/// where |e| ≤ E, and the errors of the bound's own sums, in proportion to their absolute values.</remarks>
module internal Backward =
    [<Literal>]
    let private Ulp = Affine.Ulp

    /// The factors of one block's variables, once there are any.
    let private at (factors: float[][]) block width =
        if isNull factors[block] then
            factors[block] <- Array.zeroCreate width

        factors[block]

    /// <summary>A lower bound of sign times a row of an affine function on a box, and the factors of the inputs there.</summary>
    let lower
        (padded: Padded)
        (boxes: BoxBounds)
        (box: int)
        (affine: Affine)
        (row: int)
        (sign: float)
        : struct (float * float[]) =
        let form = padded.Form
        let factors: float[][] = Array.zeroCreate (form.Blocks.Length + 1)

        // a factor takes part in at most one sum for each row of every block
        let additions = boxes.Blocks |> Array.sumBy _.Rows
        let ulps = Ulp * float (additions + 8)
        let mutable constant = sign * affine.Constant[row]
        let mutable off = affine.Noise[row] + Ulp * abs constant

        let size block i =
            let bounds = boxes.Blocks[block]
            float bounds.Spread[box * bounds.Width + i]

        for term in affine.Terms do
            let target = at factors term.Block term.Width
            let struct (own, noise) = Affine.row term row

            for j in 0 .. term.Width - 1 do
                target[j] <- sign * own[j]

                let cost = noise[j] + ulps * abs own[j]

                if cost > 0.0 then
                    off <- off + cost * size term.Block j

        for k in form.Blocks.Length .. -1 .. 1 do
            if not (isNull factors[k]) then
                Padded.goOn padded
                let block, bounds = form.Blocks[k - 1], boxes.Blocks[k]
                let argument = block.Argument
                let slopes = factors[k]

                for i in 0 .. bounds.Rows - 1 do
                    let factor = slopes[i]

                    if factor <> 0.0 then
                        let at, line = box * bounds.Rows + i, box * bounds.Width + i

                        let slope, shift =
                            if factor > 0.0 then
                                float bounds.LowerSlope[line], float bounds.LowerShift[line]
                            else
                                float bounds.UpperSlope[line], float bounds.UpperShift[line]

                        let passed = factor * slope
                        slopes[i] <- passed
                        let shifted = factor * shift
                        let moved = passed * argument.Constant[i]
                        constant <- constant + (shifted + moved)
                        let reach = max (abs bounds.Lower[at]) (abs bounds.Upper[at])

                        let own =
                            if passed = 0.0 then
                                0.0
                            else
                                abs passed
                                * (bounds.Noise[at]
                                   + ulps * bounds.Sizes[at]
                                   + 2.0 * Ulp * (reach + abs argument.Constant[i]))

                        off <-
                            off
                            + own
                            + abs factor * bounds.Off[at]
                            + 4.0 * Ulp * (abs shifted + abs moved + abs constant)

                for term in argument.Terms do
                    let target = at factors term.Block term.Width

                    match term.Rows with
                    | Rows.Picked variables ->
                        variables
                        |> Array.iteri (fun i variable -> target[variable] <- target[variable] + slopes[i])
                    | Rows.Dense(own, _) ->
                        for i in 0 .. bounds.Rows - 1 do
                            let slope = slopes[i]

                            if slope <> 0.0 then
                                let start = i * term.Width

                                for j in 0 .. target.Length - 1 do
                                    target[j] <- target[j] + slope * own[start + j]

        let input = boxes.Blocks[0]
        let slopes = at factors 0 input.Rows
        let mutable sum = 0.0
        let mutable total = 0.0

        for i in 0 .. input.Rows - 1 do
            let slope = slopes[i]

            if slope <> 0.0 then
                let at = box * input.Rows + i
                let product = slope * (if slope > 0.0 then input.Lower[at] else input.Upper[at])
                sum <- sum + product
                total <- total + abs product

        let off =
            off * Padded.Outward
            + Ulp * (float input.Rows + 8.0) * total
            + 8.0 * Ulp * (abs constant + abs sum + off)
            + 1e-290

        struct (constant + sum - off, slopes)
