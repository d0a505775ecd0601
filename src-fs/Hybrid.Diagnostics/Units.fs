namespace Hybrid.Diagnostics

open System
open System.Collections.Generic
open Hybrid.Core

/// What is observed of a block's units, or of those within its neurons, as in a residual block.
[<NoComparison; NoEquality>]
type private Observed =
    {
        /// With the activations that are observed.
        Block: Block
        /// The number of the block, from 0.
        Number: int
        IsWithin: bool
        /// Whether the channels of its images are last.
        AreLast: bool
        /// Outputs, sums, derivatives, and how often each piece of a maxout unit won.
        Shown: Tensor list
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

    let slopes (outputs: Tensor) (operands: Tensor list) : Tensor list =
        Derivative.reverse outputs (Tensor.fill 1.0 outputs.Shape) operands

    /// Activations of images between a block's input and its sums.
    let within number (block: Block) (x: Tensor) (sums: Tensor) : Observed list =
        let observed (node: Tensor) =
            match node.Node with
            | Apply({ Kernel = Kernel.Map _; Name = name }, [ operand ]) when node.Shape.Length = 4 ->
                Activation.functions
                |> List.tryFind (fun (known, _) ->
                    String.Equals(known, name, StringComparison.OrdinalIgnoreCase))
                |> Option.map (fun (known, _) ->
                    {
                        Block =
                            { block with
                                Activations = [ Activation.layer known ]
                            }
                        Number = number
                        IsWithin = true
                        // layers that were read from a file have them first, as the file does
                        AreLast = (Layer.parts block.Neurons).IsSome
                        Shown = node :: operand :: slopes node [ operand ]
                    })
            | _ -> None

        match block.Neurons.Form with
        | Affine _
        | Maxouts _
        | Convolves _ -> []
        | _ ->
            let before = HashSet<Tensor>(Graph.order [ x ], HashIdentity.Reference)

            Graph.order [ sums ]
            |> Array.filter (before.Contains >> not)
            |> Array.choose observed
            |> List.ofArray

    /// A block with its units' activations only, after those within its neurons.
    let trace (x: Tensor) (number, block: Block) : Observed list * Tensor =
        let sums = Block.through [ block.Neurons ] x
        let activations, outputs = Block.ofEach block.Activations sums

        within number block x sums
        @ [
            {
                Block = { block with Activations = activations }
                Number = number
                IsWithin = false
                AreLast = areLast[block.Index]
                Shown = outputs :: sums :: slopes outputs (sums :: pieces block)
            }
        ],
        Block.through (List.skip activations.Length block.Activations) outputs

    /// The features as they reach the first neurons, and what is observed in the blocks, for one batch size.
    let graph rows : Tensor * Observed list =
        let features = Block.through preprocessing (Batch.features rows width)
        features, List.mapFold trace features (List.indexed blocks) |> fst |> List.concat

    let plans =
        Plans(
            engine,
            (fun () -> false),
            state,
            None,
            fun rows ->
                let features, observed = graph rows
                features :: List.collect _.Shown observed, []
        )

    let features, observed = graph 1

    let units =
        observed
        |> List.map (fun one ->
            match one.Shown.Head.Shape with
            | _ :: (_ :: _ :: _ as image) ->
                let channels = if one.AreLast then List.last image else image.Head
                one.Block, channels, Shape.size image / channels, one.AreLast
            | shape -> one.Block, Shape.size shape, 1, true)

    let batch = Inference.BatchSize(features :: List.collect _.Shown observed)

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

            Batch.fillFeatures engine plan examples (ReadOnlySpan(examples.Rows, start, rows))

            plan.Run()
            inputs.Add(plan.Output 0, rows)
            let mutable next = 1

            for one, tally in List.zip observed tallies do
                tally.Add(plan.Output(next + 1), plan.Output next, plan.Output(next + 2), rows)
                next <- next + 3

                for _ in pieces one.Block do
                    tally.AddWins(plan.Output next)
                    next <- next + 1

        {
            Examples = examples.Count
            Inputs = inputs.Measures
            Layers =
                List.map2
                    (fun (one: Observed) (tally: UnitTally) ->
                        let report =
                            tally.Report(one.Number + 1, one.IsWithin || one.Number < blocks.Length - 1)

                        if one.IsWithin then
                            { report with
                                Kind = report.Kind + " within"
                            }
                        else
                            report)
                    observed
                    tallies
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
