namespace Hybrid.Core

open System
open System.Runtime.InteropServices
open Hybrid

/// How a batch is cut into grains, and these are shared out: by the numbers of rows, grains and ranks alone.
module internal Grains =
    /// The first row of a grain; that after the last one is the number of rows.
    let start (grains: int) (rows: int) (grain: int) : int =
        int (int64 grain * int64 rows / int64 grains)

    /// The grain that has a row: the inverse of start.
    let ofRow (grains: int) (rows: int) (row: int) : int =
        int ((int64 (row + 1) * int64 grains - 1L) / int64 rows)

    /// The rank that computes a grain: each has as many neighbours of the same number of grains, to one.
    let owner (grains: int) (ranks: int) (grain: int) : int =
        int ((int64 (grain + 1) * int64 ranks - 1L) / int64 grains)

/// <summary>The sum of an array of numbers over all grains of a batch, on rank 0. It is taken in one binary tree over the grains: the left
/// half of each node's grains and the right half are summed first. A node belongs to the rank of its first grain, which receives the sum
/// of the right half if that is another's. So each addition has the same operands whatever the number of ranks, and so has the sum the
/// same bits.</summary>
/// <param name="communicator">Connects the ranks.</param>
/// <param name="grains">Their number.</param>
/// <param name="length">Of the array.</param>
/// <param name="add">Adds the second array to the first.</param>
[<Sealed>]
type internal GrainSum
    (communicator: ICommunicator, grains: int, length: int, add: float32[] -> float32[] -> unit) =
    let owner grain =
        Grains.owner grains communicator.Size grain

    // the sum of a right half, while the left half of the same depth is kept: the tree is not deeper than this
    let halves = Array.init 32 (fun _ -> lazy (Array.zeroCreate<float32> length))

    /// <summary>The sum over a batch.</summary>
    /// <param name="rows">The number of its rows.</param>
    /// <param name="compute">Called for each grain of this rank that has rows, with the first one and their number, and the array to
    /// fill.</param>
    /// <param name="total">Receives the sum, on rank 0; the other ranks' has partial sums.</param>
    member _.Run(rows: int, compute: int -> int -> float32[] -> unit, total: float32[]) : unit =
        let start = Grains.start grains rows

        let rec sum first last depth (into: float32[]) =
            if start last > start first then
                if last - first = 1 then
                    if owner first = communicator.Rank then
                        compute (start first) (start last - start first) into
                else
                    let middle = first + (last - first) / 2
                    let left, right = owner first, owner middle
                    sum first middle (depth + 1) into

                    if start last > start middle then
                        // without rows on the left, the sum is that of the right
                        let isAlone = start middle = start first

                        let half =
                            if isAlone || right <> communicator.Rank && left <> communicator.Rank then
                                into
                            else
                                halves[depth].Value

                        sum middle last (depth + 1) half

                        if left = communicator.Rank then
                            if right <> left then
                                communicator.Receive(right, MemoryMarshal.AsBytes(Span half))

                            if not isAlone then
                                add into half
                        elif right = communicator.Rank then
                            communicator.Send(left, MemoryMarshal.AsBytes(ReadOnlySpan half))

        sum 0 grains 0 total
