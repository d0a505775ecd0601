namespace Hybrid.Models

open Hybrid.Core

/// <summary>Loss and quality of a network during training on some rows of its table, by one compiled plan.</summary>
/// <param name="engine">Computes.</param>
/// <param name="prepared">The training.</param>
/// <param name="rows">Rows of the training's table; at least one.</param>
[<Sealed>]
type internal PartWatch(engine: Engine, prepared: Prepared, rows: int[]) =
    let watch = NetworkWatch(engine, prepared.Learned, prepared.Examples.Width)
    let examples = { prepared.Examples with Rows = rows }

    /// <summary>The measures of the training's network, with these parameters; the loss is that of the standardised target.</summary>
    /// <exception cref="T:Hybrid.NonFiniteResultException">An output or a loss is NaN or infinite.</exception>
    member _.Measure(network: Network) : Measures =
        Inference.evaluate prepared.Task prepared.Loss (watch.Of network) examples
