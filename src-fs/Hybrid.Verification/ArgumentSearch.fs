namespace Hybrid.Verification

open Hybrid.Core

/// <summary>Branch and bound for the arguments of one block whose sign is not known: that an argument is at most 0 is a violation of the
/// network that ends with it, and so is that it is at least 0.</summary>
/// <remarks>An argument that may be at most 0 is not below the least bound of the nodes that are left. As the bounds of arguments by
/// mixed-integer programs in Tjeng, Xiao and Tedrake, "Evaluating robustness of neural networks with mixed integer programming"
/// (2019). Boxes are of the region, and so is what is remembered. Arguments are at most so many, those whose lines are farthest
/// apart.</remarks>
[<Sealed>]
type internal ArgumentSearch
    (
        engine: Engine,
        padded: Padded,
        block: int,
        region: Leaf,
        boxes: BoxBounds,
        memory: SlopeMemory,
        most: int,
        threads: int
    ) =
    /// Steps for the whole region, and for nodes.
    static let atRoot, atNodes = 40, 12

    /// The blocks before, with the arguments as their output.
    let before =
        { padded with
            Form =
                { padded.Form with
                    Blocks = Array.truncate (block - 1) padded.Form.Blocks
                    Output = padded.Form.Blocks[block - 1].Argument
                    Between = []
                }
            Layers = Array.truncate (block - 1) padded.Layers
        }

    let bounds = boxes.Blocks[block]

    let units = UnitNode.openUnits before boxes 0

    let arguments =
        let layer = padded.Layers[block - 1]

        if
            layer.Curve = Curve.Relu
            && layer.Terms |> Array.exists (fun term -> term.Block > 0)
            && units.Length > 0
        then
            [| 0 .. bounds.Rows - 1 |]
            |> Array.filter (fun i -> bounds.UpperShift[i] > 0f)
            |> Array.sortBy (fun i -> -bounds.UpperShift[i])
            |> Array.truncate most
        else
            [||]

    /// Each argument, and 1 for its lower end or -1 for its upper end: one violation each.
    let ends = arguments |> Array.collect (fun i -> [| struct (i, 1); struct (i, -1) |])

    let workers =
        let atMost0 (struct (i, sign)) =
            [
                {
                    Inputs = []
                    Outputs = [ i, Exact.ofInt sign ]
                    Constant = Exact.zero
                    Strict = false
                }
            ]

        let goals =
            Goals.create
                before.Form
                {
                    Box = [||]
                    Violations = ends |> Array.map atMost0 |> List.ofArray
                }

        Workers(threads, fun () -> UnitBounds(before, engine, goals, region, units, memory))

    let inChunks (action: UnitBounds -> UnitNode[] -> UnitNode[]) (nodes: UnitNode[]) =
        workers.InChunks(UnitBounds.Capacity, action, nodes)

    let known =
        boxes.Keep 0 |> Array.truncate (2 * (before.Layers |> Array.sumBy _.Rows))

    let roots () =
        let places = before.Layers |> Array.scan (fun place layer -> place + layer.Width) 0

        ends
        |> Array.mapi (fun violation (struct (i, sign)) ->
            let remembered = memory[block, i, float32 sign]

            let slope (unit: OpenUnit) =
                if isNull remembered then
                    boxes.Blocks[unit.Block].LowerSlope[unit.Index]
                else
                    remembered[places[unit.Block - 1] + unit.Index]

            UnitNode.root violation known [| Array.map slope units |] 1.0)

    /// <summary>Improves the bounds of the arguments.</summary>
    /// <param name="rounds">In each, the part of each end where its bound is least is split.</param>
    /// <param name="limit">The maximum number of nodes, of which each argument takes two at least.</param>
    /// <returns>The number of nodes that were bounded; 0 where no argument can be improved.</returns>
    member _.Run(rounds: int, limit: int64) : int64 =
        // by end: the nodes that are not refuted
        let nodes = Array.create ends.Length []

        let add (found: UnitNode[]) =
            for node in found do
                if not (node.Bound > 0.0) then
                    nodes[node.Violation] <- node :: nodes[node.Violation]

            int64 found.Length

        /// The node to split next, of an end of an argument whose sign is not known yet.
        let next violation =
            // the other end is beside it
            if nodes[violation].IsEmpty || nodes[violation ^^^ 1].IsEmpty then
                None
            else
                let node = nodes[violation] |> List.minBy _.Bound
                if node.Candidates.Length > 0 then Some node else None

        let mutable round = 0

        let mutable count =
            roots () |> inChunks (fun worker nodes -> worker.Begin(nodes, atRoot)) |> add

        let waiting = int64 (UnitNode.most (known.Length / 2) units.Length 1)

        while round < rounds && count + 2L * int64 ends.Length <= min limit waiting do
            let worst = Array.init ends.Length next |> Array.choose id

            for node in worst do
                nodes[node.Violation] <-
                    nodes[node.Violation]
                    |> List.filter (fun other -> not (obj.ReferenceEquals(other, node)))

            let parts = worst |> inChunks (fun worker nodes -> worker.Split(nodes, atNodes))

            // a node's bound holds for its parts, whose own may be lower
            let bounded =
                parts
                |> Array.mapi (fun i part ->
                    { part with
                        Bound = max worst[i / 2].Bound part.Bound
                    })

            count <- count + add bounded
            round <- round + 1

        nodes
        |> Array.iteri (fun violation nodes ->
            let struct (i, sign) = ends[violation]
            let least = nodes |> List.fold (fun least node -> min least node.Bound) 0.0

            if sign > 0 then
                bounds.Lower[i] <- max least bounds.Lower[i]
            else
                bounds.Upper[i] <- min -least bounds.Upper[i])

        count
