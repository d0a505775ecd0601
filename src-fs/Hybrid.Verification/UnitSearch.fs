namespace Hybrid.Verification

open Hybrid.Core

/// <summary>Branch and bound on a region: nodes are split by the sign of a unit's argument, with bounds of arguments kept from the
/// region, until every violation is refuted on each, or one is found.</summary>
/// <remarks>Wang et al., "Beta-CROWN" (2021); units are chosen as in De Palma et al., "Improved branch and bound for neural network
/// verification via Lagrangian decomposition" (2021), section 5: those whose lines cost most are tried. The root is the region, examined,
/// with bounds of all arguments; the attack takes a seed, leaves to search and points to start from.</remarks>
[<Sealed>]
type internal UnitSearch
    (
        engine: Engine,
        padded: Padded,
        goals: Goals,
        root: Leaf,
        region: RegionBounds,
        limits: Limits,
        attack: uint64 -> Leaf[] -> float32[][] -> float32[] option
    ) =
    /// Steps for the region, for nodes, and for nodes that cannot be split.
    static let atRoot, atNodes, atLast = 40, 12, 200

    /// Nodes that are split together; the same for any number of threads.
    static let together = 2 * UnitBounds.Capacity

    let units = UnitNode.openUnits padded region.Boxes 0

    let workers =
        Workers(limits.Threads, fun () -> UnitBounds(padded, engine, goals, root, units, region.Memory))

    let frame =
        let most =
            let conditions = goals.Violations |> Array.map _.Length |> Array.max
            let arguments = padded.Layers |> Array.sumBy _.Rows
            UnitNode.most arguments units.Length conditions

        BranchAndBound<UnitNode>(limits, int (min most (float limits.Waiting)), together)

    let left = ResizeArray<UnitNode>()

    let inChunks (action: UnitBounds -> UnitNode[] -> UnitNode[]) (nodes: UnitNode[]) =
        workers.InChunks(UnitBounds.Capacity, action, nodes)

    let add (nodes: UnitNode[]) =
        frame.Count <- frame.Count + int64 nodes.Length

        for node in nodes do
            if node.Bound > 0.0 then
                frame.Proved <- frame.Proved + node.Share
            elif node.Candidates.Length > 0 then
                frame.Add(node, node.Bound)
            else
                left.Add node

    let divide (batch: UnitNode[]) : Outcome option =
        batch |> inChunks (fun worker nodes -> worker.Split(nodes, atNodes)) |> add
        None

    /// With all signs given, the bound is exact but for the steps that are left.
    let finish () : Outcome =
        let nodes = left.ToArray()
        left.Clear()

        for node in nodes |> inChunks (fun worker nodes -> worker.Improve(nodes, atLast)) do
            if node.Bound > 0.0 then
                frame.Proved <- frame.Proved + node.Share
            else
                left.Add node

        if left.Count = 0 then
            Outcome.Refuted
        else
            Outcome.Undecided

    let attackWorst round (batch: UnitNode[]) =
        if round < 3UL || round % 16UL = 0UL then
            let worst = Array.truncate 16 batch
            let aims = worst |> Array.map _.Violation |> Array.distinct
            attack round [| { root with Open = aims } |] (Array.map workers.First.Corner worst)
        else
            None

    do
        let kept = region.Boxes.Keep 0

        let slopes =
            units
            |> Array.map (fun unit -> region.Boxes.Blocks[unit.Block].LowerSlope[unit.Index])

        let share = root.Share / float root.Open.Length

        root.Open
        |> Array.map (fun violation ->
            let slopes = goals.Violations[violation] |> Array.map (fun _ -> slopes)
            UnitNode.root violation kept slopes share)
        |> inChunks (fun worker nodes -> worker.Begin(nodes, atRoot))
        |> add

    /// The share of the region on which every violation is refuted, by splits.
    member _.Proved = frame.Proved

    /// The number of nodes that were bounded.
    member _.Nodes = frame.Count

    /// Nodes without units to split that are not refuted, as boxes with bounds of arguments.
    member _.Left: Leaf[] =
        let places = padded.Layers |> Array.scan (fun place layer -> place + layer.Rows) 0

        left.ToArray()
        |> Array.map (fun node ->
            let kept = Array.copy node.Kept

            units
            |> Array.iteri (fun u unit ->
                let place = 2 * (places[unit.Block - 1] + unit.Index)

                if node.Signs[u] > 0y then
                    kept[place] <- 0f
                elif node.Signs[u] < 0y then
                    kept[place + 1] <- 0f)

            { root with
                Kept = kept
                Open = [| node.Violation |]
                Bound = node.Bound
                Axis = -1
                Share = node.Share
            })

    /// Searches, or goes on, until so many nodes are bounded.
    member _.Run(most: int64) : Outcome =
        frame.Run(most, attackWorst, divide, finish)
