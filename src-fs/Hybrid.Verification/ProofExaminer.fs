namespace Hybrid.Verification

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
type internal Pending =
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
type internal Examined =
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

/// <summary>Searches for claims about cells of a region, with which the checker refutes violations or cuts off what is left of
/// them.</summary>
/// <param name="program">The network, as the checker reads it.</param>
/// <param name="checker">Has entered the cell.</param>
/// <param name="style">How boxes are divided.</param>
[<Sealed>]
type internal ProofExaminer(program: Program, checker: CellChecker, style: ProofStyle) =
    let boxes = checker.Boxes
    let slopes = ProofSlopes(program, boxes)
    let starts = Program.units program

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

    /// Examines a violation on a cell.
    member _.Examine(task: Pending, violation: int) : Examined =
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
    member _.Improve(cell: Cell) : ArgumentClaim list =
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
