namespace Hybrid.Core

/// Where the derivative of a primitive jumps: a difference quotient across such a place says nothing about the derivative.
module Kink =
    /// <summary>Signed distances of a primitive's operands from the places where its derivative jumps; none where it has no
    /// such place. A condition's distance is its value.</summary>
    let distances (kernel: Kernel) (operands: float[] list) : float[] =
        match kernel with
        | Kernel.Map(Unary.Abs | Unary.Sign | Unary.Step | Unary.Relu)
        | Kernel.Select -> operands.Head
        | Kernel.Zip(Binary.Maximum | Binary.Minimum | Binary.Greater | Binary.Equal) ->
            Array.map2 (-) operands[0] operands[1]
        | Kernel.Reduce((Reduction.Max | Reduction.ArgMax), outer, length, inner) when length > 1 ->
            let lead (run: float[]) i =
                run[i] - Array.max (Array.removeAt i run)

            Tensor.along (struct (outer, length, inner)) (fun at ->
                let run = Array.init length (fun l -> operands.Head[at l])
                Array.init length (lead run))
            |> Array.concat
        | _ -> [||]

    /// Whether a primitive's result stays the same between the jumps.
    let isFlat (kernel: Kernel) : bool =
        match kernel with
        | Kernel.Map(Unary.Sign | Unary.Step | Unary.IsNaN)
        | Kernel.Zip(Binary.Greater | Binary.Equal)
        | Kernel.Reduce(Reduction.ArgMax, _, _, _)
        | Kernel.Uniform _ -> true
        | _ -> false

    /// The operands that a primitive's jumps depend on: of a choice, the condition.
    let watched (kernel: Kernel) (operands: 'operand list) : 'operand list =
        match kernel with
        | Kernel.Select -> List.truncate 1 operands
        | _ -> operands
