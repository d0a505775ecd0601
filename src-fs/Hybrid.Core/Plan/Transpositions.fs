namespace Hybrid.Core

/// <summary>Transposes move behind what does not depend on the order of the axes, and disappear where they cancel. Results are equal to
/// the bit.</summary>
/// <remarks>Files have the channels of images first; layers with windows take and return them last. Between two such layers there are
/// only element-wise nodes, sums of branches, parts, paddings and concatenations, so that channels are last from the first layer to the
/// last one. Matrices keep their order: products read them transposed.</remarks>
module internal Transpositions =
    /// Axis i of a view is axis order[i] of the whole tensor, if the view only permutes the axes.
    let private orderOf (view: Strided) (shape: Shape) : int list option =
        let strides = Shape.strides shape

        let rec pick order free i =
            if i = view.Extents.Length then
                Some(List.rev order)
            else
                free
                |> List.tryFind (fun axis -> shape[axis] = view.Extents[i] && strides[axis] = view.Strides[i])
                |> Option.bind (fun axis -> pick (axis :: order) (List.except [ axis ] free) (i + 1))

        if view.Offset = 0 && view.Extents.Length = shape.Length then
            pick [] [ 0 .. shape.Length - 1 ] 0
        else
            None

    /// A tensor with more axes than a matrix, in another order: what it is made of, and the order.
    [<return: Struct>]
    let private (|Permuted|_|) (x: Tensor) : struct (Tensor * int list) voption =
        match x.Node with
        | Apply({ Kernel = Kernel.Read view }, [ inner ]) when x.Shape.Length > 2 ->
            match orderOf view inner.Shape with
            | Some order when order <> List.sort order -> ValueSome struct (inner, order)
            | _ -> ValueNone
        | _ -> ValueNone

    /// What belongs to each axis before it was permuted.
    let private before (order: int list) (after: 'a list) : 'a list =
        List.zip order after |> List.sortBy fst |> List.map snd

    /// The same part of a tensor before its axes were permuted, if the view is a part.
    let private partBefore (order: int list) (whole: Shape) (view: Strided) : Strided option =
        let strides, extents = Shape.strides whole, List.ofArray view.Extents

        let starts, _ =
            List.mapFold (fun rest stride -> rest / max 1 stride, rest % max 1 stride) view.Offset strides

        let isPart =
            List.ofArray view.Strides = strides
            && List.forall2 (<=) (List.map2 (+) starts extents) whole

        if not isPart then
            None
        else
            let strides = Shape.strides (before order whole)

            Some(
                Strided(
                    Array.ofList (before order extents),
                    Array.ofList strides,
                    List.sum (List.map2 (*) (before order starts) strides)
                )
            )

    /// The operand of an element-wise node before the axes are permuted, if that costs nothing.
    let private operandBefore (order: int list) (x: Tensor) : Tensor option =
        match x.Node with
        | _ when Shape.size x.Shape = 1 -> Some x
        | Apply({ Kernel = Kernel.Read view } as primitive, [ inner ]) when
            x.Shape.Length = order.Length && view.Extents.Length = order.Length
            ->
            match x with
            | Permuted(inner, other) when other = order -> Some inner
            | _ ->
                let turned (axes: int[]) =
                    Array.ofList (before order (List.ofArray axes))

                Some(
                    Tensor.apply
                        (before order x.Shape)
                        [ inner ]
                        { primitive with
                            Kernel =
                                Kernel.Read(Strided(turned view.Extents, turned view.Strides, view.Offset))
                        }
                )
        | _ -> None

    /// All of some things that may be missing.
    let private all (found: 'a option list) : 'a list option =
        if List.forall Option.isSome found then
            Some(List.choose id found)
        else
            None

    let private orderOfOperands (shape: Shape) (operands: Tensor list) : int list option =
        operands
        |> List.tryPick (fun operand ->
            match operand with
            | Permuted(_, order) when order.Length = shape.Length -> Some order
            | _ -> None)

    let private moved (x: Tensor) : Tensor =
        match x.Node with
        | Apply({ Kernel = Kernel.Read view } as primitive, [ Permuted(inner, order) as operand ]) ->
            match orderOf view operand.Shape, partBefore order operand.Shape view with
            | Some next, _ -> Tensor.permute (next |> List.map (fun axis -> order[axis])) inner
            | None, Some part ->
                Tensor.apply
                    (List.ofArray part.Extents)
                    [ inner ]
                    { primitive with
                        Kernel = Kernel.Read part
                    }
                |> Tensor.permute order
            | None, None -> x
        | Apply({
                    Kernel = Kernel.Map _ | Kernel.Zip _ | Kernel.Select
                } as primitive,
                operands) ->
            orderOfOperands x.Shape operands
            |> Option.bind (fun order ->
                List.map (operandBefore order) operands
                |> all
                |> Option.map (fun operands ->
                    Tensor.permute order (Tensor.apply (before order x.Shape) operands primitive)))
            |> Option.defaultValue x
        | Apply({ Kernel = Kernel.Write places } as primitive, operands) ->
            orderOfOperands x.Shape operands
            |> Option.bind (fun order ->
                match
                    all (List.map (operandBefore order) operands),
                    all (List.map (partBefore order x.Shape) places)
                with
                | Some operands, Some places ->
                    { primitive with
                        Kernel = Kernel.Write places
                    }
                    |> Tensor.apply (before order x.Shape) operands
                    |> Tensor.permute order
                    |> Some
                | _ -> None)
            |> Option.defaultValue x
        | _ -> x

    /// The same outputs, with fewer transposes.
    let outputs (cancellation: Cancellation) (outputs: Tensor list) : Tensor list =
        Rewriting.outputs cancellation (fun _ -> moved) outputs
