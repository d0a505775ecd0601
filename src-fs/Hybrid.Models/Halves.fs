namespace Hybrid.Models

open System.Collections.Generic
open Hybrid.Core

/// Graphs for two examples, by what their primitives do: whether each half of a result is computed from that half of the input alone.
module internal Halves =
    /// Whether a view finds the halves of its block in the halves of another block of this size.
    let private keeps (view: Strided) (size: int) : bool =
        let axes =
            Array.zip view.Extents view.Strides
            |> Array.skipWhile (fun (extent, _) -> extent = 1)

        match List.ofArray axes with
        | (extent, stride) :: inner when extent % 2 = 0 && Array.forall (fun (_, stride) -> stride >= 0) axes ->
            let reach =
                inner |> List.sumBy (fun (extent, stride) -> (int64 extent - 1L) * int64 stride)

            let start half =
                int64 view.Offset + int64 half * (int64 extent / 2L) * int64 stride

            // the last element of the first half, and the first of the second one
            start 1 - int64 stride + reach < int64 size / 2L && start 1 >= int64 size / 2L
        | _ -> false

    /// Whether a primitive keeps halves apart, of whose operands at least one depends on the input.
    let private keepsApart (x: Tensor) (kernel: Kernel) (operands: Tensor list) (isGiven: Tensor -> bool) =
        let size = Shape.size x.Shape

        match kernel, operands with
        | (Kernel.Map _ | Kernel.Zip _ | Kernel.Select | Kernel.View), _ ->
            operands |> List.forall (fun operand -> Shape.size operand.Shape = size)
        | (Kernel.Reduce(_, outer, _, _) | Kernel.Softmax(outer, _, _)), _ -> outer % 2 = 0
        | Kernel.MatMul(transposeA, _, m, _, _), [ _; b ] -> not transposeA && m % 2 = 0 && not (isGiven b)
        | Kernel.Gather _, [ _; table ] -> not (isGiven table)
        | Kernel.Read view, [ operand ] -> keeps view (Shape.size operand.Shape)
        | Kernel.Accumulate view, _ -> keeps view size
        | Kernel.Write views, _ ->
            List.forall2 (fun view operand -> not (isGiven operand) || keeps view size) views operands
        | _ -> false

    /// <summary>Whether each half of a result is certainly computed from that half of the only input alone: false means that it is not
    /// known.</summary>
    let areApart (result: Tensor) : bool =
        let given = HashSet<Tensor> HashIdentity.Reference
        let mixed = HashSet<Tensor> HashIdentity.Reference

        for x in Graph.order [ result ] do
            match x.Node with
            | Constant _ -> ()
            | Input _ -> given.Add x |> ignore
            | Apply(primitive, operands) ->
                if List.exists given.Contains operands then
                    given.Add x |> ignore

                    if
                        List.exists mixed.Contains operands
                        || not (keepsApart x primitive.Kernel operands given.Contains)
                    then
                        mixed.Add x |> ignore

        not (mixed.Contains result)
