namespace Hybrid.Properties

open System
open Hybrid.Core
open Hybrid.Testing

/// A request to an engine.
[<NoComparison; NoEquality>]
type internal Call =
    | UnaryCall of Unary * float32[]
    | BinaryCall of Binary * float32[] * float32[]
    | SelectCall of float32[] * float32[] * float32[]
    | ReduceCall of Reduction * outer: int * length: int * inner: int * float32[]
    | SoftmaxCall of outer: int * length: int * inner: int * float32[]
    | MatMulCall of transposeA: bool * transposeB: bool * m: int * k: int * n: int * float32[] * float32[]
    | ReadCall of Strided * float32[]
    | WriteCall of Strided * float32[]
    | AccumulateCall of Strided * float32[]
    /// A result of a chain: the length of its rows if a product comes before it, else 0.
    | ChainCall of columns: int

/// <summary>The plain engine with a fault: a function from the call, the previous contents of the result and the correct result
/// to the wrong one; and one from the operands of a chain to those that it reads instead.</summary>
[<Sealed>]
type internal FaultyKernels
    (name: string, spoil: Call -> float32[] -> float32[] -> float32[], misread: ChainOperand -> ChainOperand)
    =
    let right = new ReferenceKernels() :> IKernels

    // y holds its contents from before the call, and then the wrong result
    let answer call (y: Span<float32>) (stale: float32[]) =
        (spoil call stale (y.ToArray())).AsSpan().CopyTo y

    let answerChain columns (results: ArraySegment<float32>[]) (run: unit -> unit) =
        let stale = results |> Array.map _.ToArray()
        run ()

        for result, stale in Array.zip results stale do
            answer (ChainCall columns) (result.AsSpan()) stale

    new(name, spoil) = new FaultyKernels(name, spoil, id)

    interface IKernels with
        member _.Dispose() = ()
        member _.Name = name
        member _.Threads = right.Threads
        member this.Alone = this :> IKernels
        member _.Share(parts, x, y, work) = right.Share(parts, x, y, work)

        member _.Unary(operation, x, y) =
            let x', stale = x.ToArray(), y.ToArray()
            right.Unary(operation, x, y)
            answer (UnaryCall(operation, x')) y stale

        member _.Binary(operation, a, b, y) =
            let a', b', stale = a.ToArray(), b.ToArray(), y.ToArray()
            right.Binary(operation, a, b, y)
            answer (BinaryCall(operation, a', b')) y stale

        member _.Select(condition, a, b, y) =
            let call = SelectCall(condition.ToArray(), a.ToArray(), b.ToArray())
            let stale = y.ToArray()
            right.Select(condition, a, b, y)
            answer call y stale

        member _.Reduce(reduction, outer, length, inner, x, y) =
            let x', stale = x.ToArray(), y.ToArray()
            right.Reduce(reduction, outer, length, inner, x, y)
            answer (ReduceCall(reduction, outer, length, inner, x')) y stale

        member _.Gather(width, x, rows, y) = right.Gather(width, x, rows, y)

        member this.Softmax(outer, length, inner, x, y, logSum) =
            let x', stale = x.ToArray(), y.ToArray()
            right.Softmax(outer, length, inner, x, y, Span.Empty)

            if logSum.Length > 0 then
                (this :> IKernels).Reduce(Reduction.LogSumExp, outer, length, inner, x, logSum)

            answer (SoftmaxCall(outer, length, inner, x')) y stale

        member _.MatMul(transposeA, transposeB, m, k, n, a, b, y) =
            let a', b', stale = a.ToArray(), b.ToArray(), y.ToArray()
            right.MatMul(transposeA, transposeB, m, k, n, a, b, y)
            answer (MatMulCall(transposeA, transposeB, m, k, n, a', b')) y stale

        member _.Read(view, x, y) =
            let x', stale = x.ToArray(), y.ToArray()
            right.Read(view, x, y)
            answer (ReadCall(view, x')) y stale

        member _.Write(view, x, y) =
            let x', stale = x.ToArray(), y.ToArray()
            right.Write(view, x, y)
            answer (WriteCall(view, x')) y stale

        member _.Accumulate(view, x, y) =
            let x', stale = x.ToArray(), y.ToArray()
            right.Accumulate(view, x, y)
            answer (AccumulateCall(view, x')) y stale

        member this.Prepare(chain, operands, results) =
            Action(fun () ->
                answerChain 0 results (fun () -> Unfused.run this chain (Array.map misread operands) results))

        member this.PrepareMatMul(transposeA, transposeB, m, k, n, a, b, _, chain, operands, results) =
            let product, others = Array.head operands, Array.tail operands

            Action(fun () ->
                answerChain n results (fun () ->
                    Unfused.runMatMul
                        this
                        (transposeA, transposeB, m, k, n)
                        a
                        b
                        chain
                        (Array.append [| product |] (Array.map misread others))
                        results))

        member this.PrepareIntegerProduct(product, x, weights, chain, operands, results) =
            let own, others = Array.head operands, Array.tail operands

            Action(fun () ->
                answerChain product.Outputs results (fun () ->
                    Unfused.runIntegerProduct
                        this
                        product
                        x
                        weights
                        chain
                        (Array.append [| own |] (Array.map misread others))
                        results))

        member this.PreparePatches(product, a, b, _, chain, operands, results, pooling) =
            let own, others = Array.head operands, Array.tail operands

            Action(fun () ->
                answerChain product.Outputs results (fun () ->
                    Unfused.runPatches
                        this
                        product
                        a
                        b
                        chain
                        (Array.append [| own |] (Array.map misread others))
                        results
                        pooling))

        member this.MaxPool(pool, x, y) =
            (Unfused.maxPool this pool (ArraySegment(x.ToArray()))).CopyTo y

        member this.PrepareMaxPoolGradient(pool, cotangent, x, chain, operands, results) =
            let own, others = Array.head operands, Array.tail operands
            let operands = Array.append [| own |] (Array.map misread others)

            Action(fun () ->
                answerChain 0 results (fun () ->
                    Unfused.runMaxPoolGradient this pool cotangent x chain operands results))
