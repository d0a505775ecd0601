namespace Hybrid.Core

open System

/// What a node adds to the errors of its operands, by the rules of its primitive.
module internal RoundedRules =
    let private magnitude = RoundingRule.magnitude

    let private refuse (primitive: Primitive) =
        raise (
            HybridException
                $"The float32 error of {primitive.Name} has no bound: its record does not state how it is rounded, or where it jumps. Functions with custom derivatives never do."
        )

    /// <summary>The maximum error of each result for the computed operands, and whether it is rounded at most once.</summary>
    let own (primitive: Primitive) (operands: Interval[] list) (grid: float) (result: Interval[]) =
        match primitive.Rounding with
        | RoundingRule.Moves -> result |> Array.map (fun _ -> struct (0.0, false))
        | RoundingRule.Chooses ->
            // flushing takes at most the number itself: an inactive unit stays inactive
            let flushed y =
                if Continuity.isFlat primitive.Continuity || grid >= RoundingRule.Tiny then
                    0.0
                else
                    min RoundingRule.Tiny (magnitude y)

            result |> Array.map (fun y -> struct (flushed y, false))
        | RoundingRule.Sums -> RoundedSum.sum primitive operands grid result
        | RoundingRule.Adds ->
            result
            |> Array.mapi (fun i y ->
                let sizes = operands |> List.map (fun range -> magnitude range[i])

                if RoundedSum.isExact (List.sum sizes) grid then
                    struct (0.0, true)
                else
                    let rounded = if List.contains 0.0 sizes then 0.0 else magnitude y
                    struct (RoundingRule.Unit * rounded + 3.0 * RoundingRule.Tiny, true))
        | RoundingRule.Multiplies ->
            result
            |> Array.mapi (fun i y ->
                let factors = operands |> List.map (fun range -> range[i])

                if RoundedSum.isExact (magnitude y) grid then
                    struct (0.0, false)
                else
                    let rounded =
                        if List.exists RoundedSum.isPower factors then
                            0.0
                        else
                            magnitude y

                    let flushed = RoundingRule.Tiny * (1.0 + List.sumBy magnitude factors)
                    struct (RoundingRule.Unit * rounded + flushed, false))
        | RoundingRule.Elementary derivative ->
            Array.map2
                (fun (x: Interval) y ->
                    // a logarithm has no bound if its operand may be flushed to 0
                    let flushed =
                        if x.Lower < RoundingRule.Tiny && x.Upper > -RoundingRule.Tiny then
                            RoundingRule.Tiny * magnitude (derivative x)
                        else
                            0.0

                    struct (RoundingRule.elementary * max 1.0 (magnitude y) + flushed, false))
                operands.Head
                result
        | RoundingRule.Within off -> off operands |> Array.map (fun off -> struct (off, false))
        | RoundingRule.Unknown -> refuse primitive

    /// A number that all results are integer multiples of, if they are exact.
    let grid (primitive: Primitive) (operands: RoundedNode list) : float =
        let grids = operands |> List.map _.Grid

        let grid =
            match primitive.Continuity, primitive.Rounding with
            | Continuity.Steps _, RoundingRule.Chooses -> 1.0
            | Continuity.Steps _, _ -> 0.0
            | _, (RoundingRule.Moves | RoundingRule.Chooses | RoundingRule.Adds) -> List.min grids
            | _, (RoundingRule.Multiplies | RoundingRule.Sums) -> List.fold (*) 1.0 grids
            | _ -> 0.0

        if Double.IsNaN grid then 0.0 else grid

    /// The operands' numbers that each result depends on.
    let feeding (kernel: Kernel) (size: int) (operands: 'a[] list) : 'a[][] =
        match kernel, operands with
        | (Kernel.Map _ | Kernel.Zip _ | Kernel.Select), _ ->
            Array.init size (fun i -> [| for operand in operands -> operand[i] |])
        | Kernel.Reduce(_, outer, length, inner), [ x ] ->
            Tensor.along (struct (outer, length, inner)) (fun at -> Array.init length (fun l -> x[at l]))
        | _ -> Array.create size (Array.concat operands)

    /// Whether an element-wise function depends only on the sign.
    let private looksAtSigns (primitive: Primitive) =
        match primitive.Kernel with
        | Kernel.Map _ ->
            let isPoint lower upper =
                match primitive.Enclosure [ [| { Lower = lower; Upper = upper } |] ] with
                | [| y |] -> y.Lower = y.Upper
                | _ -> false

            isPoint Double.Epsilon infinity
            && isPoint -infinity -Double.Epsilon
            && isPoint 0.0 0.0
        | _ -> false

    /// The difference between the two sides of a jump, where computed operands may be on the other side of it; else 0.
    let jump (primitive: Primitive) (operands: RoundedNode list) (result: Interval[]) : float[] =
        let none = lazy (Array.zeroCreate result.Length)

        match primitive.Continuity with
        | Continuity.Smooth
        | Continuity.Kinked _ -> none.Value
        | Continuity.Switches ->
            let condition = operands.Head
            let branches = operands.Tail |> List.map _.Range

            result
            |> Array.mapi (fun i _ ->
                let at = condition.Range[i]

                if condition.Off[i] = 0.0 || at.Lower > 0.0 || at.Upper < 0.0 then
                    0.0
                else
                    branches
                    |> List.map (fun range -> range[i])
                    |> List.reduce Interval.hull
                    |> RoundedNode.width)
        | Continuity.Selects _ when Array.forall ((=) 0.0) operands.Head.Off -> none.Value
        | Continuity.Selects _ -> Array.map RoundedNode.width result
        | Continuity.Steps _ when operands |> List.forall (fun x -> Array.forall ((=) 0.0) x.Off) ->
            none.Value
        | Continuity.Steps _ ->
            let bySign = looksAtSigns primitive

            operands
            |> List.map (fun x -> Array.map2 (fun off signed -> off = 0.0 || bySign && signed) x.Off x.Signed)
            |> feeding primitive.Kernel result.Length
            |> Array.map2
                (fun y sameSide ->
                    if Array.forall id sameSide then
                        0.0
                    else
                        RoundedNode.width y)
                result
        | Continuity.Unknown -> refuse primitive
