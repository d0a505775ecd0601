namespace Hybrid.Verification

open System
open Hybrid.Core

/// <summary>Bounds of the conditions of nodes: slopes and multipliers are improved from those of the node that was split, and bounds of
/// arguments stay those of the region.</summary>
/// <remarks>The first of the boxes is the region, with bounds computed; they are only read.</remarks>
[<Sealed>]
type internal UnitBounds(padded: Padded, engine: Engine, goals: Goals, boxes: BoxBounds, units: OpenUnit[]) =
    let descent = Hybrid.Verification.Descent(padded, engine, boxes)
    let ascent = Ascent(padded, engine, boxes, descent)
    let rows = ConditionRows(goals, boxes, descent)
    let top = padded.Layers.Length + 1

    /// The units tried before one is split.
    static let tried = 4

    let place row (unit: OpenUnit) =
        row * boxes.Blocks[unit.Block].Width + unit.Index

    /// Gives a row the lines and multipliers of a node.
    let load row (signs: sbyte[]) (dual: float32[]) =
        ascent.Begin(row, 0)

        for u in 0 .. units.Length - 1 do
            let unit = units[u]
            let at = place row unit

            if signs[u] = 0y then
                descent.OwnSlopes[unit.Block][at] <- dual[u]
            else
                let slope = if signs[u] > 0y then 1f else 0f
                descent.OwnSlopes[unit.Block][at] <- slope
                descent.UpperSlopes[unit.Block][at] <- slope
                descent.UpperShifts[unit.Block][at] <- 0f
                descent.Multipliers[unit.Block][at] <- dual[u]

    /// Keeps the lines and multipliers of a row.
    let store row (signs: sbyte[]) (dual: float32[]) =
        for u in 0 .. units.Length - 1 do
            let unit = units[u]

            let from =
                if signs[u] = 0y then
                    descent.OwnSlopes
                else
                    descent.Multipliers

            dual[u] <- from[unit.Block][place row unit]

    /// What the lines of each unit cost a row: Bunel et al., "Branch and bound for piecewise linear neural network verification"
    /// (2020), section 5.
    let score row (signs: sbyte[]) (scores: float32[]) =
        for u in 0 .. units.Length - 1 do
            let unit = units[u]

            scores[u] <-
                if signs[u] <> 0y then
                    0f
                else
                    let factor = descent.Before[unit.Block][place row unit]
                    let block = boxes.Blocks[unit.Block]
                    let slope = block.UpperSlope[unit.Index]
                    let bias = padded.Layers[unit.Block - 1].Constants[unit.Index] * factor
                    let ofBias = max (bias * (slope - 1f)) (bias * slope)
                    abs (ofBias + min factor 0f * block.UpperShift[unit.Index])

    /// The units with the greatest scores.
    let best (scores: float32[]) =
        let order = Array.init scores.Length id
        Array.Sort(Array.map (~-) scores, order)
        order |> Array.truncate tried |> Array.filter (fun u -> scores[u] > 0f)

    /// One evaluation of rows of nodes with conditions, by their places in violations.
    let evaluate (asked: struct (UnitNode * int)[]) : float[] =
        let found = Array.zeroCreate<float> asked.Length
        let mutable first = 0

        while first < asked.Length do
            let count = min descent.Capacity (asked.Length - first)
            let from = first

            for row in 0 .. count - 1 do
                let struct (node, condition) = asked[from + row]
                ascent.Ids[row] <- from + row
                load row node.Signs node.Duals[condition]

            ascent.Run(
                top,
                count,
                0,
                (fun _ -> 0f),
                (fun count ->
                    rows.Start(
                        count,
                        fun row ->
                            let struct (node, condition) = asked[ascent.Ids[row]]
                            struct (0, goals.Violations[node.Violation][condition])
                    )),
                fun row bound ->
                    found[ascent.Ids[row]] <- bound
                    true
            )

            first <- first + count

        found

    /// Of each node, the unit to split: the candidate whose parts' bounds are best.
    let choose (nodes: UnitNode[]) : int[] =
        let asked =
            [|
                for node in nodes do
                    if node.Candidates.Length > 1 then
                        for unit in node.Candidates do
                            struct (UnitNode.withSign unit 1y node, node.Closest)
                            struct (UnitNode.withSign unit -1y node, node.Closest)
            |]

        let bounds = evaluate asked

        let starts =
            nodes
            |> Array.scan
                (fun start node ->
                    start
                    + if node.Candidates.Length > 1 then
                          2 * node.Candidates.Length
                      else
                          0)
                0

        nodes
        |> Array.mapi (fun index node ->
            let score i =
                let part sign =
                    min 0.0 bounds[starts[index] + 2 * i + sign]

                min (part 0) (part 1) + 0.1 * max (part 0) (part 1)

            if node.Candidates.Length = 1 then
                node.Candidates[0]
            else
                node.Candidates[Seq.maxBy score (seq { 0 .. node.Candidates.Length - 1 })])

    /// <summary>Improves nodes' bounds.</summary>
    /// <returns>The nodes, of which those with bounds above 0 are refuted, by the slopes and multipliers of the closest
    /// condition.</returns>
    let improve (steps: int) (rate: float32) (nodes: UnitNode[]) : UnitNode[] =
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

        let scores = asked |> Array.map (fun _ -> Array.zeroCreate<float32> units.Length)
        let isRefuted = Array.zeroCreate<bool> nodes.Length
        let mutable first = 0

        while first < asked.Length do
            let count = min descent.Capacity (asked.Length - first)
            let from = first

            for row in 0 .. count - 1 do
                let struct (index, condition) = asked[from + row]
                ascent.Ids[row] <- from + row
                load row nodes[index].Signs nodes[index].Duals[condition]

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
                            struct (0, goals.Violations[nodes[index].Violation][condition])
                    )),
                fun row bound ->
                    let id = ascent.Ids[row]
                    let struct (index, _) = asked[id]

                    if bound > bounds[id] then
                        bounds[id] <- bound
                        store row nodes[index].Signs duals[id]
                        score row nodes[index].Signs scores[id]

                    isRefuted[index] <- isRefuted[index] || bound > 0.0
                    isRefuted[index]
            )

            first <- first + count

        let starts = nodes |> Array.scan (fun start node -> start + node.Duals.Length) 0

        nodes
        |> Array.mapi (fun index node ->
            let from, count = starts[index], node.Duals.Length
            let closest = Seq.maxBy (fun i -> bounds[from + i]) (seq { 0 .. count - 1 })

            { node with
                Duals = duals[from .. from + count - 1]
                Bound = bounds[from + closest]
                Closest = closest
                Candidates = best scores[from + closest]
            })

    /// The inputs at which a node's bound is least.
    let corner (node: UnitNode) : float32[] =
        load 0 node.Signs node.Duals[node.Closest]
        let condition = goals.Violations[node.Violation][node.Closest]

        ascent.Run(
            top,
            1,
            0,
            (fun _ -> 0f),
            (fun count -> rows.Start(count, fun _ -> struct (0, condition))),
            fun _ _ -> false
        )

        Array.sub ascent.Values[0] 0 boxes.Blocks[0].Rows

    /// Nodes split together.
    static member Capacity = 32

    /// Nodes with better bounds; those with bounds above 0 are refuted.
    member _.Improve(nodes: UnitNode[], steps: int) : UnitNode[] = improve steps 0.1f nodes

    /// The parts of nodes that have candidates, with better bounds.
    member _.Split(nodes: UnitNode[], steps: int) : UnitNode[] =
        choose nodes
        |> Array.map2
            (fun node unit -> [| UnitNode.withSign unit 1y node; UnitNode.withSign unit -1y node |])
            nodes
        |> Array.concat
        |> improve steps 0.05f

    /// The inputs at which a node's bound is least.
    member _.Corner(node: UnitNode) : float32[] = corner node
