namespace Hybrid.Verification

open System
open Hybrid.Core

/// <summary>Bounds of a network's variables for several boxes at once.</summary>
/// <remarks>First intervals, then, for arguments of curves that are not known to be lines, backward linear bounds by
/// Descent.</remarks>
[<Sealed>]
type internal Bounds(padded: Padded, engine: Engine, capacity: int) =
    let boxes = BoxBounds(padded, capacity)
    let descent = Descent(padded, engine, boxes)
    let layers = padded.Layers
    let most = boxes.Blocks |> Array.map _.Width |> Array.max
    let products = Array.zeroCreate<float32>(capacity * most)
    let tightening = Tightening(padded, engine, boxes, descent)

    let span (values: float32[]) start count =
        ReadOnlySpan<float32>(values, start, count)

    /// Adds factor times a product of the boxes' rows and a term's matrix.
    let multiply
        (layer: PaddedLayer)
        (source: BlockBounds)
        (rows: float32[])
        start
        matrix
        count
        (total: float[])
        =
        engine.Kernels.MatMul(
            false,
            true,
            count,
            source.Width,
            layer.Width,
            span rows start (count * source.Width),
            span matrix 0 (layer.Width * source.Width),
            Span<float32>(products, 0, count * layer.Width)
        )

        for box in 0 .. count - 1 do
            for i in 0 .. layer.Rows - 1 do
                let at = box * layer.Rows + i
                total[at] <- total[at] + float products[box * layer.Width + i]

    let centres, distances =
        Array.zeroCreate<float>(capacity * most), Array.zeroCreate<float>(capacity * most)

    /// Interval bounds of a block's arguments, intersected with those known.
    let forward k count =
        let layer, bounds = layers[k - 1], boxes.Blocks[k]
        let size = count * layer.Rows
        Array.Clear(centres, 0, size)
        Array.Clear(distances, 0, size)
        Array.Clear(bounds.Sizes, 0, size)
        let mutable widest = 0

        for term in layer.Terms do
            let source = boxes.Blocks[term.Block]
            widest <- max widest source.Width
            multiply layer source source.Centre 0 term.Factors count centres
            multiply layer source source.Spread 0 term.Sizes count bounds.Sizes
            multiply layer source source.Spread (capacity * source.Width) term.Sizes count distances

        let gamma = RoundingRule.gamma (float (widest + 8))

        for box in 0 .. count - 1 do
            for i in 0 .. layer.Rows - 1 do
                let at = box * layer.Rows + i
                let total = bounds.Sizes[at] * (1.0 + 2.0 * gamma) + 1e-30
                bounds.Sizes[at] <- total
                bounds.Noise[at] <- (layer.Relative[i] * total + layer.Noise[i]) * Padded.Outward

                let reach =
                    (distances[at] * (1.0 + 2.0 * gamma)
                     + bounds.Noise[at]
                     + (gamma + layer.Converted) * total
                     + 4.0 * Affine.Ulp * abs layer.Constant[i]
                     + 1e-30)
                    * Padded.Outward

                let centre = centres[at] + layer.Constant[i]
                let lower, upper = centre - reach, centre + reach

                if lower > bounds.Lower[at] then
                    bounds.Lower[at] <- lower

                if upper < bounds.Upper[at] then
                    bounds.Upper[at] <- upper

    /// Lines around the block's curves, the costs of passing them, and bounds of its variables.
    let relaxations k count =
        let layer, bounds = layers[k - 1], boxes.Blocks[k]
        let block = padded.Form.Blocks[k - 1]

        for box in 0 .. count - 1 do
            let mutable reaches = 0.0

            let arguments =
                Array.init layer.Rows (fun i ->
                    {
                        Lower = bounds.Lower[box * layer.Rows + i]
                        Upper = bounds.Upper[box * layer.Rows + i]
                    })

            let together, off =
                match layer.Curve with
                | Curve.Joint joint ->
                    // signs that contradict each other leave nothing: any bounds hold
                    let ordered =
                        arguments
                        |> Array.map (fun x ->
                            {
                                Lower = min x.Lower x.Upper
                                Upper = max x.Lower x.Upper
                            })

                    joint.Around ordered, joint.Off ordered
                | _ -> [||], [||]

            for i in 0 .. layer.Rows - 1 do
                let at, line = box * layer.Rows + i, box * layer.Width + i
                let argument = arguments[i]

                let struct (image, lines) =
                    if together.Length > 0 then
                        together[i]
                    else
                        struct (Curve.image layer.Curve argument, padded.Lines layer.Curve argument)

                let size = max (abs image.Lower) (abs image.Upper)

                let missed =
                    if together.Length > 0 then
                        off[i]
                    else
                        block.Relative * max 1.0 size + block.Absolute

                let reach = max (abs argument.Lower) (abs argument.Upper)
                let shift = max (abs (float lines.LowerShift)) (abs (float lines.UpperShift))
                bounds.Off[at] <- missed
                bounds.LowerSlope[line] <- lines.LowerSlope
                bounds.LowerShift[line] <- lines.LowerShift
                bounds.UpperSlope[line] <- lines.UpperSlope
                bounds.UpperShift[line] <- lines.UpperShift
                bounds.ShiftOff[line] <- Relaxation.up ((layer.Gamma * shift + missed) * Padded.Outward)

                bounds.ArgumentOff[line] <-
                    Relaxation.up (
                        (bounds.Noise[at]
                         + (layer.Converted + layer.Gamma) * bounds.Sizes[at]
                         + (layer.Gamma + 2.0 * RoundingRule.Unit) * abs layer.Constant[i]
                         + 2.0 * RoundingRule.Unit * reach)
                        * Padded.Outward
                    )

                boxes.SetVariable(
                    k,
                    box,
                    i,
                    {
                        Lower = image.Lower - missed
                        Upper = image.Upper + missed
                    }
                )

                reaches <- reaches + reach

            for term in layer.Terms do
                let source = boxes.Blocks[term.Block]

                for i in 0 .. source.Rows - 1 do
                    reaches <- reaches + 2.0 * float layer.Width * float source.Spread[box * source.Width + i]

            bounds.Underflow[box] <- RoundingRule.Tiny * (reaches + 8.0 * float layer.Width)

    let compute count backward steps =
        for k in 1 .. layers.Length do
            Padded.goOn padded
            forward k count

            // of arguments that depend on inputs only, intervals are the best bounds in whole boxes
            if
                backward
                && (layers[k - 1].Terms |> Array.exists (fun term -> term.Block > 0)
                    || Seq.exists (isNull >> not) (Seq.truncate count descent.Within))
            then
                tightening.Run(k, count, steps)

            relaxations k count

    member _.Boxes = boxes

    /// Carries rows back on these boxes.
    member _.Descent = descent

    /// By box: slopes for bounds of arguments to start with; null for the usual ones.
    member _.Memories = tightening.Memories

    /// Improves rows' bounds on these boxes.
    member _.Ascent = tightening.Ascent

    /// Bounds of all blocks for the first box in float64, which takes longer: where the errors of float32 decide.
    member _.ComputeExactly() : unit =
        for k in 1 .. layers.Length do
            forward k 1
            tightening.RunExactly(k, 0)
            relaxations k 1

    /// Bounds of all blocks for the first boxes, whose inputs are set: by backward linear bounds, or only by intervals and what is
    /// known already.
    member _.Compute(count: int, backward: bool) : unit = compute count backward 0

    /// Bounds of all blocks for the first boxes, with so many steps of better slopes for each argument.
    member _.ComputeWell(count: int, steps: int) : unit = compute count true steps
