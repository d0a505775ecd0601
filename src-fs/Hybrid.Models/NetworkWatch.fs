namespace Hybrid.Models

open Hybrid.Core

/// <summary>Inference on a network as it changes in training, by one compiled plan.</summary>
/// <param name="engine">Computes.</param>
/// <param name="network">The layers; their parameters may change.</param>
/// <param name="width">The number of inputs.</param>
[<Sealed>]
type internal NetworkWatch(engine: Engine, network: Network, width: int) =
    let state = Inference.state engine network
    let inference = Inference(engine, (fun () -> false), network, width, state, false)

    /// Inference with another network's parameters, until it is asked for again.
    member _.Of(network: Network) : Inference =
        for name, value in Network.parameters network do
            (Eager.value engine value).CopyTo(state[name], 0)

        inference
