namespace Hybrid.Core

open System.Collections.Generic

/// What all readers that compute a value for every node have in common.
module internal Fold =
    /// <summary>The values of the outputs, from those of constants, inputs and primitives; each node is visited once.</summary>
    /// <param name="operands">The operands that a node's value is computed from.</param>
    /// <param name="constant">The value of a constant.</param>
    /// <param name="input">The value of an input with this name and shape.</param>
    /// <param name="apply">The value of a node, from its primitive and its operands' values.</param>
    /// <param name="outputs">The tensors to compute.</param>
    let values
        (operands: Tensor -> Tensor list)
        (constant: Values -> 'value)
        (input: string -> Shape -> 'value)
        (apply: Tensor -> Primitive -> 'value list -> 'value)
        (outputs: Tensor list)
        : 'value list =
        let known = Dictionary<Tensor, 'value> HashIdentity.Reference

        for x in Graph.orderBy operands outputs do
            known[x] <-
                match x.Node with
                | Constant values -> constant values
                | Input name -> input name x.Shape
                | Apply(primitive, _) ->
                    apply x primitive (operands x |> List.map (fun operand -> known[operand]))

        outputs |> List.map (fun output -> known[output])

    /// <summary>The value of an input, looked up by its name.</summary>
    /// <exception cref="T:Hybrid.HybridException">It is missing, or has the wrong number of elements.</exception>
    let given (inputs: (string * 'element[]) list) (name: string) (shape: Shape) : 'element[] =
        match List.tryFind (fst >> (=) name) inputs with
        | None ->
            raise (
                HybridException
                    $"The graph needs an input {Printable.quote name} of shape {Printable.integers shape}: it was not given."
            )
        | Some(_, values) when values.Length <> Shape.size shape ->
            raise (
                ShapeMismatchException(
                    $"input {Printable.quote name}",
                    [ shape; [ values.Length ] ],
                    $"Expected {Shape.size shape} elements, got {values.Length}."
                )
            )
        | Some(_, values) -> values
