namespace Hybrid.Core

open System.Collections.Generic

/// Maximum pooling in the same pass as the convolution before it.
module private Pooled =
    let private poolOf (call: Call) : struct (PoolWindows * Tensor) voption =
        match call.First.Node with
        | Apply({ Kernel = Kernel.MaxPool windows }, [ elements ]) ->
            ValueSome struct (windows, Calls.owner elements)
        | _ -> ValueNone

    /// Whether the windows are in the rows and columns of what a call computes, a convolution.
    let private fits (windows: PoolWindows) (call: Call) =
        match call.First.Node with
        | Apply({
                    Kernel = Kernel.PatchProduct({ Form = PatchForm.Convolve } as product)
                },
                _) ->
            let p = product.Patches

            // without pixels left out, rows of windows may count as images
            (windows.Images = p.Examples && windows.Height = p.Rows
             || windows.Images * windows.Height = p.Examples * p.Rows
                && windows.Rows * windows.WindowRows = windows.Height
                && p.Rows % windows.WindowRows = 0)
            && windows.Width = p.Columns
            && windows.Channels = product.Outputs
        | _ -> false

    /// The same calls, of which convolutions take the maxima that are taken of their results.
    let calls (calls: Call list) : Call list =
        let producers = Dictionary<Tensor, Call> HashIdentity.Reference

        for call in calls do
            if call.IsProduct then
                for x in Array.append [| call.First |] call.Nodes do
                    producers[x] <- call

        let pools = Dictionary<int, Tensor>()
        let merged = HashSet<int>()

        for call in calls do
            match poolOf call with
            | ValueSome struct (windows, elements) ->
                match producers.TryGetValue elements with
                | true, producer when fits windows producer && not (pools.ContainsKey producer.Position) ->
                    pools[producer.Position] <- call.First
                    merged.Add call.Position |> ignore
                | _ -> ()
            | ValueNone -> ()

        [
            for call in calls do
                match pools.TryGetValue call.Position with
                | true, pool -> { call with Pool = ValueSome pool }
                | false, _ ->
                    if not (merged.Contains call.Position) then
                        call
        ]

/// Nodes that are executed together, while the groups are still being determined.
[<NoComparison; ReferenceEquality>]
type private Group =
    {
        Nodes: List<Tensor>
        /// Whether its nodes are element-wise and all of one size, with at most one matrix product before them.
        IsChain: bool
        Size: int
        /// Lower than that of every group that must come after it: a search for a group can stop at its rank.
        mutable Rank: int64
    }

