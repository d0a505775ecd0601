namespace Hybrid.Verification

open System
open Hybrid.Core

/// <summary>Bounds of a network on one box, recomputed from nothing but the network: intervals forwards, linear functions
/// backwards, all by outward rounding.</summary>
[<Sealed>]
type internal BoxChecker(program: Program) =
    let steps = program.Steps
    let units = Program.units program
    let ranges = StepRanges program
    let linear = LinearBound(program, ranges)

    /// The rules that have a step's values as arguments.
    let usesOf =
        steps
        |> Array.mapi (fun i _ ->
            steps
            |> Array.filter (fun step -> List.contains i (Program.arguments step))
            |> Array.map _.Rule)

    /// Whether a better range of a value makes a bound better.
    let matters step (range: Interval) =
        usesOf[step]
        |> Array.exists (function
            | Rule.Relu _ -> not (range.Lower >= 0.0 || range.Upper <= 0.0)
            | _ -> not (range.Upper - range.Lower <= 1e-6))

    /// Whether intervals alone are best: functions of one value, and sums of the inputs themselves.
    let isFirst =
        steps
        |> Array.map (fun step ->
            match step.Rule with
            | Rule.Sums(parts, _, _) ->
                let varying =
                    parts
                    |> List.filter (fun part ->
                        match steps[part.Source].Rule with
                        | Rule.Constant _ -> false
                        | _ -> true)

                match varying with
                | [ part ] -> part.Source = 0
                | _ -> varying.IsEmpty
            | Rule.Product _ -> false
            | _ -> true)

    /// The step of a unit: steps without units begin where the next one does.
    let stepOf (unit: int) : int =
        Array.FindLastIndex(units, steps.Length - 1, (fun start -> start <= unit))

    /// The step of a unit's argument, and its place there.
    let argumentOf (unit: int) : struct (int * int) =
        let step = stepOf unit
        struct (ValueOption.get (Program.argument steps[step]), unit - units[step])

    /// Sets slopes and multipliers that are allowed.
    let setDuals top (slopes: struct (int * float32)[]) (factors: struct (int * float32)[]) =
        let isBefore unit = stepOf unit <= top

        for struct (unit, slope) in slopes do
            match steps[stepOf unit].Rule with
            | Rule.Relu _ when isBefore unit && slope >= 0f && slope <= 1f ->
                linear.SetSlope(unit, float slope)
            | _ -> invalidArg (nameof slopes) $"the slope of unit {unit} is not between 0 and 1"

        for struct (unit, factor) in factors do
            let struct (source, i) = argumentOf unit
            let range = ranges.Range(source, i)

            if not (isBefore unit && factor >= 0f && Single.IsFinite factor) then
                invalidArg (nameof factors) $"the multiplier of unit {unit} is negative or not a number"

            if not (range.Lower >= 0.0 || range.Upper <= 0.0) then
                invalidArg (nameof factors) $"unit {unit} has a multiplier, but its sign is not known"

            linear.SetMultiplier(unit, float factor)

    /// The least value of a function with slopes and multipliers of its own.
    let least
        (target: Target)
        (slopes: struct (int * float32)[])
        (factors: struct (int * float32)[])
        : float =
        try
            setDuals target.Step slopes factors
            linear.Least(target, factors |> Seq.map (fun (struct (unit, _)) -> stepOf unit))
        finally
            for struct (unit, _) in slopes do
                linear.SetSlope(unit, nan)

            for struct (unit, _) in factors do
                linear.SetMultiplier(unit, 0.0)

    /// A lower bound of sign times one value of a step.
    let bound step i (sign: float) slopes factors : float =
        let target =
            {
                Step = step
                Values = [| i, Interval.exactly sign |]
                Inputs = [||]
                Constant = 0.0
            }

        least target slopes factors

    /// Narrows the range of a unit's argument.
    let narrowBy (claim: ArgumentClaim) =
        let struct (step, i) = argumentOf claim.Unit
        let sign = if claim.IsUpper then -1.0 else 1.0
        let found = bound step i sign claim.Slopes claim.Multipliers

        if claim.IsUpper then
            ranges.Narrow(step, i, -infinity, -found)
        else
            ranges.Narrow(step, i, found, infinity)

    /// <summary>Bounds all steps on a box.</summary>
    /// <param name="least">The least inputs.</param>
    /// <param name="greatest">The greatest inputs.</param>
    /// <param name="known">Ranges that hold on a box around it; none at the root.</param>
    /// <param name="backward">Whether arguments are bounded backwards too, where that makes bounds better.</param>
    /// <param name="claims">Bounds of arguments besides.</param>
    /// <exception cref="T:System.ArgumentException">A slope or multiplier is not allowed.</exception>
    member _.Evaluate
        (least: float[], greatest: float[], known: Ranges voption, backward: bool, claims: ArgumentClaim list)
        : Ranges =
        let claims =
            claims
            |> List.groupBy (fun claim -> let struct (step, _) = argumentOf claim.Unit in step)
            |> Map.ofList

        ranges.Start(least, greatest)

        for step in 0 .. steps.Length - 1 do
            ranges.Compute step

            match known, steps[step].Rule with
            | _, (Rule.Input | Rule.Constant _) -> ()
            | ValueSome known, _ ->
                for i in 0 .. steps[step].Size - 1 do
                    ranges.Narrow(step, i, known.Low[step][i], known.High[step][i])
            | ValueNone, _ -> ()

            if backward && not isFirst[step] then
                for i in 0 .. steps[step].Size - 1 do
                    if matters step (ranges.Range(step, i)) then
                        ranges.Narrow(step, i, bound step i 1.0 [||] [||], infinity)
                        ranges.Narrow(step, i, -infinity, -(bound step i -1.0 [||] [||]))

            for claim in Map.tryFind step claims |> Option.defaultValue [] do
                narrowBy claim

        ranges.All

    /// Whether all values are defined on the box, and no float32 number can overflow.
    member _.IsSmall: bool = ranges.IsSmall

    /// Whether bounds of a step's values may be better backwards than by intervals.
    member _.IsCarried(step: int) : bool = not isFirst[step]

    /// The number of units.
    member _.Units = units[steps.Length]

    /// The step of a unit's argument, and its place there.
    member _.Argument(unit: int) : struct (int * int) = argumentOf unit

    /// <summary>A lower bound on the box that was evaluated last. The coefficients of the inputs are then known.</summary>
    /// <param name="target">The function.</param>
    /// <param name="slopes">Lower slopes of ReLUs, by unit, instead of 0 or 1: from 0 to 1.</param>
    /// <param name="factors">Multipliers of arguments of known sign, by unit: not negative.</param>
    /// <exception cref="T:System.ArgumentException">A slope or multiplier is not allowed.</exception>
    member _.Bound
        (target: Target, slopes: struct (int * float32)[], factors: struct (int * float32)[])
        : float =
        least target slopes factors

    /// The coefficient of a value in the last bound.
    member _.Coefficient(step: int, i: int) : Interval = linear.Coefficient(step, i)

    /// The lines around a curve.
    member _.Line(step: int, i: int) : CurveLines = ranges.Line(step, i)
