namespace Hybrid.Verification

open Hybrid.Core

/// Bounds of all arguments on a region: each with slopes of its own, and, when asked, by branch and bound.
[<Sealed>]
type internal RegionBounds(engine: Engine, padded: Padded, region: Leaf, threads: int) =
    static let steps = 20

    let memory = SlopeMemory padded

    let bounds =
        let bounds = Bounds(padded, engine, 1)
        bounds.Boxes.SetInput(0, region.Lower, region.Upper)
        bounds.Boxes.Inherit(0, region.Kept)
        bounds.Memories[0] <- memory
        bounds.ComputeWell(1, steps)
        bounds

    /// The bounds, of one box.
    member _.Boxes = bounds.Boxes

    /// The slopes that were found for them.
    member _.Memory = memory

    /// <summary>Improves the bounds by branch and bound, block by block, each with the better bounds of those before.</summary>
    /// <param name="most">The maximum number of arguments of each block.</param>
    /// <param name="rounds">How often the worst part of each end of an argument is split.</param>
    /// <param name="limit">The maximum number of nodes.</param>
    /// <returns>The number of nodes that were bounded; 0 where no argument can be improved.</returns>
    member _.Split(most: int, rounds: int, limit: int64) : int64 =
        let mutable count = 0L

        for block in 2 .. padded.Layers.Length do
            // each has two ends
            let most = int (min (int64 most) ((limit - count) / 2L))

            let search =
                ArgumentSearch(engine, padded, block, region, bounds.Boxes, memory, most, threads)

            match search.Run(rounds, limit - count) with
            | 0L -> ()
            | nodes ->
                count <- count + nodes
                bounds.ComputeWell(1, steps)

        count
