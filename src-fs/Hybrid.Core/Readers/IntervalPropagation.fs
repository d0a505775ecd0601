namespace Hybrid.Core

open System.Collections.Generic

/// <summary>Bounds as a graph, in which they can be differentiated: what networks are trained on that are to be certified.</summary>
/// <remarks>Each occurrence of a tensor counts as a separate number, but for squares. Float32 rounding is not counted: these bounds are to be learned
/// from, and prove nothing; Enclosure and Hybrid.Verification do.</remarks>
module internal IntervalPropagation =
    /// Lower and upper bounds; the same tensor twice for what does not move.
    type private Bounds = (struct (Tensor * Tensor))

    let private fixed' (x: Tensor) : Bounds = struct (x, x)

    let private isSame (struct (lower, upper): Bounds) (struct (lower', upper'): Bounds) =
        obj.ReferenceEquals(lower, lower') && obj.ReferenceEquals(upper, upper')

    let private isFixed (struct (lower, upper): Bounds) = obj.ReferenceEquals(lower, upper)
    let private lower (struct (lower, _): Bounds) = lower
    let private upper (struct (_, upper): Bounds) = upper

    let private hull (candidates: Tensor list) : Bounds =
        struct (List.reduce Tensor.minimum candidates, List.reduce Tensor.maximum candidates)

    let private refuse (name: string) =
        raise (HybridException $"Bounds for certified training cannot be propagated through {name}.")

    /// Σ wᵢ xᵢ: the middle goes through w, and half the width through |w|.
    let private product
        (apply: Tensor -> Tensor -> Tensor)
        (struct (lower, upper): Bounds)
        (weight: Tensor)
        : Bounds =
        let middle = apply (0.5 * (upper + lower)) weight
        let reach = apply (0.5 * (upper - lower)) (Tensor.abs weight)
        struct (middle - reach, middle + reach)

    let private absolute (struct (lower, upper): Bounds) : Bounds =
        let zero = Tensor.zerosLike lower
        struct (Tensor.maximum (Tensor.maximum lower -upper) zero, Tensor.maximum -lower upper)

    let private unary (apply: Tensor -> Tensor) (f: Unary) (struct (lower, upper): Bounds) : Bounds =
        match f with
        | Unary.Negate -> struct (apply upper, apply lower)
        | Unary.Abs -> absolute (struct (lower, upper))
        // a missing number stays missing
        | Unary.IsNaN -> fixed' (apply lower)
        | Unary.Exp
        | Unary.Log
        | Unary.Sqrt
        | Unary.Tanh
        | Unary.Sigmoid
        | Unary.Softplus
        | Unary.Erf
        | Unary.Sign
        | Unary.Step
        | Unary.Relu -> struct (apply lower, apply upper)
        | _ -> refuse (string f)

    let private binary (apply: Tensor -> Tensor -> Tensor) (f: Binary) (a: Bounds) (b: Bounds) : Bounds =
        match f with
        | Binary.Add
        | Binary.Maximum
        | Binary.Minimum -> struct (apply (lower a) (lower b), apply (upper a) (upper b))
        | Binary.Subtract
        | Binary.Greater -> struct (apply (lower a) (upper b), apply (upper a) (lower b))
        | Binary.Divide when isFixed b -> hull [ apply (lower a) (lower b); apply (upper a) (lower b) ]
        | Binary.Multiply when isFixed b -> hull [ apply (lower a) (lower b); apply (upper a) (lower b) ]
        | Binary.Multiply when isFixed a -> hull [ apply (lower a) (lower b); apply (lower a) (upper b) ]
        | Binary.Multiply when isSame a b ->
            let size = absolute a
            struct (apply (lower size) (lower size), apply (upper size) (upper size))
        | Binary.Multiply ->
            hull
                [
                    apply (lower a) (lower b)
                    apply (lower a) (upper b)
                    apply (upper a) (lower b)
                    apply (upper a) (upper b)
                ]
        | Binary.Equal when isFixed b ->
            let isNumber = 1.0 - Tensor.isNaN (lower a)
            let isBelow = Tensor.greater (lower a) (lower b)
            let isAbove = Tensor.greater (lower b) (upper a)

            struct (apply (lower a) (lower b) * apply (upper a) (lower b),
                    isNumber * (1.0 - isBelow) * (1.0 - isAbove))
        | _ -> refuse (string f)

    /// The one that the condition selects, or the hull of both where it may select either.
    let private selected (condition: Bounds) (a: Bounds) (b: Bounds) : Bounds =
        let isAlways =
            Tensor.maximum (Tensor.step (lower condition)) (Tensor.step -(upper condition))

        let isNever =
            Tensor.equal (lower condition) (Tensor.scalar 0.0)
            * Tensor.equal (upper condition) (Tensor.scalar 0.0)

        let choose ofA ofB either =
            Tensor.select isAlways ofA (Tensor.select isNever ofB either)

        struct (choose (lower a) (lower b) (Tensor.minimum (lower a) (lower b)),
                choose (upper a) (upper b) (Tensor.maximum (upper a) (upper b)))

    /// The row of a table that an index names if it does not move in the box, as that of a category does not; else the hull of all
    /// rows.
    let private gathered (row: Tensor -> Tensor) (index: Bounds) (table: Tensor) : Bounds =
        let found = row (lower index)
        let trail = List.replicate (table.Shape.Length - 1) 1

        let isOne =
            Tensor.equal (lower index) (upper index)
            |> Tensor.reshape ((lower index).Shape @ trail)

        let orAll extreme =
            Tensor.select isOne found (Tensor.broadcast found.Shape extreme)

        struct (orAll -(Tensor.max 0 -table), orAll (Tensor.max 0 table))

    let private rule (x: Tensor) (primitive: Primitive) (operands: Bounds list) : Bounds =
        let apply operands = Tensor.apply x.Shape operands primitive

        if List.forall isFixed operands then
            fixed' (apply (List.map lower operands))
        else
            match primitive.Kernel, operands with
            | Kernel.Map f, [ a ] -> unary (List.singleton >> apply) f a
            | Kernel.Zip f, [ a; b ] -> binary (fun a b -> apply [ a; b ]) f a b
            | Kernel.Select, [ condition; a; b ] when isFixed condition ->
                struct (apply [ lower condition; lower a; lower b ],
                        apply [ lower condition; upper a; upper b ])
            | Kernel.Select, [ condition; a; b ] -> selected condition a b
            | Kernel.Gather _, [ index; table ] when isFixed table ->
                gathered (fun index -> apply [ index; lower table ]) index (lower table)
            | Kernel.MatMul _, [ a; b ] when isFixed b -> product (fun a b -> apply [ a; b ]) a (lower b)
            | Kernel.MatMul _, [ a; b ] when isFixed a -> product (fun b a -> apply [ a; b ]) b (lower a)
            | Kernel.Reduce((Reduction.Sum | Reduction.Max | Reduction.LogSumExp), _, _, _), _
            | (Kernel.Read _ | Kernel.Write _ | Kernel.Accumulate _ | Kernel.View), _ ->
                struct (apply (List.map lower operands), apply (List.map upper operands))
            | (Kernel.Gather _ | Kernel.ScatterAdd _), [ index; _ ] when isFixed index ->
                struct (apply (List.map lower operands), apply (List.map upper operands))
            | _ -> refuse primitive.Name

    /// <summary>Lower and upper bounds of an output for all values of a tensor within its own.</summary>
    /// <param name="x">A tensor in the graph.</param>
    /// <param name="box">Lower and upper bounds of x, as graphs. A number that is missing is missing in both.</param>
    /// <param name="output">Depends on x; what does not move in the box is computed as it is.</param>
    /// <exception cref="T:Hybrid.HybridException">An operation has no rule; the message names it.</exception>
    let bounds
        (x: Tensor)
        (struct (_, _) as box: struct (Tensor * Tensor))
        (output: Tensor)
        : struct (Tensor * Tensor) =
        let known = Dictionary<Tensor, Bounds> HashIdentity.Reference
        known[x] <- box

        for node in Graph.order [ output ] do
            if not (known.ContainsKey node) then
                known[node] <-
                    match node.Node with
                    | Apply(primitive, operands) when
                        operands |> List.exists (fun operand -> not (isFixed known[operand]))
                        ->
                        rule node primitive (operands |> List.map (fun operand -> known[operand]))
                    | _ -> fixed' node

        known[output]
