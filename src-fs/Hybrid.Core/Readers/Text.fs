namespace Hybrid.Core

open System.Collections.Generic

/// The reader that writes a graph as text, one line per node, operands first.
module Text =
    /// Lines such as «%3 = MatMul %1 %2 : [128; 10]», with inputs by name and short constants by value.
    let ofTensors (outputs: Tensor list) : string =
        let names = Dictionary<Tensor, string> HashIdentity.Reference

        let line (x: Tensor) =
            let name = $"%%{names.Count}"

            match x.Node with
            | Input input ->
                names[x] <- input
                None
            | Constant values when Shape.size x.Shape = 1 ->
                names[x] <- string values.AsDouble[0]
                None
            | Constant _ ->
                names[x] <- name
                Some $"{name} = constant : {Printable.integers x.Shape}"
            | Apply(primitive, operands) ->
                let operands =
                    operands |> List.map (fun operand -> names[operand]) |> String.concat " "

                names[x] <- name
                Some $"{name} = {primitive.Name} {operands} : {Printable.integers x.Shape}"

        let lines = Graph.order outputs |> Array.choose line
        String.concat "\n" lines
