namespace Hybrid.Core

open System.Collections.Generic

/// Nodes that are carried out together, while it is found out which.
[<NoComparison; ReferenceEquality>]
type private Group =
    {
        Nodes: List<Tensor>
        /// Whether its nodes are element-wise, all of one size, but for at most one matrix product before them.
        IsChain: bool
        Size: int
    }

/// <summary>Gathers the nodes of a graph into calls, and puts them in order.</summary>
/// <remarks>From the last node to the first, each joins a chain that reads it, unless a call between the two would then
/// have to be carried out both before and after; chains that read the same values along become one. So what lies between
/// two element-wise operations, and between a matrix product and what follows it, is not kept in memory.</remarks>
[<Sealed>]
type internal Gather(order: Tensor[], isFixed: Tensor -> bool) =
    /// A chain of more could no longer keep all that it works on in the first cache.
    static let mostNodes = 48

    let place = Dictionary<Tensor, int> HashIdentity.Reference
    let readers = Dictionary<Tensor, List<Tensor>> HashIdentity.Reference
    let groupOf = Dictionary<Tensor, Group> HashIdentity.Reference
    // groups that a group must come after, or before, although neither reads what the other makes
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

    let isProduct (x: Tensor) =
        match x.Node with
        | Apply({ Kernel = Kernel.MatMul _ }, _) -> true
        | _ -> false

    let isSame a b = obj.ReferenceEquals(a, b)

    /// The groups that must come after one.
    let following (group: Group) : Group seq =
        seq {
            for x in group.Nodes do
                for reader in listed readers x do
                    if not (isSame groupOf[reader] group) then
                        groupOf[reader]

            yield! listed after group
        }

    /// Whether some of the groups, or what must come after them, is a given one.
    let lead (groups: Group seq) (target: Group) : bool =
        let seen = HashSet<Group> HashIdentity.Reference
        let pending = Stack<Group> groups
        let mutable found = false

        while pending.Count > 0 && not found do
            let group = pending.Pop()
            found <- isSame group target

            if not found && seen.Add group then
                following group |> Seq.iter pending.Push

        found

    /// Whether some third group must come between the two.
    let isBetween (a: Group) (b: Group) : bool =
        lead (following a |> Seq.filter (isSame b >> not)) b

    let areSeparable (a: Group) (b: Group) = isBetween a b || isBetween b a

    /// Whether the factors of a's product are made by b.
    let feeds (a: Group) (b: Group) =
        a.Nodes
        |> Seq.exists (fun x ->
            isProduct x
            && Calls.operands x
               |> List.exists (fun factor -> Seq.exists (isSame factor) b.Nodes))

    let fitTogether (a: Group) (b: Group) : bool =
        a.IsChain
        && b.IsChain
        && a.Size = b.Size
        && a.Nodes.Count + b.Nodes.Count <= mostNodes
        && not (Seq.exists isProduct a.Nodes && Seq.exists isProduct b.Nodes)
        && not (feeds a b)
        && not (feeds b a)
        && not (areSeparable a b)

    /// Nodes of one group go to another.
    let join (target: Group) (group: Group) : unit =
        target.Nodes.AddRange group.Nodes

        for x in group.Nodes do
            groupOf[x] <- target

    /// The chains that read all elements of a node, each once, those that can be one made one.
    let chainsAlong (x: Tensor) : Group list =
        let joined (chains: Group list) (chain: Group) =
            match List.tryFind (fitTogether chain) chains with
            | Some first ->
                join first chain
                chains
            | None -> chain :: chains

        listed readers x
        |> Seq.filter Calls.isElementwise
        |> Seq.map (fun reader -> groupOf[reader])
        |> Seq.filter (fun group -> group.Size = Shape.size x.Shape)
        |> Seq.distinct
        |> List.ofSeq
        |> List.fold joined []

    /// The group of the other one of a softmax and a logarithm of a sum.
    let twin (x: Tensor) : Group option =
        match Calls.exponentials x with
        | ValueNone -> None
        | ValueSome key ->
            listed readers (Calls.operands x).Head
            |> Seq.tryFind (fun y ->
                groupOf.ContainsKey y
                && Calls.exponentials y = ValueSome key
                && Calls.isSoftmax y <> Calls.isSoftmax x)
            |> Option.map (fun y -> groupOf[y])

    let gather (x: Tensor) : unit =
        let chains = chainsAlong x

        if isComputed x then
            let group =
                {
                    Nodes = List [ x ]
                    IsChain = Calls.isElementwise x || isProduct x
                    Size = Shape.size x.Shape
                }

            groupOf[x] <- group

            match List.tryFind (fitTogether group) chains, twin x with
            | Some chain, _ -> join chain group
            | None, Some twin when not (areSeparable group twin) -> join twin group
            | _ -> ()

    /// State is written after all have read it that can: then it needs no copy.
    let writeLast (name: string, update: Tensor) =
        match groupOf.TryGetValue update with
        | true, writer ->
            for x in order do
                match x.Node with
                | Input other when other = name ->
                    for reader in listed readers x do
                        let group = groupOf[reader]

                        if not (isSame group writer) && not (lead [ writer ] group) then
                            (listed after group).Add writer
                            (listed before writer).Add group
                | _ -> ()
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
        let first =
            group.Nodes |> Seq.tryFind isProduct |> Option.defaultValue group.Nodes[0]

        {
            Position = position
            First = first
            IsChain = group.IsChain
            Nodes =
                group.Nodes
                |> Seq.filter (fun x -> not (isSame x first && (isProduct x || not group.IsChain)))
                |> Array.ofSeq
        }

    /// <summary>The calls that compute some values, in order.</summary>
    /// <param name="outputs">The nodes whose values are asked for.</param>
    /// <param name="updates">The nodes whose values become those of inputs, by name.</param>
    member _.Calls(outputs: Tensor list, updates: (string * Tensor) list) : Call list =
        for i, x in Seq.indexed order do
            place[x] <- i

            if isComputed x then
                for operand in Calls.operands x do
                    (listed readers operand).Add x

        for x in Array.rev order do
            gather x

        for group in Seq.distinct groupOf.Values do
            group.Nodes.Sort(fun a b -> compare place[a] place[b])

        Seq.iter writeLast updates

        // what comes last in the graph is updated first, so that its gradient is used while it is in the cache
        outputs @ (updates |> List.map snd |> List.rev)
        |> List.choose (fun x ->
            match groupOf.TryGetValue x with
            | true, group -> Some group
            | false, _ -> None)
        |> Graph.orderBy preceding
        |> Seq.mapi call
        |> List.ofSeq
