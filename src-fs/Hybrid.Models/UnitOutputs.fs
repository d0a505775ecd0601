namespace Hybrid.Models

open Hybrid.Core
open Hybrid.Diagnostics

/// <summary>What every unit of a network returns for some rows, layer by layer, with one compiled plan per number of rows.</summary>
/// <param name="engine">Computes.</param>
/// <param name="network">The networks to observe differ from it in the values of their parameters only.</param>
/// <param name="width">The number of features of a row.</param>
[<Sealed>]
type internal UnitOutputs(engine: Engine, network: Network, width: int) =
    let state = Inference.state engine network
    let preprocessing, blocks = Block.split (Network.withInputs network)

    let through x (layer: Layer) =
        layer.Forward (List.map snd layer.Parameters) x

    let plans =
        Plans(
            engine,
            (fun () -> false),
            state,
            None,
            fun rows ->
                let after x (block: Block) =
                    List.fold through x (block.Neurons :: block.Activations)

                let features = List.fold through (Batch.features rows width) preprocessing
                List.scan after features blocks |> List.tail, []
        )

    /// The layers of neurons, each with its activations.
    member _.Blocks = blocks

    /// <summary>The outputs of each block, [rows; units]; those of the last one are the network's.</summary>
    /// <param name="network">The weights.</param>
    /// <param name="features">[rows; width].</param>
    member _.Run(network: Network, features: float32[]) : float32[][] =
        for name, value in Network.parameters network do
            (Eager.value engine value).CopyTo(state[name], 0)

        let rows = features.Length / width
        let plan = plans.For rows

        if plan.Needs InputName.Features then
            features.CopyTo(plan.Input InputName.Features, 0)

        plan.Run()
        Array.init blocks.Length (fun block -> Array.copy (plan.Output block))
