namespace Hybrid.Core

open System.Collections.Generic

/// <summary>A graph that computes the same numbers, to the bit, with fewer nodes.</summary>
/// <remarks>Equal nodes become one. What is the same number everywhere (a scalar, broadcast, and whatever is made of such
/// element by element) is computed once, and element-wise nodes take it as a scalar.</remarks>
module internal Simplify =
    /// What a node computes, where two nodes of the same one on the same operands are equal.
    let private kernelKey (shape: Shape) (kernel: Kernel) : string option =
        match kernel with
        | Kernel.Map operation -> Some $"map {operation}"
        | Kernel.Zip operation -> Some $"zip {operation}"
        | Kernel.Select -> Some "select"
        | Kernel.Reduce(reduction, outer, length, inner) ->
            Some $"reduce {reduction} {outer} {length} {inner}"
        | Kernel.Softmax(outer, length, inner) -> Some $"softmax {outer} {length} {inner}"
        | Kernel.MatMul(transposeA, transposeB, m, k, n) ->
            Some $"matmul {transposeA} {transposeB} {m} {k} {n}"
        | Kernel.Read view -> Some $"read %A{view.Extents} %A{view.Strides} {view.Offset}"
        | Kernel.View -> Some "view"
        | Kernel.Uniform key -> Some $"uniform {key}"
        | Kernel.Write _
        | Kernel.Definition -> None
        |> Option.map (fun key -> $"{key} %A{shape}")

    /// <summary>The same outputs by a simpler graph.</summary>
    let outputs (outputs: Tensor list) : Tensor list =
        // what stands for each node, and for those that are one number everywhere, that number
        let simpler = Dictionary<Tensor, Tensor> HashIdentity.Reference
        let scalars = Dictionary<Tensor, Tensor> HashIdentity.Reference
        let numbers = Dictionary<Tensor, int> HashIdentity.Reference
        let known = Dictionary<string, Tensor>()

        /// The first node that was made of this key.
        let shared key (x: Tensor) : Tensor =
            match known.TryGetValue key with
            | true, first -> first
            | false, _ ->
                known[key] <- x
                x

        let number x =
            match numbers.TryGetValue x with
            | true, number -> number
            | false, _ ->
                numbers[x] <- numbers.Count
                numbers[x]

        /// The node, or the equal one that was there before.
        let apply (x: Tensor) : Tensor =
            match x.Node with
            | Apply(primitive, operands) ->
                match kernelKey x.Shape primitive.Kernel with
                | Some key -> shared (String.concat " " (key :: List.map (number >> string) operands)) x
                | None -> x
            | Constant _
            | Input _ -> x

        // a number that stands for all elements of a simpler node, if they are all the same
        let scalarOf (x: Tensor) =
            match scalars.TryGetValue x with
            | true, scalar -> Some scalar
            | false, _ when Shape.size x.Shape = 1 -> Some x
            | false, _ -> None

        let everywhere scalar (x: Tensor) : Tensor =
            scalars[x] <- scalar
            x

        for x in Graph.order outputs do
            simpler[x] <-
                match x.Node with
                | Constant values when Shape.size x.Shape = 1 ->
                    // by its bits: -0 is not 0
                    let bits = System.BitConverter.SingleToInt32Bits values.AsSingle[0]
                    shared $"constant {bits} %A{x.Shape}" x
                | Constant _ -> x
                | Input name -> shared $"input {name} %A{x.Shape}" x
                | Apply(primitive, operands) ->
                    let operands = operands |> List.map (fun operand -> simpler[operand])

                    match primitive.Kernel, List.map scalarOf operands with
                    | (Kernel.Map _ | Kernel.Zip _ | Kernel.Select), found ->
                        let narrow = List.map2 (fun operand -> Option.defaultValue operand) operands found

                        if List.forall Option.isSome found && Shape.size x.Shape > 1 then
                            let once = apply (Tensor.apply [] narrow primitive)
                            everywhere once (apply (Tensor.broadcast x.Shape once))
                        else
                            apply (Tensor.apply x.Shape narrow primitive)
                    | (Kernel.Read _ | Kernel.View), [ Some scalar ] when Shape.size x.Shape > 1 ->
                        everywhere scalar (apply (Tensor.apply x.Shape operands primitive))
                    | _ -> apply (Tensor.apply x.Shape operands primitive)

        outputs |> List.map (fun output -> simpler[output])
