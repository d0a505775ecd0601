namespace Hybrid.Verification

open System
open Hybrid.Core

/// A linear function of a step's values and of the inputs, by enclosures of its coefficients, that is to be bounded from below.
[<NoComparison; NoEquality>]
type internal Target =
    {
        Step: int
        Values: (int * Interval)[]
        Inputs: (int * Interval)[]
        Constant: float
    }

/// <summary>The least value of a linear function of computed values, carried from steps to the steps before, a value's rounding error
/// counting against it. Its coefficients are intervals.</summary>
/// <remarks>Zhang, Weng, Chen, Hsieh and Daniel, "Efficient neural network robustness certification with general activation
/// functions" (2018); Wang et al., "Beta-CROWN" (2021).</remarks>
/// <param name="program">The network.</param>
/// <param name="ranges">Of its steps.</param>
[<Sealed>]
type internal LinearBound(program: Program, ranges: StepRanges) =
    let steps = program.Steps
    let units = Program.units program

    let arrays () =
        steps |> Array.map (fun step -> Array.zeroCreate<float> step.Size)

    let coefficientLower, coefficientUpper = arrays (), arrays ()
    let isTouched = Array.zeroCreate<bool> steps.Length
    let slopes = Array.create units[steps.Length] nan
    let multipliers = Array.zeroCreate<float> units[steps.Length]
    let mutable constant = 0.0

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

    /// Adds a coefficient times an exact factor.
    let addMultiple step i (coefficient: Interval) (factor: float) =
        if factor = 1.0 then
            addCoefficient step i coefficient.Lower coefficient.Upper
        elif factor <> 0.0 then
            let first, second = coefficient.Lower * factor, coefficient.Upper * factor

            addCoefficient
                step
                i
                (Outward.down (Math.Min(first, second)))
                (Outward.up (Math.Max(first, second)))

    let add (x: float) = constant <- Outward.down (constant + x)

    /// What takes a value's place if it is not carried on.
    let close step i coefficient =
        add (Outward.leastProduct coefficient (ranges.Range(step, i)))

    /// Each coefficient; one whose sign is not known is not carried on.
    let each step (action: int -> Interval -> unit) =
        let below, above = coefficientLower[step], coefficientUpper[step]

        for i in 0 .. below.Length - 1 do
            if not (below[i] = 0.0 && above[i] = 0.0) then
                let coefficient = { Lower = below[i]; Upper = above[i] }

                if coefficient.Lower >= 0.0 || coefficient.Upper <= 0.0 then
                    action i coefficient
                else
                    close step i coefficient

    let lose step i coefficient =
        let noise = ranges.Noise(step, i)

        if noise > 0.0 then
            add -(Outward.up (Outward.size coefficient * noise))

    let sums step parts =
        each step (fun i coefficient ->
            lose step i coefficient

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
                    if factors[i] <> 0.0 then
                        addMultiple part.Source values[i] coefficient factors[i])

    let curve step source =
        each step (fun i coefficient ->
            let line = ranges.Line(step, i)
            let own = slopes[units[step] + i]

            let slope, shift =
                if coefficient.Upper <= 0.0 then
                    line.UpperSlope, line.UpperShift
                elif Double.IsNaN own then
                    line.LowerSlope, line.LowerShift
                else
                    own, 0.0

            if shift <> 0.0 then
                add (Outward.leastProduct coefficient (Interval.exactly shift))

            lose step i coefficient
            addMultiple source i coefficient slope)

        // where the argument's sign is known, a multiple of it that is not positive may be left out
        for i in 0 .. steps[step].Size - 1 do
            let multiplier = multipliers[units[step] + i]

            if multiplier <> 0.0 then
                let isPositive = (ranges.Range(source, i)).Lower >= 0.0
                let signed = if isPositive then -multiplier else multiplier
                addCoefficient source i signed signed

    /// <summary>x y = m x + n y - m n + (x - m) (y - n), for any m and n.</summary>
    /// <remarks>With the middles of their ranges, these are the means of the planes of McCormick, "Computability of global solutions
    /// to factorable nonconvex programs" (1976).</remarks>
    let product step left right =
        let centre (x: Interval) = 0.5 * (x.Lower + x.Upper)

        each step (fun i coefficient ->
            let x, y = ranges.Range(left, i), ranges.Range(right, i)
            let m, n = centre y, centre x

            if Double.IsFinite m && Double.IsFinite n then
                let rest =
                    Interval.subtract
                        (Interval.multiply
                            (Interval.subtract x (Interval.exactly n))
                            (Interval.subtract y (Interval.exactly m)))
                        (Interval.multiply (Interval.exactly m) (Interval.exactly n))

                add (Outward.leastProduct coefficient rest)
                lose step i coefficient
                addMultiple left i coefficient m
                addMultiple right i coefficient n
            else
                close step i coefficient)

    /// Carries coefficients from a step to those before it; what is left over is added to the constant.
    let carry step =
        match steps[step].Rule with
        | Rule.Input
        | Rule.Image _
        | Rule.Constant _ -> each step (close step)
        | Rule.Sums(parts, _, _) -> sums step parts
        | Rule.Relu(source, _)
        | Rule.Curve(source, _) -> curve step source
        | Rule.Product(left, right, _, _) -> product step left right

    /// Sets the lower slope of a ReLU; NaN for the usual one.
    member _.SetSlope(unit: int, slope: float) : unit = slopes[unit] <- slope

    /// Sets the multiplier of an argument of known sign; 0 for none.
    member _.SetMultiplier(unit: int, multiplier: float) : unit = multipliers[unit] <- multiplier

    /// <summary>The least value.</summary>
    /// <param name="target">The function.</param>
    /// <param name="considered">Steps with multipliers, which also count where no coefficient arrives.</param>
    member _.Least(target: Target, considered: int seq) : float =
        Array.Clear isTouched

        for i, factor in target.Values do
            addCoefficient target.Step i factor.Lower factor.Upper

        for i, factor in target.Inputs do
            addCoefficient 0 i factor.Lower factor.Upper

        touch 0
        Seq.iter touch considered
        constant <- target.Constant

        for step in target.Step .. -1 .. 0 do
            if isTouched[step] then
                carry step

        constant

    /// The coefficient of a value in the last bound.
    member _.Coefficient(step: int, i: int) : Interval =
        if isTouched[step] then
            {
                Lower = coefficientLower[step][i]
                Upper = coefficientUpper[step][i]
            }
        else
            Interval.exactly 0.0
