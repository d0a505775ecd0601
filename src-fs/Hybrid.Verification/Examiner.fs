namespace Hybrid.Verification

open Hybrid.Core

/// <summary>Bounds the conditions of leaves of the search: what remains of them.</summary>
[<Sealed>]
type internal Examiner(engine: Engine, padded: Padded, goals: Goals, arithmetic: Arithmetic) =
    /// Boxes whose bounds are computed together.
    static let capacity = 16

    /// The steps of the slopes of bounds that are not above 0 yet.
    static let steps = 4

    let bounds = Bounds(padded, engine, capacity)
    let conditions = ConditionBounds(padded, goals, bounds)

    /// Float64 for a bound where the difference that it makes may decide.
    let decide (struct (box, condition)) (found: Found) : Found =
        if not (found.Bound > 0.0) && found.Bound + found.Off > 0.0 then
            let struct (bound, _) =
                Backward.lower padded bounds.Boxes box goals.Conditions condition 1.0

            // a bound that does not decide stays with its own slopes
            if bound > 0.0 then { found with Bound = bound } else found
        else
            found

    /// The bounds of the conditions of all open violations of some boxes: by box and violation.
    let conditionsOf (leaves: Leaf[]) : Found[][][] =
        let asked =
            [|
                for box in 0 .. leaves.Length - 1 do
                    for violation in leaves[box].Open do
                        for condition in goals.Violations[violation] do
                            struct (box, condition)
            |]

        let found = Array.map2 decide asked (conditions.Find asked)

        // where each box's open violations begin in these
        let mutable row = 0

        let starts =
            leaves
            |> Array.map (fun leaf ->
                leaf.Open |> Array.map (fun violation -> goals.Violations[violation].Length))

        for counts in starts do
            for i in 0 .. counts.Length - 1 do
                let count = counts[i]
                counts[i] <- row
                row <- row + count

        /// What the action makes of each open violation's rows.
        let each (action: int -> int -> 'result) : 'result[][] =
            Array.map2
                (fun (leaf: Leaf) starts ->
                    Array.map2
                        (fun start violation -> action start goals.Violations[violation].Length)
                        starts
                        leaf.Open)
                leaves
                starts

        let isOpen (start: int) count =
            Array.forall (fun (x: Found) -> not (x.Bound > 0.0)) found[start .. start + count - 1]

        let again =
            each (fun start count ->
                if isOpen start count then
                    [| start .. start + count - 1 |]
                else
                    [||])
            |> Array.concat
            |> Array.concat

        if again.Length > 0 then
            let better = again |> Array.map (fun row -> found[row])
            conditions.Improve(again |> Array.map (fun row -> asked[row]), better, steps)
            again |> Array.iteri (fun i row -> found[row] <- better[i])

        each (fun start count -> found[start .. start + count - 1])

    /// Sets the first box, and computes its bounds in float64.
    let exactly (lower: float[]) (upper: float[]) (kept: float32[]) =
        bounds.Boxes.SetInput(0, lower, upper)
        bounds.Boxes.Inherit(0, kept)
        bounds.ComputeExactly()

    let isAbove (sign: float) (condition: int) : bool =
        let struct (bound, _) =
            Backward.lower padded bounds.Boxes 0 goals.Conditions condition sign

        bound > 0.0

    /// Boxes whose bounds are computed together.
    static member Capacity = capacity

    /// What remains of some boxes, at most as many as the capacity; nothing where every violation is refuted.
    member _.Examine(leaves: Leaf[]) : Leaf option[] =
        leaves
        |> Array.iteri (fun box leaf ->
            bounds.Boxes.SetInput(box, leaf.Lower, leaf.Upper)
            bounds.Boxes.Inherit(box, leaf.Kept))

        bounds.Compute(leaves.Length, true)
        let found = conditionsOf leaves

        leaves
        |> Array.mapi (fun box leaf ->
            // a violation is also refuted where its conditions cannot hold together, and all are where no input has the leaf's signs
            let violations =
                if bounds.Boxes.IsEmpty box then
                    [||]
                else
                    Array.zip leaf.Open found[box]

            let stillOpen =
                violations
                |> Array.filter (snd >> Array.forall (fun x -> not (x.Bound > 0.0)))
                |> Array.map (fun (violation, conditions) ->
                    struct (violation, conditions, Branching.clip arithmetic leaf conditions))
                |> Array.filter (fun (struct (_, _, struct (lower, upper))) ->
                    Array.forall2 (fun low high -> low <= high) lower upper)

            if stillOpen.Length = 0 then
                None
            else
                let closest (conditions: Found[]) =
                    conditions
                    |> Array.fold (fun best x -> if x.Bound > best then x.Bound else best) -infinity

                let struct (_, farthest, _) =
                    stillOpen |> Array.minBy (fun (struct (_, conditions, _)) -> closest conditions)

                let parts = stillOpen |> Array.map (fun (struct (_, _, part)) -> part)

                let hull (choose: float -> float -> float) (ends: float[][]) =
                    Array.reduce (Array.map2 choose) ends

                Some
                    { leaf with
                        Lower = parts |> Array.map (fun (struct (lower, _)) -> lower) |> hull min
                        Upper = parts |> Array.map (fun (struct (_, upper)) -> upper) |> hull max
                        Kept = bounds.Boxes.Keep box
                        Open = stillOpen |> Array.map (fun (struct (violation, _, _)) -> violation)
                        Bound = closest farthest
                        Axis = Branching.axisOf leaf (farthest |> Array.map _.Effects)
                    })

    /// Whether a box that cannot be split is refuted in float64.
    member _.IsRefuted(leaf: Leaf) : bool =
        exactly leaf.Lower leaf.Upper leaf.Kept

        bounds.Boxes.IsEmpty 0
        || leaf.Open
           |> Array.forall (fun violation -> goals.Violations[violation] |> Array.exists (isAbove 1.0))

    /// Whether all conditions of some violation are proved to be negative at a point.
    member _.IsViolated(point: float32[]) : bool =
        let values = point |> Array.map float
        exactly values values null
        goals.Violations |> Array.exists (Array.forall (isAbove -1.0))
