namespace Hybrid.Exchange

open System.Collections.Generic
open Hybrid.Core

/// <summary>Every supported operator, by its name, and the execution of a node by its rule.</summary>
/// <remarks>A new operator is a new row in one of the tables.</remarks>
module internal Operators =
    let private table: Map<string, OperatorRule> =
        [
            Arithmetic.rules
            Trigonometry.rules
            Activations.rules
            Reductions.rules
            Normalizations.rules
            Products.rules
            Convolving.rules
            Einsum.rules
            Quantization.rules
            Reshapes.rules
            Indexing.rules
            Arrangements.rules
            Resizing.rules
            Patterns.rules
            Places.rules
            Classical.rules
        ]
        |> List.concat
        |> Map

    let names: string list = table |> Map.keys |> List.ofSeq

    let private mostAxes = 64

    let private elements (x: Tensor) : float =
        x.Shape
        |> List.fold (fun product extent -> product * max 1.0 (float extent)) 1.0

    /// What a node adds to the graph.
    let private added (call: NodeCall) (result: Operand) : Tensor[] =
        let given = HashSet<Tensor> HashIdentity.Reference

        for operand in List.choose id call.Operands do
            given.Add operand.Tensor |> ignore

        let within (x: Tensor) =
            if given.Contains x then [] else Graph.operands x

        Graph.orderBy within [ result.Tensor ]

    /// Refuses extents that no array can have, or that overflow their own type.
    let private bounded (call: NodeCall) (added: Tensor[]) : unit =
        for x in added do
            if List.exists (fun extent -> extent < 0) x.Shape || x.Shape.Length > mostAxes then
                NodeCall.refuse call "its result has a shape that no tensor can have."

            if elements x > float System.Array.MaxLength then
                NodeCall.refuse
                    call
                    $"its result has shape {Printable.integers x.Shape}, with more elements than an array can have."

    /// The approximate number of elements that computing the added nodes visits.
    let private cost (added: Tensor[]) : int64 =
        added
        |> Seq.sumBy (fun x ->
            match x.Node with
            | Apply({
                        Kernel = Kernel.MatMul(_, _, m, k, n)
                    },
                    _) -> float m * float k * float n
            | Constant _
            | Apply({ Kernel = Kernel.View }, _) -> 1.0
            | _ -> elements x)
        |> int64

    /// The value of a result that depends on constants only.
    let private fold (call: NodeCall) (added: Tensor[]) (result: Operand) : Operand =
        match result.Tensor with
        | { Node = Constant _ } -> { result with IsKnown = true }
        // one number, which takes no memory until it is a weight
        | Tensor.Filled _ ->
            call.Spend(cost added)
            { result with IsKnown = true }
        | _ ->
            call.Spend(cost added)

            { result with
                Tensor = Tensor.constant result.Tensor.Shape (Reference.value result.Tensor)
                IsKnown = true
            }

    /// <summary>Refuses a node whose operator is not supported.</summary>
    /// <exception cref="T:Hybrid.NotImportableException">The operator is not supported.</exception>
    let require (opset: int) (node: OnnxNode) : unit =
        if not (table.ContainsKey node.Operator) then
            let reason =
                Classical.foreign node.Operator
                |> Option.defaultValue "this operator is not supported."

            raise (NotImportableException(NodeCall.nameOf node, node.Operator, opset, reason))

    /// <summary>The values of a node's outputs. Those that depend on constants only are computed immediately.</summary>
    /// <exception cref="T:Hybrid.NotImportableException">The node requests something that is not supported.</exception>
    /// <exception cref="T:Hybrid.ShapeMismatchException">The shapes of its operands do not fit.</exception>
    let run (call: NodeCall) : Operand list =
        require call.Opset call.Node

        let results =
            try
                table[call.Node.Operator] call
            with :? ShapeMismatchException as error ->
                raise (error.Within $"node {NodeCall.nameOf call.Node}")

        let isKnown = call.Operands |> List.choose id |> List.forall _.IsKnown

        [
            for result in results do
                let added = added call result
                bounded call added
                if isKnown then fold call added result else result
        ]
