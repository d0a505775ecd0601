namespace Hybrid.Verification

open System
open System.Collections.Generic
open Hybrid.Core

/// How a proof divides boxes.
[<RequireQualifiedAccess>]
type internal ProofStyle =
    /// By inputs.
    | Halves
    /// By the signs of units, with ranges kept from the region.
    | Signs

/// A part of a region that is still to be proved.
[<NoComparison; NoEquality>]
type private Pending =
    {
        Cell: Cell
        IsRoot: bool
        /// Units whose signs are given.
        Signed: Set<int>
        /// Where slopes and multipliers are searched from; null for the usual ones.
        Duals: ProofDuals voption
        Share: float
    }

/// What was found out about a violation on a cell.
[<NoComparison; NoEquality>]
type private Examined =
    {
        Violation: int
        Claims: Claim list
        /// The best bound of its conditions.
        Bound: float
        /// How much they depend on each input, times its width.
        Effects: float[]
        /// The unit to divide by; -1 for none.
        Unit: int
        Duals: ProofDuals voption
    }

/// <summary>Builds the tree of a proof for a region: claims that the checker accepts, and divisions until nothing is
/// left.</summary>
/// <param name="arithmetic">Of the network.</param>
/// <param name="program">The network, as the checker reads it.</param>
/// <param name="region">What is to be proved.</param>
/// <param name="style">How boxes are divided.</param>
/// <param name="write">Takes the nodes, in order.</param>
[<Sealed>]
type internal ProofBuilder
    (arithmetic: Arithmetic, program: Program, region: Region, style: ProofStyle, write: ProofNode -> unit) =
    let checker = CellChecker(program, region)
    let boxes = checker.Boxes
    let slopes = ProofSlopes(program, boxes)
    let starts = Program.units program
    let waiting = Stack<Pending>()
    let mutable nodes = 0L
    let mutable leaves = 0L
    let mutable proved = 0.0

    let steps, rate =
        match style with
        | ProofStyle.Halves -> 6, 0.3
        | ProofStyle.Signs -> 30, 0.1

    let claim violation condition isCut (struct (slopes, multipliers)) =
        {
            Violation = violation
            Condition = condition
            IsCut = isCut
            Slopes = slopes
            Multipliers = multipliers
        }

    let none = struct ([||], [||])

    /// Adds how much the last bound depends on each input, times the input's width.
    let addEffects (cell: Cell) (effects: float[]) =
        for i in 0 .. effects.Length - 1 do
            let width = cell.Greatest[i] - cell.Least[i]
            effects[i] <- effects[i] + Outward.size (boxes.Coefficient(0, i)) * width * width

    /// The unit whose upper line costs the last bound most.
    let costliest () : int =
        let mutable unit = -1
        let mutable most = 0.0

        for k in 0 .. program.Steps.Length - 1 do
            match program.Steps[k].Rule with
            | Rule.Relu(source, _) ->
                for i in 0 .. program.Steps[k].Size - 1 do
                    let low, high = checker.Ranges.Low[source][i], checker.Ranges.High[source][i]

                    if low < 0.0 && high > 0.0 then
                        let cost = abs (boxes.Coefficient(k, i).Lower) * boxes.Line(k, i).UpperShift

                        if cost > most then
                            most <- cost
                            unit <- starts[k] + i
            | _ -> ()

        unit

    /// The input to halve, and where: the one with the greatest effect that can be.
    let halves (cell: Cell) (effects: float[]) : Division voption =
        Array.init effects.Length id
        |> Array.sortBy (fun axis -> struct (-effects[axis], cell.Least[axis] - cell.Greatest[axis]))
        |> Array.tryPick (fun axis ->
            match Branching.halves arithmetic cell.Least[axis] cell.Greatest[axis] with
            | ValueSome(struct (last, _)) -> Some(Division.Halves(axis, last))
            | ValueNone -> None)
        |> function
            | Some division -> ValueSome division
            | None -> ValueNone

    /// Examines a violation on a cell.
    let examine (task: Pending) (violation: int) : Examined =
        let conditions = [ 0 .. checker.Conditions violation - 1 ]
        let isOpen () = List.contains violation checker.Open
        let effects = Array.zeroCreate<float> task.Cell.Least.Length

        /// Accepts a claim with the usual slopes: its bound.
        let plain condition =
            match checker.Accept(claim violation condition true none) with
            | Ok bound ->
                addEffects task.Cell effects
                bound
            | Error _ -> -infinity

        let tried = List<struct (float * Claim)>()

        if task.Duals.IsNone then
            for condition in conditions do
                if isOpen () then
                    let bound = plain condition
                    tried.Add(struct (bound, claim violation condition (not (bound > 0.0)) none))

        let boundOf condition =
            tried
            |> Seq.tryPick (fun (struct (bound, claim)) ->
                if claim.Condition = condition then Some bound else None)
            |> Option.defaultValue -infinity

        let closest = conditions |> List.maxBy boundOf
        let mutable duals = task.Duals
        let mutable unit = -1
        let mutable best = boundOf closest

        for condition in closest :: List.except [ closest ] conditions do
            if isOpen () then
                let start =
                    if condition = closest then
                        ValueOption.defaultWith (fun () -> slopes.None) task.Duals
                    else
                        slopes.None

                let struct (bound, better, claimed) =
                    slopes.Improve(
                        checker.Ranges,
                        checker.Target(violation, condition),
                        task.Signed.Contains,
                        start,
                        steps,
                        rate
                    )

                best <- max best bound

                if condition = closest then
                    duals <- ValueSome better
                    unit <- costliest ()

                if bound > 0.0 then
                    let claim = claim violation condition false claimed

                    match checker.Accept claim with
                    | Ok bound -> tried.Add(struct (bound, claim))
                    | Error _ -> ()

        // one claim refutes alone; otherwise, cuts add up
        let refuting =
            tried
            |> Seq.tryPick (fun (struct (bound, claim)) -> if bound > 0.0 then Some claim else None)

        {
            Violation = violation
            Claims =
                match refuting with
                | Some claim -> [ claim ]
                | None -> [ for struct (_, claim) in tried -> claim ]
            Bound = best
            Effects = effects
            Unit = unit
            Duals = duals
        }

    /// Better bounds of arguments on the region, which its parts keep: step by step.
    let improved (cell: Cell) : ArgumentClaim list =
        let claims = List<ArgumentClaim>()

        for k in 0 .. program.Steps.Length - 1 do
            match program.Steps[k].Rule with
            | Rule.Relu(source, _) when boxes.IsCarried source ->
                checker.Enter(cell, true, List.ofSeq claims) |> ignore
                let ranges = checker.Ranges

                for i in 0 .. program.Steps[k].Size - 1 do
                    let low, high = ranges.Low[source][i], ranges.High[source][i]

                    if low < 0.0 && high > 0.0 then
                        for isUpper in [ false; true ] do
                            let target =
                                {
                                    Step = source
                                    Values = [| i, Interval.exactly (if isUpper then -1.0 else 1.0) |]
                                    Inputs = [||]
                                    Constant = 0.0
                                }

                            let struct (bound, _, (struct (slopes, multipliers))) =
                                slopes.Improve(ranges, target, (fun _ -> false), slopes.None, 10, 0.2)

                            if bound > (if isUpper then -high else low) then
                                claims.Add
                                    {
                                        Unit = starts[k] + i
                                        IsUpper = isUpper
                                        Slopes = slopes
                                        Multipliers = multipliers
                                    }
            | _ -> ()

        List.ofSeq claims

    /// How what is left is divided, from what was found out about each open violation.
    let division (found: Examined list) : Division voption =
        match found with
        | [ one ] when style = ProofStyle.Signs && one.Unit >= 0 -> ValueSome(Division.Signs one.Unit)
        | _ :: _ :: _ when style = ProofStyle.Signs -> ValueSome Division.Cases
        | _ -> halves checker.Rest (found |> List.minBy _.Bound).Effects

    /// <summary>Builds the next node.</summary>
    /// <returns>Why that is impossible, if it is.</returns>
    let next () : string voption =
        let task = waiting.Pop()
        let backward = style = ProofStyle.Halves || task.IsRoot

        let arguments =
            if style = ProofStyle.Signs && task.IsRoot then
                improved task.Cell
            else
                []

        checker.Enter(task.Cell, backward, arguments) |> ignore
        let found = task.Cell.Open |> List.map (examine task)

        let node division =
            write
                {
                    Backward = backward
                    Arguments = arguments
                    Claims = found |> List.collect _.Claims
                    Division = division
                }

            nodes <- nodes + 1L

        if checker.Open.IsEmpty then
            node Division.Closed
            leaves <- leaves + 1L
            proved <- proved + task.Share
            ValueNone
        else
            let left =
                found |> List.filter (fun found -> List.contains found.Violation checker.Open)

            match division left with
            | ValueNone -> ValueSome "a box remains that cannot be divided"
            | ValueSome division ->
                match checker.Divide division with
                | Error reason -> ValueSome reason
                | Ok parts ->
                    node division

                    for part in List.rev parts do
                        waiting.Push
                            {
                                Cell = part
                                IsRoot = false
                                Signed =
                                    match division with
                                    | Division.Signs unit -> Set.add unit task.Signed
                                    | _ -> task.Signed
                                Duals =
                                    match style, part.Open with
                                    | ProofStyle.Signs, [ violation ] ->
                                        left
                                        |> List.find (fun found -> found.Violation = violation)
                                        |> _.Duals
                                    | _ -> ValueNone
                                Share = task.Share / float parts.Length
                            }

                    ValueNone

    /// The number of nodes.
    member _.Nodes = nodes

    /// The number of leaves.
    member _.Leaves = leaves

    /// The share that is proved, by divisions.
    member _.Proved = proved

    /// <summary>Builds the tree.</summary>
    /// <param name="most">The maximum number of nodes.</param>
    /// <param name="stop">Whether to stop.</param>
    /// <returns>Why it is not complete, if it is not.</returns>
    member _.Run(most: int64, stop: unit -> bool) : string voption =
        let mutable problem = ValueNone

        match checker.Root with
        | Error reason -> problem <- ValueSome reason
        | Ok root ->
            waiting.Push
                {
                    Cell = root
                    IsRoot = true
                    Signed = Set.empty
                    Duals = ValueNone
                    Share = 1.0
                }

        while problem.IsNone && waiting.Count > 0 do
            if nodes >= most || stop () then
                problem <- ValueSome "the limits were reached"
            else
                problem <- next ()

        problem
