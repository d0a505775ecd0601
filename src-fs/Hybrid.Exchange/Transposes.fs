namespace Hybrid.Exchange

open System.Collections.Generic
open Hybrid.Core

/// Transposes between layers of images, of which most cancel: in a file, images then have their channels first throughout.
module internal Transposes =
    /// Element-wise operators of one operand: they may as well come before a transpose.
    let private elementwise =
        set
            [
                "Relu"
                "Sigmoid"
                "Tanh"
                "LeakyRelu"
                "Elu"
                "Selu"
                "Softplus"
                "Softsign"
                "Erf"
                "Abs"
                "Neg"
                "Exp"
            ]

    /// A node that joins several operands of the same axes, with the axes in another order.
    let private reordered (order: int list) (node: OnnxNode) : OnnxNode option =
        match node.Operator, node.Attributes with
        | ("Add" | "Sum"), [] -> Some node
        | "Concat", [ "axis", OnnxAttribute.Integer axis ] when axis >= 0L ->
            Some
                { node with
                    Attributes = [ "axis", OnnxAttribute.Integer(int64 order[int axis]) ]
                }
        | _ -> None

    [<return: Struct>]
    let private (|Transposed|_|) (node: OnnxNode) =
        match node.Operator, node.Attributes with
        | "Transpose", [ "perm", OnnxAttribute.IntegerList order ] ->
            ValueSome struct (node.Inputs.Head, List.map int order)
        | _ -> ValueNone

    let private transpose (input: string) (output: string) (order: int list) : OnnxNode =
        OnnxNode.create
            "Transpose"
            [ input ]
            output
            [ "perm", OnnxAttribute.IntegerList(List.map int64 order) ]

    /// The extents after the examples of a Reshape to images of a single channel.
    let private (|OneChannel|_|) (shape: OnnxNode) : int64 list option =
        match shape.Attributes with
        | [ _, OnnxAttribute.Tensor { Values = Integers extents } ] when
            shape.Operator = "Constant" && extents.Length > 2 && Array.last extents = 1L
            ->
            Some(List.ofArray extents)
        | _ -> None

    /// Nodes that are replaced and removed in place, with who makes and who reads each name.
    type private Places(given: OnnxNode list) =
        let nodes = given |> List.map ValueSome |> Array.ofList
        let producers = Dictionary<string, int>()
        let readers = Dictionary<string, List<int>>()

        let link at (node: OnnxNode) =
            for name in node.Outputs do
                producers[name] <- at

            for name in node.Inputs do
                match readers.TryGetValue name with
                | true, places -> places.Add at
                | _ -> readers[name] <- List [ at ]

        let unlink at =
            nodes[at]
            |> ValueOption.iter (fun node ->
                for name in node.Outputs do
                    if producers.GetValueOrDefault(name, -1) = at then
                        producers.Remove name |> ignore

                for name in node.Inputs do
                    readers[name].Remove at |> ignore)

        do List.iteri link given

        member _.Count = nodes.Length
        member _.Item(at: int) = nodes[at]
        member _.All = nodes |> Seq.choose ValueOption.toOption |> List.ofSeq

        /// Where a name is made; none for an input of the graph.
        member _.Producer(name: string) =
            match producers.TryGetValue name with
            | true, at -> ValueSome at
            | _ -> ValueNone

        member _.Readers(name: string) =
            match readers.TryGetValue name with
            | true, places -> places.ToArray()
            | _ -> [||]

        member _.Put(at: int, node: OnnxNode) =
            unlink at
            nodes[at] <- ValueSome node
            link at node

        member _.Remove(at: int) =
            unlink at
            nodes[at] <- ValueNone

    /// <summary>The same nodes with fewer transposes.</summary>
    /// <param name="output">The result, whose name stays.</param>
    /// <param name="nodes">In an order of execution.</param>
    let cancelled (output: string) (nodes: OnnxNode list) : OnnxNode list =
        let nodes = Places nodes

        let isBetween name =
            name <> output && nodes.Readers(name).Length = 1

        let rename before after =
            for at in nodes.Readers before |> Array.distinct do
                nodes[at]
                |> ValueOption.iter (fun node ->
                    let inputs =
                        node.Inputs |> List.map (fun name -> if name = before then after else name)

                    nodes.Put(at, { node with Inputs = inputs }))

        let removeUnread at =
            match nodes[at] with
            | ValueSome node when
                node.Outputs
                |> List.forall (fun name -> name <> output && nodes.Readers(name).Length = 0)
                ->
                nodes.Remove at
            | _ -> ()

        /// A node after transposes of all its operands, as one transpose after the node. Returns where it now is.
        let join (at: int) (node: OnnxNode) : int voption =
            let transposes =
                node.Inputs
                |> List.map (fun name ->
                    match nodes.Producer name with
                    | ValueSome place ->
                        match nodes[place] with
                        | ValueSome(Transposed(x, order)) -> ValueSome struct (place, x, order)
                        | _ -> ValueNone
                    | _ -> ValueNone)

            let isReady =
                transposes.Length > 1
                && List.forall ValueOption.isSome transposes
                && (transposes
                    |> List.distinctBy (ValueOption.map (fun struct (_, _, order) -> order)))
                    .Length
                    =
                    1

            if not isReady then
                ValueNone
            else
                let transposes = transposes |> List.map ValueOption.get

                let struct (last, _, order) =
                    transposes |> List.maxBy (fun struct (place, _, _) -> place)

                let between =
                    node.Inputs[List.findIndex (fun struct (place, _, _) -> place = last) transposes]

                // the last transpose makes room for the node, unless others read it
                match reordered order node with
                | Some moved when isBetween between ->
                    let operands = transposes |> List.map (fun struct (_, x, _) -> x)
                    nodes.Put(at, transpose between node.Outputs.Head order)

                    nodes.Put(
                        last,
                        { moved with
                            Inputs = operands
                            Outputs = [ between ]
                            Name = between
                        }
                    )

                    for struct (place, _, _) in transposes do
                        if place <> last then
                            removeUnread place

                    ValueSome last
                | _ -> ValueNone

        /// One step at a node and the one before it, if there is one.
        let step (at: int) (node: OnnxNode) (earlier: int) (before: OnnxNode) : bool =
            match before, node with
            | Transposed(x, first), Transposed(_, second) ->
                let order = second |> List.map (fun axis -> first[axis])

                if order <> List.sort order then
                    nodes.Put(at, transpose x node.Outputs.Head order)
                    removeUnread earlier
                    true
                elif node.Outputs.Head <> output then
                    rename node.Outputs.Head x
                    nodes.Remove at
                    removeUnread earlier
                    true
                else
                    false
            | Transposed(x, order), { Operator = operator } when
                elementwise.Contains operator && isBetween before.Outputs.Head
                ->
                // named after the node, which tells of its layer
                let between = node.Outputs.Head + "/moved"

                nodes.Put(
                    earlier,
                    { node with
                        Inputs = [ x ]
                        Outputs = [ between ]
                        Name = between
                    }
                )

                nodes.Put(at, transpose between node.Outputs.Head order)
                true
            | {
                  Operator = "Reshape"
                  Inputs = [ _; shape ]
              },
              Transposed(_, order) when
                order.Length > 2
                && order = 0 :: order.Length - 1 :: [ 1 .. order.Length - 2 ]
                && isBetween before.Outputs.Head
                ->
                match nodes.Producer shape with
                | ValueSome maker when isBetween shape ->
                    match nodes[maker] with
                    | ValueSome(OneChannel extents) ->
                        let channelsFirst =
                            extents.Head :: 1L :: List.take (extents.Length - 2) extents.Tail

                        nodes.Put(maker, OnnxNode.integers shape (List.map int channelsFirst))
                        nodes.Remove at

                        // its name still tells of its layer
                        nodes.Put(earlier, { before with Outputs = node.Outputs })

                        true
                    | _ -> false
                | _ -> false
            | _ -> false

        let rec go at =
            if at < nodes.Count then
                let earlier =
                    match nodes[at] with
                    | ValueSome { Inputs = input :: _ } -> nodes.Producer input
                    | _ -> ValueNone

                match nodes[at], earlier, earlier |> ValueOption.bind (fun place -> nodes[place]) with
                | ValueSome node, ValueSome earlier, ValueSome before when step at node earlier before ->
                    // what comes before may now go further
                    go earlier
                | ValueSome node, _, _ ->
                    match join at node with
                    | ValueSome earlier -> go earlier
                    | ValueNone -> go (at + 1)
                | _ -> go (at + 1)

        go 0
        nodes.All
