namespace Hybrid.Core

open System

/// Sums of exponentials along an axis, without overflow.
[<AutoOpen>]
module Softmax =
    open Operands
    open Reduced

    let private logSumExp (run: float[]) =
        let top = largest run

        if Double.IsInfinity top then
            top
        else
            top + log (Array.sumBy (fun x -> exp (x - top)) run)

    /// Bounds of exp(x - y), where x and y are themselves bounds and may be infinite: x on one side, y on the other.
    let private powerOfDifference (x: float) (y: float) : Interval =
        if Double.IsNegativeInfinity x || Double.IsPositiveInfinity y then
            Interval.exactly 0.0
        elif Double.IsPositiveInfinity x || Double.IsNegativeInfinity y then
            {
                Lower = Double.MaxValue
                Upper = infinity
            }
        else
            Interval.subtract (Interval.exactly x) (Interval.exactly y)
            |> Interval.increasing Math.Exp
            |> Interval.clamp 0.0 infinity

    let private width (run: Interval[]) =
        let size = run |> Array.map RoundingRule.magnitude |> Array.max

        if not (size < RoundingRule.overflow) then
            infinity
        else
            (run |> Array.map _.Upper |> Array.max)
            - (run |> Array.map _.Lower |> Array.min)

    type Tensor with

        /// <summary>log Σ exp x along an axis, which is removed, without overflow. Axis -1 is the last one.</summary>
        /// <exception cref="T:Hybrid.ShapeMismatchException">There is no such axis, or it has no elements.</exception>
        static member logSumExp (axis: int) (x: Tensor) : Tensor =
            let vjp axis (x: Tensor) _ g =
                Tensor.spread axis x.Shape g * Tensor.softmax axis x

            let jvp axis (x: Tensor) y t =
                Tensor.sum axis (t * Tensor.exp (x - Tensor.spread axis x.Shape y))

            // as in the definition, step by step, since the logarithm may cancel the maximum
            let bounds (run: float[]) =
                let top = largest run

                if Double.IsInfinity top then
                    Interval.exactly top
                else
                    run
                    |> Array.map (fun x -> powerOfDifference x top)
                    |> Array.reduce Interval.add
                    |> Interval.log
                    |> Interval.add (Interval.exactly top)

            let enclosure (run: Interval[]) =
                {
                    Lower = (bounds (Array.map _.Lower run)).Lower
                    Upper = (bounds (Array.map _.Upper run)).Upper
                }

            // top + log of a sum of n powers of differences: each power has the error of its difference's rounding and its own,
            // and the sum, which is from 1 to n, that of n more, so the logarithm has at most twice as much and its own; then the
            // result is rounded
            let off (run: Interval[]) =
                let width, n = width run, float run.Length
                let power = RoundingRule.Unit * width + RoundingRule.elementary
                let sum = n * power + RoundingRule.gamma n * n * (1.0 + power)
                let size = run |> Array.map RoundingRule.magnitude |> Array.max
                let result = size + log n + 2.0

                if sum < 0.5 then
                    2.0 * sum
                    + RoundingRule.elementary * (1.0 + log n)
                    + 2.0 * RoundingRule.Unit * result
                else
                    infinity

            let continuity _ = Continuity.Smooth

            let rounding run =
                RoundingRule.Within(fun operands -> run off (one operands))

            reduce
                "LogSumExp"
                Reduction.LogSumExp
                axis
                (axes "ReduceLogSumExp")
                (vjp, jvp, logSumExp, enclosure, continuity, rounding)
                x

        /// <summary>exp xᵢ / Σ exp xⱼ along an axis, without overflow. Axis -1 is the last one.</summary>
        /// <exception cref="T:Hybrid.ShapeMismatchException">There is no such axis.</exception>
        static member softmax (axis: int) (x: Tensor) : Tensor =
            let axis = Shape.axis "Softmax" axis x.Shape
            let struct (outer, length, inner) as around = Shape.around axis x.Shape

            // the results of every run, at the positions of its operands
            let each (f: 'n[] -> 'm[]) (x: 'n[]) : 'm[] =
                let y = Array.zeroCreate x.Length

                for at in Tensor.along around id do
                    f (Array.init length (fun l -> x[at l]))
                    |> Array.iteri (fun l v -> y[at l] <- v)

                y

            let definition (run: float[]) =
                let top = largest run
                let powers = run |> Array.map (fun x -> exp (x - top))
                let total = Array.sum powers
                powers |> Array.map (fun power -> power / total)

            // 1 / (1 + Σ exp(xⱼ - xᵢ)): minimal where element i is lowest and all others are highest
            let share (run: Interval[]) i own others =
                let rest =
                    run
                    |> Array.removeAt i
                    |> Array.map (fun x -> powerOfDifference (others x) (own run[i]))

                Array.fold Interval.add (Interval.exactly 1.0) rest
                |> Interval.divide (Interval.exactly 1.0)
                |> Interval.clamp 0.0 1.0

            let enclosure (run: Interval[]) =
                run
                |> Array.mapi (fun i _ ->
                    run
                    |> ofDefined (fun run ->
                        {
                            Lower = (share run i _.Lower _.Upper).Lower
                            Upper = (share run i _.Upper _.Lower).Upper
                        }))

            // a power of a difference has the error of the difference's rounding, at most u t exp(-t) for a difference t, and its
            // own; the sum of n powers, which is at least 1, has as much from each and n roundings, and the quotient two more
            let off (run: Interval[]) =
                let width, n = width run, float run.Length
                let power = RoundingRule.Unit * min width 1.0 + RoundingRule.elementary
                let sum = n * power + RoundingRule.gamma n * n * (1.0 + power)

                let share =
                    if sum < 0.5 then
                        2.0 * (power + sum) + 4.0 * RoundingRule.Unit
                    else
                        infinity

                Array.create run.Length share

            let inner' (y: Tensor) (g: Tensor) =
                Tensor.spread axis x.Shape (Tensor.sum axis (g * y))

            Tensor.apply
                x.Shape
                [ x ]
                {
                    Name = "Softmax"
                    Vjp = fun _ y g -> [ y * (g - inner' y g) ]
                    Jvp = fun _ y tangents -> let t = one tangents in y * t - y * inner' y t
                    Reference = fun operands -> each definition (one operands)
                    Enclosure = fun operands -> each enclosure (one operands)
                    Continuity = Continuity.Smooth
                    Rounding = RoundingRule.Within(fun operands -> each off (one operands))
                    Kernel = Kernel.Softmax(outer, length, inner)
                    Onnx =
                        fun inputs output ->
                            [
                                OnnxNode.create
                                    "Softmax"
                                    inputs
                                    output
                                    [ "axis", OnnxAttribute.Integer(int64 axis) ]
                            ]
                }

        /// <summary>log (exp xᵢ / Σ exp xⱼ) along an axis, without overflow. Axis -1 is the last one.</summary>
        /// <exception cref="T:Hybrid.ShapeMismatchException">There is no such axis, or it has no elements.</exception>
        static member logSoftmax (axis: int) (x: Tensor) : Tensor =
            let axis = Shape.axis "LogSoftmax" axis x.Shape
            // large numbers cancel before digits are lost
            let shifted = x - Tensor.spread axis x.Shape (Tensor.max axis x)
            shifted - Tensor.spread axis x.Shape (Tensor.logSumExp axis shifted)
