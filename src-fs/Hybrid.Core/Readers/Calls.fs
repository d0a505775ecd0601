namespace Hybrid.Core

open System.Collections.Generic

/// An operand as a chain reads it: each element stands for so many in a row, and all of them are repeated.
[<Struct; NoComparison>]
type internal Source = { Tensor: Tensor; Repeat: int }

/// <summary>What is carried out in one go: a kernel, or a chain of element-wise nodes of one size, with a matrix product
/// before it or not.</summary>
[<AllowNullLiteral>]
type internal Call(position: int, size: int, first: Tensor, isChain: bool) =
    /// Calls are carried out by position.
    member _.Position = position

    /// How many elements each node of a chain has.
    member _.Size = size

    /// The node of a kernel of its own, or the product that a chain follows; of any other chain, its first node.
    member _.First = first

    /// Whether element-wise nodes may join.
    member _.IsChain = isChain

    /// Whether it begins with a matrix product.
    member _.IsProduct =
        match first.Node with
        | Apply({ Kernel = Kernel.MatMul _ }, _) -> true
        | _ -> false

    /// The element-wise nodes, operands before what uses them; of a softmax, the logarithm of its sum.
    member val Nodes = List<Tensor>() with get, set

module internal Calls =
    /// A chain's instructions would no longer fit into the first cache together with their operands.
    [<Literal>]
    let private MostNodes = 48

    /// Chains this short are joined whether or not they have anything in common: a call costs more than they do.
    [<Literal>]
    let private Short = 64

    /// The node whose values a tensor holds: a view has none of its own.
    let rec owner (x: Tensor) : Tensor =
        match x.Node with
        | Apply({ Kernel = Kernel.View }, [ inner ]) -> owner inner
        | _ -> x

    let isElementwise (x: Tensor) : bool =
        match x.Node with
        | Apply({
                    Kernel = Kernel.Map _ | Kernel.Zip _ | Kernel.Select
                },
                _) -> true
        | _ -> false

    /// How many elements of a view one element of the block stands for, if all stand in order, each for as many.
    let private spread (view: Strided) (size: int) : int voption =
        let mutable axis = view.Extents.Length - 1
        let mutable repeat = 1

        while axis >= 0 && (view.Extents[axis] = 1 || view.Strides[axis] = 0) do
            repeat <- repeat * view.Extents[axis]
            axis <- axis - 1

        if Strided(view.Extents[..axis], view.Strides[..axis], view.Offset).Repeats size then
            ValueSome repeat
        else
            ValueNone

    /// An operand of an element-wise node, without what only repeats it.
    let source (x: Tensor) : Source =
        let x = owner x

        match x.Node with
        | Apply({ Kernel = Kernel.Read view }, [ inner ]) ->
            match spread view (Shape.size inner.Shape) with
            | ValueSome repeat ->
                {
                    Tensor = owner inner
                    Repeat = repeat
                }
            | ValueNone -> { Tensor = x; Repeat = 1 }
        | _ -> { Tensor = x; Repeat = 1 }

    let private sourceTensor x = (source x).Tensor

    /// The nodes whose values a node is computed from.
    let operands (x: Tensor) : Tensor list =
        if isElementwise x then
            Graph.operands x |> List.map sourceTensor
        else
            Graph.operands x |> List.map owner

    /// The softmax and the logarithm of the sum of the same numbers, along the same axis.
    let private exponentials (x: Tensor) =
        match x.Node with
        | Apply({
                    Kernel = Kernel.Softmax(outer, length, inner)
                },
                [ scores ])
        | Apply({
                    Kernel = Kernel.Reduce(Reduction.LogSumExp, outer, length, inner)
                },
                [ scores ]) -> ValueSome struct (owner scores, outer, length, inner)
        | _ -> ValueNone

    let isSoftmax (x: Tensor) =
        match x.Node with
        | Apply({ Kernel = Kernel.Softmax _ }, _) -> true
        | _ -> false

    /// What a call reads: a kernel's operands, a product's before those of its chain.
    let reads (call: Call) : Source list =
        let within = HashSet<Tensor>(call.Nodes, HashIdentity.Reference)

        if call.IsProduct then
            within.Add call.First |> ignore

        let plain =
            [
                if call.IsProduct || not call.IsChain then
                    for x in operands call.First -> { Tensor = x; Repeat = 1 }
            ]

        let others =
            if call.IsChain then
                call.Nodes
                |> Seq.collect (Graph.operands >> List.map source)
                |> Seq.filter (fun source -> not (within.Contains source.Tensor))
                |> List.ofSeq
            else
                []

        plain @ others

    /// Gathers nodes into calls, each node in the last call that it can join.
    let private gather (order: Tensor[]) (isFixed: Tensor -> bool) : List<Call> * Dictionary<Tensor, Call> =
        let calls = List<Call>()
        let callOf = Dictionary<Tensor, Call> HashIdentity.Reference

        let start (x: Tensor) isChain =
            let call = Call(calls.Count, Shape.size x.Shape, x, isChain)
            calls.Add call
            callOf[x] <- call
            call

        let join (call: Call) x =
            call.Nodes.Add x
            callOf[x] <- call

        let readBy (call: Call) = call.Nodes |> Seq.collect operands

        let elementwise (x: Tensor) =
            let read = operands x |> List.filter (isFixed >> not)
            let size = Shape.size x.Shape

            let positionOf y =
                match callOf.TryGetValue y with
                | true, call -> call.Position
                | _ -> -1

            let latest = List.fold (fun latest y -> max latest (positionOf y)) -1 read

            let fits (call: Call) =
                let within = read |> List.exists (fun y -> positionOf y = call.Position)

                call.IsChain
                && call.Size = size
                && call.Nodes.Count < MostNodes
                && (within
                    || (not call.IsProduct
                        && (size <= Short
                            || readBy call
                               |> Seq.exists (fun y ->
                                   List.exists (LanguagePrimitives.PhysicalEquality y) read))))

            let mutable position = calls.Count - 1

            while position >= max latest 0 && not (fits calls[position]) do
                position <- position - 1

            if position >= max latest 0 then
                join calls[position] x
            else
                join (start x true) x

        for x in order do
            match x.Node with
            | Apply _ when isFixed x -> ()
            | Apply _ when isElementwise x -> elementwise x
            | Apply({ Kernel = Kernel.MatMul _ }, _) -> start x true |> ignore
            | Apply _ ->
                let twin =
                    match exponentials x with
                    | ValueSome key ->
                        calls
                        |> Seq.tryFind (fun call ->
                            exponentials call.First = ValueSome key
                            && call.Nodes.Count = 0
                            && isSoftmax call.First <> isSoftmax x)
                    | ValueNone -> None

                match twin with
                | Some call -> join call x
                | None -> start x false |> ignore
            | Constant _
            | Input _ -> ()

        calls, callOf

    /// Moves what only one later chain reads into that chain, where nothing more has to be kept in memory for it.
    let private sink (calls: List<Call>) (callOf: Dictionary<Tensor, Call>) (isKept: Tensor -> bool) : unit =
        let readers = Dictionary<Tensor, List<Tensor>> HashIdentity.Reference

        let readersOf x =
            match readers.TryGetValue x with
            | true, list -> list
            | false, _ -> List()

        for entry in callOf do
            for read in operands entry.Key |> List.distinct do
                match readers.TryGetValue read with
                | true, list -> list.Add entry.Key
                | false, _ -> readers[read] <- List [ entry.Key ]

        /// The nodes that have to move along with x, and whether all of them can.
        let rec closure (call: Call) (moving: HashSet<Tensor>) (x: Tensor) : bool =
            moving.Add x |> ignore

            operands x
            |> List.forall (fun y ->
                match callOf.TryGetValue y with
                | true, home when obj.ReferenceEquals(home, call) && not (moving.Contains y) ->
                    let others = readersOf y |> Seq.filter (moving.Contains >> not)

                    if
                        isKept y
                        || others |> Seq.exists (fun z -> not (obj.ReferenceEquals(callOf[z], call)))
                    then
                        true
                    elif obj.ReferenceEquals(y, call.First) && call.IsProduct then
                        false
                    elif Seq.isEmpty others then
                        closure call moving y
                    else
                        false
                | _ -> true)

        for call in Seq.rev calls do
            if call.IsChain then
                for x in Seq.rev (List call.Nodes) do
                    let homes =
                        readersOf x |> Seq.map (fun y -> callOf[y]) |> Seq.distinct |> List.ofSeq

                    match homes with
                    | [ target ] when
                        target.IsChain
                        && target.Size = call.Size
                        && target.Position > call.Position
                        && obj.ReferenceEquals(callOf[x], call)
                        && not (isKept x)
                        ->
                        let moving = HashSet<Tensor> HashIdentity.Reference

                        // a product's own operands must not become part of its chain
                        let isFactor y =
                            target.IsProduct && List.contains y (operands target.First)

                        if
                            closure call moving x
                            && target.Nodes.Count + moving.Count <= MostNodes
                            && not (Seq.exists isFactor moving)
                        then
                            call.Nodes.RemoveAll(fun y -> moving.Contains y) |> ignore
                            target.Nodes.AddRange moving

                            for y in moving do
                                callOf[y] <- target
                    | _ -> ()

    /// <summary>The calls that compute some values, in order.</summary>
    /// <param name="order">The nodes, operands before what uses them.</param>
    /// <param name="isFixed">Whether a node's value is the same at every run.</param>
    /// <param name="isKept">Whether a node's value is asked for.</param>
    let ofNodes (order: Tensor[]) (isFixed: Tensor -> bool) (isKept: Tensor -> bool) : Call list =
        let calls, callOf = gather order isFixed
        sink calls callOf isKept
        let place = Dictionary<Tensor, int> HashIdentity.Reference
        order |> Array.iteri (fun i x -> place[x] <- i)

        for call in calls do
            if call.IsChain then
                call.Nodes <- List(Seq.sortBy (fun x -> place[x]) call.Nodes)

        calls
        |> Seq.filter (fun call -> not call.IsChain || call.IsProduct || call.Nodes.Count > 0)
        |> List.ofSeq
