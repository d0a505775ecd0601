namespace Hybrid.Verification

/// <summary>Lower bounds of conditions on the boxes of Bounds.</summary>
[<Sealed>]
type internal ConditionBounds(padded: Padded, goals: Goals, bounds: Bounds) =
    let boxes, descent = bounds.Boxes, bounds.Descent
    let input = boxes.Blocks[0]
    let ofInputs = descent.Factors[0]
    let rows = ConditionRows(goals, boxes, descent)
    let top = padded.Layers.Length + 1

    let find row : Found =
        let bound = descent.Bound row
        let slopes = Array.zeroCreate<float> input.Rows
        let effects = Array.zeroCreate<float> input.Rows

        for i in 0 .. input.Rows - 1 do
            let at = descent.Box[row] * input.Rows + i

            let slope =
                if descent.Active[0] then
                    float ofInputs[row * input.Width + i]
                else
                    0.0

            slopes[i] <- slope
            effects[i] <- abs slope * (input.Upper[at] - input.Lower[at])

        {
            Bound = bound
            Off = descent.Off[row]
            Effects = effects
            Slopes = slopes
        }

    let isShallow = Padded.isShallow padded

    /// How much a row's bound may gain by halving each input, where arguments depend on inputs only: the lines of a unit that may be
    /// active or not come closer as its argument's range shrinks.
    let gains row : float[] =
        let box = descent.Box[row]
        let gains = Array.zeroCreate<float> input.Rows

        for k in 1 .. padded.Layers.Length do
            let layer, block = padded.Layers[k - 1], boxes.Blocks[k]

            for term in layer.Terms do
                for i in 0 .. layer.Rows - 1 do
                    let at = box * block.Rows + i
                    let lower, upper = block.Lower[at], block.Upper[at]
                    let factor = abs (float (descent.Before[k][row * block.Width + i]))

                    if factor > 0.0 && lower < 0.0 && upper > 0.0 then
                        // the upper line's shift is -l u / (u - l)
                        let width = upper - lower
                        let gain = factor * (lower * lower + upper * upper) / (2.0 * width * width)

                        for j in 0 .. input.Rows - 1 do
                            gains[j] <- gains[j] + gain * abs (float (term.Factors[i * input.Width + j]))

        gains
        |> Array.mapi (fun j gain ->
            let at = box * input.Rows + j
            gain * (input.Upper[at] - input.Lower[at]))

    /// Calls the action for slices of rows, with the first one's number and their count.
    let inSlices count action =
        let mutable first = 0

        while first < count do
            let rows = min descent.Capacity (count - first)
            action first rows
            first <- first + rows

    /// <summary>Lower bounds of conditions, for boxes whose bounds are computed.</summary>
    /// <param name="asked">Boxes with conditions.</param>
    member _.Find(asked: struct (int * int)[]) : Found[] =
        let found = Array.zeroCreate<Found> asked.Length

        inSlices asked.Length (fun first count ->
            rows.Start(count, fun row -> asked[first + row])
            descent.Run(top, count)

            for row in 0 .. count - 1 do
                found[first + row] <- find row)

        found

    /// <summary>Improves bounds by the choice of lower slopes, row by row, each between 0 and 1.</summary>
    /// <param name="asked">Boxes with conditions.</param>
    /// <param name="found">Their bounds so far; better ones take their place.</param>
    /// <param name="steps">The number of steps.</param>
    member _.Improve(asked: struct (int * int)[], found: Found[], steps: int) : unit =
        let ascent = bounds.Ascent
        let isFirst = Array.create asked.Length true

        inSlices asked.Length (fun first count ->
            for row in 0 .. count - 1 do
                let struct (box, _) = asked[first + row]
                ascent.Ids[row] <- first + row
                ascent.Begin(row, box)

            ascent.Run(
                top,
                count,
                steps,
                (fun step -> 0.6f / float32 (1 + step)),
                (fun count -> rows.Start(count, fun row -> asked[ascent.Ids[row]])),
                descent.Bound,
                fun row bound ->
                    let id = ascent.Ids[row]

                    // the slopes that are best for the bound say less about what to split
                    if isShallow && isFirst[id] then
                        isFirst[id] <- false
                        found[id] <- { found[id] with Effects = gains row }

                    if bound > found[id].Bound then
                        found[id] <-
                            { find row with
                                Effects = found[id].Effects
                            }

                    bound > 0.0
            ))
