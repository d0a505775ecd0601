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

        /// One step at a node and the one before it, if there is one.
        let step (at: int) (node: OnnxNode) (earlier: int) (before: OnnxNode) : bool =
            match before, node with
            | Transposed(x, first), Transposed(_, second) ->
                let order = second |> List.map (fun axis -> first[axis])

                if order <> List.sort order then
                    nodes.Put(at, transpose x node.Outputs.Head order)
                    nodes.Remove earlier
                    true
                elif node.Outputs.Head <> output then
                    rename node.Outputs.Head x
                    nodes.Remove at
                    nodes.Remove earlier
                    true
                else
                    false
            | Transposed(x, order), { Operator = operator } when elementwise.Contains operator ->
                let between = before.Outputs.Head

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
                order.Length > 2 && order = 0 :: order.Length - 1 :: [ 1 .. order.Length - 2 ]
                ->
                match nodes.Producer shape with
                | ValueSome maker when isBetween shape ->
                    match nodes[maker] with
                    | ValueSome(OneChannel extents) ->
                        let channelsFirst =
                            extents.Head :: 1L :: List.take (extents.Length - 2) extents.Tail

                        nodes.Put(maker, OnnxNode.integers shape (List.map int channelsFirst))
                        nodes.Remove at

                        nodes.Put(
                            earlier,
                            { before with
                                Outputs = node.Outputs
                                Name = node.Outputs.Head
                            }
                        )

                        true
                    | _ -> false
                | _ -> false
            | _ -> false

        let rec go at =
            if at < nodes.Count then
                let earlier =
                    match nodes[at] with
                    | ValueSome { Inputs = input :: _ } when isBetween input -> nodes.Producer input
                    | _ -> ValueNone

                match nodes[at], earlier, earlier |> ValueOption.bind (fun place -> nodes[place]) with
                | ValueSome node, ValueSome earlier, ValueSome before when step at node earlier before ->
                    // what comes before may now go further
                    go earlier
                | _ -> go (at + 1)

        go 0
        nodes.All
