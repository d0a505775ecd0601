namespace Hybrid.Verification

open System
open Hybrid.Core

/// Intervals that contain all values that a network may compute on a box, by step.
[<NoComparison; NoEquality>]
type internal Ranges = { Low: float[][]; High: float[][] }

/// <summary>Intervals of all steps on a box, one step after the other, by outward rounding.</summary>
[<Sealed>]
type internal StepRanges(program: Program) =
    let steps = program.Steps

    let arrays () =
        steps |> Array.map (fun step -> Array.zeroCreate<float> step.Size)

    let mutable lower: float[][] = [||]
    let mutable upper: float[][] = [||]
    /// How far computed values may be off, and the sums of the absolute values of their terms.
    let noise, sizes = arrays (), arrays ()
    let lines = steps |> Array.map (fun step -> Array.zeroCreate<CurveLines> step.Size)

    let range step i =
        {
            Lower = lower[step][i]
            Upper = upper[step][i]
        }

    /// The ranges of a step's values; where no input is left, anything holds.
    let all step =
        Array.map2
            (fun (low: float) high ->
                {
                    Lower = Math.Min(low, high)
                    Upper = Math.Max(low, high)
                })
            lower[step]
            upper[step]

    /// Sets the image of a step, and how far computed values may be beside it.
    let set step i (image: Interval) off =
        noise[step][i] <- off

        lower[step][i] <-
            if off > 0.0 then
                Outward.down (image.Lower - off)
            else
                image.Lower

        upper[step][i] <-
            if off > 0.0 then
                Outward.up (image.Upper + off)
            else
                image.Upper

        // an error that is not known
        if Double.IsNaN off then
            lower[step][i] <- nan
            upper[step][i] <- nan

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

    let relu step source absolute =
        for i in 0 .. steps[step].Size - 1 do
            let x = range source i
            lines[step][i] <- CurveLines.relu x

            let image =
                {
                    Lower = Math.Max(0.0, x.Lower)
                    Upper = Math.Max(0.0, x.Upper)
                }

            set step i image absolute

    let curve step source (chain: ElementFunction) =
        let arguments = all source
        let off = chain.Off arguments

        CurveLines.smooth chain arguments
        |> Array.iteri (fun i (struct (image, line)) ->
            set step i image off[i]
            lines[step][i] <- line)

    let product step left right relative absolute =
        for i in 0 .. steps[step].Size - 1 do
            let a, b = range left i, range right i
            let image = Interval.multiply a b

            let off =
                Outward.up (relative * Outward.size image)
                + Outward.up (absolute * (2.0 + Outward.size a + Outward.size b))

            set
                step
                i
                image
                (if relative = 0.0 && absolute = 0.0 then
                     0.0
                 else
                     Outward.up off)

    /// Begins with a box.
    member _.Start(least: float[], greatest: float[]) : unit =
        let fresh () =
            steps
            |> Array.map (fun step ->
                match step.Rule with
                | Rule.Constant values -> values
                | _ -> Array.zeroCreate<float> step.Size)

        lower <- fresh ()
        upper <- fresh ()
        Array.Copy(least, lower[0], least.Length)
        Array.Copy(greatest, upper[0], greatest.Length)

    /// Computes a step from those before.
    member _.Compute(step: int) : unit =
        match steps[step].Rule with
        | Rule.Input
        | Rule.Constant _ -> ()
        | Rule.Sums(parts, relative, absolute) -> sums step parts relative absolute
        | Rule.Relu(source, absolute) -> relu step source absolute
        | Rule.Curve(source, chain) -> curve step source chain
        | Rule.Product(left, right, relative, absolute) -> product step left right relative absolute
        | Rule.Image(_, sources, image) ->
            sources
            |> List.map all
            |> image
            |> Array.iteri (fun i image -> set step i image 0.0)

    /// Intersects a range with another that is known to hold; not with NaN.
    member _.Narrow(step: int, i: int, low: float, high: float) : unit =
        if low > lower[step][i] then
            lower[step][i] <- low

        if high < upper[step][i] then
            upper[step][i] <- high

    member _.Range(step: int, i: int) : Interval = range step i

    /// How far a value may be from what its step computes from the values before.
    member _.Noise(step: int, i: int) : float = noise[step][i]

    /// The lines around a curve.
    member _.Line(step: int, i: int) : CurveLines = lines[step][i]

    member _.All: Ranges = { Low = lower; High = upper }

    /// Whether all values are defined, and no float32 number can overflow.
    member _.IsSmall: bool =
        let isSmall =
            if program.Arithmetic = Arithmetic.Real then
                Double.IsNaN >> not
            else
                fun x -> abs x < RoundingRule.overflow

        Seq.forall
            (fun step ->
                Array.forall isSmall sizes[step]
                && Array.forall isSmall lower[step]
                && Array.forall isSmall upper[step])
            (seq { 0 .. steps.Length - 1 })
