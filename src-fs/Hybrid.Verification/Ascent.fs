namespace Hybrid.Verification

open System
open System.Numerics
open System.Runtime.InteropServices
open Hybrid.Core

/// <summary>Rows of a Descent with lower slopes and multipliers of their own, moved so that the rows' bounds grow.</summary>
/// <remarks>Xu et al., "Fast and complete: enabling complete neural network verification with rapid and massively parallel
/// incomplete verifiers" (2021); Wang et al., "Beta-CROWN: efficient bound propagation with per-neuron split constraints for
/// neural network robustness verification" (2021). Any slope between 0 and 1 and any multiplier of the right sign gives a bound.
/// Its derivative by a slope is the value's factor times the argument at the inputs where the bound is least; by a multiplier, the
/// argument there. The first steps take it nearer to the centre of the box. Steps as in Kingma and Ba, "Adam: a method for stochastic
/// optimization" (2015).</remarks>
[<Sealed>]
type internal Ascent(padded: Padded, engine: Engine, boxes: BoxBounds, descent: Hybrid.Verification.Descent) =
    /// Of a step after so much of all steps: it grows a hundredfold, and the last quarter is at the corner itself.
    static let sharpness (part: float32) =
        if part < 0.75f then
            0.1f * MathF.Pow(100f, part / 0.75f)
        else
            1e6f

    let layers = padded.Layers
    let input = boxes.Blocks[0]

    let perRow () =
        boxes.Blocks
        |> Array.map (fun block -> Array.zeroCreate<float32>(descent.Capacity * block.Width))

    // values and arguments where bounds are least, as the row's own lines give them
    let values = perRow ()
    let means, squares, gaps = perRow (), perRow (), perRow ()

    let spare =
        Array.zeroCreate<float32>(descent.Capacity * (boxes.Blocks |> Array.map _.Width |> Array.max))

    let multiplied =
        boxes.Blocks |> Array.map (fun block -> Array.zeroCreate<float32> block.Width)

    // bounds in the last step
    let reached = Array.zeroCreate<float> descent.Capacity

    let ids = Array.zeroCreate<int> descent.Capacity

    let vectors (values: float32[]) start count =
        MemoryMarshal.Cast<float32, Vector<float32>>(Span<float32>(values, start, count))

    /// <summary>The inputs at which the bound of a row that has been carried down is least, moved to the centre of the box: only an
    /// input whose slope is at least the mean divided by the sharpness is at an end.</summary>
    /// <remarks>At the corner itself, the derivative of the bound says what one corner gains, and the next step is at another; where
    /// slopes vanish, it says nothing.</remarks>
    let corner (sharpness: float32) row =
        let width = input.Width
        let from = descent.Box[row] * width
        let target = vectors values[0] (row * width) width
        let centres = vectors input.Centre from width
        let distances = vectors input.Spread (boxes.Capacity * width + from) width

        if not descent.Active[0] then
            Array.Clear(descent.Factors[0], row * width, width)

        let slopes = vectors descent.Factors[0] (row * width) width

        let added =
            match descent.Within[descent.Box[row]] with
            | null -> slopes
            | space -> vectors space.Slopes 0 width

        let share = descent.Shares[row]
        let mutable total = Vector<float32>.Zero

        for i in 0 .. target.Length - 1 do
            total <- total + Vector.Abs(slopes[i] + share * added[i])

        let sharpness =
            Vector<float32>(sharpness * float32 input.Rows / (Vector.Sum total + 1e-30f))

        for i in 0 .. target.Length - 1 do
            let slope = sharpness * (slopes[i] + share * added[i])
            let side = Vector.Max(-Vector<float32>.One, Vector.Min(Vector<float32>.One, slope))
            target[i] <- centres[i] - side * distances[i]

    /// The arguments of a block there, without constants, as sums over the values before.
    let arguments k rows =
        let layer = layers[k - 1]
        let width = layer.Width
        let target = values[k]

        layer.Terms
        |> Array.iteri (fun t term ->
            let source = boxes.Blocks[term.Block]
            let product = if t = 0 then target else spare

            engine.Kernels.MatMul(
                false,
                true,
                rows,
                source.Width,
                width,
                ReadOnlySpan<float32>(values[term.Block], 0, rows * source.Width),
                ReadOnlySpan<float32>(term.Factors, 0, width * source.Width),
                Span<float32>(product, 0, rows * width)
            )

            if t > 0 then
                let sum = vectors target 0 (rows * width)
                let more = vectors product 0 (rows * width)

                for i in 0 .. sum.Length - 1 do
                    sum[i] <- sum[i] + more[i])

    /// Moves the slopes and multipliers of a block in one row, and replaces the arguments by values.
    let move k (step: int) (rate: float32) row =
        let layer, block = layers[k - 1], boxes.Blocks[k]
        let width = layer.Width
        let start, at = descent.Box[row] * width, row * width
        let slopes = vectors descent.OwnSlopes[k] at width
        let multipliers = vectors descent.Multipliers[k] at width
        let factors = vectors descent.Before[k] at width
        let values = vectors values[k] at width
        let means = vectors means[k] at width
        let squares = vectors squares[k] at width
        let gaps = vectors gaps[k] at width
        let lowerShift = vectors block.LowerShift start width
        let upperSlope = vectors descent.UpperSlopes[k] at width
        let upperShift = vectors descent.UpperShifts[k] at width
        let multiplied = vectors multiplied[k] 0 width
        let constants = vectors layer.Constants 0 width
        let zero, one = Vector<float32>.Zero, Vector<float32>.One
        let mutable total, reach = zero, zero

        for i in 0 .. factors.Length - 1 do
            total <- total + Vector.Abs factors[i]
            reach <- reach + multiplied[i] * Vector.Abs(values[i] + constants[i])

        let steps = float32 (step + 1)
        let meanScale = Vector<float32>(1f / (1f - MathF.Pow(0.9f, steps)))
        let squareScale = Vector<float32>(1f / (1f - MathF.Pow(0.99f, steps)))
        let tiny = Vector<float32> 1e-20f
        let ofSlope = Vector<float32> rate

        // multipliers have the size of factors, or of what brings the bound to 0 where factors vanish
        let ofMultiplier =
            Vector<float32>(
                4f
                * rate
                * (Vector.Sum total / float32 layer.Rows
                   + abs (float32 reached[row]) / (Vector.Sum reach + 1e-30f))
            )

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
                gaps[i] <- factors[i] * (Vector.Max(argument, zero) - values[i])

                // only a unit that may be active or not has an upper line above 0
                let isFree = Vector.GreaterThan(upperShift[i], zero)
                let isOpen = Vector.GreaterThan(multiplied[i], zero)

                let gradient =
                    Vector.ConditionalSelect(
                        isFree,
                        Vector.ConditionalSelect(positive, factors[i] * argument, zero),
                        argument
                    )

                means[i] <- 0.9f * means[i] + 0.1f * gradient
                squares[i] <- 0.99f * squares[i] + 0.01f * gradient * gradient

                let direction =
                    means[i] * meanScale / (Vector.SquareRoot(squares[i] * squareScale) + tiny)

                let moved = Vector.Min(one, Vector.Max(zero, slope + ofSlope * direction))
                slopes[i] <- Vector.ConditionalSelect(isFree, moved, slope)

                let moved = multipliers[i] + ofMultiplier * direction
                let isActive = Vector.Equals(upperSlope[i], one)

                let moved =
                    Vector.ConditionalSelect(isActive, Vector.Min(zero, moved), Vector.Max(zero, moved))

                multipliers[i] <- Vector.ConditionalSelect(Vector.AndNot(isOpen, isFree), moved, zero)

    /// One row in another's place.
    let replace row by =
        let copy (rows: float32[][]) =
            for k in 1 .. layers.Length do
                let width = boxes.Blocks[k].Width
                Array.Copy(rows[k], by * width, rows[k], row * width, width)

        if row <> by then
            List.iter
                copy
                [
                    descent.OwnSlopes
                    descent.UpperSlopes
                    descent.UpperShifts
                    descent.Multipliers
                    descent.Before
                    means
                    squares
                    gaps
                ]

            let slopes = descent.Factors[0]
            Array.Copy(slopes, by * input.Width, slopes, row * input.Width, input.Width)
            descent.Box[row] <- descent.Box[by]
            descent.Shares[row] <- descent.Shares[by]
            reached[row] <- reached[by]
            ids[row] <- ids[by]

    /// What each row is about, for the caller.
    member _.Ids = ids

    /// By block: 1 for the units whose arguments have multipliers where their sign is known.
    member _.Multiplied = multiplied

    /// By block: how much a ReLU's lines cost a row at the inputs of the last step.
    member _.Gaps = gaps

    /// The inputs where the bound of a row that has been carried down is least.
    member _.Corner(row: int) : float32[] =
        corner 1e6f row
        Array.sub values[0] (row * input.Width) input.Rows

    /// Gives a row the lines of a box.
    member _.Begin(row: int, box: int) : unit =
        for k in 1 .. layers.Length do
            let block = boxes.Blocks[k]
            let from, target, width = box * block.Width, row * block.Width, block.Width
            Array.Copy(block.LowerSlope, from, descent.OwnSlopes[k], target, width)
            Array.Copy(block.UpperSlope, from, descent.UpperSlopes[k], target, width)
            Array.Copy(block.UpperShift, from, descent.UpperShifts[k], target, width)
            Array.Clear(descent.Multipliers[k], target, width)
            Array.Clear(means[k], target, width)
            Array.Clear(squares[k], target, width)
            Array.Clear(gaps[k], target, width)

    /// <summary>Bounds of rows, again and again with better slopes and multipliers.</summary>
    /// <param name="top">Rows begin at blocks before.</param>
    /// <param name="rows">Their number.</param>
    /// <param name="steps">The maximum number of steps.</param>
    /// <param name="rate">How far a step moves a slope; a multiplier, four times that, relative to the mean size of factors.</param>
    /// <param name="start">Sets boxes, factors, constants and costs of so many rows by their ids.</param>
    /// <param name="bound">The bound of a row that has been carried down.</param>
    /// <param name="isDone">Takes a row and its bound: whether no better one is needed.</param>
    member _.Run
        (
            top: int,
            rows: int,
            steps: int,
            rate: int -> float32,
            start: int -> unit,
            bound: int -> float,
            isDone: int -> float -> bool
        ) : unit =
        descent.Own <- true
        let mutable rows = rows
        let mutable step = 0

        while rows > 0 && step <= steps do
            start rows
            descent.Run(top, rows)

            for k in 1 .. top - 1 do
                if not descent.Active[k] then
                    Array.Clear(descent.Before[k], 0, rows * boxes.Blocks[k].Width)

            let isDone =
                Array.init rows (fun row ->
                    reached[row] <- bound row
                    isDone row reached[row])

            for row in rows - 1 .. -1 .. 0 do
                if isDone[row] then
                    rows <- rows - 1
                    replace row rows

            if rows > 0 && step < steps then
                for row in 0 .. rows - 1 do
                    corner (sharpness (float32 step / float32 steps)) row

                for k in 1 .. top - 1 do
                    arguments k rows

                    for row in 0 .. rows - 1 do
                        move k step (rate step) row

            step <- step + 1

        descent.Own <- false
