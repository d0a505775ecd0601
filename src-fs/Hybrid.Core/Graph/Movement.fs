namespace Hybrid.Core

/// Primitives that slice, pad and concatenate tensors.
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

            let edges =
                List.map (fun _ -> struct (0, 0)) x.Shape
                |> List.updateAt axis (struct (start, extent - start - count))

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
                        Vjp = fun _ _ g -> [ Tensor.pad edges g ]
                        Jvp = fun _ _ tangents -> Tensor.slice axis start count (one tangents)
                        Reference = fun operands -> pick (one operands)
                        Enclosure = fun operands -> pick (one operands)
                        Continuity = Continuity.Smooth
                        Rounding = RoundingRule.Moves
                        Kernel = Kernel.Read view
                        Onnx = onnx
                    }

        /// <summary>A tensor with zeros around it.</summary>
        /// <param name="edges">For each axis, how many zeros before and after it.</param>
        /// <param name="x">Any tensor with that many axes.</param>
        static member internal pad (edges: struct (int * int) list) (x: Tensor) : Tensor =
            if
                edges.Length <> x.Shape.Length
                || edges |> List.exists (fun (struct (before, after)) -> before < 0 || after < 0)
            then
                raise (
                    ShapeMismatchException("Pad", [ x.Shape ], "Each axis needs two numbers, not negative.")
                )

            let shape =
                List.map2 (fun extent (struct (before, after)) -> before + extent + after) x.Shape edges

            let strides = Shape.strides shape

            let offset =
                List.fold2
                    (fun offset stride (struct (before, _)) -> offset + stride * before)
                    0
                    strides
                    edges

            let place = Strided(Array.ofList x.Shape, Array.ofList strides, offset)

            let assemble zero (operands: 'n[] list) =
                let y = Array.create (Shape.size shape) zero
                Array.iter2 (fun at v -> y[at] <- v) place.Indices (one operands)
                y

            let inner (g: Tensor) =
                List.indexed edges
                |> List.fold
                    (fun (g: Tensor) (axis, struct (before, _)) -> Tensor.slice axis before x.Shape[axis] g)
                    g

            let onnx inputs output =
                let pads = output + "/pads"

                [
                    OnnxNode.integers
                        pads
                        (List.map (fun (struct (before, _)) -> before) edges
                         @ List.map (fun (struct (_, after)) -> after) edges)
                    OnnxNode.create "Pad" (inputs @ [ pads ]) output []
                ]

            if shape = x.Shape then
                x
            else
                Tensor.apply
                    shape
                    [ x ]
                    {
                        Name = "Pad"
                        Vjp = fun _ _ g -> [ inner g ]
                        Jvp = fun _ _ tangents -> Tensor.pad edges (one tangents)
                        Reference = assemble 0.0
                        Enclosure = assemble (Interval.exactly 0.0)
                        Continuity = Continuity.Smooth
                        Rounding = RoundingRule.Moves
                        Kernel = Kernel.Write [ place ]
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
