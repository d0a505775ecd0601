namespace Hybrid.Verification

open System
open Hybrid.Core

/// <summary>Branch and bound on a region, by halves of boxes or by signs of units.</summary>
[<Sealed>]
type internal Search
    (
        engine: Engine,
        padded: Padded,
        goals: Goals,
        attack: Lazy<Attack> option,
        arithmetic: Arithmetic,
        limits: Limits
    ) =
    /// Boxes and nodes after which the ways to split are compared.
    static let trial = 256L

    /// Nodes that are split by signs before bounds of arguments are; four times as many the next time.
    static let firstNodes = 64L

    /// Bounds of as many arguments of each block are split then, but at most of so many, in a round for each eight nodes: the work
    /// is in proportion to the search's.
    static let mostArguments, nodesForRound = 256L, 8

    let workers =
        Workers(limits.Threads, fun () -> Examiner(engine, padded, goals, arithmetic))

    let mutable boxes = 0L
    let mutable proved = 0.0

    /// The share of the region on which every violation is refuted, by splits.
    member _.Proved = proved

    /// The number of boxes that were examined.
    member _.Boxes = boxes

    /// <summary>Searches a box.</summary>
    /// <param name="lower">Least inputs; float32 numbers, if that is what the network is computed in.</param>
    /// <param name="upper">Greatest inputs.</param>
    /// <param name="inner">The float32 numbers of the box, in which violations are searched for.</param>
    member this.Run(lower: float[], upper: float[], inner: struct (float32 * float32)[]) : Outcome =
        try
            this.Through(lower, upper, inner)
        with :? OperationCanceledException ->
            Outcome.Stopped

    member private _.Through(lower: float[], upper: float[], inner: struct (float32 * float32)[]) : Outcome =
        let attacked steps seed (leaves: Leaf[]) starts =
            match attack with
            | Some attack when limits.Attack ->
                // within leaves, but at float32 numbers of the box
                let within (values: float[]) =
                    Array.map2 (fun x (struct (low, high)) -> Math.Clamp(float32 x, low, high)) values inner

                let boxes =
                    leaves
                    |> Array.map (fun leaf ->
                        {
                            AttackBox.Lower = within leaf.Lower
                            Upper = within leaf.Upper
                            Aims = leaf.Open
                        })

                attack.Value.Search(seed, boxes, steps, starts, workers.First.IsViolated)
            | _ -> None

        let root =
            {
                Lower = lower
                Upper = upper
                Kept = null
                Open = Array.init goals.Violations.Length id
                Bound = -infinity
                Axis = -1
                Share = 1.0
            }

        let halves = BoxSearch(padded, workers, arithmetic, limits, attacked 20)

        let byHalves () =
            let outcome = halves.Run limits.Boxes
            proved <- halves.Proved
            boxes <- boxes + halves.Boxes
            outcome

        match halves.Add [| root |] with
        | [||] ->
            proved <- halves.Proved
            boxes <- halves.Boxes
            Outcome.Refuted
        | remains ->
            let root = remains[0]

            match attacked 40 1UL [| root |] [||] with
            | Some point -> Outcome.Violated point
            | None ->
                let region = lazy RegionBounds(engine, padded, root, limits.Threads)

                let signs () =
                    UnitSearch(engine, padded, goals, root, region.Value, limits, attacked 40)

                /// The nodes that are left are halved.
                let finish (search: UnitSearch) =
                    let halves = BoxSearch(padded, workers, arithmetic, limits, attacked 20)
                    halves.Add search.Left |> ignore
                    let outcome = halves.Run(limits.Boxes - boxes)
                    proved <- search.Proved + halves.Proved
                    boxes <- boxes + halves.Boxes
                    outcome

                /// After so many nodes, the search begins again with better bounds of arguments, if there are any.
                let rec bySigns (nodes: int64) (search: UnitSearch) =
                    let earlier = boxes
                    let outcome = search.Run(min nodes (limits.Boxes - earlier))
                    proved <- max proved search.Proved
                    boxes <- earlier + search.Nodes

                    match outcome with
                    | Outcome.Stopped when boxes < limits.Boxes && not (limits.Stop()) ->
                        let most = int (min nodes mostArguments)
                        let rounds = int (min nodes 1_000_000L) / nodesForRound

                        match region.Value.Split(most, rounds, (limits.Boxes - boxes) / 2L) with
                        | 0L ->
                            boxes <- earlier
                            bySigns Int64.MaxValue search
                        | more ->
                            boxes <- boxes + more
                            bySigns (4L * nodes) (signs ())
                    | Outcome.Undecided -> finish search
                    | _ -> outcome

                match padded.Splits with
                | Splits.Halves -> byHalves ()
                | Splits.Signs -> bySigns firstNodes (signs ())
                | Splits.Tried ->
                    match halves.Run(min trial limits.Boxes) with
                    | Outcome.Stopped when limits.Boxes > trial && not (limits.Stop()) ->
                        let search = signs ()

                        match search.Run trial with
                        | Outcome.Stopped when search.Proved <= halves.Proved -> byHalves ()
                        | _ ->
                            boxes <- halves.Boxes
                            bySigns firstNodes search
                    | _ -> byHalves ()
