namespace Hybrid.Exchange

open System.Collections.Generic
open Hybrid.Core

/// An input, with the extents that it has for an example; 0 for one that is not stated.
[<NoComparison; ReferenceEquality>]
type internal Slot =
    {
        Port: OnnxPort
        /// The texts of a column of texts.
        Categories: string[] option
        Extents: int list
        /// Whether it has an axis of examples.
        IsBatched: bool
    }

module internal Slot =
    let private fail message = raise (HybridException message)

    /// The lists of texts, one per reader, that the readers of an input tell apart.
    let private textsOf (graph: OnnxGraph) (name: string) : string list list =
        graph.Nodes
        |> List.filter (fun node -> List.contains name node.Inputs)
        |> List.map (fun node ->
            match node.Operator, List.tryFind (fst >> (=) "cats_strings") node.Attributes with
            | "ai.onnx.ml.OneHotEncoder", Some(_, OnnxAttribute.TextList texts) -> texts
            | _ -> [])
        |> List.distinct

    let ofPort (graph: OnnxGraph) (port: OnnxPort) : Slot =
        let name = Printable.quote port.Name

        let categories =
            match port.Type, port.Dimensions with
            | OnnxType.Text, ([ _ ] | [ _; Fixed 1 ]) ->
                match textsOf graph port.Name with
                | [ _ :: _ as texts ] when List.distinct texts = texts -> Some(Array.ofList texts)
                | _ -> fail $"its input {name} holds texts, and a network computes with numbers"
            | OnnxType.Text, _ -> fail $"its input {name} holds texts, and a network computes with numbers"
            | OnnxType.Other, _ -> fail $"its input {name} is not a tensor"
            | OnnxType.Real, _
            | OnnxType.Double, _
            | OnnxType.Whole, _ -> None

        if List.contains (Fixed 0) port.Dimensions then
            fail $"its input {name} has an axis without elements"

        let extents =
            port.Dimensions
            |> List.map (fun dimension ->
                match dimension with
                | Fixed extent -> extent
                | Free _ -> 0)

        let isRow =
            match port.Dimensions with
            | [] -> fail $"its input {name} is a single number, not a row per example"
            | [ Fixed extent ] -> extent > 1
            | _ -> false

        {
            Port = port
            Categories = categories
            Extents = if isRow then extents else extents.Tail
            IsBatched = not isRow
        }

    /// The number of numbers that an example has.
    let width (slot: Slot) : int =
        List.fold (fun product extent -> Checked.(*) product extent) 1 slot.Extents

    /// The encoders of texts as encoders of their indices.
    let ofIndices (slots: Slot list) (graph: OnnxGraph) : OnnxGraph =
        let texts = slots |> List.filter _.Categories.IsSome |> List.map _.Port.Name

        let indexed (name, value) =
            match value with
            | OnnxAttribute.TextList texts when name = "cats_strings" ->
                "cats_int64s", OnnxAttribute.IntegerList(List.init texts.Length int64)
            | _ -> name, value

        { graph with
            Nodes =
                graph.Nodes
                |> List.map (fun node ->
                    if List.exists (fun text -> List.contains text node.Inputs) texts then
                        { node with
                            Attributes = List.map indexed node.Attributes
                        }
                    else
                        node)
        }

    /// The operators whose results differ for integers and for real numbers.
    let private integral = set [ "Div"; "Pow"; "ReduceMean"; "Mean"; "Mod" ]

    /// Refuses arithmetic of integers that depend on an input.
    let requireReals (opset: int) (graph: OnnxGraph) : unit =
        let wholes = graph.Inputs |> Seq.filter _.Type.IsWhole |> Seq.map _.Name |> HashSet

        let isReal (node: OnnxNode) =
            match node.Operator with
            | "Cast" ->
                List.contains ("to", OnnxAttribute.Integer 1L) node.Attributes
                || List.contains ("to", OnnxAttribute.Integer 11L) node.Attributes
            | operator -> operator.StartsWith Classical.Domain

        for node in graph.Nodes do
            if List.exists wholes.Contains node.Inputs && not (isReal node) then
                if integral.Contains node.Operator then
                    let reason = "it computes with integers that depend on the input."
                    raise (NotImportableException(NodeCall.nameOf node, node.Operator, opset, reason))

                wholes.UnionWith node.Outputs

    /// One input that holds the numbers of several, one after the other.
    let joined (slots: Slot list) (graph: OnnxGraph) : OnnxGraph =
        let taken =
            HashSet(graph.Nodes |> Seq.collect (fun node -> node.Inputs @ node.Outputs))

        let input =
            Seq.initInfinite (fun i -> if i = 0 then "columns" else $"columns{i}")
            |> Seq.find (taken.Contains >> not)

        let node operator inputs outputs attributes : OnnxNode =
            {
                Name = ""
                Operator = operator
                Inputs = inputs
                Outputs = outputs
                Attributes = attributes
            }

        let names = slots |> List.map _.Port.Name

        // the usual first node puts the columns together in their order
        let isTogether (other: OnnxNode) =
            other.Operator = "Concat"
            && other.Inputs = names
            && List.forall (fun slot -> slot.Extents.Length = 1) slots
            && other.Attributes
               |> List.exists (fun (name, value) ->
                   name = "axis"
                   && (value = OnnxAttribute.Integer 1L || value = OnnxAttribute.Integer -1L))

        let readers =
            graph.Nodes
            |> List.filter (fun other -> List.exists (fun name -> List.contains name names) other.Inputs)

        let before, rest =
            match readers with
            | [ together ] when isTogether together ->
                [ node "Identity" [ input ] together.Outputs [] ], List.except [ together ] graph.Nodes
            | _ ->
                let part (slot: Slot) =
                    if slot.Extents.Length = 1 then
                        slot.Port.Name
                    else
                        $"{input}/{slot.Port.Name}"

                [
                    node
                        "Split"
                        [ input ]
                        (List.map part slots)
                        [
                            "axis", OnnxAttribute.Integer 1L
                            "split", OnnxAttribute.IntegerList(slots |> List.map (width >> int64))
                        ]

                    for slot in slots do
                        if slot.Extents.Length <> 1 then
                            node
                                "Reshape"
                                [ part slot ]
                                [ slot.Port.Name ]
                                [ "shape", OnnxAttribute.IntegerList(-1L :: List.map int64 slot.Extents) ]
                ],
                graph.Nodes

        { graph with
            Inputs =
                [
                    {
                        Name = input
                        Type = OnnxType.Real
                        Dimensions = [ Free "batch"; Fixed(List.sumBy width slots) ]
                    }
                ]
            Nodes = before @ rest
        }
