namespace Hybrid.Core

/// The reader that defines what is correct: definitions in double precision, as plain loops.
module Reference =
    /// <summary>The values of tensors, row-major, given those of their inputs by name.</summary>
    /// <exception cref="T:Hybrid.HybridException">An input is missing or has the wrong number of elements.</exception>
    let evaluate (inputs: (string * float[]) list) (outputs: Tensor list) : float[] list =
        let apply _ primitive operands = primitive.Reference operands
        Fold.values Graph.operands _.AsDouble (Fold.given inputs) apply outputs

    /// The value of one tensor that needs no inputs.
    let value (x: Tensor) : float[] = evaluate [] [ x ] |> List.exactlyOne

    /// The same in single precision: of a constant of single precision its own array.
    let internal singles (x: Tensor) : float32[] =
        match x.Node with
        | Constant values -> values.AsSingle
        | _ -> value x |> Array.map float32
