namespace Hybrid.Models

open Hybrid.Core
open Hybrid.Diagnostics

/// <summary>The state of a network's hidden units during training, observed on a fixed sample of examples, so that it costs
/// the same for data of any size.</summary>
/// <param name="engine">Computes.</param>
/// <param name="network">The networks to watch differ from it in the values of their parameters only.</param>
/// <param name="examples">At most 1,000 of them are used.</param>
[<Sealed>]
type UnitWatch(engine: Engine, network: Network, examples: Examples) =
    // a unit that fires for one example in three hundred is missed with a probability of 4 %
    let sampleSize = 1000
    let state = Inference.state engine network
    let monitor = UnitMonitor(engine, network, examples.Width, state)

    let sample =
        { examples with
            Rows =
                Random.permutation 0UL 0UL examples.Count
                |> Array.truncate sampleSize
                |> Array.map (fun i -> examples.Rows[i])
        }

    /// Watches the training that was prepared.
    new(engine, prepared: Prepared) = UnitWatch(engine, prepared.Start, prepared.Examples)

    /// What the units of a network do at present.
    member _.Measure(network: Network) : NetworkUnits =
        for name, value in Network.parameters network do
            (Eager.value engine value).CopyTo(state[name], 0)

        monitor.Measure sample
