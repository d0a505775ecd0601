namespace Hybrid.Verification

open System
open System.Numerics
open System.Runtime.InteropServices
open Hybrid.Core

/// <summary>Rows of factors of a network's variables, carried back block by block to the inputs, in float32 by an engine: Backward,
/// for many rows of many boxes as one matrix.</summary>
/// <remarks>The errors of the sums count as noise: Σ |aᵢ| (Eᵢ + γ Mᵢ), with Mᵢ = Σⱼ |wᵢⱼ| |vⱼ|.</remarks>
[<Sealed>]
type internal Descent(padded: Padded, engine: Engine, boxes: BoxBounds) =
    let layers = padded.Layers
    let widths = boxes.Blocks |> Array.map _.Width
    let most = Array.max widths

    // so many rows at a time that they stay in the cache, and no more than both bounds of all units of a block in all boxes
    let slice = max 64 (min (131072 / most) (2 * most * boxes.Capacity))

    let factors =
        widths |> Array.map (fun width -> Array.zeroCreate<float32>(slice * width))

    let ofInputs = factors[0]

    // rows with lines of their own, and the factors of the values that they had
    let perRow () =
        lazy (widths |> Array.map (fun width -> Array.zeroCreate<float32>(slice * width)))

    let ownSlopes, upperSlopes, upperShifts = perRow (), perRow (), perRow ()
    let multipliers, before = perRow (), perRow ()
    let none = Array.zeroCreate<float32> most
    let mutable own = false
    let spare = Array.zeroCreate<float32>(slice * most)
    let active = Array.zeroCreate<bool> widths.Length
    let rowBox = Array.zeroCreate<int> slice
    let constant, off = Array.zeroCreate<float> slice, Array.zeroCreate<float> slice
    let within = Array.zeroCreate<HalfSpace> boxes.Capacity
    let shares = Array.zeroCreate<float32> slice

    let vectors (values: float32[]) start count =
        MemoryMarshal.Cast<float32, Vector<float32>>(Span<float32>(values, start, count))

    let span (values: float32[]) start count =
        ReadOnlySpan<float32>(values, start, count)

    /// Numbers of a row, if it has its own, or else those that it shares with others.
    let line own (rows: Lazy<float32[][]>) k row (shared: float32[]) start =
        if own then
            vectors rows.Value[k] (row * widths[k]) widths[k]
        else
            vectors shared start widths[k]

    /// Replaces the factors of a block's values by those of its arguments in one row: the sum of the constants, and of what all
    /// this costs.
    let relax k row =
        let bounds, layer = boxes.Blocks[k], layers[k - 1]
        let width = layer.Width
        let start = rowBox[row] * width
        let slopes = vectors factors[k] (row * width) width

        let lowerSlope = line own ownSlopes k row bounds.LowerSlope start
        let upperSlope = line own upperSlopes k row bounds.UpperSlope start
        let upperShift = line own upperShifts k row bounds.UpperShift start
        let multiplier = line own multipliers k row none 0
        let lowerShift = vectors bounds.LowerShift start width
        let shiftOff = vectors bounds.ShiftOff start width
        let argumentOff = vectors bounds.ArgumentOff start width
        let moved = vectors layer.Constants 0 width
        let mutable sum = Vector<float32>.Zero
        let mutable cost = Vector<float32>.Zero

        for i in 0 .. slopes.Length - 1 do
            let factor = slopes[i]
            let positive = Vector.GreaterThan(factor, Vector<float32>.Zero)

            let passed =
                factor * Vector.ConditionalSelect(positive, lowerSlope[i], upperSlope[i])
                + multiplier[i]

            slopes[i] <- passed

            sum <-
                sum
                + (factor * Vector.ConditionalSelect(positive, lowerShift[i], upperShift[i])
                   + passed * moved[i])

            cost <- cost + (Vector.Abs factor * shiftOff[i] + Vector.Abs passed * argumentOff[i])

        constant[row] <- constant[row] + float (Vector.Sum sum)

        off[row] <-
            off[row]
            + float (Vector.Sum cost) * (1.001 + 2.0 * layer.Gamma)
            + bounds.Underflow[rowBox[row]]

    /// Carries rows through a block to the variables of the blocks before.
    let carry k rows =
        let layer = layers[k - 1]

        if own then
            Array.Copy(factors[k], before.Value[k], rows * layer.Width)

        for row in 0 .. rows - 1 do
            relax k row

        for term in layer.Terms do
            let width = widths[term.Block]

            let target = if active[term.Block] then spare else factors[term.Block]

            engine.Kernels.MatMul(
                false,
                false,
                rows,
                layer.Width,
                width,
                span factors[k] 0 (rows * layer.Width),
                span term.Factors 0 (layer.Width * width),
                Span<float32>(target, 0, rows * width)
            )

            if active[term.Block] then
                let sum = vectors factors[term.Block] 0 (rows * width)
                let more = vectors spare 0 (rows * width)

                for i in 0 .. sum.Length - 1 do
                    sum[i] <- sum[i] + more[i]

            active[term.Block] <- true

    /// The lower bound of a row whose factors are those of the inputs.
    let conclude row =
        let input = boxes.Blocks[0]
        let start = rowBox[row] * input.Rows

        let struct (sum, total) =
            if active[0] then
                Corner.least
                    1f
                    (span ofInputs (row * input.Width) input.Width)
                    0f
                    ReadOnlySpan<float32>.Empty
                    (ReadOnlySpan<float>(input.Lower, start, input.Rows))
                    (ReadOnlySpan<float>(input.Upper, start, input.Rows))
            else
                struct (0.0, 0.0)

        let ulps = Affine.Ulp * (float (input.Rows + 4 * layers.Length) + 16.0)

        let cost =
            off[row] * Padded.Outward
            + ulps * (total + abs constant[row] + abs sum + off[row])
            + 1e-290

        constant[row] + sum - cost

    /// The lower bound of so much of a row, and so much of the function that is at most 0 at the inputs in question.
    let concludeWith row own share =
        if share = 0f then
            conclude row
        else
            let box = rowBox[row]
            HalfSpace.least boxes box own ofInputs (row * widths[0]) constant[row] off[row] share within[box]

    /// How much of that function to add to a row, as the rule says; 0 where all inputs are in question.
    let shareOf row (rule: HalfSpace -> float32) =
        let space = within[rowBox[row]]
        if isNull space || not active[0] then 0f else rule space

    /// Carries rows that begin at the variables of blocks before one down to the inputs.
    let descend top rows =
        for k in top - 1 .. -1 .. 1 do
            if active[k] then
                Padded.goOn padded
                carry k rows

    /// How far factors may be off, relative to themselves, after those of other blocks are added to them: where a row begins at
    /// several blocks, that may happen.
    member _.Added(terms: int) : float =
        if terms > 1 then
            RoundingRule.gamma (float (layers.Length + 2))
        else
            0.0

    /// Whether each row has lines of its own; the factors of values are then kept.
    member _.Own
        with get () = own
        and set value = own <- value

    /// By block: the lower slopes of each row, [rows; padded width].
    member _.OwnSlopes = ownSlopes.Value

    /// By block: the upper lines of each row, [rows; padded width]: those of the box, or 0 or the argument where its sign is known.
    member _.UpperSlopes = upperSlopes.Value

    /// Of the same.
    member _.UpperShifts = upperShifts.Value

    /// By block: numbers that are added to each row's factors of arguments, [rows; padded width]: at most 0 where the argument is
    /// known not to be negative, at least 0 where it is known not to be positive, else 0. Slopes are 0 or 1 there, so the sum is
    /// rounded once.
    member _.Multipliers = multipliers.Value

    /// By block: the factors of values, before they became those of arguments.
    member _.Before = before.Value

    /// The maximum number of rows at a time.
    member _.Capacity = slice

    /// By block: the factors of its variables, [rows; padded width].
    member _.Factors = factors

    /// By block: whether its factors are set.
    member _.Active = active

    /// Each row's box.
    member _.Box = rowBox

    /// Each row's constant.
    member _.Constant = constant

    /// What each row costs so far.
    member _.Off = off

    /// Carries rows that begin at the variables of blocks before one down to the inputs.
    member _.Run(top: int, rows: int) : unit = descend top rows

    /// The lower bound of a row that has been carried down.
    member _.Bound(row: int) : float =
        shares[row] <- 0f
        conclude row

    /// By box: the inputs that are in question; null for all.
    member _.Within = within

    /// The lower bound, at the inputs that are in question, of a row that has been carried down.
    member _.BoundWithin(row: int) : float =
        shares[row] <-
            shareOf row (fun space -> HalfSpace.multiplier boxes rowBox[row] space ofInputs (row * widths[0]))

        concludeWith row 1f shares[row]

    /// How much of the function of the inputs in question was added to each row in its last bound.
    member _.Shares = shares

    /// <summary>A mean of a row that has been carried down, and of the function that is at most 0 at the inputs in
    /// question.</summary>
    /// <returns>Its lower bound: above 0, the row cannot be at most 0 there; and where it is at most 0, null for all
    /// inputs.</returns>
    member _.Mean(row: int) : struct (float * HalfSpace) =
        let box = rowBox[row]

        let share =
            shareOf row (fun space ->
                HalfSpace.share boxes box space ofInputs (row * widths[0]) constant[row])

        let space =
            if active[0] then
                let cost =
                    off[row] * Padded.Outward
                    + Affine.Ulp * 16.0 * (abs constant[row] + off[row])
                    + 1e-290

                let own =
                    HalfSpace(Array.sub ofInputs (row * widths[0]) widths[0], constant[row] - cost)

                if share > 0f then
                    HalfSpace.mean boxes box (1f - share) own share within[box]
                else
                    own
            else
                within[box]

        struct (concludeWith row (1f - share) share, space)
