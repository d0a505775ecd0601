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

    let frame = BranchAndBound<Leaf>(limits, limits.Waiting, together)

    /// What remains of leaves.
    let examine (leaves: Leaf[]) : Leaf[] =
        frame.Count <- frame.Count + int64 leaves.Length

        let remains =
            workers.InChunks(Examiner.Capacity, (fun worker chunk -> worker.Examine chunk), leaves)

        for index in 0 .. leaves.Length - 1 do
            if remains[index].IsNone then
                frame.Proved <- frame.Proved + leaves[index].Share

        Array.choose id remains

    let add (leaves: Leaf[]) : Leaf[] =
        let remains = examine leaves

        for leaf in remains do
            frame.Add(leaf, leaf.Bound)

        remains

    let divide (batch: Leaf[]) : Outcome option =
        let parts = batch |> Array.map (fun leaf -> leaf, Branching.split arithmetic leaf)
        let whole = parts |> Array.filter (snd >> List.isEmpty) |> Array.map fst

        if Array.forall workers.First.IsRefuted whole then
            frame.Proved <- frame.Proved + Array.sumBy _.Share whole
            parts |> Seq.collect snd |> Array.ofSeq |> add |> ignore
            None
        else
            Some Outcome.Undecided

    /// The farthest from being refuted are the likeliest to be violated.
    let attackWorst round (batch: Leaf[]) =
        if round % 4UL = 0UL then
            attack (round + 1UL) (if round % 8UL = 0UL then batch else batch[..0]) [||]
        else
            None

    /// The share of the region on which every violation is refuted, by halvings.
    member _.Proved = frame.Proved

    /// The number of boxes that were examined.
    member _.Boxes = frame.Count

    /// Takes leaves; returns what remains of them.
    member _.Add(leaves: Leaf[]) : Leaf[] = add leaves

    /// Searches, or goes on, until so many boxes are examined.
    member _.Run(most: int64) : Outcome =
        frame.Run(most, attackWorst, divide, (fun () -> Outcome.Refuted))
