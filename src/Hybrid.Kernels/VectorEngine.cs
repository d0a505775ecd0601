using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>The kernels at one width: checks and pins the operands, and picks the loop.</summary>
sealed unsafe class VectorEngine<TLanes>(string name, int threads) : IKernels
    where TLanes : unmanaged, ILanes<TLanes>
{
    readonly Team team = new(threads);

    public string Name => name;

    public int Threads => threads;

    public IKernels Alone => threads == 1 ? this : new VectorEngine<TLanes>(name, 1);

    public void Share(int parts, ReadOnlySpan<float> x, Span<float> y, PartOfRows work)
    {
        Check.Same(x.Length / parts * parts, x.Length, nameof(x));
        Check.Same(y.Length / parts * parts, y.Length, nameof(y));

        fixed (float* from = x, to = y)
        {
            var shared = new SharedRows(from, x.Length / parts, to, y.Length / parts, work);
            team.Run(&SharedRows.Run, Unsafe.AsPointer(ref shared), parts);
        }
    }

    public void Dispose() => team.Dispose();

    public override string ToString() => $"{name}, {team.Threads} threads";

    public void Unary(Unary operation, ReadOnlySpan<float> x, Span<float> y)
    {
        Check.Same(y.Length, x.Length, nameof(x));

        fixed (float* from = x, to = y)
        {
            var operand = new Cyclic(from, x.Length);
            Elementwise.Run(team, Loops<TLanes>.Of(operation, false), operand, operand, operand, to, y.Length);
        }
    }

    public void Binary(Binary operation, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
    {
        Check.Divides(a.Length, y.Length, nameof(a));
        Check.Divides(b.Length, y.Length, nameof(b));

        if (y.IsEmpty)
            return;

        fixed (float* startA = a, startB = b, to = y)
        {
            // a single number is read as such: as a dense operand it would first be written out
            var (scalarA, scalarB) = (a.Length == 1, b.Length == 1);
            var loop = Loops<TLanes>.Of(operation, scalarA, scalarB);
            var left = scalarA ? Cyclic.Same(startA) : new(startA, a.Length);
            var right = scalarB ? Cyclic.Same(startB) : new(startB, b.Length);
            Elementwise.Run(team, loop, left, right, right, to, y.Length);
        }
    }

    public void Select(ReadOnlySpan<float> condition, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
    {
        Check.Divides(condition.Length, y.Length, nameof(condition));
        Check.Divides(a.Length, y.Length, nameof(a));
        Check.Divides(b.Length, y.Length, nameof(b));

        if (y.IsEmpty)
            return;

        fixed (float* test = condition, startA = a, startB = b, to = y)
            Elementwise.Run(
                team, &Loops<TLanes>.Select, new(test, condition.Length), new(startA, a.Length), new(startB, b.Length), to,
                y.Length);
    }

    public void Reduce(Reduction reduction, int outer, int length, int inner, ReadOnlySpan<float> x, Span<float> y)
    {
        Check.Same(Check.Count(outer, length, inner), x.Length, nameof(x));
        Check.Same(Check.Count(outer, inner), y.Length, nameof(y));

        if (y.IsEmpty)
            return;

        if (length == 0)
        {
            if (reduction != Reduction.Sum)
                throw new ArgumentException($"The {reduction} of no elements is undefined.", nameof(length));

            y.Clear();
            return;
        }

        fixed (float* from = x, to = y)
        {
            switch (reduction)
            {
                case Reduction.Sum: Reducer.Run<AddOperator, TLanes>(team, outer, length, inner, from, to); break;
                case Reduction.Max: Reducer.Run<MaximumOperator, TLanes>(team, outer, length, inner, from, to); break;
                case Reduction.ArgMax: ArgMax.Run<TLanes>(team, outer, length, inner, from, to); break;
                case Reduction.LogSumExp: Exponentials.Run<TLanes>(team, outer, length, inner, from, null, to); break;
                default: throw new ArgumentOutOfRangeException(nameof(reduction), reduction, null);
            }
        }
    }

    public void Softmax(int outer, int length, int inner, ReadOnlySpan<float> x, Span<float> y, Span<float> logSum)
    {
        Check.Same(Check.Count(outer, length, inner), x.Length, nameof(x));
        Check.Same(x.Length, y.Length, nameof(y));

        if (!logSum.IsEmpty)
            Check.Same(Check.Count(outer, inner), logSum.Length, nameof(logSum));

        if (!y.IsEmpty)
            fixed (float* from = x, to = y, logarithms = logSum)
                Exponentials.Run<TLanes>(team, outer, length, inner, from, to, logarithms);
    }

    public void MatMul(
        bool transposeA, bool transposeB, int m, int k, int n, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
    {
        Check.Same(Check.Count(m, k), a.Length, nameof(a));
        Check.Same(Check.Count(k, n), b.Length, nameof(b));
        Check.Same(Check.Count(m, n), y.Length, nameof(y));

        if (k == 0)
            y.Clear();
        else if (!y.IsEmpty)
            fixed (float* startA = a, startB = b, to = y)
                Gemm.Run<TLanes>(team, Product.Create(transposeA, transposeB, m, k, n, startA, startB, to), default);
    }

    public Action Prepare(Chain chain, ChainOperand[] operands, ArraySegment<float>[] results) =>
        new ChainCall<TLanes>(team, chain, operands, results).Run;

    public Action PrepareMatMul(
        bool transposeA, bool transposeB, int m, int k, int n, ArraySegment<float> a, ArraySegment<float> b, bool isFixed,
        Chain chain, ChainOperand[] operands, ArraySegment<float>[] results)
    {
        Check.Same(Check.Count(m, k), a.Count, nameof(a));
        Check.Same(Check.Count(k, n), b.Count, nameof(b));
        Check.Same(Check.Count(m, n), operands[0].Values.Count, nameof(operands));
        return new MatMulCall<TLanes>(team, transposeA, transposeB, m, k, n, a, b, isFixed, chain, operands, results).Run;
    }

    public Action PrepareIntegerProduct(
        IntegerProduct product, ArraySegment<float> x, ArraySegment<float> weights,
        Chain chain, ChainOperand[] operands, ArraySegment<float>[] results)
    {
        Check.Same(Check.Count(product.Rows, product.Depth), x.Count, nameof(x));
        Check.Same(Check.Count(product.Depth, product.Outputs), weights.Count, nameof(weights));
        Check.Same(Check.Count(product.Rows, product.Outputs), operands[0].Values.Count, nameof(operands));
        return new IntegerCall<TLanes>(team, product, x, weights, chain, operands, results).Run;
    }

    public Action PreparePatches(
        PatchProduct product, ArraySegment<float> a, ArraySegment<float> b, bool isFixed,
        Chain chain, ChainOperand[] operands, ArraySegment<float>[] results, MaximaOf[] pooling)
    {
        var patches = product.Patches;
        int images = patches.ImageSize, weights = Check.Count(patches.Size, product.Outputs);
        var rows = Check.Count(patches.Count, product.Outputs);
        ArgumentOutOfRangeException.ThrowIfLessThan(product.Outputs, 2, nameof(product));
        Check.Same(product.Form == PatchForm.Convolve ? images : rows, a.Count, nameof(a));
        Check.Same(product.Form == PatchForm.Weights ? images : weights, b.Count, nameof(b));
        Check.Same(
            product.Form switch { PatchForm.Convolve => rows, PatchForm.Weights => weights, _ => images },
            operands[0].Values.Count, nameof(operands));

        foreach (var pool in pooling)
        {
            Check.Same(rows, pool.Elements.Count, nameof(pooling));
            Check.Same(pool.Windows.Count, pool.Maxima.Count, nameof(pooling));
        }

        return PatchCall.Create<TLanes>(team, product, a, b, isFixed, chain, operands, results, pooling).Run;
    }

    public void MaxPool(PoolWindows pool, ReadOnlySpan<float> x, Span<float> y)
    {
        Check.Same(pool.Size, x.Length, nameof(x));
        Check.Same(pool.Count, y.Length, nameof(y));

        if (!y.IsEmpty)
            fixed (float* from = x, to = y)
                Hybrid.Kernels.MaxPool.Run<TLanes>(team, pool, from, to);
    }

    public Action PrepareMaxPoolGradient(
        PoolWindows pool, ArraySegment<float> cotangent, ArraySegment<float> x,
        Chain chain, ChainOperand[] operands, ArraySegment<float>[] results)
    {
        Check.Same(pool.Count, cotangent.Count, nameof(cotangent));
        Check.Same(pool.Size, x.Count, nameof(x));
        Check.Same(pool.Size, operands[0].Values.Count, nameof(operands));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            Math.Max(pool.WindowRows, pool.WindowColumns), MaxPoolGradientCall<TLanes>.MaxWindow, nameof(pool));
        return new MaxPoolGradientCall<TLanes>(team, pool, cotangent, x, chain, operands, results).Run;
    }

    public void Read(Strided view, ReadOnlySpan<float> x, Span<float> y)
    {
        Check.View(view, y.Length, x.Length);

        fixed (float* from = x, to = y)
            StridedCopy.Read(team, view, from, to);
    }

    public void Gather(int width, ReadOnlySpan<float> x, ReadOnlySpan<int> rows, Span<float> y)
    {
        Check.Same(Check.Count(rows.Length, width), y.Length, nameof(y));
        Check.Rows(width, x.Length, rows);

        if (!y.IsEmpty)
            fixed (float* from = x, to = y)
            fixed (int* indices = rows)
                RowGather.Run(team, width, from, indices, rows.Length, to);
    }

    public void Write(Strided view, ReadOnlySpan<float> x, Span<float> y)
    {
        Check.View(view, x.Length, y.Length);

        fixed (float* from = x, to = y)
            StridedCopy.Write(team, view, from, to);
    }

    public void Accumulate(Strided view, ReadOnlySpan<float> x, Span<float> y)
    {
        Check.View(view, x.Length, y.Length);
        y.Clear();

        if (!x.IsEmpty)
            fixed (float* from = x, to = y)
                StridedSum<TLanes>.Run(team, view, from, to);
    }
}
