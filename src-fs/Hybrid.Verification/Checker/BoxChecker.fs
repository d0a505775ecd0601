namespace Hybrid.Verification

open System
open Hybrid.Core

/// Intervals that contain all values that a network may compute on a box, by step.
[<NoComparison; NoEquality>]
type internal Ranges = { Low: float[][]; High: float[][] }

/// A linear function of a step's values and of the inputs, by enclosures of its coefficients, that is to be bounded from below.
[<NoComparison; NoEquality>]
type internal Target =
    {
        Step: int
        Values: (int * Interval)[]
        Inputs: (int * Interval)[]
        Constant: float
    }

/// <summary>Bounds of a network on one box, recomputed from nothing but the network: intervals forwards, linear functions
/// backwards, all by outward rounding.</summary>
/// <remarks>Zhang, Weng, Chen, Hsieh and Daniel, "Efficient neural network robustness certification with general activation
/// functions" (2018); Wang et al., "Beta-CROWN" (2021). A linear function of computed values is carried from a step to the steps
/// before, a sum's rounding error counting against it; its coefficients are intervals.</remarks>
[<Sealed>]
type internal BoxChecker(program: Program) =
    let steps = program.Steps

    let arrays () =
        steps |> Array.map (fun step -> Array.zeroCreate<float> step.Size)

    let mutable lower: float[][] = [||]
    let mutable upper: float[][] = [||]
    /// How far computed values may be off, and the sums of the absolute values of their terms.
    let noise, sizes = arrays (), arrays ()
    let lines = steps |> Array.map (fun step -> Array.zeroCreate<CurveLines> step.Size)
    let coefficientLower, coefficientUpper = arrays (), arrays ()
    let isTouched = Array.zeroCreate<bool> steps.Length
    let mutable constant = 0.0
    let units = Program.units program
    let ownSlopes = Array.create units[steps.Length] nan
    let multipliers = Array.zeroCreate<float> units[steps.Length]

    /// The curves of a step's values.
    let curvesOf =
        steps
        |> Array.mapi (fun i _ ->
            steps
            |> Array.filter (fun step -> Program.argument step = ValueSome i)
            |> Array.map _.Rule)

    /// Whether some curve of a value is not a line between two numbers.
    let isCurved step (low: float) (high: float) =
        curvesOf[step]
        |> Array.exists (function
            | Rule.Relu _ -> not (low >= 0.0 || high <= 0.0)
            | _ -> not (high - low <= 1e-6))

    let range step i =
        {
            Lower = lower[step][i]
            Upper = upper[step][i]
        }

    /// Intersects a range with another that is known to hold; not with NaN.
    let narrow step i (low: float) (high: float) =
        if low > lower[step][i] then
            lower[step][i] <- low

        if high < upper[step][i] then
            upper[step][i] <- high

    /// The coefficients of a step's values, zeros at first.
    let touch step =
        if not isTouched[step] then
            isTouched[step] <- true
            Array.Clear coefficientLower[step]
            Array.Clear coefficientUpper[step]

    let addCoefficient step i (low: float) (high: float) =
        touch step
        let below, above = coefficientLower[step], coefficientUpper[step]

        below[i] <-
            if below[i] = 0.0 then
                low
            else
                Outward.down (below[i] + low)

        above[i] <-
            if above[i] = 0.0 then
                high
            else
                Outward.up (above[i] + high)

    let add (x: float) = constant <- Outward.down (constant + x)

    /// Carries coefficients from a step to those before it; what is left over is added to the constant.
    let carry step =
        let below, above = coefficientLower[step], coefficientUpper[step]

        /// A coefficient whose sign is not known is not carried on: its values' range takes its place.
        let inline each (action: int -> Interval -> unit) =
            for i in 0 .. below.Length - 1 do
                if not (below[i] = 0.0 && above[i] = 0.0) then
                    let coefficient = { Lower = below[i]; Upper = above[i] }

                    if coefficient.Lower >= 0.0 || coefficient.Upper <= 0.0 then
                        action i coefficient
                    else
                        add (Outward.leastProduct coefficient (range step i))

        let lose coefficient i =
            if noise[step][i] > 0.0 then
                add -(Outward.up (Outward.size coefficient * noise[step][i]))

        let curve source =
            let lines = lines[step]

            each (fun i coefficient ->
                let line = lines[i]
                let own = ownSlopes[units[step] + i]

                let slope, shift =
                    if coefficient.Upper <= 0.0 then
                        line.UpperSlope, line.UpperShift
                    elif Double.IsNaN own then
                        line.LowerSlope, line.LowerShift
                    else
                        own, 0.0

                if shift <> 0.0 then
                    add (Outward.leastProduct coefficient (Interval.exactly shift))

                lose coefficient i

                if slope = 1.0 then
                    addCoefficient source i coefficient.Lower coefficient.Upper
                elif slope <> 0.0 then
                    let first, second = coefficient.Lower * slope, coefficient.Upper * slope

                    addCoefficient
                        source
                        i
                        (Outward.down (Math.Min(first, second)))
                        (Outward.up (Math.Max(first, second))))

            // where the argument's sign is known, a multiple of it that is not positive may be left out
            for i in 0 .. below.Length - 1 do
                let multiplier = multipliers[units[step] + i]

                if multiplier <> 0.0 then
                    let signed = if lower[source][i] >= 0.0 then -multiplier else multiplier
                    addCoefficient source i signed signed

        match steps[step].Rule with
        | Rule.Input -> each (fun i coefficient -> add (Outward.leastProduct coefficient (range step i)))
        | Rule.Constant values ->
            each (fun i coefficient -> add (Outward.leastProduct coefficient (Interval.exactly values[i])))
        | Rule.Sums(parts, _, _) ->
            each (fun i coefficient ->
                lose coefficient i

                for part in parts do
                    match part.Factors with
                    | Factors.Dense(factors, _) ->
                        let source = part.Source
                        touch source

                        Outward.addRow
                            coefficientLower[source]
                            coefficientUpper[source]
                            coefficient
                            factors
                            (i * steps[source].Size)
                    | Factors.Each(values, factors) ->
                        let factor = factors[i]

                        if factor = 1.0 then
                            addCoefficient part.Source values[i] coefficient.Lower coefficient.Upper
                        elif factor <> 0.0 then
                            let first, second = coefficient.Lower * factor, coefficient.Upper * factor

                            addCoefficient
                                part.Source
                                values[i]
                                (Outward.down (Math.Min(first, second)))
                                (Outward.up (Math.Max(first, second))))
        | Rule.Relu(source, _)
        | Rule.Smooth(_, source, _, _, _, _) -> curve source

    /// The least value of the linear function whose coefficients are set; those of the inputs stay.
    let descend top (start: float) : float =
        constant <- start

        for step in top .. -1 .. 0 do
            if isTouched[step] then
                carry step

        constant

    /// A lower bound of sign times one value of a step.
    let bound step i (sign: float) : float =
        Array.Clear isTouched
        addCoefficient step i sign sign
        descend step 0.0

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
            | Rule.Relu _ when isBefore unit && slope >= 0f && slope <= 1f -> ownSlopes[unit] <- float slope
            | _ -> invalidArg (nameof slopes) $"the slope of unit {unit} is not between 0 and 1"

        for struct (unit, factor) in factors do
            let struct (source, i) = argumentOf unit

            if not (isBefore unit && factor >= 0f && Single.IsFinite factor) then
                invalidArg (nameof factors) $"the multiplier of unit {unit} is negative or not a number"

            if not (lower[source][i] >= 0.0 || upper[source][i] <= 0.0) then
                invalidArg (nameof factors) $"unit {unit} has a multiplier, but its sign is not known"

            multipliers[unit] <- float factor

    /// The least value of a function with slopes and multipliers of its own.
    let least
        (target: Target)
        (slopes: struct (int * float32)[])
        (factors: struct (int * float32)[])
        : float =
        try
            setDuals target.Step slopes factors
            Array.Clear isTouched

            for i, factor in target.Values do
                addCoefficient target.Step i factor.Lower factor.Upper

            for i, factor in target.Inputs do
                addCoefficient 0 i factor.Lower factor.Upper

            touch 0

            // a multiplier also counts where no coefficient arrives
            for struct (unit, _) in factors do
                touch (stepOf unit)

            descend target.Step target.Constant
        finally
            for struct (unit, _) in slopes do
                ownSlopes[unit] <- nan

            for struct (unit, _) in factors do
                multipliers[unit] <- 0.0

    let sums step parts (relative: float[]) (absolute: float[]) =
        let below, above = lower[step], upper[step]
        let sizes, noise = sizes[step], noise[step]
        Array.Clear below
        Array.Clear above
        Array.Clear sizes
        let mutable greatest = 0.0

        for part in parts do
            let source = part.Source

            match part.Factors with
            | Factors.Dense(_, transposed) ->
                for j in 0 .. steps[source].Size - 1 do
                    let value = range source j
                    greatest <- Math.Max(greatest, Outward.size value)
                    Outward.addRow below above value transposed (j * below.Length)
                    Outward.addSizes sizes (Outward.size value) transposed (j * below.Length)
            | Factors.Each(values, factors) ->
                for i in 0 .. below.Length - 1 do
                    if values[i] >= 0 then
                        let value = range source values[i]
                        let first, second = factors[i] * value.Lower, factors[i] * value.Upper
                        let size = Math.Max(abs first, abs second)
                        greatest <- Math.Max(greatest, Outward.size value)
                        below[i] <- Outward.down (below[i] + Outward.down (Math.Min(first, second)))
                        above[i] <- Outward.up (above[i] + Outward.up (Math.Max(first, second)))
                        sizes[i] <- Outward.up (sizes[i] + Outward.up size)

        for i in 0 .. below.Length - 1 do
            let off =
                Outward.up (
                    Outward.up (relative[i] * sizes[i])
                    + Outward.up (absolute[i] * (2.0 + greatest))
                )

            noise[i] <- if relative[i] = 0.0 && absolute[i] = 0.0 then 0.0 else off
            below[i] <- Outward.down (below[i] - noise[i])
            above[i] <- Outward.up (above[i] + noise[i])

    let curve step source (value: Interval -> Interval) (line: Interval -> CurveLines) relative absolute =
        for i in 0 .. steps[step].Size - 1 do
            let argument = range source i
            let image = value argument

            let off =
                Outward.up (Outward.up (relative * Math.Max(1.0, Outward.size image)) + absolute)

            let off = if relative = 0.0 && absolute = 0.0 then 0.0 else off
            noise[step][i] <- off
            lines[step][i] <- line argument

            if off > 0.0 then
                lower[step][i] <- Outward.down (image.Lower - off)
                upper[step][i] <- Outward.up (image.Upper + off)
            else
                lower[step][i] <- image.Lower
                upper[step][i] <- image.Upper

    /// Narrows the range of a unit's argument.
    let narrowBy (claim: ArgumentClaim) =
        let struct (step, i) = argumentOf claim.Unit

        let target =
            {
                Step = step
                Values = [| i, Interval.exactly (if claim.IsUpper then -1.0 else 1.0) |]
                Inputs = [||]
                Constant = 0.0
            }

        let bound = least target claim.Slopes claim.Multipliers

        if claim.IsUpper then
            narrow step i -infinity -bound
        else
            narrow step i bound infinity

    /// Whether intervals alone are best: sums of the inputs themselves.
    let isFirst parts =
        let varying =
            parts
            |> List.filter (fun part ->
                match steps[part.Source].Rule with
                | Rule.Constant _ -> false
                | _ -> true)

        match varying with
        | [ part ] -> part.Source = 0
        | _ -> varying.IsEmpty

    let isFirst =
        steps
        |> Array.map (fun step ->
            match step.Rule with
            | Rule.Sums(parts, _, _) -> isFirst parts
            | _ -> true)

    /// Zeros, and the constants.
    let fresh () =
        steps
        |> Array.map (fun step ->
            match step.Rule with
            | Rule.Constant values -> values
            | _ -> Array.zeroCreate<float> step.Size)

    let relu (x: Interval) =
        {
            Lower = Math.Max(0.0, x.Lower)
            Upper = Math.Max(0.0, x.Upper)
        }

    /// <summary>Bounds all steps on a box.</summary>
    /// <param name="least">The least inputs.</param>
    /// <param name="greatest">The greatest inputs.</param>
    /// <param name="known">Ranges that hold on a box around it; none at the root.</param>
    /// <param name="backward">Whether arguments of curves are bounded backwards too, where their curves are not lines.</param>
    /// <param name="claims">Bounds of arguments besides.</param>
    /// <exception cref="T:System.ArgumentException">A slope or multiplier is not allowed.</exception>
    member _.Evaluate
        (least: float[], greatest: float[], known: Ranges voption, backward: bool, claims: ArgumentClaim list)
        : Ranges =
        let claims =
            claims
            |> List.groupBy (fun claim -> let struct (step, _) = argumentOf claim.Unit in step)
            |> Map.ofList

        lower <- fresh ()
        upper <- fresh ()

        for step in 0 .. steps.Length - 1 do
            match steps[step].Rule with
            | Rule.Input ->
                Array.Copy(least, lower[step], least.Length)
                Array.Copy(greatest, upper[step], greatest.Length)
            | Rule.Constant _ -> ()
            | Rule.Sums(parts, relative, absolute) -> sums step parts relative absolute
            | Rule.Relu(source, absolute) -> curve step source relu CurveLines.relu 0.0 absolute
            | Rule.Smooth(_, source, value, slope, relative, absolute) ->
                curve step source value (CurveLines.smooth value slope) relative absolute

            match known, steps[step].Rule with
            | _, (Rule.Input | Rule.Constant _) -> ()
            | ValueSome known, _ ->
                for i in 0 .. steps[step].Size - 1 do
                    narrow step i (known.Low[step][i]) (known.High[step][i])
            | ValueNone, _ -> ()

            if backward && not isFirst[step] then
                for i in 0 .. steps[step].Size - 1 do
                    if isCurved step (lower[step][i]) (upper[step][i]) then
                        narrow step i (bound step i 1.0) infinity
                        narrow step i -infinity -(bound step i -1.0)

            for claim in Map.tryFind step claims |> Option.defaultValue [] do
                narrowBy claim

        { Low = lower; High = upper }

    /// Whether no sum or curve can overflow float32 on the box.
    member _.IsSmall: bool =
        program.Arithmetic = Arithmetic.Real
        || Seq.forall
            (fun step ->
                Seq.forall (fun size -> size < RoundingRule.overflow) sizes[step]
                && Seq.forall (fun x -> x > -RoundingRule.overflow) lower[step]
                && Seq.forall (fun x -> x < RoundingRule.overflow) upper[step])
            (seq { 0 .. steps.Length - 1 })

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
    member _.Coefficient(step: int, i: int) : Interval =
        if isTouched[step] then
            {
                Lower = coefficientLower[step][i]
                Upper = coefficientUpper[step][i]
            }
        else
            Interval.exactly 0.0

    /// The lines around a curve.
    member _.Line(step: int, i: int) : CurveLines = lines[step][i]
