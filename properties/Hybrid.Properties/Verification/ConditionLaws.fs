/// What must hold of the inputs at which a condition may hold, as functions that the mutations are tried on.
module internal Hybrid.Properties.ConditionLaws

open Hybrid.Core
open Hybrid.Verification
open Hybrid.Properties.VerificationCase
open Hybrid.Properties.VerificationLaws

/// A condition that holds at some points of a box, whose bounds are computed.
[<NoComparison; NoEquality>]
type private Conditioned =
    {
        Padded: Padded
        Goals: Goals
        Bounds: Bounds
        Lower: float[]
        Upper: float[]
        /// Points where the condition holds in some order of summation.
        Holding: float[][]
    }

let private conditioned (change: Change) (case: Case) : Conditioned =
    let network, box = network case, box case
    let form = NetworkForm.read Arithmetic.Float32 box.Length box network |> change.Form
    let padded = Padded.create form |> change.Padded
    let points = points case 12

    let values =
        points
        |> Array.map (fun point -> computed network point |> List.map (fun (_, y) -> y[0]))

    let limit = values |> Array.map List.max |> Array.sort |> Array.item 3

    let condition =
        {
            Inputs = []
            Outputs = [ 0, Exact.one ]
            Constant = -(Exact.ofFloat limit)
            Strict = false
        }

    let goals =
        Goals.create
            form
            { outputsOf box 1 with
                Violations = [ [ condition ] ]
            }

    let bounds = Bounds(padded, engine, 1)

    let lower, upper =
        Array.map (fun (x: Interval) -> x.Lower) box, Array.map (fun (x: Interval) -> x.Upper) box

    bounds.Boxes.SetInput(0, lower, upper)
    bounds.Boxes.Inherit(0, null)
    bounds.Compute(1, true)

    {
        Padded = padded
        Goals = goals
        Bounds = bounds
        Lower = lower
        Upper = upper
        Holding =
            Array.zip points values
            |> Array.filter (snd >> List.exists (fun y -> y <= limit))
            |> Array.map fst
    }

/// Complaints about points at which a condition holds, outside the part of the box that it is clipped to.
let clippedAway (change: Change) (case: Case) : string list =
    let asked = conditioned change case

    let found =
        ConditionBounds(asked.Padded, asked.Goals, asked.Bounds).Find [| struct (0, 0) |]
        |> Array.map change.Found

    let leaf = wholeOf (box case)

    let struct (lower, upper) = Branching.clip Arithmetic.Float32 leaf found

    [
        for point in asked.Holding do
            for i in 0 .. point.Length - 1 do
                if not (lower[i] <= point[i] && point[i] <= upper[i]) then
                    $"the condition holds at %A{point}, outside [{lower[i]:R}, {upper[i]:R}] of input {i}"
    ]

/// Complaints about points at which a condition holds, and an argument is outside the bounds that it has where the condition may hold;
/// and about these points, if a mean of the condition's bounds, before and with those arguments, is above 0 at one.
let outsideHalfSpace (change: Change) (case: Case) : string list =
    let asked = conditioned change case
    let bounds = asked.Bounds

    ConditionRows(asked.Goals, bounds.Boxes, bounds.Descent).Start(1, (fun _ -> struct (0, 0)))
    bounds.Descent.Run(asked.Padded.Layers.Length + 1, 1)

    match bounds.Descent.Mean 0 with
    | struct (_, null) -> []
    | struct (_, space) ->
        bounds.Descent.Within[0] <- change.Space space
        bounds.Compute(1, true)

        ConditionRows(asked.Goals, bounds.Boxes, bounds.Descent).Start(1, (fun _ -> struct (0, 0)))
        bounds.Descent.Run(asked.Padded.Layers.Length + 1, 1)
        let struct (mean, both) = bounds.Descent.Mean 0

        [
            if mean > 0.0 && asked.Holding.Length > 0 then
                $"the condition is refuted by {mean:R}, and holds at %A{asked.Holding[0]}"

            for point in asked.Holding do
                let value =
                    both.Constant + Seq.sum (Seq.mapi (fun i x -> float both.Slopes[i] * x) point)

                if value > 1e-12 * (1.0 + abs both.Constant) then
                    $"a mean of the condition's bounds is {value:R} at %A{point}"

            yield! argumentsOutside asked.Padded bounds.Boxes asked.Holding
        ]
