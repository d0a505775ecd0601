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

    /// Numbers made integers: the division, the rounding and the bounds, each by itself.
    let private quantized (engine: IKernels) (product: IntegerProduct) (x: ArraySegment<float32>) =
        let q = x.ToArray()

        let onNumber operation (number: float32) =
            engine.Binary(operation, ReadOnlySpan q, ReadOnlySpan [| number |], Span q)

        onNumber Binary.Divide product.Divisor
        engine.Unary(Unary.Round, ReadOnlySpan q, Span q)
        onNumber Binary.Maximum (float32 product.Least)
        onNumber Binary.Minimum (float32 product.Most)
        ArraySegment q

    /// The integers, the product and its chain, each by itself.
    let runIntegerProduct
        (engine: IKernels)
        (product: IntegerProduct)
        (x: ArraySegment<float32>)
        (weights: ArraySegment<float32>)
        (chain: Chain)
        (operands: ChainOperand[])
        (results: ArraySegment<float32>[])
        =
        runMatMul
            engine
            (false, product.IsTurned, product.Rows, product.Depth, product.Outputs)
            (quantized engine product x)
            weights
            chain
            operands
            results

    /// The elements of a pool's windows, the maxima of their rows, and the maxima of these: [images; rows; window rows; columns; window
    /// columns; channels] without the last but one axis, and without the third.
    let private maxima (engine: IKernels) (pool: PoolWindows) (x: ArraySegment<float32>) =
        let height, width = pool.Rows * pool.WindowRows, pool.Columns * pool.WindowColumns

        let strides =
            Shape.strides [ pool.Images; pool.Height; pool.Width; pool.Channels ]
            |> Array.ofList

        let used = Array.zeroCreate (pool.Images * height * width * pool.Channels)

        let inRows = Array.zeroCreate (pool.Images * height * pool.Columns * pool.Channels)

        let y = Array.zeroCreate pool.Count

        engine.Read(
            Strided([| pool.Images; height; width; pool.Channels |], strides, 0),
            Execution.readSpan x,
            Span used
        )

        let reduce reduction =
            let columns = pool.Images * height * pool.Columns, pool.WindowColumns, pool.Channels

            let rows = pool.Images * pool.Rows, pool.WindowRows, pool.Columns * pool.Channels

            let one (outer, length, inner) (x: float32[]) (y: float32[]) =
                engine.Reduce(reduction, outer, length, inner, ReadOnlySpan x, Span y)

            one columns, one rows

        reduce, used, inRows, y

    /// The maximum of each window, of one axis after the other.
    let maxPool (engine: IKernels) (pool: PoolWindows) (x: ArraySegment<float32>) : float32[] =
        let reduce, used, inRows, y = maxima engine pool x
        let columns, rows = reduce Reduction.Max
        columns used inRows
        rows inRows y
        y

    /// The integers, if any, the padded images, the matrix of windows, the product or the sum, and its chain, each by itself.
    let runPatches
        (engine: IKernels)
        (product: PatchProduct)
        (a: ArraySegment<float32>)
        (b: ArraySegment<float32>)
        (chain: Chain)
        (operands: ChainOperand[])
        (results: ArraySegment<float32>[])
        (pooling: MaximaOf[])
        =
        let p, outputs = product.Patches, product.Outputs

        let strides shape = Shape.strides shape |> Array.ofList

        let dense = strides [ p.Examples; p.PaddedHeight; p.PaddedWidth; p.Channels ]

        let padded =
            Array.zeroCreate (p.Examples * p.PaddedHeight * p.PaddedWidth * p.Channels)

        let matrix = Array.zeroCreate (p.Count * p.Size)

        let place =
            Strided(
                [| p.Examples; p.Height; p.Width; p.Channels |],
                dense,
                p.Top * dense[1] + p.Left * dense[2]
            )

        let view =
            Strided(
                [| p.Examples; p.Rows; p.Columns; p.WindowRows; p.WindowColumns; p.Channels |],
                [|
                    dense[0]
                    p.RowStride * dense[1]
                    p.ColumnStride * dense[2]
                    p.RowDilation * dense[1]
                    p.ColumnDilation * dense[2]
                    1
                |],
                0
            )

        let readWindows (images: ArraySegment<float32>) =
            engine.Write(place, Execution.readSpan images, Span padded)
            engine.Read(view, ReadOnlySpan padded, Span matrix)

        let y = operands[0].Values

        let multiply (turnedA, turnedB) m k n a b y =
            engine.MatMul(
                turnedA,
                turnedB,
                m,
                k,
                n,
                Execution.readSpan a,
                Execution.readSpan b,
                Execution.span y
            )

        match product.Form with
        | PatchForm.Convolve ->
            match product.Integers with
            | ValueSome integers -> readWindows (quantized engine integers a)
            | ValueNone -> readWindows a

            multiply (false, not product.Turned) p.Count p.Size outputs (ArraySegment matrix) b y
        | PatchForm.Weights ->
            readWindows b

            if product.Turned then
                multiply (true, false) p.Size p.Count outputs (ArraySegment matrix) a y
            else
                multiply (true, false) outputs p.Count p.Size a (ArraySegment matrix) y
        | _ ->
            multiply (false, product.Turned) p.Count outputs p.Size a b (ArraySegment matrix)
            engine.Accumulate(view, ReadOnlySpan matrix, Span padded)
            engine.Read(place, ReadOnlySpan padded, Execution.span y)

        run engine chain operands results

        for pool in pooling do
            (maxPool engine pool.Windows pool.Elements).CopyTo(Execution.span pool.Maxima)

    /// The gradient of the maximum of each window, from the indices of the first maxima of one axis after the other, and its chain.
    let runMaxPoolGradient
        (engine: IKernels)
        (pool: PoolWindows)
        (cotangent: ArraySegment<float32>)
        (x: ArraySegment<float32>)
        (chain: Chain)
        (operands: ChainOperand[])
        (results: ArraySegment<float32>[])
        =
        let reduce, used, inRows, row = maxima engine pool x
        let columnMaxima, _ = reduce Reduction.Max
        let columnIndices, rowIndices = reduce Reduction.ArgMax
        let column = Array.zeroCreate inRows.Length
        columnMaxima used inRows
        columnIndices used column
        rowIndices inRows row
        let y = Execution.span operands[0].Values
        y.Clear()

        for image in 0 .. pool.Images - 1 do
            for i in 0 .. pool.Rows * pool.WindowRows - 1 do
                for j in 0 .. pool.Columns * pool.WindowColumns - 1 do
                    for c in 0 .. pool.Channels - 1 do
                        let at row count =
                            ((image * count + row) * pool.Columns + j / pool.WindowColumns) * pool.Channels
                            + c

                        let window = at (i / pool.WindowRows) pool.Rows

                        let isOne index position =
                            if index = float32 position then 1f else 0f

                        let ofRow = cotangent[window] * isOne row[window] (i % pool.WindowRows)

                        y[((image * pool.Height + i) * pool.Width + j) * pool.Channels + c] <-
                            ofRow
                            * isOne column[at i (pool.Rows * pool.WindowRows)] (j % pool.WindowColumns)

        run engine chain operands results
