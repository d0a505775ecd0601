namespace Hybrid.Testing

open Hybrid.Core

/// Where a graph's derivative jumps: a difference quotient across such a place says nothing about the derivative.
module Kinks =
    // A value, and whether it changes smoothly with the tensors that are varied.
    type private Traced = { Values: float[]; Varies: bool }

    /// Signed distances of a primitive's operands from the places where its derivative jumps.
    let private distances (kernel: Kernel) (operands: float[] list) : float[] =
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
    let private isFlat (kernel: Kernel) =
        match kernel with
        | Kernel.Map(Unary.Sign | Unary.Step | Unary.IsNaN)
        | Kernel.Zip(Binary.Greater | Binary.Equal)
        | Kernel.Reduce(Reduction.ArgMax, _, _, _)
        | Kernel.Uniform _ -> true
        | _ -> false

    /// What looks at a condition may jump where it does, not where the other operands do.
    let private watched (kernel: Kernel) (operands: Traced list) =
        match kernel with
        | Kernel.Select -> operands.Head.Varies
        | _ -> operands |> List.exists _.Varies

    let private read (varied: string -> bool) inputs outputs =
        let found = ResizeArray<float[]>()
        let sizes = ResizeArray<float> [ 0.0 ]

        let apply _ (primitive: Primitive) (operands: Traced list) =
            let values = operands |> List.map _.Values

            if watched primitive.Kernel operands then
                found.Add(distances primitive.Kernel values)

            let result = primitive.Reference values

            sizes.AddRange(Array.map abs result)

            {
                Values = result
                Varies = List.exists _.Varies operands && not (isFlat primitive.Kernel)
            }

        let constant (values: Values) =
            {
                Values = values.AsDouble
                Varies = false
            }

        let input name shape =
            {
                Values = Fold.given inputs name shape
                Varies = varied name
            }

        Fold.values Graph.operands constant input apply outputs |> ignore
        Array.concat found, Seq.max sizes

    /// <summary>How far the nearest jump is, and the greatest number on the way to the outputs.</summary>
    /// <param name="varied">Whether derivatives are taken in the input of a name.</param>
    /// <param name="inputs">The values of the graph's inputs, by name.</param>
    /// <param name="outputs">What is computed.</param>
    let margin (varied: string -> bool) (inputs: (string * float[]) list) (outputs: Tensor list) =
        let distances, greatest = read varied inputs outputs
        struct (Array.fold (fun nearest distance -> min nearest (abs distance)) infinity distances, greatest)

    /// On which side of each jump the inputs are.
    let pattern (varied: string -> bool) (inputs: (string * float[]) list) (outputs: Tensor list) : int[] =
        read varied inputs outputs |> fst |> Array.map sign
