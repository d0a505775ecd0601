namespace Hybrid.Verification

open System
open System.Numerics
open System.Runtime.InteropServices
open Hybrid.Core

/// Backward linear bounds of blocks' arguments, where their curves are not lines.
[<Sealed>]
type internal Tightening
    (padded: Padded, engine: Engine, boxes: BoxBounds, descent: Hybrid.Verification.Descent) =
    let layers = padded.Layers
    let ascent = lazy Ascent(padded, engine, boxes, descent)
    let rowIndex = Array.zeroCreate<int> descent.Capacity
    let rowBox = Array.zeroCreate<int> descent.Capacity
    let rowSign = Array.zeroCreate<float32> descent.Capacity
    let inOrder = Array.init descent.Capacity id
    let memories = Array.zeroCreate<SlopeMemory> boxes.Capacity

    /// Remembers the slopes of a row.
    let remember k row id =
        let places = Seq.sum (seq { for before in 1 .. k - 1 -> layers[before - 1].Width })
        let memory = memories[rowBox[id]]

        if isNull memory[k, rowIndex[id], rowSign[id]] then
            memory[k, rowIndex[id], rowSign[id]] <- Array.zeroCreate places

        let slopes = memory[k, rowIndex[id], rowSign[id]]
        let mutable place = 0

        for before in 1 .. k - 1 do
            let width = layers[before - 1].Width
            Array.Copy(descent.OwnSlopes[before], row * width, slopes, place, width)
            place <- place + width

    /// Gives a row the slopes that are remembered, where units may be active or not.
    let recall k row id =
        let memory = memories[rowBox[id]]

        let slopes =
            if isNull memory then
                null
            else
                memory[k, rowIndex[id], rowSign[id]]

        if not (isNull slopes) then
            let mutable place = 0

            for before in 1 .. k - 1 do
                let block, width = boxes.Blocks[before], layers[before - 1].Width

                // other curves' slopes go with shifts of their own
                if layers[before - 1].Curve = Curve.Relu then
                    for i in 0 .. width - 1 do
                        if block.UpperShift[rowBox[id] * width + i] > 0f then
                            descent.OwnSlopes[before][row * width + i] <- slopes[place + i]

                place <- place + width

    let vectors (values: float32[]) start count =
        MemoryMarshal.Cast<float32, Vector<float32>>(Span<float32>(values, start, count))

    /// Backward bounds of a block's arguments where their curves are not lines, with so many steps of better slopes.
    let tighten k count (steps: int) =
        let layer, bounds = layers[k - 1], boxes.Blocks[k]

        let start (ids: int[]) rows =
            Array.Clear descent.Active

            for term in layer.Terms do
                descent.Active[term.Block] <- true
                let width = boxes.Blocks[term.Block].Width

                for row in 0 .. rows - 1 do
                    let source = vectors term.Factors (rowIndex[ids[row]] * width) width
                    let target = vectors descent.Factors[term.Block] (row * width) width
                    let sign = Vector<float32>(rowSign[ids[row]])

                    for i in 0 .. source.Length - 1 do
                        target[i] <- sign * source[i]

            for row in 0 .. rows - 1 do
                let index = rowIndex[ids[row]]
                descent.Box[row] <- rowBox[ids[row]]
                let at = descent.Box[row] * layer.Rows + index
                descent.Constant[row] <- float rowSign[ids[row]] * layer.Constant[index]

                descent.Off[row] <-
                    bounds.Noise[at]
                    + (layer.Converted + descent.Added layer.Terms.Length) * bounds.Sizes[at]

        // whether a bound is better
        let note id bound =
            let at = rowBox[id] * layer.Rows + rowIndex[id]

            if rowSign[id] > 0f then
                let isBetter = bound > bounds.Lower[at]
                bounds.Lower[at] <- if isBetter then bound else bounds.Lower[at]
                isBetter
            else
                let isBetter = -bound < bounds.Upper[at]
                bounds.Upper[at] <- if isBetter then -bound else bounds.Upper[at]
                isBetter

        let finish rows =
            if steps = 0 && isNull memories[0] then
                start inOrder rows
                descent.Run(k, rows)

                for row in 0 .. rows - 1 do
                    note row (descent.BoundWithin row) |> ignore
            else
                let ascent = ascent.Value

                for row in 0 .. rows - 1 do
                    ascent.Ids[row] <- row
                    ascent.Begin(row, rowBox[row])

                    recall k row row

                ascent.Run(
                    k,
                    rows,
                    steps,
                    (fun step -> 0.1f / (1f + 0.1f * float32 step)),
                    start ascent.Ids,
                    descent.BoundWithin,
                    fun row bound ->
                        let id = ascent.Ids[row]
                        let isBetter = note id bound

                        if isBetter && steps > 0 && not (isNull memories[rowBox[id]]) then
                            remember k row id

                        // then the sign is known
                        bound > 0.0
                )

        let ask row box i sign =
            rowBox[row] <- box
            rowIndex[row] <- i
            rowSign[row] <- sign

        let mutable rows = 0

        for box in 0 .. count - 1 do
            for i in 0 .. layer.Rows - 1 do
                let at = box * layer.Rows + i

                let argument =
                    {
                        Lower = bounds.Lower[at]
                        Upper = bounds.Upper[at]
                    }

                // where a sign is given, the other end may show that this part of the box is empty
                let isGivenActive = argument.Lower = 0.0 && argument.Upper > 0.0
                let isGivenInactive = argument.Upper = 0.0 && argument.Lower < 0.0
                let isCurved = Relaxation.isCurved layer.Curve argument

                if rows + 2 > descent.Capacity then
                    finish rows
                    rows <- 0

                if isCurved || isGivenInactive then
                    ask rows box i 1f
                    rows <- rows + 1

                if isCurved || isGivenActive then
                    ask rows box i -1f
                    rows <- rows + 1

        if rows > 0 then
            finish rows

    /// The same as tighten for one box, in float64.
    let tightenExactly k box =
        let layer, bounds = layers[k - 1], boxes.Blocks[k]
        let argument = padded.Form.Blocks[k - 1].Argument

        for i in 0 .. layer.Rows - 1 do
            let at = box * layer.Rows + i

            let known =
                {
                    Lower = bounds.Lower[at]
                    Upper = bounds.Upper[at]
                }

            if Relaxation.isCurved layer.Curve known then
                let struct (lower, _) = Backward.lower padded boxes box argument i 1.0
                let struct (upper, _) = Backward.lower padded boxes box argument i -1.0

                if lower > known.Lower then
                    bounds.Lower[at] <- lower

                if -upper < known.Upper then
                    bounds.Upper[at] <- -upper

    /// Improves a block's bounds for the first boxes, with so many steps of better slopes.
    member _.Run(block: int, count: int, steps: int) : unit = tighten block count steps

    /// The same for one box in float64, without better slopes.
    member _.RunExactly(block: int, box: int) : unit = tightenExactly block box

    /// By box: slopes to start with, which steps improve; null for the usual ones, for the first box or all.
    member _.Memories = memories

    /// Improves rows' bounds on these boxes.
    member _.Ascent = ascent.Value
