namespace Hybrid.Core

open System.Collections.Generic

/// Walks over graphs. They are iterative: recursion would overflow the stack on a deep graph.
module internal Graph =
    /// The operands of a node; none for constants and inputs.
    let operands (x: Tensor) : Tensor list =
        match x.Node with
        | Apply(_, operands) -> operands
        | Constant _
        | Input _ -> []

    /// Every node that the outputs depend on through the given operands, each once, operands before their users.
    let internal orderBy<'node when 'node: not struct>
        (operands: 'node -> 'node list)
        (outputs: 'node list)
        : 'node[] =
        let seen = HashSet<'node> HashIdentity.Reference
        let order = List<'node>()
        let ordered = HashSet<'node> HashIdentity.Reference
        // a node stays below its operands, and is ordered when it is met again
        let pending = Stack<'node>()

        for output in List.rev outputs do
            pending.Push output

        while pending.Count > 0 do
            let x = pending.Peek()

            if seen.Add x then
                for operand in List.rev (operands x) do
                    pending.Push operand
            elif ordered.Add(pending.Pop()) then
                order.Add x

        order.ToArray()

    /// Every node that the outputs depend on, each once, operands before their users.
    let order (outputs: Tensor list) : Tensor[] = orderBy operands outputs

    /// The inputs that the outputs depend on, by name and shape, in order of first use.
    let inputs (outputs: Tensor list) : (string * Shape) list =
        order outputs
        |> Seq.choose (fun x ->
            match x.Node with
            | Input name -> Some(name, x.Shape)
            | Constant _
            | Apply _ -> None)
        |> Seq.distinct
        |> List.ofSeq

    /// How many numbers a graph computes, counting its inputs but not constants or views of other numbers.
    let internal elements (outputs: Tensor list) : float =
        let numbers (x: Tensor) : float =
            match x.Node with
            | Constant _
            | Apply({ Kernel = Kernel.View }, _) -> 0.0
            | _ -> x.Shape |> List.fold (fun product extent -> product * float extent) 1.0

        order outputs |> Array.sumBy numbers
