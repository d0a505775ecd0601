namespace Hybrid.Verification

open System
open System.Numerics
open System.Runtime.InteropServices
open Hybrid.Core

/// <summary>Lower bounds of conditions on the boxes of Bounds.</summary>
[<Sealed>]
type internal ConditionBounds(padded: Padded, engine: Engine, goals: Goals, bounds: Bounds) =
    let layers = padded.Layers
    let boxes, descent = bounds.Boxes, bounds.Descent
    let input = boxes.Blocks[0]
    let ofInputs = descent.Factors[0]
    let terms = Array.ofList goals.Conditions.Terms
    let condition = Array.zeroCreate<int> descent.Capacity

    // for the slopes: values and arguments at the corners, as the row's own lines give them
    let values =
        lazy
            (boxes.Blocks
             |> Array.map (fun block -> Array.zeroCreate<float32>(descent.Capacity * block.Width)))

    let spare =
        lazy
            (let most = boxes.Blocks |> Array.map _.Width |> Array.max
             Array.zeroCreate<float32>(descent.Capacity * most))

    let vectors (values: float32[]) start count =
        MemoryMarshal.Cast<float32, Vector<float32>>(Span<float32>(values, start, count))

    /// Sets the rows' factors to those of their conditions.
    let start rows =
        Array.Clear descent.Active

        for row in 0 .. rows - 1 do
            descent.Constant[row] <- goals.Conditions.Constant[condition[row]]
            descent.Off[row] <- goals.Conditions.Noise[condition[row]]

        let added = descent.Added terms.Length

        terms
        |> Array.iteri (fun t term ->
            descent.Active[term.Block] <- true
            let source = boxes.Blocks[term.Block]
            let width = source.Width
            let target = descent.Factors[term.Block]

            for row in 0 .. rows - 1 do
                Array.Copy(goals.Factors[t], condition[row] * width, target, row * width, width)
                let struct (own, noise) = goals.Rows[t][condition[row]]
                let start = descent.Box[row] * width
                let mutable cost = 0.0

                for j in 0 .. term.Width - 1 do
                    let converted = abs (own[j] - float target[row * width + j])
                    let doubt = noise[j] + converted + added * abs own[j]
                    cost <- cost + doubt * float source.Spread[start + j]

                descent.Off[row] <- descent.Off[row] + cost * Padded.Outward)

    let find row : Found =
        let bound = descent.Bound row
        let slopes = Array.zeroCreate<float> input.Rows
        let effects = Array.zeroCreate<float> input.Rows
        let corner = Array.zeroCreate<float> input.Rows

        for i in 0 .. input.Rows - 1 do
            let at = descent.Box[row] * input.Rows + i

            let slope =
                if descent.Active[0] then
                    float ofInputs[row * input.Width + i]
                else
                    0.0

            slopes[i] <- slope
            effects[i] <- abs slope * (input.Upper[at] - input.Lower[at])
            corner[i] <- if slope > 0.0 then input.Lower[at] else input.Upper[at]

        {
            Bound = bound
            Off = descent.Off[row]
            Effects = effects
            Slopes = slopes
            Unit = -1
            Corner = corner
        }

    /// The arguments of a block at the corners, as sums over the values before.
    let arguments k rows =
        let layer = layers[k - 1]
        let width = layer.Width
        let target = values.Value[k]

        layer.Terms
        |> Array.iteri (fun t term ->
            let source = boxes.Blocks[term.Block]
            let product = if t = 0 then target else spare.Value

            engine.Kernels.MatMul(
                false,
                true,
                rows,
                source.Width,
                width,
                ReadOnlySpan<float32>(values.Value[term.Block], 0, rows * source.Width),
                ReadOnlySpan<float32>(term.Factors, 0, width * source.Width),
                Span<float32>(product, 0, rows * width)
            )

            if t > 0 then
                let sum = vectors target 0 (rows * width)
                let more = vectors product 0 (rows * width)

                for i in 0 .. sum.Length - 1 do
                    sum[i] <- sum[i] + more[i])

    /// Moves the slopes and multipliers of a block in the direction in which the bound grows: that of the argument at the corner,
    /// for slopes where the value has a positive factor. Then the values at the corner.
    let ascend k (step: float32) row =
        let layer, block = layers[k - 1], boxes.Blocks[k]
        let width = layer.Width
        let start = descent.Box[row] * width
        let slopes = vectors descent.OwnSlopes[k] (row * width) width
        let multipliers = vectors descent.Multipliers[k] (row * width) width
        let factors = vectors descent.Before[k] (row * width) width
        let values = vectors values.Value[k] (row * width) width
        let lowerShift = vectors block.LowerShift start width
        let upperSlope = vectors block.UpperSlope start width
        let upperShift = vectors block.UpperShift start width
        let constants = vectors layer.Constants 0 width
        let zero, one = Vector<float32>.Zero, Vector<float32>.One
        let up, down = Vector<float32> step, Vector<float32> -step
        let mutable total = zero

        for i in 0 .. factors.Length - 1 do
            total <- total + Vector.Abs factors[i]

        // multipliers have the size of factors
        let typical = Vector<float32>(step * Vector.Sum total / float32 layer.Rows)

        for i in 0 .. slopes.Length - 1 do
            let argument = values[i] + constants[i]
            let positive = Vector.GreaterThan(factors[i], zero)
            let slope = slopes[i]

            values[i] <-
                Vector.ConditionalSelect(
                    positive,
                    slope * argument + lowerShift[i],
                    upperSlope[i] * argument + upperShift[i]
                )

            if layer.Curve = Curve.Relu then
                // only a unit that may be active or not has an upper line above 0
                let isFree = Vector.GreaterThan(upperShift[i], zero)
                let isAbove = Vector.GreaterThan(argument, zero)
                let moved = slope + Vector.ConditionalSelect(isAbove, up, down)
                let moved = Vector.Min(one, Vector.Max(zero, moved))
                slopes[i] <- Vector.ConditionalSelect(Vector.BitwiseAnd(positive, isFree), moved, slope)

                let moved = multipliers[i] + Vector.ConditionalSelect(isAbove, typical, -typical)
                let isActive = Vector.Equals(upperSlope[i], one)

                let moved =
                    Vector.ConditionalSelect(isActive, Vector.Min(zero, moved), Vector.Max(zero, moved))

                multipliers[i] <- Vector.ConditionalSelect(isFree, zero, moved)

    /// The unit whose upper line costs a row most, by its place among all arguments; -1 if none does.
    let costliest row =
        let mutable place = 0
        let mutable unit = -1
        let mutable greatest = 0f

        for k in 1 .. layers.Length do
            let block = boxes.Blocks[k]

            if layers[k - 1].Curve = Curve.Relu && descent.Active[k] then
                let factors = descent.Before[k]

                for i in 0 .. block.Rows - 1 do
                    let cost =
                        abs factors[row * block.Width + i]
                        * block.UpperShift[descent.Box[row] * block.Width + i]

                    if cost > greatest then
                        greatest <- cost
                        unit <- place + i

            place <- place + block.Rows

        unit

    let improve (found: Found[]) first rows (steps: int) =
        descent.Own <- true

        for k in 1 .. layers.Length do
            let width = boxes.Blocks[k].Width

            for row in 0 .. rows - 1 do
                Array.Copy(
                    boxes.Blocks[k].LowerSlope,
                    descent.Box[row] * width,
                    descent.OwnSlopes[k],
                    row * width,
                    width
                )

            Array.Clear(descent.Multipliers[k], 0, rows * width)

        for step in 0..steps do
            start rows

            for k in 1 .. layers.Length do
                Array.Clear(descent.Before[k], 0, rows * boxes.Blocks[k].Width)

            descent.Run(layers.Length + 1, rows)

            for row in 0 .. rows - 1 do
                let now = find row

                if now.Bound > found[first + row].Bound then
                    // the slopes that are best for the bound say less about what to split
                    found[first + row] <-
                        { now with
                            Effects = found[first + row].Effects
                            Unit = costliest row
                        }

                if step < steps then
                    for i in 0 .. input.Rows - 1 do
                        values.Value[0][row * input.Width + i] <- float32 now.Corner[i]

            if step < steps then
                for k in 1 .. layers.Length do
                    arguments k rows

                    for row in 0 .. rows - 1 do
                        ascend k (0.6f / float32 (1 + step)) row

        descent.Own <- false

    /// Calls the action for slices of rows, with the first one's number and their count.
    let inSlices (asked: struct (int * int)[]) action =
        let mutable first = 0

        while first < asked.Length do
            let rows = min descent.Capacity (asked.Length - first)

            for row in 0 .. rows - 1 do
                let struct (box, wanted) = asked[first + row]
                descent.Box[row] <- box
                condition[row] <- wanted

            action first rows
            first <- first + rows

    /// <summary>Lower bounds of conditions, for boxes whose bounds are computed.</summary>
    /// <param name="asked">Boxes with conditions.</param>
    member _.Find(asked: struct (int * int)[]) : Found[] =
        let found = Array.zeroCreate<Found> asked.Length

        inSlices asked (fun first rows ->
            start rows
            descent.Run(layers.Length + 1, rows)

            for row in 0 .. rows - 1 do
                found[first + row] <- find row)

        found

    /// <summary>Improves bounds by the choice of lower slopes, row by row, each between 0 and 1; and of a multiplier for each
    /// argument of known sign.</summary>
    /// <remarks>Xu et al., "Fast and complete: enabling complete neural network verification with rapid and massively parallel
    /// incomplete verifiers" (2021); Wang et al., "Beta-CROWN: efficient bound propagation with per-neuron split constraints for
    /// neural network robustness verification" (2021). The bound's derivative by a slope is the value's factor times the argument at the inputs where
    /// the bound is least; steps go by its sign.</remarks>
    /// <param name="asked">Boxes with conditions.</param>
    /// <param name="found">Their bounds so far; better ones take their place.</param>
    /// <param name="steps">The number of steps.</param>
    member _.Improve(asked: struct (int * int)[], found: Found[], steps: int) : unit =
        inSlices asked (fun first rows -> improve found first rows steps)
