namespace Hybrid.Testing

open System
open Hybrid.Core

/// Chains executed by an engine's own kernels, one instruction after another: a fused chain must give the same results.
module internal Unfused =
    let private spread (length: int) (operand: ChainOperand) : float32[] =
        Array.init length (fun i -> operand.Values[i / operand.Repeat % operand.Values.Count])

    /// Runs a chain on the current contents of the arrays.
    let run (engine: IKernels) (chain: Chain) (operands: ChainOperand[]) (results: ArraySegment<float32>[]) =
        if results.Length > 0 then
            let length = results[0].Count
            let values = ResizeArray(Array.map (spread length) operands)

            for instruction in chain.Instructions do
                let y = Array.zeroCreate length

                match instruction with
                | Instruction.Map(operation, x) -> engine.Unary(operation, ReadOnlySpan values[x], Span y)
                | Instruction.Zip(operation, a, b) ->
                    engine.Binary(operation, ReadOnlySpan values[a], ReadOnlySpan values[b], Span y)
                | Instruction.Select(condition, a, b) ->
                    engine.Select(
                        ReadOnlySpan values[condition],
                        ReadOnlySpan values[a],
                        ReadOnlySpan values[b],
                        Span y
                    )

                values.Add y

            Array.iter2
                (fun number (result: ArraySegment<float32>) ->
                    values[number].CopyTo(result.Array, result.Offset))
                chain.Results
                results

    /// The product, then the chain.
    let runMatMul
        (engine: IKernels)
        (transposeA, transposeB, m, k, n)
        (a: ArraySegment<float32>)
        (b: ArraySegment<float32>)
        (chain: Chain)
        (operands: ChainOperand[])
        (results: ArraySegment<float32>[])
        =
        engine.MatMul(
            transposeA,
            transposeB,
            m,
            k,
            n,
            Execution.readSpan a,
            Execution.readSpan b,
            Execution.span operands[0].Values
        )

        run engine chain operands results