/// <summary>Fuses the nodes of a graph into calls, and puts these in order.</summary>
/// <remarks>From the last node to the first, each joins a chain that reads it, unless a call between the two would then have to
/// run both before and after; chains that read the same values element by element become one. Intermediate values between two
/// element-wise operations, and between a matrix product and the operations after it, are then not kept in memory. The work is
/// proportional to the number of edges: a search that reaches its limit counts as successful, and the nodes are not
/// joined.</remarks>
[<Sealed>]
type internal Fusion(cancellation: Cancellation, order: Tensor[], isFixed: Tensor -> bool) =
    /// A longer chain could no longer keep everything it works on in the first-level cache.
    static let mostNodes = 48
    /// The maximum number of edges followed to find out whether one group leads to another.
    static let mostEdges = 256
    /// The maximum number of chains along a node that are tried for joining.
    static let mostChains = 8
    /// The initial distance between the ranks of neighbours: ranks in between are free for groups that have to move.
    static let rankStep = 1L <<< 20

    let place = Dictionary<Tensor, int> HashIdentity.Reference
    let readers = Dictionary<Tensor, List<Tensor>> HashIdentity.Reference
    let groupOf = Dictionary<Tensor, Group> HashIdentity.Reference
    // groups that must come after, or before, a group although neither reads the other's results
    let before = Dictionary<Group, List<Group>> HashIdentity.Reference
    let after = Dictionary<Group, List<Group>> HashIdentity.Reference

    let listed (lists: Dictionary<'key, List<'value>>) key : List<'value> =
        match lists.TryGetValue key with
        | true, list -> list
        | false, _ ->
            lists[key] <- List()
            lists[key]

    let isComputed (x: Tensor) =
        match x.Node with
        | Apply _ -> not (isFixed x)
        | Constant _
        | Input _ -> false

    let isSame a b = obj.ReferenceEquals(a, b)

    /// The groups that must come after a group.
    let following (group: Group) : Group seq =
        seq {
            for x in group.Nodes do
                for reader in listed readers x do
                    if not (isSame groupOf[reader] group) then
                        groupOf[reader]

            yield! listed after group
        }

    /// Whether any of the groups, or of those that must come after them, is a given one; or the search reached its limit.
    let lead (groups: Group seq) (target: Group) : bool =
        let seen = HashSet<Group> HashIdentity.Reference
        let pending = Stack [ groups ]
        let mutable left = mostEdges
        let mutable found = false

        while pending.Count > 0 && not found && left > 0 do
            use groups = (pending.Pop()).GetEnumerator()

            while left > 0 && groups.MoveNext() do
                let group = groups.Current
                left <- left - 1
                found <- found || isSame group target

                if group.Rank < target.Rank && seen.Add group then
                    pending.Push(following group)

        found || left = 0

    /// Moves groups behind a rank, and those that must come after them behind theirs.
    let putBehind (groups: Group seq) (rank: int64) : unit =
        let pending = Stack<Group * int64>()

        let look groups rank =
            for group in groups do
                if group.Rank <= rank then
                    pending.Push(group, rank)

        look groups rank

        while pending.Count > 0 do
            let group, rank = pending.Pop()

            if group.Rank <= rank then
                group.Rank <- rank + 1L
                look (following group) group.Rank

    /// Whether a third group must come between the two.
    let isBetween (a: Group) (b: Group) : bool =
        let others =
            seq {
                for group in following a do
                    if not (isSame group b) then
                        group
            }

        lead others b

    let areSeparable (a: Group) (b: Group) = isBetween a b || isBetween b a

    /// Whether b computes a factor of a's product.
    let feeds (a: Group) (b: Group) =
        a.Nodes.Exists(fun x -> Calls.isProduct x && List.exists b.Nodes.Contains (Calls.operands x))

    let hasProduct (group: Group) =
        group.Nodes.Exists(fun x -> Calls.isProduct x)

    let fitTogether (a: Group) (b: Group) : bool =
        a.IsChain
        && b.IsChain
        && a.Size = b.Size
        && a.Nodes.Count + b.Nodes.Count <= mostNodes
        && not (hasProduct a && hasProduct b)
        && not (feeds a b)
        && not (feeds b a)
        && not (areSeparable a b)

    /// Moves the nodes of one group to another.
    let join (target: Group) (group: Group) : unit =
        let rank = max target.Rank group.Rank
        // groups that must come after the one of lower rank may have ranks in between
        let behind =
            [
                for other in following (if target.Rank < rank then target else group) do
                    if not (isSame target other || isSame group other) then
                        other
            ]

        target.Nodes.AddRange group.Nodes
        target.Rank <- rank

        for x in group.Nodes do
            groupOf[x] <- target

        putBehind behind rank

    /// The chains that read all elements of a node, each once, joined where possible.
    let chainsAlong (x: Tensor) : Group list =
        let joined (chains: Group list) (chain: Group) =
            match chains |> List.truncate mostChains |> List.tryFind (fitTogether chain) with
            | Some first ->
                join first chain
                chains
            | None -> chain :: chains

        let seen = HashSet<Group> HashIdentity.Reference

        [
            for reader in listed readers x do
                if Calls.isElementwise reader then
                    let group = groupOf[reader]

                    if group.Size = Shape.size x.Shape && seen.Add group then
                        group
        ]
        |> List.fold joined []

    /// For a softmax or a logarithm of a sum, the group of the other one of the pair.
    let twin (x: Tensor) : Group option =
        match Calls.exponentials x with
        | ValueNone -> None
        | ValueSome struct (outer, length, inner) ->
            [
                for y in listed readers (Calls.operands x).Head do
                    match Calls.exponentials y, groupOf.TryGetValue y with
                    | ValueSome struct (outer', length', inner'), (true, group) when
                        (outer, length, inner) = (outer', length', inner')
                        && Calls.isSoftmax y <> Calls.isSoftmax x
                        ->
                        group
                    | _ -> ()
            ]
            |> List.tryHead

    let gather (x: Tensor) : unit =
        let chains = chainsAlong x

        if isComputed x then
            let group =
                {
                    Nodes = List [ x ]
                    IsChain = Calls.isElementwise x || Calls.isProduct x
                    Size = Shape.size x.Shape
                    Rank = rankStep * int64 place[x]
                }

            groupOf[x] <- group

            match chains |> List.truncate mostChains |> List.tryFind (fitTogether group), twin x with
            | Some chain, _ -> join chain group
            | None, Some twin when not (areSeparable group twin) -> join twin group
            | _ -> ()

    /// State is written after everything that can read it has done so: then it needs no copy.
    let writeLast (inputs: Dictionary<string, List<Tensor>>) (name: string, update: Tensor) =
        match groupOf.TryGetValue update with
        | true, writer ->
            for x in listed inputs name do
                for reader in listed readers x do
                    let group = groupOf[reader]

                    if not (isSame group writer) && not (lead [ writer ] group) then
                        (listed after group).Add writer
                        (listed before writer).Add group
                        putBehind [ writer ] group.Rank
        | false, _ -> ()

    let preceding (group: Group) : Group list =
        [
            for x in group.Nodes do
                for operand in Calls.operands x do
                    match groupOf.TryGetValue operand with
                    | true, other when not (isSame other group) -> other
                    | _ -> ()

            yield! listed before group
        ]

    let call position (group: Group) : Call =
        let first = group.Nodes[max 0 (group.Nodes.FindIndex(fun x -> Calls.isProduct x))]

        {
            Position = position
            First = first
            IsChain = group.IsChain
            Nodes =
                group.Nodes
                    .FindAll(fun x -> not (isSame x first && (Calls.isProduct x || not group.IsChain)))
                    .ToArray()
            Pool = ValueNone
        }

    /// <summary>The calls that compute some values, in order.</summary>
    /// <param name="outputs">The nodes whose values are needed.</param>
    /// <param name="updates">The nodes whose values become those of inputs, by name.</param>
    member _.Calls(outputs: Tensor list, updates: (string * Tensor) list) : Call list =
        let inputs = Dictionary<string, List<Tensor>>()

        for i in 0 .. order.Length - 1 do
            let x = order[i]
            place[x] <- i

            match x.Node with
            | Input name -> (listed inputs name).Add x
            | _ when isComputed x ->
                for operand in Calls.operands x do
                    (listed readers operand).Add x
            | _ -> ()

        for x in Array.rev order do
            cancellation.Check()
            gather x

        for group in HashSet<Group>(groupOf.Values, HashIdentity.Reference) do
            group.Nodes.Sort(fun a b -> compare place[a] place[b])

        List.iter (writeLast inputs) updates

        // the last parameters of the graph are updated first, so that their gradients are still in the cache
        outputs @ (updates |> List.map snd |> List.rev)
        |> List.choose (fun x ->
            match groupOf.TryGetValue x with
            | true, group -> Some group
            | false, _ -> None)
        |> Graph.orderBy preceding
        |> Array.mapi call
        |> List.ofArray
        |> Pooled.calls
