namespace Hybrid.Core

open System

/// Primitives that reduce along an axis, other than the sum, and functions composed of them.
[<AutoOpen>]
module Reductions =
    open Operands

    /// 1 where an element of each run is the one at the given index, else 0.
    let private atIndex (axis: int) (shape: Shape) (index: Tensor) : Tensor =
        let extent = shape[axis]

        let positions =
            Tensor.constant [ extent ] (Array.init extent float)
            |> Tensor.reshape (List.mapi (fun i _ -> if i = axis then extent else 1) shape)

        Tensor.equal (Tensor.broadcast shape positions) (Tensor.spread axis shape index)

    /// Bounds of a run whose elements are all defined; undefined where one is not.
    let private ofDefined (enclosure: Interval[] -> Interval) (run: Interval[]) : Interval =
        if Array.forall Interval.isDefined run then
            enclosure run
        else
            Interval.undefined

    let private reduce
        name
        reduction
        (axis: int)
        (onnx: int -> string list -> string -> OnnxNode list)
        rules
        x
        =
        let axis = Shape.axis name axis (x: Tensor).Shape
        let struct (outer, length, inner) as around = Shape.around axis x.Shape

        if length = 0 then
            raise (ShapeMismatchException(name, [ x.Shape ], $"Axis {axis} has no elements."))

        let vjp, jvp, definition, enclosure, continuity, rounding = rules

        let run (of': 'n[] -> 'm) (x: 'n[]) =
            Tensor.along around (fun at -> of' (Array.init length (fun l -> x[at l])))

        Tensor.apply
            (Shape.without axis x.Shape)
            [ x ]
            {
                Name = name
                Vjp = fun operands y g -> [ vjp axis (one operands) y g ]
                Jvp = fun operands y tangents -> jvp axis (one operands) y (one tangents)
                Reference = fun operands -> run definition (one operands)
                Enclosure = fun operands -> run (ofDefined enclosure) (one operands)
                Continuity = continuity around
                Rounding = rounding run
                Kernel = Kernel.Reduce(reduction, outer, length, inner)
                Onnx = onnx axis
            }

    let private axes operator axis inputs output =
        [
            OnnxNode.create
                operator
                inputs
                output
                [
                    "axes", OnnxAttribute.IntegerList [ int64 axis ]
                    "keepdims", OnnxAttribute.Integer 0L
                ]
        ]

    let private largest (run: float[]) : float =
        Array.reduce (fun (a: float) b -> Math.Max(a, b)) run

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

    /// How far each element of a run is above or below the maximum of the others.
    let private leads (struct (_, length, _) as around) (operands: float[] list) : float[] =
        let lead (run: float[]) i =
            run[i] - Array.max (Array.removeAt i run)

        if length = 1 then
            [||]
        else
            Tensor.along around (fun at ->
                let run = Array.init length (fun l -> (one operands)[at l])
                Array.init length (lead run))
            |> Array.concat

    /// The rounding rule of a reduction, from a bound for each run.
    let private chooses (_: (Interval[] -> float) -> Interval[] -> float[]) = RoundingRule.Chooses

    let private width (run: Interval[]) =
        let size = run |> Array.map RoundingRule.magnitude |> Array.max

        if not (size < RoundingRule.overflow) then
            infinity
        else
            (run |> Array.map _.Upper |> Array.max)
            - (run |> Array.map _.Lower |> Array.min)

    type Tensor with

        /// <summary>The maximum along an axis, which is removed. If there are several maxima, the derivative is that of the
        /// first. Axis -1 is the last one.</summary>
        /// <exception cref="T:Hybrid.ShapeMismatchException">There is no such axis, or it has no elements.</exception>
        static member max (axis: int) (x: Tensor) : Tensor =
            let winner axis (x: Tensor) =
                atIndex axis x.Shape (Tensor.argMax axis x)

            let vjp axis (x: Tensor) _ g =
                Tensor.spread axis x.Shape g * winner axis x

            let jvp axis x _ t = Tensor.sum axis (t * winner axis x)
            let continuity = leads >> Continuity.Kinked
            let rules = vjp, jvp, largest, Array.reduce Interval.maximum, continuity, chooses
            reduce "Max" Reduction.Max axis (axes "ReduceMax") rules x

        /// <summary>The index of the first maximum along an axis, which is removed. Its derivative, like that of every
        /// comparison, is zero. Axis -1 is the last one.</summary>
        /// <exception cref="T:Hybrid.ShapeMismatchException">There is no such axis, or it has no elements.</exception>
        static member argMax (axis: int) (x: Tensor) : Tensor =
            let onnx axis inputs output =
                OnnxNode.toFloat
                    "ArgMax"
                    inputs
                    output
                    [
                        "axis", OnnxAttribute.Integer(int64 axis)
                        "keepdims", OnnxAttribute.Integer 0L
                    ]

            let index (run: float[]) =
                let top = largest run
                run |> Array.findIndex (fun x -> x.Equals top) |> float

            let enclosure (run: Interval[]) =
                let top = run |> Array.map _.Lower |> Array.max
                let candidate interval = interval.Upper >= top

                {
                    Lower = float (Array.findIndex candidate run)
                    Upper = float (Array.findIndexBack candidate run)
                }

            let rules =
                (fun _ x _ _ -> Tensor.zerosLike x),
                (fun _ _ y _ -> Tensor.zerosLike y),
                index,
                enclosure,
                (leads >> Continuity.Steps),
                chooses

            reduce "ArgMax" Reduction.ArgMax axis onnx rules x

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

        /// <summary>The mean along an axis, which is removed. Axis -1 is the last one.</summary>
        /// <exception cref="T:Hybrid.ShapeMismatchException">There is no such axis.</exception>
        static member mean (axis: int) (x: Tensor) : Tensor =
            let axis = Shape.axis "Mean" axis x.Shape
            Tensor.sum axis x / float x.Shape[axis]

        /// The mean of all elements, a scalar.
        static member meanAll(x: Tensor) : Tensor =
            Tensor.sumAll x / float (Shape.size x.Shape)

        /// <summary>Indices of shape [n; 1], as rows of shape [n; count] with a 1 at the index and 0 elsewhere.</summary>
        static member oneHot (count: int) (indices: Tensor) : Tensor =
            Tensor.equal indices (Tensor.constant [ count ] (Array.init count float))
