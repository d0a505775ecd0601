namespace Hybrid.Testing

open System
open Hybrid.Core

/// <summary>Graphs in float32 with sums in the orders that engines may choose: every node is rounded to nearest, and sums of
/// products, with what is added to them, are computed in the given order.</summary>
module Summation =
    /// Products of pairs of numbers, in the order in which they are summed from the left.
    let private fromLeft (terms: struct (float32 * float32)[]) =
        terms |> Array.fold (fun sum (struct (a, b)) -> sum + a * b) 0f

    let private pairwise (terms: struct (float32 * float32)[]) =
        let rec sum from count =
            if count = 1 then
                let struct (a, b) = terms[from] in a * b
            else
                sum from (count / 2) + sum (from + count / 2) (count - count / 2)

        if terms.Length = 0 then 0f else sum 0 terms.Length

    let private blocked (terms: struct (float32 * float32)[]) =
        let lanes = Array.zeroCreate<float32> 4

        terms
        |> Array.iteri (fun i (struct (a, b)) -> lanes[i % 4] <- lanes[i % 4] + a * b)

        (lanes[0] + lanes[2]) + (lanes[1] + lanes[3])

    let private fused (terms: struct (float32 * float32)[]) =
        terms
        |> Array.fold (fun sum (struct (a, b)) -> MathF.FusedMultiplyAdd(a, b, sum)) 0f

    let private flush (x: float32) =
        if MathF.Abs x < 1.17549435e-38f then 0f else x

    let private flushed (terms: struct (float32 * float32)[]) =
        terms
        |> Array.fold (fun sum (struct (a, b)) -> flush (sum + flush (flush a * flush b))) 0f

    let private shuffled key (terms: struct (float32 * float32)[]) =
        Random.permutation key 0UL terms.Length
        |> Array.map (fun i -> terms[i])
        |> fromLeft

    /// Sums of products, by the name of their order.
    let orders: (string * (struct (float32 * float32)[] -> float32)) list =
        [
            "from the left", fromLeft
            "from the right", Array.rev >> fromLeft
            "pairwise", pairwise
            "in four lanes", blocked
            "with fused multiply-adds", fused
            "flushed to zero", flushed
            "shuffled", shuffled 1UL
            "shuffled differently", shuffled 2UL
        ]

    let private products (transposeA, transposeB, m, k, n) (a: float[]) (b: float[]) =
        Array.init (m * n) (fun i ->
            let row, column = i / n, i % n

            Array.init k (fun p ->
                let x = if transposeA then a[p * m + row] else a[row * k + p]
                let y = if transposeB then b[column * k + p] else b[p * n + column]
                struct (float32 x, float32 y)))

    /// The float32 values of an output, given those of the inputs by name.
    let evaluate
        (total: struct (float32 * float32)[] -> float32)
        (inputs: (string * float[]) list)
        (output: Tensor)
        =
        let sums =
            Collections.Generic.Dictionary<Tensor, struct (float32 * float32)[][]> HashIdentity.Reference

        let single (x: float) = float (float32 x)

        let apply (x: Tensor) (primitive: Primitive) (operands: float[] list) : float[] =
            let whole terms = terms |> Array.map (total >> float)

            let added =
                match primitive.Kernel, Graph.operands x with
                | Kernel.Zip Binary.Add, [ a; b ] ->
                    match sums.TryGetValue a, sums.TryGetValue b with
                    | (true, terms), _ -> Some(terms, operands[1])
                    | _, (true, terms) -> Some(terms, operands[0])
                    | _ -> None
                | _ -> None

            match primitive.Kernel, operands, added with
            | _, _, Some(terms, more) ->
                Array.map2 (fun terms more -> Array.append [| struct (float32 more, 1f) |] terms) terms more
                |> whole
            | Kernel.MatMul(transposeA, transposeB, m, k, n), [ a; b ], _ ->
                let terms = products (transposeA, transposeB, m, k, n) a b
                sums[x] <- terms
                whole terms
            | Kernel.Reduce(Reduction.Sum, outer, length, inner), [ a ], _ ->
                Tensor.along (struct (outer, length, inner)) (fun at ->
                    Array.init length (fun l -> struct (float32 a[at l], 1f)))
                |> whole
            | Kernel.Accumulate view, [ a ], _ ->
                view.At(Shape.size x.Shape)
                |> Array.map (Array.map (fun i -> struct (float32 a[i], 1f)))
                |> whole
            | _ -> primitive.Reference operands |> Array.map single

        Fold.values
            Graph.operands
            (fun values -> Array.map single values.AsDouble)
            (Fold.given inputs)
            apply
            [ output ]
        |> List.exactlyOne
