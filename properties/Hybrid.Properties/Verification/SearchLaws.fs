/// What must hold of the search: of parts of boxes, and of verdicts.
module internal Hybrid.Properties.SearchLaws

open System
open Hybrid.Core
open Hybrid.Verification
open Hybrid.Properties.VerificationCase
open Hybrid.Properties.VerificationLaws

/// The bounds of a box's conditions and of its halves', where these start from the box's bounds of arguments.
[<NoComparison; NoEquality>]
type private Halved =
    { Whole: float32[]; Parts: float32[][] }

let private halved (network: Network) (box: Interval[]) : Halved =
    let form = NetworkForm.read Arithmetic.Float32 box.Length box network
    let bounds = Bounds(Padded.create form, engine, 2)
    let middle = float (float32 (0.5 * (box[0].Lower + box[0].Upper)))

    let set part kept =
        let first =
            match part with
            | 0 -> { box[0] with Upper = middle }
            | _ -> { box[0] with Lower = middle }

        let box = if isNull kept then box else Array.updateAt 0 first box

        bounds.Boxes.SetInput(
            part,
            Array.map (fun (x: Interval) -> x.Lower) box,
            Array.map (fun (x: Interval) -> x.Upper) box
        )

        bounds.Boxes.Inherit(part, kept)

    set 0 null
    bounds.Compute(1, true)
    let whole = bounds.Boxes.Keep 0

    for part in 0..1 do
        set part whole

    bounds.Compute(2, true)

    {
        Whole = whole
        Parts = Array.init 2 bounds.Boxes.Keep
    }

/// Complaints about bounds of arguments that are looser in a half than in the whole.
let looser (case: Case) : string list =
    let halved = halved (network case) (box case)

    [
        for part in halved.Parts do
            for i in 0 .. part.Length - 1 do
                let isLower = i % 2 = 0

                if isLower && part[i] < halved.Whole[i] || not isLower && part[i] > halved.Whole[i] then
                    $"a half's bound is {part[i]:R}, and the whole's {halved.Whole[i]:R}"
    ]

let limits =
    { Verifier.unlimited with
        Boxes = 400L
        Attack = false
    }

/// The verdict of a search without an attack, in the given number of boxes.
let verdict (change: Change) arithmetic limits (property: Property) (network: Network) : string =
    let property = change.Property property
    let region = property.Regions.Head
    let lower = region.Box |> Array.map (fst >> Exact.floor)
    let upper = region.Box |> Array.map (snd >> Exact.ceiling)

    let box =
        Array.map2 (fun lower upper -> { Lower = lower; Upper = upper }) lower upper

    let form = NetworkForm.read arithmetic property.Inputs box network |> change.Form
    let padded = Padded.create form |> change.Padded
    let goals = Goals.create form region
    let search = Search(engine, padded, goals, None, arithmetic, limits)

    match
        search.Run(lower, upper, Array.map2 (fun low high -> struct (float32 low, float32 high)) lower upper)
    with
    | Outcome.Refuted -> "unsat"
    | Outcome.Violated _ -> "sat"
    | Outcome.Undecided -> "unknown"
    | Outcome.Stopped -> "timeout"

/// Complaints about a planted violation that is refuted.
let refuted (change: Change) (case: Case) : string list =
    let property, point = planted case

    match verdict change Arithmetic.Float32 limits property (network case) with
    | "unsat" -> [ $"unsat, but it is violated at %A{point}" ]
    | _ -> []

/// Complaints about conditions at a point that are below their bounds on the point's part of the box, with random slopes and
/// multipliers: some units have the signs that their arguments have there.
let signed (change: Change) (case: Case) : string list =
    let network, box = network case, box case
    let form = NetworkForm.read Arithmetic.Float32 box.Length box network

    let padded, goals =
        Padded.create form, Goals.create form (outputsOf box case.Outputs)

    let whole, there = Bounds(padded, engine, 1), Bounds(padded, engine, 1)
    let point = (points case 9)[case.Key % 9]

    let compute (bounds: Bounds) (lower: float[]) (upper: float[]) =
        bounds.Boxes.SetInput(0, lower, upper)
        bounds.Boxes.Inherit(0, null)
        bounds.Memories[0] <- SlopeMemory padded
        bounds.ComputeWell(1, 2)

    compute whole (box |> Array.map _.Lower) (box |> Array.map _.Upper)
    compute there point point

    let units = UnitNode.openUnits padded whole.Boxes 0
    let random = Random.uniforms (uint64 case.Key) 92UL (3 * units.Length)

    let signs =
        units
        |> Array.mapi (fun u unit ->
            let bounds = there.Boxes.Blocks[unit.Block]

            if random[3 * u] < 0.3 then 0y
            elif bounds.Lower[unit.Index] > 0.0 then 1y
            elif bounds.Upper[unit.Index] < 0.0 then -1y
            else 0y)

    let dual =
        Array.init units.Length (fun u ->
            let slope = random[3 * u + 1]
            let multiplier = -log(1e-9 + random[3 * u + 2])

            float32 (
                if signs[u] = 0y then slope
                elif signs[u] > 0y then -multiplier
                else multiplier
            ))

    let y = computed network point


    let kept = whole.Boxes.Keep 0

    let search =
        UnitBounds(padded, engine, goals, wholeOf box, units, whole.Memories[0])

    [
        for violation in 0 .. goals.Violations.Length - 1 do
            let node =
                { UnitNode.root violation kept [| dual |] 1.0 with
                    Signs = signs
                }

            for steps in [ 0; 5 ] do
                let found = search.Improve([| change.Node node |], steps)

                for order, y in y do
                    let value = y[violation / 2] * (if violation % 2 = 0 then 1.0 else -1.0)

                    if order <> "in double precision" && not (found[0].Bound <= value) then
                        $"the bound is {found[0].Bound:R} after {steps} steps, the condition {value:R}, summed {order}"
    ]

