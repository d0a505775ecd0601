namespace Hybrid.Verification

open System
open Hybrid.Core

/// What is known about a block's variables for each of several boxes, row by row.
[<Sealed>]
type internal BlockBounds(capacity: int, rows: int, width: int) =
    let doubles () =
        Array.zeroCreate<float>(capacity * rows)

    let singles () =
        Array.zeroCreate<float32>(capacity * width)

    member _.Rows = rows
    member _.Width = width

    /// Bounds of the arguments; of block 0, the box itself. [boxes; rows]
    member val Lower = doubles ()
    member val Upper = doubles ()

    /// The noise of the network in each argument. [boxes; rows]
    member val Noise = doubles ()

    /// At least Σ |factor| |variable| for each argument. [boxes; rows]
    member val Sizes = doubles ()

    /// How far a computed value may be from the curve at its computed argument. [boxes; rows]
    member val Off = doubles ()

    // the lines around the curve. [boxes; width]
    member val LowerSlope = singles ()
    member val LowerShift = singles ()
    member val UpperSlope = singles ()
    member val UpperShift = singles ()

    /// What a factor of the value costs: errors of the curve, and of float32 sums over its shifts. [boxes; width]
    member val ShiftOff = singles ()

    /// What a factor of the argument costs: noise of the network, and errors of float32 sums over it. [boxes; width]
    member val ArgumentOff = singles ()

    /// Centres of the variables. [boxes; width]
    member val Centre = singles ()

    /// The greatest absolute values of the variables, [capacity; width], then their distances from the centres.
    member val Spread = Array.zeroCreate<float32>(2 * capacity * width)

    /// What numbers too small for float32 cost a row. [boxes]
    member val Underflow = Array.zeroCreate<float> capacity

/// <summary>Bounds of every block for several boxes at once, in memory that is reused.</summary>
[<Sealed>]
type internal BoxBounds(padded: Padded, capacity: int) =
    let blocks =
        Array.append
            [| BlockBounds(capacity, padded.Form.Inputs, padded.InputWidth) |]
            (padded.Layers
             |> Array.map (fun layer -> BlockBounds(capacity, layer.Rows, layer.Width)))

    /// The maximum number of boxes.
    member _.Capacity = capacity

    /// By block: 0 is the input.
    member _.Blocks = blocks

    /// Sets the variables of a block for a box: each in an interval.
    member _.SetVariable(block: int, box: int, i: int, range: Interval) =
        let bounds = blocks[block]
        let at = box * bounds.Width + i
        let size = max (abs range.Lower) (abs range.Upper)
        let centre = float32 (0.5 * (range.Lower + range.Upper))
        let distance = max (range.Upper - float centre) (float centre - range.Lower)
        bounds.Centre[at] <- centre
        bounds.Spread[at] <- Relaxation.up (max size (abs (float centre)) * Padded.Outward)

        bounds.Spread[capacity * bounds.Width + at] <-
            Relaxation.up ((distance + 1e-15 * size) * Padded.Outward)

    /// Sets the input box.
    member this.SetInput(box: int, lower: float[], upper: float[]) =
        let bounds = blocks[0]

        for i in 0 .. bounds.Rows - 1 do
            bounds.Lower[box * bounds.Rows + i] <- lower[i]
            bounds.Upper[box * bounds.Rows + i] <- upper[i]
            this.SetVariable(0, box, i, { Lower = lower[i]; Upper = upper[i] })

        bounds.Underflow[box] <- 0.0

    /// The bounds of all arguments of a box, rounded outward to float32: for boxes inside it.
    member _.Keep(box: int) : float32[] =
        [|
            for bounds in Seq.skip 1 blocks do
                for i in box * bounds.Rows .. (box + 1) * bounds.Rows - 1 do
                    Relaxation.down bounds.Lower[i]
                    Relaxation.up bounds.Upper[i]
        |]

    /// Whether arguments would have to be above their upper bounds: then no inputs of the box have the given signs.
    member _.IsEmpty(box: int) : bool =
        blocks
        |> Seq.skip 1
        |> Seq.exists (fun bounds ->
            Seq.exists
                (fun i -> bounds.Lower[i] > bounds.Upper[i])
                (seq { box * bounds.Rows .. (box + 1) * bounds.Rows - 1 }))

    /// Starts a box from bounds that were kept of a box around it; null for none.
    member _.Inherit(box: int, kept: float32[]) =
        let mutable at = 0

        for bounds in Seq.skip 1 blocks do
            for i in box * bounds.Rows .. (box + 1) * bounds.Rows - 1 do
                if isNull kept then
                    bounds.Lower[i] <- -infinity
                    bounds.Upper[i] <- infinity
                else
                    bounds.Lower[i] <- float kept[at]
                    bounds.Upper[i] <- float kept[at + 1]

                at <- at + 2
