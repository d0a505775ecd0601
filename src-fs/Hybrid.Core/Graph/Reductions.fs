namespace Hybrid.Core

open System

/// Primitives that reduce along an axis, beyond the sum, and what is composed of them.
[<AutoOpen>]
module Reductions =
    open Operands

    /// 1 where an element of each run is the one that an index names, else 0.
    let private atIndex (axis: int) (shape: Shape) (index: Tensor) : Tensor =
        let extent = shape[axis]

        let positions =
            Tensor.constant [ extent ] (Array.init extent float)
            |> Tensor.reshape (List.mapi (fun i _ -> if i = axis then extent else 1) shape)

        Tensor.equal (Tensor.broadcast shape positions) (Tensor.spread axis shape index)

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
            raise (ShapeMismatch(name, [ x.Shape ], $"Axis {axis} has no elements."))

        let vjp, jvp, definition, enclosure = rules

        let run (of': 'n[] -> 'm) (x: 'n[]) =
            Tensor.along around (fun at -> of' (Array.init length (fun l -> x[at l])))

        Tensor.apply
            (Shape.without axis x.Shape)
            [ x ]
            {
                Name = name
                Vjp = fun _ y g -> [ vjp axis y g ]
                Jvp = fun _ y tangents -> jvp axis y (one tangents)
                Reference = fun operands -> run definition (one operands)
                Enclosure = fun operands -> run enclosure (one operands)
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

    let private greatest (run: float[]) : float =
        Array.reduce (fun (a: float) b -> Math.Max(a, b)) run

    let private logSumExp (run: float[]) =
        let top = greatest run

        if Double.IsInfinity top then
            top
        else
            top + log (Array.sumBy (fun x -> exp (x - top)) run)

    /// How far logSumExp may be off, in units of the last place of 1: the sum and the greatest element may cancel.
    let private logSumExpError (run: float[]) =
        let top = greatest run

        if Double.IsInfinity top then
            0.0
        else
            float run.Length + 4.0 + 2.0 * abs top

    type Tensor with

        /// <summary>The greatest element along an axis, which is left out of the result. The derivative is that of the
        /// first one where several are greatest. Axis -1 is the last one.</summary>
        /// <exception cref="T:Hybrid.Core.ShapeMismatch">There is no such axis, or it has no elements.</exception>
        static member max (axis: int) (x: Tensor) : Tensor =
            let winner axis =
                atIndex axis x.Shape (Tensor.argMax axis x)

            let vjp axis _ g =
                Tensor.spread axis x.Shape g * winner axis

            let jvp axis _ t = Tensor.sum axis (t * winner axis)
            let rules = vjp, jvp, greatest, Array.reduce Interval.maximum
            reduce "Max" Reduction.Max axis (axes "ReduceMax") rules x

        /// <summary>The index of the first greatest element along an axis, which is left out of the result. Its
        /// derivative, like that of every comparison, is zero. Axis -1 is the last one.</summary>
        /// <exception cref="T:Hybrid.Core.ShapeMismatch">There is no such axis, or it has no elements.</exception>
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
                let top = greatest run
                run |> Array.findIndex (fun x -> x.Equals top) |> float

            let enclosure (run: Interval[]) =
                let top = run |> Array.map _.Lower |> Array.max
                let candidate interval = interval.Upper >= top

                {
                    Lower = float (Array.findIndex candidate run)
                    Upper = float (Array.findIndexBack candidate run)
                }

            let rules =
                (fun _ _ _ -> Tensor.zerosLike x), (fun _ y _ -> Tensor.zerosLike y), index, enclosure

            reduce "ArgMax" Reduction.ArgMax axis onnx rules x

        /// <summary>log Σ exp x along an axis, which is left out of the result, without overflow. Axis -1 is the last one.</summary>
        /// <exception cref="T:Hybrid.Core.ShapeMismatch">There is no such axis, or it has no elements.</exception>
        static member logSumExp (axis: int) (x: Tensor) : Tensor =
            let vjp axis _ g =
                Tensor.spread axis x.Shape g * Tensor.softmax axis x

            let jvp axis y t =
                Tensor.sum axis (t * Tensor.exp (x - Tensor.spread axis x.Shape y))

            let enclosure (run: Interval[]) =
                let lower, upper = Array.map _.Lower run, Array.map _.Upper run

                Interval.loosen
                    4.0
                    (max (logSumExpError lower) (logSumExpError upper))
                    {
                        Lower = logSumExp lower
                        Upper = logSumExp upper
                    }

            reduce
                "LogSumExp"
                Reduction.LogSumExp
                axis
                (axes "ReduceLogSumExp")
                (vjp, jvp, logSumExp, enclosure)
                x

        /// <summary>exp xᵢ / Σ exp xⱼ along an axis, without overflow. Axis -1 is the last one.</summary>
        /// <exception cref="T:Hybrid.Core.ShapeMismatch">There is no such axis.</exception>
        static member softmax (axis: int) (x: Tensor) : Tensor =
            let axis = Shape.axis "Softmax" axis x.Shape
            let struct (outer, length, inner) as around = Shape.around axis x.Shape

            // the i-th result of every run, put where its operand stands
            let each (f: (int -> 'n) -> int -> 'm) (x: 'n[]) : 'm[] =
                let y = Array.zeroCreate x.Length

                for at in Tensor.along around id do
                    for i in 0 .. length - 1 do
                        y[at i] <- f (fun l -> x[at l]) i

                y

            let definition (run: int -> float) i =
                exp (run i - logSumExp (Array.init length run))

            // least where it is lowest itself and all others are highest
            let enclosure (run: int -> Interval) i =
                let others bound =
                    Array.init length (fun l -> if l = i then 0.0 else bound (run l))

                let share own rest =
                    let run = Array.updateAt i own rest
                    let units = logSumExpError run + 2.0 * abs own

                    Interval.exactly (definition (fun l -> run[l]) i)
                    |> Interval.loosen (if Double.IsInfinity own then 0.0 else units) 0.0

                {
                    Lower = (share (run i).Lower (others _.Upper)).Lower
                    Upper = (share (run i).Upper (others _.Lower)).Upper
                }
                |> Interval.clamp 0.0 1.0

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

        /// <summary>The mean along an axis, which is left out of the result. Axis -1 is the last one.</summary>
        /// <exception cref="T:Hybrid.Core.ShapeMismatch">There is no such axis.</exception>
        static member mean (axis: int) (x: Tensor) : Tensor =
            let axis = Shape.axis "Mean" axis x.Shape
            Tensor.sum axis x / float x.Shape[axis]

        /// The mean of all elements, a scalar.
        static member meanAll(x: Tensor) : Tensor =
            Tensor.sumAll x / float (Shape.size x.Shape)

        /// <summary>Indices of shape [n; 1], as rows of shape [n; count] with a 1 at the index and 0 elsewhere.</summary>
        static member oneHot (count: int) (indices: Tensor) : Tensor =
            Tensor.equal indices (Tensor.constant [ count ] (Array.init count float))
