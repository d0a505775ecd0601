namespace Hybrid.Core

open System

/// One node in float32: what eager and plan do alike, which is why they agree to the bit.
module Execution =
    /// A dense run of numbers: a whole array, or the front of one that is larger.
    type Buffer = ArraySegment<float32>

    /// The operand that a kernel may read in place of one that only repeats it.
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

    let private span (x: Buffer) =
        Span<float32>(x.Array, x.Offset, x.Count)

    let private read (x: Buffer) =
        ReadOnlySpan<float32>(x.Array, x.Offset, x.Count)

    /// Carries out a primitive. Nothing is allocated, unless it has no kernel of its own.
    let run (engine: IKernels) (primitive: Primitive) (x: Buffer[]) (y: Buffer) : unit =
        match primitive.Kernel with
        | Kernel.Map operation -> engine.Unary(operation, read x[0], span y)
        | Kernel.Zip operation -> engine.Binary(operation, read x[0], read x[1], span y)
        | Kernel.Select -> engine.Select(read x[0], read x[1], read x[2], span y)
        | Kernel.Reduce(reduction, outer, length, inner) ->
            engine.Reduce(reduction, outer, length, inner, read x[0], span y)
        | Kernel.Softmax(outer, length, inner) -> engine.Softmax(outer, length, inner, read x[0], span y)
        | Kernel.MatMul(transposeA, transposeB, m, k, n) ->
            engine.MatMul(transposeA, transposeB, m, k, n, read x[0], read x[1], span y)
        | Kernel.Read view -> engine.Read(view, read x[0], span y)
        | Kernel.Write views ->
            (span y).Clear()
            let mutable remaining = views

            for operand in x do
                engine.Write(remaining.Head, read operand, span y)
                remaining <- remaining.Tail
        | Kernel.View -> (read x[0]).CopyTo(span y)
        | Kernel.Uniform key ->
            let words = read x[0]
            Random.fill key (Draw.step (float words[0]) (float words[1])) (span y)
        | Kernel.Definition ->
            let operands = [ for operand in x -> Array.map float (operand.ToArray()) ]
            let result = primitive.Reference operands
            result |> Array.map float32 |> (fun result -> result.CopyTo(y.Array, y.Offset))
