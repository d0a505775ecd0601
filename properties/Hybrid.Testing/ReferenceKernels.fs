namespace Hybrid.Testing

open System
open Hybrid.Core

/// <summary>An engine of plain loops in float32: slow, but easy to verify, for comparison with fast engines.</summary>
[<Sealed>]
type internal ReferenceKernels() =
    static let unary operation (x: float32) : float32 =
        match operation with
        | Unary.Negate -> -x
        | Unary.Exp -> exp x
        | Unary.Log -> log x
        | Unary.Sqrt -> sqrt x
        | Unary.Sin -> sin x
        | Unary.Cos -> cos x
        | Unary.Tanh -> tanh x
        | Unary.Sigmoid -> float32 (Special.sigmoid (float x))
        | Unary.Softplus -> float32 (Special.softplus (float x))
        | Unary.Erf -> float32 (Special.erf (float x))
        | Unary.Abs -> abs x
        | Unary.Sign -> if Single.IsNaN x then x else float32 (sign x)
        | Unary.Step -> if x > 0f then 1f else 0f
        | Unary.Relu -> if x > 0f || Single.IsNaN x then x else 0f
        | Unary.IsNaN -> if Single.IsNaN x then 1f else 0f
        | Unary.Round -> MathF.Round(x, MidpointRounding.ToEven)
        | _ -> raise (ArgumentOutOfRangeException(nameof operation))

    static let binary operation (a: float32) (b: float32) : float32 =
        match operation with
        | Binary.Add -> a + b
        | Binary.Subtract -> a - b
        | Binary.Multiply -> a * b
        | Binary.Divide -> a / b
        | Binary.Maximum -> MathF.Max(a, b)
        | Binary.Minimum -> MathF.Min(a, b)
        | Binary.Power -> MathF.Pow(a, b)
        | Binary.Greater -> if a > b then 1f else 0f
        | Binary.Equal -> if a = b then 1f else 0f
        | _ -> raise (ArgumentOutOfRangeException(nameof operation))

    static let largest (run: float32[]) =
        Array.reduce (fun (a: float32) b -> MathF.Max(a, b)) run

    static let logSumExp run =
        let top = largest run

        if Single.IsInfinity top then
            top
        else
            top + log (Array.fold (fun sum x -> sum + exp (x - top)) 0f run)

    static let reduce reduction (run: float32[]) : float32 =
        match reduction with
        | Reduction.Sum -> Array.fold (+) 0f run
        | Reduction.Max -> largest run
        | Reduction.ArgMax ->
            let top = largest run
            run |> Array.findIndex (fun x -> x.Equals top) |> float32
        | Reduction.LogSumExp -> logSumExp run
        | _ -> raise (ArgumentOutOfRangeException(nameof reduction))

    /// The run of elements of an outer × length × inner block at an outer and an inner index.
    static let run (x: ReadOnlySpan<float32>) length inner o i =
        let run = Array.zeroCreate length

        for l in 0 .. length - 1 do
            run[l] <- x[(o * length + l) * inner + i]

        run

    /// An engine that computes with these.
    static member Engine: Engine = new Engine(new ReferenceKernels())

    interface IKernels with
        member _.Dispose() = ()
        member _.Name = "reference"
        member _.Threads = 1
        member this.Alone = this :> IKernels

        member _.Share(parts, x, y, work) =
            let read, written = x.Length / parts, y.Length / parts

            for part in 0 .. parts - 1 do
                work.Invoke(part, x.Slice(part * read, read), y.Slice(part * written, written))

        member _.Unary(operation, x, y) =
            for i in 0 .. y.Length - 1 do
                y[i] <- unary operation x[i]

        member _.Binary(operation, a, b, y) =
            for i in 0 .. y.Length - 1 do
                y[i] <- binary operation a[i % a.Length] b[i % b.Length]

        member _.Select(condition, a, b, y) =
            for i in 0 .. y.Length - 1 do
                y[i] <-
                    if condition[i % condition.Length] <> 0f then
                        a[i % a.Length]
                    else
                        b[i % b.Length]

        member _.Reduce(reduction, outer, length, inner, x, y) =
            for o in 0 .. outer - 1 do
                for i in 0 .. inner - 1 do
                    y[o * inner + i] <- reduce reduction (run x length inner o i)

        member _.Softmax(outer, length, inner, x, y, logSum) =
            for o in 0 .. outer - 1 do
                for i in 0 .. inner - 1 do
                    let run = run x length inner o i
                    let top = largest run
                    let total = Array.fold (fun sum x -> sum + exp (x - top)) 0f run

                    for l in 0 .. length - 1 do
                        y[(o * length + l) * inner + i] <- exp (run[l] - top) / total

                    if logSum.Length > 0 then
                        logSum[o * inner + i] <- logSumExp run

        member _.MatMul(transposeA, transposeB, m, k, n, a, b, y) =
            for i in 0 .. m - 1 do
                for j in 0 .. n - 1 do
                    let mutable total = 0f

                    for p in 0 .. k - 1 do
                        let left = if transposeA then a[p * m + i] else a[i * k + p]
                        let right = if transposeB then b[j * k + p] else b[p * n + j]
                        total <- total + left * right

                    y[i * n + j] <- total

        member _.Read(view, x, y) =
            let indices = view.Indices

            for i in 0 .. indices.Length - 1 do
                y[i] <- x[indices[i]]

        member _.Gather(width, x, rows, y) =
            for i in 0 .. rows.Length - 1 do
                x.Slice(rows[i] * width, width).CopyTo(y.Slice(i * width))

        member _.Write(view, x, y) =
            let indices = view.Indices

            for i in 0 .. indices.Length - 1 do
                y[indices[i]] <- x[i]

        member _.Accumulate(view, x, y) =
            y.Clear()
            let indices = view.Indices

            for i in 0 .. indices.Length - 1 do
                y[indices[i]] <- y[indices[i]] + x[i]

        member this.Prepare(chain, operands, results) =
            Action(fun () -> Unfused.run this chain operands results)

        member this.PrepareMatMul(transposeA, transposeB, m, k, n, a, b, _, chain, operands, results) =
            Action(fun () ->
                Unfused.runMatMul this (transposeA, transposeB, m, k, n) a b chain operands results)

        member this.PrepareIntegerProduct(product, x, weights, chain, operands, results) =
            Action(fun () -> Unfused.runIntegerProduct this product x weights chain operands results)

        member this.PreparePatches(product, a, b, _, chain, operands, results, pooling) =
            Action(fun () -> Unfused.runPatches this product a b chain operands results pooling)

        member this.MaxPool(pool, x, y) =
            (Unfused.maxPool this pool (ArraySegment(x.ToArray()))).CopyTo y

        member this.PrepareMaxPoolGradient(pool, cotangent, x, chain, operands, results) =
            Action(fun () -> Unfused.runMaxPoolGradient this pool cotangent x chain operands results)
