namespace Hybrid.Testing

open Hybrid.Core

/// Where a graph's derivative jumps: a difference quotient across such a place does not determine the derivative.
module Kinks =
    // a value, and whether it changes smoothly with the tensors that are varied
    type private Traced = { Values: float[]; Varies: bool }

    let private read (varied: string -> bool) inputs outputs =
        let found = ResizeArray<float[]>()
        let sizes = ResizeArray<float> [ 0.0 ]

        let apply _ (primitive: Primitive) (operands: Traced list) =
            let values = operands |> List.map _.Values

            if Continuity.watched primitive.Continuity operands |> List.exists _.Varies then
                found.Add(Continuity.distances primitive.Continuity values)

            let result = primitive.Reference values

            sizes.AddRange(Array.map abs result)

            {
                Values = result
                Varies = List.exists _.Varies operands && not (Continuity.isFlat primitive.Continuity)
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

    /// <summary>The distance to the nearest jump, and the largest number computed on the way to the outputs.</summary>
    /// <param name="varied">Whether derivatives are taken with respect to the input of this name.</param>
    /// <param name="inputs">The values of the graph's inputs, by name.</param>
    /// <param name="outputs">The tensors to compute.</param>
    let margin (varied: string -> bool) (inputs: (string * float[]) list) (outputs: Tensor list) =
        let distances, largest = read varied inputs outputs
        struct (Array.fold (fun nearest distance -> min nearest (abs distance)) infinity distances, largest)

    /// The side of each jump on which the inputs are.
    let pattern (varied: string -> bool) (inputs: (string * float[]) list) (outputs: Tensor list) : int[] =
        read varied inputs outputs |> fst |> Array.map sign
