namespace Hybrid.Exchange

open System.Collections.Generic
open Hybrid.Core

/// Nodes of a foreign file, for a file that is written.
module internal ForeignForm =
    /// Whether an operator on images is what it was in every version of the operators, so that its nodes can be written as they were read.
    let private isOfImages (node: OnnxNode) : bool =
        match node.Operator, node.Attributes with
        | "Transpose", [ _, OnnxAttribute.IntegerList order ] -> order.Length > 3
        | operator, _ -> List.exists (fst >> (=) operator) Convolving.rules

    /// Whether weights are read row by row only.
    let private areTables (weights: string list) (segment: Segment) : bool =
        let isWeight name = List.contains name weights

        not weights.IsEmpty
        && segment.Nodes
           |> List.forall (fun node ->
               match node.Operator, node.Inputs with
               | "Gather", _ :: index -> not (List.exists isWeight index)
               | _, inputs -> not (List.exists isWeight inputs))

    /// <summary>The nodes of a segment for a file that is written: those of operators on images as they were read, others as the graph that
    /// they compute.</summary>
    /// <param name="pieces">The file.</param>
    /// <param name="weights">In the order of the layer's parameters.</param>
    /// <param name="segment">What is written.</param>
    /// <param name="shape">The shape of its input.</param>
    /// <param name="inputs">The names of its input and of its weights.</param>
    /// <param name="output">The name of its result, with which other names begin.</param>
    let private written
        (pieces: Pieces)
        (weights: string list)
        (segment: Segment)
        (shape: Shape)
        (inputs: string list)
        (output: string)
        : OnnxNode list =
        let nodes = List<OnnxNode>()
        let values = Dictionary<string, Operand>()
        let input name shape = Operand.real (Tensor.input name shape)
        values[segment.Input] <- input inputs.Head shape

        List.iter2
            (fun weight name -> values[weight] <- input name pieces.Constants[weight].Tensor.Shape)
            weights
            inputs.Tail

        let find _ name =
            match values.TryGetValue name with
            | true, value -> value
            | false, _ -> pieces.Constants[name]

        let allowance = Allowance(pieces.Opset, Allowance.Standard)

        /// The name of a value in the file; a constant becomes a node.
        let nameOf (value: Operand) =
            match value.Tensor.Node with
            | Input name -> name
            | _ ->
                let name = $"{output}/{nodes.Count}"

                let tensor =
                    {
                        OnnxTensor.Name = name
                        Dimensions = value.Tensor.Shape
                        Values = Floats(Reference.value value.Tensor |> Array.map float32)
                    }

                nodes.Add(OnnxNode.create "Constant" [] name [ "value", OnnxAttribute.Tensor tensor ])
                name

        for node in segment.Nodes do
            for name, result in Segments.run pieces.Opset allowance find node do
                values[name] <-
                    match result.Tensor.Node with
                    | Input _ -> result
                    | _ when result.IsKnown -> result
                    | _ when isOfImages node ->
                        let operands =
                            node.Inputs
                            |> List.map (fun name -> if name = "" then "" else nameOf (find node name))

                        let result' = $"{output}/{nodes.Count}"

                        nodes.Add
                            { node with
                                Name = result'
                                Inputs = operands
                                Outputs = [ result' ]
                            }

                        { result with
                            Tensor = Tensor.input result' result.Tensor.Shape
                        }
                    | _ ->
                        let added, result' = Exported.nodes $"{output}/{nodes.Count}" result.Tensor
                        nodes.AddRange added

                        { result with
                            Tensor = Tensor.input result' result.Tensor.Shape
                        }

        let last = nameOf (find () segment.Output)
        let rename name = if name = last then output else name

        if nodes |> Seq.exists (fun node -> List.contains last node.Outputs) then
            [
                for node in nodes ->
                    { node with
                        Name = rename node.Name
                        Inputs = List.map rename node.Inputs
                        Outputs = List.map rename node.Outputs
                    }
            ]
        else
            [ OnnxNode.create "Identity" [ last ] output [] ]

    /// What a layer of the nodes of a segment is.
    let form (pieces: Pieces) (weights: string list) (segment: Segment) forward : LayerForm =
        if List.exists isOfImages segment.Nodes then
            OnImages(forward, written pieces weights segment)
        elif areTables weights segment then
            Tables forward
        else
            Other(forward, None)
