namespace Hybrid.Verification

open System

/// What a bound in a proof is made with, by unit.
[<NoComparison; NoEquality>]
type internal ProofDuals =
    {
        /// Lower slopes of ReLUs.
        Slopes: float32[]
        /// Multipliers of arguments of known sign.
        Multipliers: float32[]
    }

/// <summary>Searches slopes and multipliers with which the checker finds better bounds.</summary>
/// <remarks>Xu et al., "Fast and complete" (2021); Wang et al., "Beta-CROWN" (2021). The bound's derivative by a slope is the
/// coefficient of the value times the argument at the inputs where the bound is least; by a multiplier, the argument there. Steps
/// as in Kingma and Ba, "Adam: a method for stochastic optimization" (2015).</remarks>
[<Sealed>]
type internal ProofSlopes(program: Program, boxes: BoxChecker) =
    let steps = program.Steps
    let starts = Program.units program
    let units = starts[steps.Length]
    let values = steps |> Array.map (fun step -> Array.zeroCreate<float> step.Size)
    let means, squares = Array.zeroCreate<float> units, Array.zeroCreate<float> units

    /// Few digits: files become smaller, and any slope gives a bound.
    let brief (x: float32) : float32 =
        BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits x &&& ~~~0xFFFF)

    /// What the network computes at the inputs where the last bound is least, with the bound's own lines for its curves.
    let evaluate (ranges: Ranges) (duals: ProofDuals) =
        for step in 0 .. steps.Length - 1 do
            let target = values[step]

            match steps[step].Rule with
            | Rule.Input ->
                for i in 0 .. target.Length - 1 do
                    target[i] <-
                        if boxes.Coefficient(0, i).Lower > 0.0 then
                            ranges.Low[0][i]
                        else
                            ranges.High[0][i]
            | Rule.Constant constants -> Array.Copy(constants, target, target.Length)
            | Rule.Sums(parts, _, _) ->
                Array.Clear target

                for part in parts do
                    let source = values[part.Source]

                    match part.Factors with
                    | Factors.Dense(_, transposed) ->
                        for j in 0 .. source.Length - 1 do
                            let value = source[j]

                            if value <> 0.0 then
                                let start = j * target.Length

                                for i in 0 .. target.Length - 1 do
                                    target[i] <- target[i] + value * transposed[start + i]
                    | Factors.Each(places, factors) ->
                        for i in 0 .. target.Length - 1 do
                            if places[i] >= 0 then
                                target[i] <- target[i] + factors[i] * source[places[i]]
            | Rule.Product(left, right, _, _) ->
                for i in 0 .. target.Length - 1 do
                    target[i] <- values[left][i] * values[right][i]
            | Rule.Image _ ->
                for i in 0 .. target.Length - 1 do
                    let isLeast = boxes.Coefficient(step, i).Lower > 0.0

                    target[i] <-
                        if isLeast then
                            ranges.Low[step][i]
                        else
                            ranges.High[step][i]
            | Rule.Relu(source, _)
            | Rule.Curve(source, _) ->
                for i in 0 .. target.Length - 1 do
                    let argument, line = values[source][i], boxes.Line(step, i)

                    target[i] <-
                        if boxes.Coefficient(step, i).Lower > 0.0 then
                            let own = duals.Slopes[starts[step] + i]
                            let slope = if Single.IsNaN own then line.LowerSlope else float own
                            slope * argument + line.LowerShift
                        else
                            line.UpperSlope * argument + line.UpperShift

    /// Moves slopes and multipliers in the direction in which the bound grows.
    let move (ranges: Ranges) (isSigned: int -> bool) (duals: ProofDuals) (step: int) (rate: float) =
        let count = float (step + 1)
        let meanScale, squareScale = 1.0 / (1.0 - 0.9 ** count), 1.0 / (1.0 - 0.99 ** count)

        for k in 0 .. steps.Length - 1 do
            match steps[k].Rule with
            | Rule.Relu(source, _) ->
                let coefficients = Array.init steps[k].Size (fun i -> boxes.Coefficient(k, i).Lower)
                let mutable total = 0.0

                for x in coefficients do
                    total <- total + abs x

                let typical = total / float coefficients.Length

                for i in 0 .. coefficients.Length - 1 do
                    let unit = starts[k] + i
                    let argument = values[source][i]
                    let low, high = ranges.Low[source][i], ranges.High[source][i]
                    let isOpen = low < 0.0 && high > 0.0

                    if isOpen || isSigned unit then
                        let gradient =
                            if not isOpen then
                                if low >= 0.0 then -argument else argument
                            elif coefficients[i] > 0.0 then
                                coefficients[i] * argument
                            else
                                0.0

                        means[unit] <- 0.9 * means[unit] + 0.1 * gradient
                        squares[unit] <- 0.99 * squares[unit] + 0.01 * gradient * gradient

                        let direction =
                            means[unit] * meanScale / (sqrt (squares[unit] * squareScale) + 1e-20)

                        if isOpen then
                            let before = float duals.Slopes[unit]

                            let before =
                                if Double.IsNaN before then
                                    boxes.Line(k, i).LowerSlope
                                else
                                    before

                            duals.Slopes[unit] <- float32 (Math.Clamp(before + rate * direction, 0.0, 1.0))
                        else
                            duals.Multipliers[unit] <-
                                float32 (
                                    Math.Max(0.0, float duals.Multipliers[unit] + rate * typical * direction)
                                )
            | _ -> ()

    /// The slopes and multipliers as a claim has them: those that matter where the last bound has coefficients.
    let claimed (ranges: Ranges) (duals: ProofDuals) (all: bool) =
        let slopes = ResizeArray()
        let multipliers = ResizeArray()

        for k in 0 .. steps.Length - 1 do
            match steps[k].Rule with
            | Rule.Relu(source, _) ->
                for i in 0 .. steps[k].Size - 1 do
                    let unit = starts[k] + i
                    let low, high = ranges.Low[source][i], ranges.High[source][i]

                    if low < 0.0 && high > 0.0 then
                        let slope = brief duals.Slopes[unit]

                        let matters = all || boxes.Coefficient(k, i).Upper > 0.0

                        if
                            matters
                            && not (Single.IsNaN slope)
                            && float slope <> boxes.Line(k, i).LowerSlope
                        then
                            slopes.Add(struct (unit, slope))
                    elif brief duals.Multipliers[unit] > 0f then
                        multipliers.Add(struct (unit, brief duals.Multipliers[unit]))
            | _ -> ()

        struct (slopes.ToArray(), multipliers.ToArray())

    /// No slopes or multipliers of their own.
    member _.None: ProofDuals =
        {
            Slopes = Array.create units nanf
            Multipliers = Array.zeroCreate units
        }

    /// <summary>A better bound on the cell that the checker has entered.</summary>
    /// <param name="ranges">Of the cell.</param>
    /// <param name="target">What is bounded.</param>
    /// <param name="isSigned">The units whose arguments may have multipliers, if their signs are known.</param>
    /// <param name="start">The slopes and multipliers to start from.</param>
    /// <param name="count">The maximum number of steps.</param>
    /// <param name="rate">How far a step moves a slope.</param>
    /// <returns>The best bound, the slopes and multipliers of it, and the same as a claim has them.</returns>
    member _.Improve
        (ranges: Ranges, target: Target, isSigned: int -> bool, start: ProofDuals, count: int, rate: float)
        =
        let copy (duals: ProofDuals) =
            {
                Slopes = Array.copy duals.Slopes
                Multipliers = Array.copy duals.Multipliers
            }

        Array.Clear means
        Array.Clear squares
        let duals = copy start
        let mutable best = struct (-infinity, start, struct ([||], [||]))
        let mutable bound = -infinity
        let mutable step = 0

        while step <= count && not (bound > 0.0) do
            let struct (slopes, multipliers) = claimed ranges duals true
            bound <- boxes.Bound(target, slopes, multipliers)
            let struct (before, _, _) = best

            if bound > before then
                best <- struct (bound, copy duals, claimed ranges duals false)

            if step < count && not (bound > 0.0) then
                evaluate ranges duals
                move ranges isSigned duals step (rate / (1.0 + 0.1 * float step))

            step <- step + 1

        best
