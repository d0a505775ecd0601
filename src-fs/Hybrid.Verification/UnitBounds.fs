namespace Hybrid.Verification

open System
open Hybrid.Core

/// <summary>Bounds of the conditions of nodes: slopes and multipliers are improved from those of the node that was split, and bounds of
/// arguments are those of a node above or of the region; now and then they are computed again.</summary>
/// <remarks>Of the open units of a region. The memory has slopes for bounds of arguments to start with; it is only read.</remarks>
[<Sealed>]
type internal UnitBounds
    (padded: Padded, engine: Engine, goals: Goals, region: Leaf, units: OpenUnit[], memory: SlopeMemory) =
    /// Nodes split together.
    static let capacity = 32

    /// The units tried before one is split.
    static let tried = 12

    /// Other units that are tried in case none of those helps.
    static let others = 4

    /// Splits after which bounds of arguments are computed again: that takes little where they depend on inputs only.
    let period = if Padded.isShallow padded then 1 else 3

    let bounds = Bounds(padded, engine, capacity)
    let boxes, descent, ascent = bounds.Boxes, bounds.Descent, bounds.Ascent
    let rows = ConditionRows(goals, boxes, descent)
    let lines = UnitRows(padded, bounds, units)
    let top = padded.Layers.Length + 1

    do
        for box in 0 .. capacity - 1 do
            boxes.SetInput(box, region.Lower, region.Upper)
            bounds.Memories[box] <- memory

        for unit in units do
            ascent.Multiplied[unit.Block][unit.Index] <- 1f

    /// Gives the boxes to nodes, with the bounds of their arguments that are known.
    let load (nodes: UnitNode[]) =
        nodes
        |> Array.iteri (fun box node ->
            boxes.Inherit(box, node.Kept)
            descent.Within[box] <- node.Within

            for u in 0 .. units.Length - 1 do
                let block = boxes.Blocks[units[u].Block]
                let at = box * block.Rows + units[u].Index

                if node.Signs[u] > 0y then
                    block.Lower[at] <- max 0.0 block.Lower[at]
                elif node.Signs[u] < 0y then
                    block.Upper[at] <- min 0.0 block.Upper[at])

    /// The same, with bounds of arguments by intervals from those.
    let prepare (nodes: UnitNode[]) =
        load nodes
        bounds.Compute(nodes.Length, false)

    /// The units with the greatest scores.
    let greatest most (scores: float32[]) =
        let order = Array.init scores.Length id
        Array.Sort(Array.map (~-) scores, order)
        order |> Array.truncate most |> Array.filter (fun u -> scores[u] > 0f)

    /// One evaluation of rows: boxes with parts of their nodes, and conditions by their places in violations. Each row is then seen,
    /// with its place among those asked for.
    let evaluate (see: int -> int -> unit) (asked: struct (int * UnitNode * int)[]) : float[] =
        let found = Array.zeroCreate<float> asked.Length
        let mutable first = 0

        while first < asked.Length do
            let count = min descent.Capacity (asked.Length - first)
            let from = first

            for row in 0 .. count - 1 do
                let struct (box, node, condition) = asked[from + row]
                ascent.Ids[row] <- from + row
                lines.Load(row, box, node.Signs, node.Duals[condition])

            let start count =
                rows.Start(
                    count,
                    fun row ->
                        let struct (box, node, condition) = asked[ascent.Ids[row]]
                        struct (box, goals.Violations[node.Violation][condition])
                )

            ascent.Run(
                top,
                count,
                0,
                (fun _ -> 0f),
                start,
                descent.Bound,
                fun row bound ->
                    found[ascent.Ids[row]] <- bound
                    see ascent.Ids[row] row
                    true
            )

            first <- first + count

        found

    /// Of each node, which has a box, the unit to split: the candidate whose parts' bounds are best.
    let choose (nodes: UnitNode[]) : int[] =
        let bounds =
            evaluate
                (fun _ _ -> ())
                [|
                    for box in 0 .. nodes.Length - 1 do
                        let node = nodes[box]

                        for unit in node.Candidates do
                            let none = node.Duals |> Array.map (fun _ -> 0f)
                            struct (box, UnitNode.withSign unit 1y none node, node.Closest)
                            struct (box, UnitNode.withSign unit -1y none node, node.Closest)
                |]

        let starts =
            nodes |> Array.scan (fun start node -> start + 2 * node.Candidates.Length) 0

        nodes
        |> Array.mapi (fun index node ->
            let part i sign =
                min 0.0 (max node.Bound bounds[starts[index] + 2 * i + sign])

            let weaker i = min (part i 0) (part i 1)

            let both i =
                weaker i + 0.1 * max (part i 0) (part i 1)

            let places = seq { 0 .. node.Candidates.Length - 1 }
            let first = Seq.maxBy both (Seq.truncate tried places)

            // a unit whose lines cost much somewhere, but nothing where the bound is least, leaves one part as it was
            if weaker first - node.Bound > -1e-4 * node.Bound then
                node.Candidates[first]
            else
                node.Candidates[Seq.maxBy weaker places])

    /// Of each node, which has a box, and condition: the factor of the value of a unit.
    let factorsOf (nodes: UnitNode[]) (units: int[]) : float32[][] =
        let factors =
            nodes |> Array.map (fun node -> Array.zeroCreate<float32> node.Duals.Length)

        let asked =
            [|
                for box in 0 .. nodes.Length - 1 do
                    for condition in 0 .. nodes[box].Duals.Length - 1 do
                        struct (box, nodes[box], condition)
            |]

        asked
        |> evaluate (fun id row ->
            let struct (box, _, condition) = asked[id]
            factors[box][condition] <- lines.Factor(row, units[box]))
        |> ignore

        factors

    /// <summary>Improves nodes' bounds, of which each box has so many.</summary>
    /// <returns>The nodes, of which those with bounds above 0 are refuted, by the slopes and multipliers of the closest
    /// condition.</returns>
    let improve (each: int) (steps: int) (rate: float32) (nodes: UnitNode[]) : UnitNode[] =
        let asked =
            [|
                for index in 0 .. nodes.Length - 1 do
                    for condition in 0 .. nodes[index].Duals.Length - 1 do
                        struct (index, condition)
            |]

        let bounds = Array.create asked.Length -infinity

        let duals =
            asked
            |> Array.map (fun (struct (index, condition)) -> Array.copy nodes[index].Duals[condition])

        let perRow () =
            asked |> Array.map (fun _ -> Array.zeroCreate<float32> units.Length)

        let scores, gaps, shifts = perRow (), perRow (), perRow ()
        let spaces = Array.zeroCreate<HalfSpace> asked.Length
        let means = Array.create asked.Length -infinity
        let isBlank = Array.zeroCreate<bool> asked.Length
        let isRefuted = Array.zeroCreate<bool> nodes.Length
        let mutable first = 0

        while first < asked.Length do
            let count = min descent.Capacity (asked.Length - first)
            let from = first

            for row in 0 .. count - 1 do
                let struct (index, condition) = asked[from + row]
                ascent.Ids[row] <- from + row
                lines.Load(row, index / each, nodes[index].Signs, nodes[index].Duals[condition])

            ascent.Run(
                top,
                count,
                steps,
                (fun step -> rate / (1f + 0.1f * float32 step)),
                (fun count ->
                    rows.Start(
                        count,
                        fun row ->
                            let struct (index, condition) = asked[ascent.Ids[row]]
                            struct (index / each, goals.Violations[nodes[index].Violation][condition])
                    )),
                descent.Bound,
                fun row bound ->
                    let id = ascent.Ids[row]
                    let struct (index, _) = asked[id]

                    if bound > bounds[id] then
                        bounds[id] <- bound
                        let struct (mean, space) = descent.Mean row
                        means[id] <- mean
                        spaces[id] <- space
                        lines.Store(row, nodes[index].Signs, duals[id])
                        isBlank[id] <- true
                        lines.Shift(row, nodes[index].Signs, shifts[id])

                    // where factors vanish at the best bound, those of a later step say what may be split
                    if isBlank[id] then
                        lines.Score(row, nodes[index].Signs, scores[id])
                        lines.Gap(row, nodes[index].Signs, gaps[id])
                        isBlank[id] <- scores[id] |> Array.forall (fun score -> score = 0f)

                    isRefuted[index] <- isRefuted[index] || max bound means[id] > 0.0
                    isRefuted[index]
            )

            first <- first + count

        let starts = nodes |> Array.scan (fun start node -> start + node.Duals.Length) 0

        nodes
        |> Array.mapi (fun index node ->
            let from, count = starts[index], node.Duals.Length

            // above 0, the mean refutes the violation, and says nothing else
            let best i =
                if means[from + i] > 0.0 then
                    max bounds[from + i] means[from + i]
                else
                    bounds[from + i]

            let closest = Seq.maxBy best (seq { 0 .. count - 1 })

            { node with
                Duals = duals[from .. from + count - 1]
                Bound = best closest
                Within = spaces[from + closest]
                Closest = closest
                Candidates =
                    match
                        Array.append
                            (greatest tried scores[from + closest])
                            (greatest others gaps[from + closest])
                    with
                    | [||] -> greatest tried shifts[from + closest]
                    | units -> Array.distinct units
            })

    /// Nodes, at most as many as the capacity, whose bounds of arguments are computed where their violations may be.
    let recompute (steps: int) (nodes: UnitNode[]) : UnitNode[] =
        load nodes
        bounds.Compute(nodes.Length, true)
        let isEmpty = nodes |> Array.mapi (fun box _ -> boxes.IsEmpty box)

        nodes
        |> Array.mapi (fun box node -> { node with Kept = boxes.Keep box })
        |> improve 1 steps 0.05f
        |> Array.map2 (fun isEmpty node -> if isEmpty then { node with Bound = infinity } else node) isEmpty

    /// Nodes whose bounds of arguments are computed again, as those of the others are.
    let again (steps: int) (nodes: UnitNode[]) : UnitNode[] =
        let isDue (node: UnitNode) =
            not (node.Bound > 0.0) && node.Path.Length % period = 0

        let due = nodes |> Array.filter isDue

        let fresh = due |> Array.chunkBySize capacity |> Array.collect (recompute steps)

        let mutable next = 0

        for i in 0 .. nodes.Length - 1 do
            if isDue nodes[i] then
                nodes[i] <- fresh[next]
                next <- next + 1

        nodes

    /// The inputs at which a node's bound is least.
    let corner (node: UnitNode) : float32[] =
        prepare [| node |]
        lines.Load(0, 0, node.Signs, node.Duals[node.Closest])
        let condition = goals.Violations[node.Violation][node.Closest]

        ascent.Run(
            top,
            1,
            0,
            (fun _ -> 0f),
            (fun count -> rows.Start(count, fun _ -> struct (0, condition))),
            descent.Bound,
            fun _ _ -> false
        )

        ascent.Corner 0

    /// Nodes split together.
    static member Capacity = capacity

    /// Nodes of the whole region, as Improve; bounds of their arguments are computed where their violations may be.
    member _.Begin(nodes: UnitNode[], steps: int) : UnitNode[] =
        prepare nodes
        nodes |> improve 1 steps 0.1f |> again steps

    /// Nodes with better bounds, at most as many as the capacity; those with bounds above 0 are refuted.
    member _.Improve(nodes: UnitNode[], steps: int) : UnitNode[] =
        prepare nodes
        improve 1 steps 0.1f nodes

    /// The parts of nodes that have candidates, at most as many as the capacity, with better bounds. More signs take more steps.
    member _.Split(nodes: UnitNode[], steps: int) : UnitNode[] =
        let steps = steps + (nodes |> Array.map _.Path.Length |> Array.max)
        prepare nodes

        let units = choose nodes
        let factors = factorsOf nodes units

        Array.init nodes.Length (fun index ->
            let part sign =
                UnitNode.withSign units[index] sign factors[index] nodes[index]

            [| part 1y; part -1y |])
        |> Array.concat
        |> improve 2 steps 0.05f
        |> again steps

    /// The inputs at which a node's bound is least.
    member _.Corner(node: UnitNode) : float32[] = corner node
