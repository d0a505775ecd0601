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

    /// <summary>The same nodes with fewer transposes.</summary>
    /// <param name="output">The result, whose name stays.</param>
    /// <param name="nodes">In an order of execution.</param>
    let cancelled (output: string) (nodes: OnnxNode list) : OnnxNode list =
        let nodes = List<OnnxNode>(nodes)

        let producer name =
            nodes.FindIndex(fun node -> List.contains name node.Outputs)

        let readers name =
            nodes
            |> Seq.sumBy (fun node -> node.Inputs |> List.filter ((=) name) |> List.length)

        let isBetween name = name <> output && readers name = 1

        let rename before after =
            for i in 0 .. nodes.Count - 1 do
                nodes[i] <-
                    { nodes[i] with
                        Inputs =
                            nodes[i].Inputs |> List.map (fun name -> if name = before then after else name)
                    }

        /// One step at a node, if there is one.
        let step (at: int) : bool =
            let node = nodes[at]

            let before =
                match node.Inputs with
                | input :: _ when isBetween input -> producer input
                | _ -> -1

            if before < 0 then
                false
            else
                match nodes[before], node with
                | Transposed(x, first), Transposed(_, second) ->
                    let order = second |> List.map (fun axis -> first[axis])

                    if order <> List.sort order then
                        nodes[at] <- transpose x node.Outputs.Head order
                        nodes.RemoveAt before
                        true
                    elif node.Outputs.Head <> output then
                        rename node.Outputs.Head x
                        nodes.RemoveAt at
                        nodes.RemoveAt before
                        true
                    else
                        false
                | Transposed(x, order), { Operator = operator } when elementwise.Contains operator ->
                    let between = nodes[before].Outputs.Head

                    nodes[before] <-
                        { node with
                            Inputs = [ x ]
                            Outputs = [ between ]
                            Name = between
                        }

                    nodes[at] <- transpose between node.Outputs.Head order
                    true
                | {
                      Operator = "Reshape"
                      Inputs = [ _; shape ]
                  },
                  Transposed(_, order) when
                    order.Length > 2 && order = 0 :: order.Length - 1 :: [ 1 .. order.Length - 2 ]
                    ->
                    match nodes[producer shape] with
                    | OneChannel extents when isBetween shape ->
                        let channelsFirst =
                            extents.Head :: 1L :: List.take (extents.Length - 2) extents.Tail

                        nodes[producer shape] <- OnnxNode.integers shape (List.map int channelsFirst)

                        nodes[before] <-
                            { nodes[before] with
                                Outputs = node.Outputs
                                Name = node.Outputs.Head
                            }

                        nodes.RemoveAt at
                        true
                    | _ -> false
                | _ -> false

        let mutable at = 0

        while at < nodes.Count do
            // what comes before may now go further
            if step at then at <- max 0 (at - 3) else at <- at + 1

        List.ofSeq nodes
