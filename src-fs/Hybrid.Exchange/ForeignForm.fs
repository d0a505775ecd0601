namespace Hybrid.Exchange

open System.Collections.Generic
open Hybrid.Core

/// Nodes of a foreign file, for a file that is written.
module internal ForeignForm =
    /// Whether all nodes are operators on images: what these compute is the same in every version of the operators.
    let private isOfImages (segment: Segment) : bool =
        segment.Nodes
        |> List.forall (fun node -> List.exists (fst >> (=) node.Operator) Convolving.rules)

    /// Whether weights are read row by row only.
    let private areTables (weights: string list) (segment: Segment) : bool =
        let isWeight name = List.contains name weights

        not weights.IsEmpty
        && segment.Nodes
           |> List.forall (fun node ->
               match node.Operator, node.Inputs with
               | "Gather", _ :: index -> not (List.exists isWeight index)
               | _, inputs -> not (List.exists isWeight inputs))

    /// The nodes of a segment, under the names of a file that is written; its weights are in the order of the layer's parameters.
    let private renamed
        (pieces: Pieces)
        (weights: string list)
        (segment: Segment)
        (_: Shape)
        (inputs: string list)
        (output: string)
        : OnnxNode list =
        let names = Dictionary<string, string>()
        names[""] <- ""
        names[segment.Input] <- inputs.Head
        List.iter2 (fun weight name -> names[weight] <- name) weights inputs.Tail

        for node in segment.Nodes do
            for name in node.Outputs do
                names[name] <- $"{output}/{name}"

        names[segment.Output] <- output

        let constants =
            segment.Nodes
            |> List.collect _.Inputs
            |> List.distinct
            |> List.filter (names.ContainsKey >> not)
            |> List.map (fun name ->
                names[name] <- $"{output}/{name}"
                let constant = pieces.Constants[name].Tensor

                let tensor =
                    {
                        OnnxTensor.Name = names[name]
                        Dimensions = constant.Shape
                        Values = Floats(Reference.value constant |> Array.map float32)
                    }

                OnnxNode.create "Constant" [] names[name] [ "value", OnnxAttribute.Tensor tensor ])

        let rename (node: OnnxNode) =
            { node with
                Name = names[node.Outputs.Head]
                Inputs = node.Inputs |> List.map (fun name -> names[name])
                Outputs = node.Outputs |> List.map (fun name -> names[name])
            }

        constants @ List.map rename segment.Nodes

    /// What a layer of the nodes of a segment is.
    let form (pieces: Pieces) (weights: string list) (segment: Segment) forward : LayerForm =
        if isOfImages segment then
            OnImages(forward, renamed pieces weights segment)
        elif areTables weights segment then
            Tables forward
        else
            Other(forward, None)
