namespace Hybrid.Diagnostics

open System
open Hybrid.Core

/// What the units of one layer do on some examples.
type LayerUnits =
    {
        /// From 1, as the lecture counts: the input is not a layer, and the last one is the output layer.
        Layer: int
        /// The activation: "relu", "maxout", …; "identity" for none; "relu within" for one between the neurons of a residual block.
        Kind: string
        IsHidden: bool
        /// Of images, their channels.
        Units: int
        /// At how many places of an example each unit is observed: of images, height times width; otherwise 1. What is said of a unit
        /// on every example is then so at every place.
        Places: int
        /// Units whose sum or output is NaN or infinite on some example; they count as neither dead nor without gradient.
        NotFinite: int
        /// Units that give exactly 0, with a derivative of exactly 0, on every example.
        Dead: int
        /// Units whose activation has a derivative of exactly 0 on every example: no gradient reaches their weights. The
        /// dead are among them.
        NoGradient: int
        /// For each unit, whether it is dead.
        AreDead: bool[]
        /// For each unit, the share of its outputs near an end of their range; empty for kinds that do not saturate.
        SaturatedShares: float[]
        /// Of maxout, the total number of linear pieces; 0 for other kinds.
        Pieces: int
        /// Of maxout, pieces that are not the maximum on any example: no gradient reaches their weights.
        UnusedPieces: int
        /// Of units that saturate, such as sigmoid and tanh, the share of outputs near an end of their range; none for others.
        Saturated: float option
        /// The range whose ends the outputs of such units tend to.
        Range: Interval option
        /// Of all outputs.
        Mean: float
        /// Of all outputs.
        Deviation: float
    }

/// What the units of a network do on some examples.
type NetworkUnits =
    {
        Examples: int
        Inputs: InputMeasures
        /// First to last, the output layer included; what is within a layer comes before it, with its number.
        Layers: LayerUnits list
    }

/// Gathers what the units of one block do, batch by batch.
[<Sealed>]
type internal UnitTally(block: Block, units: int, places: int, areLast: bool) =
    let kind = Block.kind block
    let range = Block.saturates block
    let isFinite = Array.create units true
    let fires = Array.zeroCreate<bool> units
    let learns = Array.zeroCreate<bool> units
    let mutable wins: float32[] = [||]
    let saturated = Array.zeroCreate<int64> units
    let mutable count = 0L
    let mutable sum = 0.0
    let mutable squares = 0.0

    /// The maximum distance of outputs that are not saturated from the middle of their range: .01 to .99 of sigmoid.
    let middle, reach =
        match range with
        | Some range ->
            float32 ((range.Lower + range.Upper) / 2.0), float32 (0.49 * (range.Upper - range.Lower))
        | None -> 0.0f, nanf

    /// The distances between units and between places.
    let acrossUnits, acrossPlaces = if areLast then 1, units else places, 1

    /// Takes in the first rows of a batch, [rows; units] each, or of images [rows; places; units] or [rows; units; places].
    member _.Add(sums: float32[], outputs: float32[], derivatives: float32[], rows: int) : unit =
        // fields would be written at every number
        let mutable batchSum = 0.0
        let mutable batchSquares = 0.0

        for i in 0 .. rows - 1 do
            for place in 0 .. places - 1 do
                for j in 0 .. units - 1 do
                    let at = i * units * places + place * acrossPlaces + j * acrossUnits
                    let output = outputs[at]

                    if not (Single.IsFinite sums[at] && Single.IsFinite output) then
                        isFinite[j] <- false

                    if output <> 0.0f then
                        fires[j] <- true

                    if derivatives[at] <> 0.0f then
                        learns[j] <- true

                    if Math.Abs(output - middle) > reach then
                        saturated[j] <- saturated[j] + 1L

                    batchSum <- batchSum + float output
                    batchSquares <- batchSquares + float output * float output

        sum <- sum + batchSum
        squares <- squares + batchSquares
        count <- count + int64 rows * int64 units * int64 places

    /// Takes in how often each piece of a maxout unit was the maximum.
    member _.AddWins(batch: float32[]) : unit =
        wins <-
            if wins.Length = 0 then
                Array.copy batch
            else
                Array.map2 (+) wins batch

    member _.Report(layer: int, isHidden: bool) : LayerUnits =
        let countWhere condition =
            Seq.filter condition (seq { 0 .. units - 1 }) |> Seq.length

        let isDead j =
            isFinite[j] && not fires[j] && not learns[j]

        let perUnit = float count / float units
        let mean = sum / float count

        {
            Layer = layer
            Kind = kind
            IsHidden = isHidden
            Units = units
            Places = places
            NotFinite = countWhere (fun j -> not isFinite[j])
            Dead = countWhere isDead
            NoGradient = countWhere (fun j -> isFinite[j] && not learns[j])
            AreDead = Array.init units isDead
            SaturatedShares =
                if Single.IsNaN reach then
                    [||]
                else
                    saturated |> Array.map (fun count -> float count / perUnit)
            Pieces = wins.Length
            UnusedPieces = wins |> Seq.filter ((=) 0.0f) |> Seq.length
            Saturated =
                if Single.IsNaN reach then
                    None
                else
                    Some(float (Array.sum saturated) / float count)
            Range = range
            Mean = mean
            Deviation = sqrt (Math.Max(0.0, squares / float count - mean * mean))
        }