/// Complaints about arguments outside the bounds that branch and bound gives them, and about looser bounds than before.
let outsideSplits (change: Change) (case: Case) : string list =
    let network, box = network case, box case
    let form = NetworkForm.read Arithmetic.Float32 box.Length box network
    let padded = Padded.create form
    let region = RegionBounds(engine, padded, wholeOf box, 1)
    let before = region.Boxes.Keep 0

    for block in 1 .. padded.Layers.Length do
        for i in 0 .. padded.Layers[block - 1].Rows - 1 do
            for sign in [ 1f; -1f ] do
                let slopes = region.Memory[block, i, sign]

                if not (isNull slopes) then
                    region.Memory[block, i, sign] <- Array.map change.Slope slopes

    region.Split(4, 3, 1000L) |> ignore
    let after = region.Boxes.Keep 0

    [
        yield! argumentsOutside padded region.Boxes (points case 12)

        for i in 0 .. after.Length - 1 do
            if
                (if i % 2 = 0 then
                     after[i] < before[i]
                 else
                     after[i] > before[i])
            then
                $"a bound is {after[i]:R}, and was {before[i]:R}"
    ]

/// A node of the whole region and its parts before they are improved, if the node is not refuted and has units to split.
let private partsOf (case: Case) : (UnitNode * UnitNode[]) option =
    let network, box = network case, box case
    let form = NetworkForm.read Arithmetic.Float32 box.Length box network
    let padded, goals = Padded.create form, Goals.create form (outputsOf box 1)
    let bounds = Bounds(padded, engine, 1)
    let lower, upper = box |> Array.map _.Lower, box |> Array.map _.Upper
    bounds.Boxes.SetInput(0, lower, upper)
    bounds.Boxes.Inherit(0, null)
    bounds.Memories[0] <- SlopeMemory padded
    bounds.ComputeWell(1, 2)
    let units = UnitNode.openUnits padded bounds.Boxes 0

    let search =
        UnitBounds(padded, engine, goals, wholeOf box, units, bounds.Memories[0])

    let slopes =
        units
        |> Array.map (fun unit -> bounds.Boxes.Blocks[unit.Block].LowerSlope[unit.Index])

    let node =
        search.Begin([| UnitNode.root 0 (bounds.Boxes.Keep 0) [| slopes |] 1.0 |], 4)
        |> Array.exactlyOne

    bounds.Boxes.Inherit(0, node.Kept)
    bounds.Compute(1, false)

    // multipliers of units whose sign bounds tell, and no split, count for the node and are not kept
    let isKept (unit: OpenUnit) =
        bounds.Boxes.Blocks[unit.Block].UpperShift[unit.Index] > 0f

    // bounds of arguments that are computed again bring lines that are better there, but not everywhere
    if
        Padded.isShallow padded
        || node.Bound > 0.0
        || node.Candidates.Length = 0
        || not (Array.forall isKept units)
    then
        None
    else
        Some(node, search.Split([| node |], 0))

/// Whether the unit that was split has multipliers in one of the parts: where its value has a positive factor, they are the lower
/// line that it had. Elsewhere it had the upper line, which no multiplier replaces: a part's argument may then be farther from 0
/// than bounds of arguments, which may be better than the part's own lines, allow.
let private haveMultipliers (_, parts: UnitNode[]) : bool =
    parts
    |> Array.exists (fun part -> part.Duals |> Array.exists (fun dual -> dual[part.Path.Head] <> 0f))

/// Complaints about parts of a node that have a lower bound than the node, before they are improved: multipliers begin as the lines
/// of the unit that was split.
let worseParts (case: Case) : string list =
    [
        for node, parts in partsOf case |> Option.filter haveMultipliers |> Option.toList do
            for part in parts do
                if part.Bound < node.Bound - 1e-4 * (1.0 + abs node.Bound) then
                    $"a part is bounded by {part.Bound:R}, its node by {node.Bound:R}"
    ]

/// Whether some of these cases have such units.
let splitWithMultipliers (cases: Case[]) : bool =
    cases |> Array.exists (partsOf >> Option.exists haveMultipliers)
