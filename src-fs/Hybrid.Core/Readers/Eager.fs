namespace Hybrid.Core

open Execution

/// The reader that computes immediately, in float32, on an engine.
module Eager =
    /// <summary>The values of tensors, row-major, given those of their inputs by name.</summary>
    /// <exception cref="T:Hybrid.HybridException">An input is missing or has the wrong number of elements.</exception>
    let evaluate
        (engine: Engine)
        (inputs: (string * float32[]) list)
        (outputs: Tensor list)
        : float32[] list =
        let apply (x: Tensor) primitive (operands: float32[] list) =
            let y = Array.zeroCreate (Shape.size x.Shape)
            run engine.Kernels primitive (operands |> Array.ofList |> Array.map Buffer) (Buffer y)
            y

        Fold.values Execution.operands _.AsSingle (Fold.given inputs) apply outputs

    /// The value of one tensor that needs no inputs.
    let value (engine: Engine) (x: Tensor) : float32[] =
        evaluate engine [] [ x ] |> List.exactlyOne
