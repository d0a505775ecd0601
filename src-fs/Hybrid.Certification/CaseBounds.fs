namespace Hybrid.Certification

open Hybrid.Core
open Hybrid.Verification

/// How much is done for bounds.
[<RequireQualifiedAccess>]
type internal Effort =
    /// Arguments of curves by intervals.
    | Intervals
    /// Arguments of curves by backward linear bounds, and float64 where rounding may decide.
    | Linear
    /// Better slopes too.
    | Slopes
    /// Better slopes, where the bounds of all arguments are kept of the same box.
    | Kept

/// Conditions on the outputs of a case: each is Σ factor · output + constant.
module internal Conditions =
    /// <summary>Conditions with float64 factors.</summary>
    /// <param name="case">Whose outputs they are about.</param>
    /// <param name="conditions">Outputs with factors, and a constant.</param>
    let create (case: Case) (conditions: ((int * float) list * float) list) : Region * Goals =
        let region =
            {
                Box = [||]
                Violations =
                    [
                        for outputs, constant in conditions do
                            [
                                {
                                    Inputs = []
                                    Outputs = outputs |> List.map (fun (i, factor) -> i, Exact.ofFloat factor)
                                    Constant = Exact.ofFloat constant
                                    Strict = false
                                }
                            ]
                    ]
            }

        region, Goals.create case.Padded.Form region

    /// By how much the score of a class exceeds each other one, less a margin: one condition for each other class.
    let others (answers: Answers) (label: int) : ((int * float) list * float) list =
        [
            for other in 0 .. answers.Outputs - 1 do
                if other <> label then
                    [ label, 1.0; other, -1.0 ], -answers.Margin
        ]

/// <summary>Lower bounds of conditions on boxes of a case, for one thread at a time.</summary>
[<Sealed>]
type internal CaseBounds(engine: Engine, padded: Padded, goals: Goals) =
    static let capacity = 16
    let bounds = Bounds(padded, engine, capacity)
    let conditions = ConditionBounds(padded, goals, bounds)
    let count = goals.Conditions.Size
    let overflow = Overflow padded

    let steps = if padded.Form.Inputs > 50 then 12 else 4

    let decide (struct (box, condition)) (found: Found) : Found =
        if not (found.Bound > 0.0) && found.Bound + found.Off > 0.0 then
            let struct (bound, _) =
                Backward.lower padded bounds.Boxes box goals.Conditions condition 1.0

            if bound > found.Bound then
                { found with Bound = bound }
            else
                found
        else
            found

    /// The maximum number of boxes at once.
    static member Capacity = capacity

    /// The number of conditions.
    member _.Count = count

    /// The bounds of all arguments of a box, for boxes inside it.
    member _.Keep(box: int) : float32[] = bounds.Boxes.Keep box

    /// <summary>Lower bounds by box and condition; none where float32 may overflow.</summary>
    /// <param name="boxes">At most as many as the capacity: lower and upper ends, and what is known already, or null.</param>
    /// <param name="effort">How much to do.</param>
    /// <param name="enough">Bounds above this are not improved.</param>
    member _.Lower
        (boxes: struct (float[] * float[] * float32[])[], effort: Effort, enough: float)
        : Found[][] =
        boxes
        |> Array.iteri (fun box (struct (lower, upper, kept)) ->
            bounds.Boxes.SetInput(box, lower, upper)
            bounds.Boxes.Inherit(box, kept))

        bounds.Compute(boxes.Length, effort.IsLinear || effort.IsSlopes)

        let asked =
            [|
                for box in 0 .. boxes.Length - 1 do
                    for condition in 0 .. count - 1 do
                        struct (box, condition)
            |]

        let found = conditions.Find asked

        if effort.IsSlopes || effort.IsKept then
            let again =
                [| 0 .. found.Length - 1 |]
                |> Array.filter (fun i -> not (found[i].Bound > enough))

            let better = again |> Array.map (fun i -> found[i])
            conditions.Improve(again |> Array.map (fun i -> asked[i]), better, steps)
            again |> Array.iteri (fun at i -> found[i] <- better[at])

        let found =
            if effort = Effort.Intervals then
                found
            else
                Array.map2 decide asked found

        found
        |> Array.chunkBySize (max 1 count)
        |> Array.mapi (fun box row ->
            if overflow.IsExcluded(bounds.Boxes, box) then
                row
            else
                row |> Array.map (fun x -> { x with Bound = -infinity }))

    /// Prepares the question at a point.
    member _.MoveTo(point: float32[]) : unit =
        let values = point |> Array.map float
        bounds.Boxes.SetInput(0, values, values)
        bounds.Boxes.Inherit(0, null)
        bounds.ComputeExactly()

    /// A lower bound of sign times a condition at the point moved to.
    member _.AtPoint(condition: int, sign: float) : float =
        if overflow.IsExcluded(bounds.Boxes, 0) then
            let struct (bound, _) =
                Backward.lower padded bounds.Boxes 0 goals.Conditions condition sign

            bound
        else
            -infinity
