namespace Hybrid.Diagnostics

open System
open System.Collections.Generic
open Hybrid.Core

/// What the units of one layer do on some examples.
type LayerUnits =
    {
        /// From 1, as the lecture counts: the input is not a layer, and the last one is the output layer.
        Layer: int
        /// The activation: "relu", "maxout", …; "identity" for none.
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
        /// First to last, the output layer included.
        Layers: LayerUnits list
    }

/// Gathers what the units of one block do, batch by batch.
[<Sealed>]
type private UnitTally(block: Block, units: int, places: int, areLast: bool) =
    let kind = Block.kind block
    let range = Block.saturates block
    let isFinite = Array.create units true
    let fires = Array.zeroCreate<bool> units
    let learns = Array.zeroCreate<bool> units
    let mutable wins: float32[] = [||]
    let mutable saturated = 0L
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
        let mutable batchSaturated = 0

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
                        batchSaturated <- batchSaturated + 1

                    batchSum <- batchSum + float output
                    batchSquares <- batchSquares + float output * float output

        sum <- sum + batchSum
        squares <- squares + batchSquares
        saturated <- saturated + int64 batchSaturated
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

        let mean = sum / float count

        {
            Layer = layer
            Kind = kind
            IsHidden = isHidden
            Units = units
            Places = places
            NotFinite = countWhere (fun j -> not isFinite[j])
            Dead = countWhere (fun j -> isFinite[j] && not fires[j] && not learns[j])
            NoGradient = countWhere (fun j -> isFinite[j] && not learns[j])
            Pieces = wins.Length
            UnusedPieces = wins |> Seq.filter ((=) 0.0f) |> Seq.length
            Saturated =
                if Single.IsNaN reach then
                    None
                else
                    Some(float saturated / float count)
            Range = range
            Mean = mean
            Deviation = sqrt (Math.Max(0.0, squares / float count - mean * mean))
        }

/// <summary>Observes the units of a network, on an engine, with one compiled plan per batch size. For one thread at a
/// time.</summary>
/// <remarks>Derivatives are those of the graph, in the engine's float32: for a sigmoid that rounds to 1 exactly 0.
/// Memory is that of one batch, whatever the number of examples.</remarks>
/// <param name="engine">Computes.</param>
/// <param name="network">Takes [examples; width]. </param>
/// <param name="width">How many features an example has.</param>
/// <param name="state">The values of the network's parameters by name, read at every measurement.</param>
[<Sealed>]
type UnitMonitor(engine: Engine, network: Network, width: int, state: IReadOnlyDictionary<string, float32[]>)
    =
    let areLast = ImageAxes.areLast [ 1; width ] network
    let preprocessing, blocks = Block.split (Network.withInputs network)

    let pieces (block: Block) : Tensor list =
        match block.Neurons.Form, block.Neurons.Parameters with
        | Maxouts _, [ _; _, bias ] -> [ bias ]
        | _ -> []

    /// A block with its units' activations only, and what is observed in it: outputs, sums, derivatives, and how often each
    /// piece of a maxout unit won.
    let trace (x: Tensor) (block: Block) : (Block * Tensor list) * Tensor =
        let sums = Block.through [ block.Neurons ] x
        let activations, outputs = Block.ofEach block.Activations sums
        let ones = Tensor.fill 1.0 outputs.Shape
        let derivatives = Derivative.reverse outputs ones (sums :: pieces block)

        ({ block with Activations = activations }, outputs :: sums :: derivatives),
        Block.through (List.skip activations.Length block.Activations) outputs

    /// The features as they reach the first neurons, and the blocks with what is observed in each, for one batch size.
    let graph rows : Tensor * (Block * Tensor list) list =
        let features = Block.through preprocessing (Batch.features rows width)
        features, List.mapFold trace features blocks |> fst

    let plans =
        Plans(
            engine,
            (fun () -> false),
            state,
            false,
            fun rows ->
                let features, traced = graph rows
                features :: List.collect snd traced, []
        )

    let features, traced = graph 1

    let units =
        traced
        |> List.map (fun (block, shown) ->
            match shown.Head.Shape with
            | _ :: (_ :: _ :: _ as image) ->
                let areLast = areLast[block.Index]
                let channels = if areLast then List.last image else image.Head
                block, channels, Shape.size image / channels, areLast
            | shape -> block, Shape.size shape, 1, true)

    let batch = Inference.BatchSize(features :: List.collect snd traced)

    /// <summary>What the units do on some examples, at least one.</summary>
    /// <exception cref="T:Hybrid.HybridException">There are no examples.</exception>
    member _.Measure(examples: Examples) : NetworkUnits =
        if examples.Count = 0 then
            raise (HybridException "Units can only be observed on examples, and there are none.")

        let inputs = InputTally(Shape.size features.Shape)
        let tallies = units |> List.map UnitTally

        for start in 0..batch .. examples.Count - 1 do
            let rows = min batch (examples.Count - start)
            let plan = plans.For rows

            Batch.fillFeatures engine plan width examples.Features (ReadOnlySpan(examples.Rows, start, rows))

            plan.Run()
            inputs.Add(plan.Output 0, rows)
            let mutable next = 1

            for block, tally in List.zip blocks tallies do
                tally.Add(plan.Output(next + 1), plan.Output next, plan.Output(next + 2), rows)
                next <- next + 3

                for _ in pieces block do
                    tally.AddWins(plan.Output next)
                    next <- next + 1

        {
            Examples = examples.Count
            Inputs = inputs.Measures
            Layers = tallies |> List.mapi (fun i tally -> tally.Report(i + 1, i < blocks.Length - 1))
        }

/// Which units of a network are dead, saturated, or learn nothing.
module Units =
    /// <summary>What the units of a network do on some examples.</summary>
    /// <exception cref="T:Hybrid.HybridException">There are no examples.</exception>
    let ofNetwork (engine: Engine) (network: Network) (examples: Examples) : NetworkUnits =
        UnitMonitor(engine, network, examples.Width, Inference.state engine network).Measure examples

    /// The mean over the units of hidden layers of a number that is known for some of the layers.
    let private overHidden (number: LayerUnits -> float option) (units: NetworkUnits) : float option =
        let known =
            units.Layers
            |> List.filter _.IsHidden
            |> List.choose (fun layer -> number layer |> Option.map (fun x -> x, float layer.Units))

        match known with
        | [] -> None
        | _ -> Some(List.sumBy (fun (x, weight) -> x * weight) known / List.sumBy snd known)

    /// The share of all hidden units that are dead; none where there are no hidden units.
    let deadShare (units: NetworkUnits) : float option =
        overHidden (fun layer -> Some(float layer.Dead / float layer.Units)) units

    /// The share of all outputs of hidden units that saturate, such as sigmoid and tanh, which are saturated; none where there
    /// are no such units.
    let saturatedShare (units: NetworkUnits) : float option = overHidden _.Saturated units
