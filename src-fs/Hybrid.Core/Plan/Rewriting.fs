namespace Hybrid.Core

open System.Collections.Generic

/// Replaces nodes of a graph, from operands to their readers.
module internal Rewriting =
    /// The same outputs, from a graph in which nodes are replaced: from a node of replaced operands to the node that takes its place;
    /// that may depend on whether a node of the new graph has a single reader.
    let outputs
        (cancellation: Cancellation)
        (replace: (Tensor -> bool) -> Tensor -> Tensor)
        (outputs: Tensor list)
        : Tensor list =
        let order = Graph.order outputs
        let replaced = Dictionary<Tensor, Tensor> HashIdentity.Reference
        let readers = Dictionary<Tensor, int> HashIdentity.Reference
        // replaced nodes count the readers of the nodes that they replace
        let read (x: Tensor) =
            let x = Calls.owner x
            readers[x] <- readers.GetValueOrDefault x + 1

        List.iter read outputs

        for x in order do
            match x.Node with
            | Apply({ Kernel = Kernel.View }, _) -> ()
            | _ -> List.iter read (Graph.operands x)

        for x in order do
            cancellation.Check()

            let same =
                match x.Node with
                | Apply(primitive, operands) ->
                    let operands' = operands |> List.map (fun operand -> replaced[operand])

                    if List.forall2 (fun a b -> obj.ReferenceEquals(a, b)) operands operands' then
                        x
                    else
                        Tensor.apply x.Shape operands' primitive
                | _ -> x

            let node = replace (fun x -> readers.GetValueOrDefault x = 1) same
            replaced[x] <- node
            readers[node] <- readers.GetValueOrDefault x

        outputs |> List.map (fun output -> replaced[output])
