namespace Hybrid.Core

open System

/// What primitives that reduce along an axis have in common: runs are the elements along it.
module internal Reduced =
    open Operands

    /// Bounds of a run whose elements are all defined; undefined where one is not.
    let ofDefined (enclosure: Interval[] -> Interval) (run: Interval[]) : Interval =
        if Array.forall Interval.isDefined run then
            enclosure run
        else
            Interval.undefined

    /// A primitive of the runs along an axis, from its rules.
    let reduce name reduction (axis: int) (onnx: int -> string list -> string -> OnnxNode list) rules x =
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

    /// The ONNX nodes of an operator that has the axis as an attribute.
    let axes operator axis inputs output =
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

    let largest (run: float[]) : float =
        Array.reduce (fun (a: float) b -> Math.Max(a, b)) run

/// Primitives that reduce along an axis, other than the sum, and functions composed of them.
[<AutoOpen>]
module Reductions =
    open Operands
    open Reduced

    /// 1 where an element of each run is the one at the given index, else 0.
    let private atIndex (axis: int) (shape: Shape) (index: Tensor) : Tensor =
        let extent = shape[axis]

        let positions =
            Tensor.constant [ extent ] (Array.init extent float)
            |> Tensor.reshape (List.mapi (fun i _ -> if i = axis then extent else 1) shape)

        Tensor.equal (Tensor.broadcast shape positions) (Tensor.spread axis shape index)

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
