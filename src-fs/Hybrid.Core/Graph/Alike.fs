namespace Hybrid.Core

/// Whether two graphs compute the same function by the same operations: what is known of one then holds for the other.
module internal Alike =
    /// The value, as float32, of a constant tensor whose elements are all equal.
    let rec number (x: Tensor) : float32 voption =
        match x.Node with
        | Constant values ->
            match Array.distinct values.AsSingle with
            | [| single |] -> ValueSome single
            | _ -> ValueNone
        | Apply({ Kernel = Kernel.Read _ | Kernel.View }, [ inner ]) -> number inner
        | _ -> ValueNone

    let private views (a: Strided) (b: Strided) : bool =
        a.Extents = b.Extents && a.Strides = b.Strides && a.Offset = b.Offset

    let private kernels (a: Kernel) (b: Kernel) : bool =
        match a, b with
        | Kernel.Map a, Kernel.Map b -> a = b
        | Kernel.Zip a, Kernel.Zip b -> a = b
        | Kernel.Reduce(a, outer, length, inner), Kernel.Reduce(b, outer', length', inner') ->
            a = b && (outer, length, inner) = (outer', length', inner')
        | Kernel.Softmax(outer, length, inner), Kernel.Softmax(outer', length', inner') ->
            (outer, length, inner) = (outer', length', inner')
        | Kernel.Read a, Kernel.Read b
        | Kernel.Accumulate a, Kernel.Accumulate b -> views a b
        | Kernel.Write a, Kernel.Write b -> a.Length = b.Length && List.forall2 views a b
        | Kernel.Gather(rows, width), Kernel.Gather(rows', width')
        | Kernel.ScatterAdd(rows, width), Kernel.ScatterAdd(rows', width') -> (rows, width) = (rows', width')
        | Kernel.Select, Kernel.Select
        | Kernel.View, Kernel.View -> true
        // a primitive without a kernel may compute anything
        | _ -> false

    let private commutes (kernel: Kernel) =
        match kernel with
        | Kernel.Zip(Binary.Add | Binary.Multiply | Binary.Maximum | Binary.Minimum | Binary.Equal) -> true
        | _ -> false

    /// The same operations on the same inputs with the same constants, equal to the bit in float32; the operands of sums and
    /// products may be in either order.
    let rec graphs (a: Tensor) (b: Tensor) : bool =
        obj.ReferenceEquals(a, b)
        || a.Shape = b.Shape
           && match number a, number b with
              | ValueSome a, ValueSome b -> a = b
              | ValueNone, ValueNone -> nodes a.Node b.Node
              | _ -> false

    and private nodes (a: Node) (b: Node) : bool =
        match a, b with
        | Input a, Input b -> a = b
        | Constant a, Constant b -> a.AsSingle = b.AsSingle
        | Apply(p, left), Apply(q, right) ->
            kernels p.Kernel q.Kernel
            && left.Length = right.Length
            && (List.forall2 graphs left right
                || commutes p.Kernel && List.forall2 graphs left (List.rev right))
        | _ -> false
