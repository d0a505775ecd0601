namespace Hybrid.Core

/// Primitives that slice and concatenate tensors.
[<AutoOpen>]
module Movement =
    open Operands

    /// The view of a part, count elements from start along an axis, in the whole tensor.
    let private part (axis: int) (start: int) (count: int) (whole: Shape) : Strided =
        let strides = Shape.strides whole
        Strided(Array.ofList (List.updateAt axis count whole), Array.ofList strides, start * strides[axis])

    type Tensor with

        /// <summary>Elements start … start + count - 1 along an axis. Axis -1 is the last one.</summary>
        /// <exception cref="T:Hybrid.ShapeMismatchException">There is no such axis, or it does not have these elements.</exception>
        static member slice (axis: int) (start: int) (count: int) (x: Tensor) : Tensor =
            let axis = Shape.axis "Slice" axis x.Shape
            let extent = x.Shape[axis]

            if start < 0 || count < 1 || start + count > extent then
                let rule = $"Elements {start} to {start + count - 1} do not exist on axis {axis}."
                raise (ShapeMismatchException("Slice", [ x.Shape ], rule))

            let shape = List.updateAt axis count x.Shape
            let view = part axis start count x.Shape

            let pick (operand: 'n[]) =
                Array.map (fun i -> operand[i]) view.Indices

            let lead, trail =
                List.updateAt axis start, List.updateAt axis (extent - start - count)

            // the parts before and after are zeros; an empty part is left out
            let restore (g: Tensor) =
                [
                    if start > 0 then
                        Tensor.fill 0.0 (lead x.Shape)
                    g
                    if start + count < extent then
                        Tensor.fill 0.0 (trail x.Shape)
                ]
                |> Tensor.concat axis

            let onnx inputs output =
                let from, until, along = output + "/start", output + "/end", output + "/axis"

                [
                    OnnxNode.integers from [ start ]
                    OnnxNode.integers until [ start + count ]
                    OnnxNode.integers along [ axis ]
                    OnnxNode.create "Slice" (inputs @ [ from; until; along ]) output []
                ]

            if count = extent then
                x
            else
                Tensor.apply
                    shape
                    [ x ]
                    {
                        Name = "Slice"
                        Vjp = fun _ _ g -> [ restore g ]
                        Jvp = fun _ _ tangents -> Tensor.slice axis start count (one tangents)
                        Reference = fun operands -> pick (one operands)
                        Enclosure = fun operands -> pick (one operands)
                        Continuity = Continuity.Smooth
                        Rounding = RoundingRule.Moves
                        Kernel = Kernel.Read view
                        Onnx = onnx
                    }

        /// <summary>Tensors concatenated along an axis. Axis -1 is the last one.</summary>
        /// <exception cref="T:Hybrid.ShapeMismatchException">There are no tensors, there is no such axis, or the extents of another axis
        /// differ.</exception>
        static member concat (axis: int) (parts: Tensor list) : Tensor =
            let shapes = parts |> List.map _.Shape

            if parts.IsEmpty then
                raise (ShapeMismatchException("Concat", [], "At least one tensor is needed."))

            let axis = Shape.axis "Concat" axis shapes.Head

            for shape in shapes do
                if
                    shape.Length <> shapes.Head.Length
                    || Shape.without axis shape <> Shape.without axis shapes.Head
                then
                    raise (
                        ShapeMismatchException(
                            "Concat",
                            shapes,
                            $"Only the extents of axis {axis} may differ."
                        )
                    )

            let counts = shapes |> List.map (fun shape -> shape[axis])
            let starts = List.scan (+) 0 counts
            let whole = List.updateAt axis (List.sum counts) shapes.Head

            let places =
                List.map2
                    (fun start count -> part axis start count whole)
                    (List.take counts.Length starts)
                    counts

            let assemble (operands: 'n[] list) : 'n[] =
                let y = Array.zeroCreate (Shape.size whole)

                List.iter2
                    (fun (place: Strided) x -> Array.iter2 (fun i v -> y[i] <- v) place.Indices x)
                    places
                    operands

                y

            let onnx inputs output =
                [
                    OnnxNode.create "Concat" inputs output [ "axis", OnnxAttribute.Integer(int64 axis) ]
                ]

            match parts with
            | [ single ] -> single
            | _ ->
                Tensor.apply
                    whole
                    parts
                    {
                        Name = "Concat"
                        Vjp =
                            fun _ _ g ->
                                List.map2
                                    (fun start count -> Tensor.slice axis start count g)
                                    (List.take counts.Length starts)
                                    counts
                        Jvp = fun _ _ tangents -> Tensor.concat axis tangents
                        Reference = assemble
                        Enclosure = assemble
                        Continuity = Continuity.Smooth
                        Rounding = RoundingRule.Moves
                        Kernel = Kernel.Write places
                        Onnx = onnx
                    }
