namespace Hybrid.Verification

open System
open Hybrid.Core

/// <summary>Branch and bound on a region: boxes are halved until every violation is refuted on each, or one is found.</summary>
/// <remarks>The attack takes a seed, leaves to search and points to start from.</remarks>
[<Sealed>]
type internal BoxSearch
    (
        padded: Padded,
        workers: Workers<Examiner>,
        arithmetic: Arithmetic,
        limits: Limits,
        attack: uint64 -> Leaf[] -> float32[][] -> float32[] option
    ) =
    /// Boxes that are split together: so many that they take well below a second, and the same for any number of threads.
    let together =
        let work =
            padded.Layers
            |> Array.sumBy (fun layer -> 2.0 * float layer.Rows * float (layer.Width * layer.Width))

        int (Math.Clamp(2e9 / (1.0 + work * float padded.Layers.Length), 1.0, 64.0))

    let waiting = Frontier<Leaf> limits.Waiting
    let mutable boxes = 0L
    let mutable proved = 0.0
    let mutable round = 0UL

    /// What remains of leaves.
    let examine (leaves: Leaf[]) : Leaf[] =
        boxes <- boxes + int64 leaves.Length

        let remains =
            workers.Map(
                (fun worker chunk -> worker.Examine chunk),
                Array.chunkBySize Examiner.Capacity leaves
            )
            |> Array.concat

        for index in 0 .. leaves.Length - 1 do
            if remains[index].IsNone then
                proved <- proved + leaves[index].Share

        Array.choose id remains

    /// The share of the region on which every violation is refuted, by halvings.
    member _.Proved = proved

    /// The number of boxes that were examined.
    member _.Boxes = boxes

    /// Takes leaves; returns what remains of them.
    member _.Add(leaves: Leaf[]) : Leaf[] =
        let remains = examine leaves

        for leaf in remains do
            waiting.Add(leaf, leaf.Bound)

        remains

    /// Searches, or goes on, until so many boxes are examined.
    member this.Run(most: int64) : Outcome =
        let mutable ending = None

        while ending.IsNone do
            if boxes >= most || limits.Stop() then
                ending <- Some Outcome.Stopped
            else
                let batch = waiting.Take together
                round <- round + 1UL

                // the farthest from being refuted are the likeliest to be violated
                let found =
                    if batch.Length > 0 && round % 4UL = 0UL then
                        attack (round + 1UL) (if round % 8UL = 0UL then batch else batch[..0]) [||]
                    else
                        None

                let parts = batch |> Array.map (fun leaf -> leaf, Branching.split arithmetic leaf)

                let whole = parts |> Array.filter (snd >> List.isEmpty) |> Array.map fst

                if batch.Length = 0 then
                    ending <- Some Outcome.Refuted
                elif found.IsSome then
                    ending <- Some(Outcome.Violated found.Value)
                elif not (Array.forall workers.First.IsRefuted whole) then
                    ending <- Some Outcome.Undecided
                else
                    proved <- proved + Array.sumBy _.Share whole
                    this.Add(parts |> Seq.collect snd |> Array.ofSeq) |> ignore

        ending.Value
