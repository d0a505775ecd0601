namespace Hybrid.Core

open System

/// The execution of one node in float32, shared by eager and plan, which therefore agree to the bit.
module internal Execution =
    /// A dense run of numbers: a whole array, or the start of a larger one.
    type Buffer = ArraySegment<float32>

    /// The operand that a kernel may read instead of one that only repeats it.
    let unrepeated (x: Tensor) : Tensor =
        match x.Node with
        | Apply({ Kernel = Kernel.Read view }, [ inner ]) when view.Repeats(Shape.size inner.Shape) -> inner
        | _ -> x

    /// The operands as the node's kernel reads them: element-wise kernels repeat a scalar or a row by themselves.
    let operands (x: Tensor) : Tensor list =
        match x.Node with
        | Apply({
                    Kernel = Kernel.Zip _ | Kernel.Select
                },
                operands) -> List.map unrepeated operands
        | _ -> Graph.operands x

    /// The numbers, for writing.
    let span (x: Buffer) : Span<float32> =
        Span<float32>(x.Array, x.Offset, x.Count)

    /// The numbers, for reading.
    let readSpan (x: Buffer) : ReadOnlySpan<float32> =
        ReadOnlySpan<float32>(x.Array, x.Offset, x.Count)

    /// A chain without operations.
    let private unchanged: Chain = { Instructions = [||]; Results = [||] }

    /// Executes a primitive. Nothing is allocated, unless it has no kernel.
    let run (kernels: IKernels) (primitive: Primitive) (x: Buffer[]) (y: Buffer) : unit =
        match primitive.Kernel with
        | Kernel.Map operation -> kernels.Unary(operation, readSpan x[0], span y)
        | Kernel.Zip operation -> kernels.Binary(operation, readSpan x[0], readSpan x[1], span y)
        | Kernel.Select -> kernels.Select(readSpan x[0], readSpan x[1], readSpan x[2], span y)
        | Kernel.Reduce(reduction, outer, length, inner) ->
            kernels.Reduce(reduction, outer, length, inner, readSpan x[0], span y)
        | Kernel.Softmax(outer, length, inner) ->
            kernels.Softmax(outer, length, inner, readSpan x[0], span y, Span.Empty)
        | Kernel.MatMul(transposeA, transposeB, m, k, n) ->
            kernels.MatMul(transposeA, transposeB, m, k, n, readSpan x[0], readSpan x[1], span y)
        | Kernel.IntegerProduct product ->
            kernels
                .PrepareIntegerProduct(product, x[0], x[1], unchanged, [| { Values = y; Repeat = 1 } |], [||])
                .Invoke()
        | Kernel.PatchProduct product ->
            kernels
                .PreparePatches(
                    product,
                    x[0],
                    x[1],
                    false,
                    unchanged,
                    [| { Values = y; Repeat = 1 } |],
                    [||],
                    [||]
                )
                .Invoke()
        | Kernel.MaxPool pool -> kernels.MaxPool(pool, readSpan x[0], span y)
        | Kernel.MaxPoolGradient pool ->
            kernels
                .PrepareMaxPoolGradient(pool, x[0], x[1], unchanged, [| { Values = y; Repeat = 1 } |], [||])
                .Invoke()
        | Kernel.Read view -> kernels.Read(view, readSpan x[0], span y)
        | Kernel.Write views ->
            (span y).Clear()
            let mutable remaining = views

            for operand in x do
                kernels.Write(remaining.Head, readSpan operand, span y)
                remaining <- remaining.Tail
        | Kernel.Accumulate view -> kernels.Accumulate(view, readSpan x[0], span y)
        | Kernel.View -> (readSpan x[0]).CopyTo(span y)
        | Kernel.Uniform(key, row) ->
            let words = readSpan x[0]

            Random.fillFrom key (Draw.step (float words[0]) (float words[1])) (Draw.first words row) (span y)
        | Kernel.Gather(rows, width) -> RowIndex.gather rows width (readSpan x[0]) (readSpan x[1]) (span y)
        | Kernel.ScatterAdd(rows, width) ->
            RowIndex.scatterAdd rows width (readSpan x[0]) (readSpan x[1]) (span y)
        | Kernel.Definition ->
            let operands = [ for operand in x -> Array.map float (operand.ToArray()) ]
            let result = primitive.Reference operands
            result |> Array.map float32 |> (fun result -> result.CopyTo(y.Array, y.Offset))
