using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>Sums and maxima along an axis.</summary>
/// <remarks>The order of a sum depends only on the extents, never on width or threads: rows of an axis are added
/// in chunks of <see cref="Chunk"/> (so that rounding grows with the chunk, not with the axis); short dense runs are
/// added element by element, and longer ones are folded into rows of <see cref="Fold"/> first, then by
/// halves.</remarks>
static unsafe class Reducer
{
    /// <summary>The number of rows that are added before their sum is added to the total.</summary>
    public const int Chunk = 256;

    const int Fold = 64;
    const int PartLength = 1 << 15;

    /// <summary>y[o, i] = the operator folded over x[o, l, i] for l from 0 to length - 1, of which there is at
    /// least one.</summary>
    public static void Run<TOperator, TLanes>(Team team, int outer, int length, int inner, float* x, float* y)
        where TOperator : struct, IBinaryOperator
        where TLanes : unmanaged, ILanes<TLanes> =>
        new AxisWork { X = x, Y = y, Outer = outer, Length = length, Inner = inner, Kernel = &Part<TOperator, TLanes> }
            .Run(team, PartLength);

    [SkipLocalsInit]
    static void Part<TOperator, TLanes>(in AxisWork work, int outer, int outerEnd, int column, int columnEnd)
        where TOperator : struct, IBinaryOperator
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int length = work.Length, inner = work.Inner;
        var panel = stackalloc float[ShortRows.PanelLength];

        if (inner == 1 && length <= ShortRows.FoldLength)
            for (; outer < outerEnd; outer += ShortRows.Lines)
            {
                var rows = Math.Min(ShortRows.Lines, outerEnd - outer);
                ShortRows.Turn(work.X + (nint)outer * length, length, rows, panel);
                Rows<TOperator, TLanes>(panel, length, ShortRows.Lines, rows, work.Y + outer);
            }

        for (nint o = outer; o < outerEnd; o++)
            if (inner == 1)
                work.Y[o] = Dense<TOperator, TLanes>(work.X + o * length, length);
            else
                Rows<TOperator, TLanes>(
                    work.X + o * length * inner + column, length, inner, columnEnd - column, work.Y + o * inner + column);
    }

    /// <summary>The fold of neighbours.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dense<TOperator, TLanes>(float* x, int length)
        where TOperator : struct, IBinaryOperator
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var folded = stackalloc float[Fold];
        var count = Math.Min(length, Fold);

        if (length < Fold)
        {
            new Span<float>(x, length).CopyTo(new Span<float>(folded, Fold));
        }
        else
        {
            var rows = length / Fold;
            Rows<TOperator, TLanes>(x, rows, Fold, Fold, folded);
            Into<TOperator, TLanes>(folded, x + (nint)rows * Fold, length - rows * Fold);
        }

        for (int half; count > 1; count = half)
        {
            half = (count + 1) / 2;
            Into<TOperator, TLanes>(folded, folded + half, count - half);
        }

        return folded[0];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Into<TOperator, TLanes>(float* target, float* source, int count)
        where TOperator : struct, IBinaryOperator
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var i = 0;

        for (; i <= count - TLanes.Count; i += TLanes.Count)
            TLanes.Store(TOperator.Invoke(TLanes.Load(target + i), TLanes.Load(source + i)), target + i);

        for (; i < count; i++)
            Lanes1.Store(TOperator.Invoke(Lanes1.Load(target + i), Lanes1.Load(source + i)), target + i);
    }

    /// <summary>y[i] = the fold of x[l, i], four registers of columns at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Rows<TOperator, TLanes>(float* x, int rows, nint stride, int columns, float* y)
        where TOperator : struct, IBinaryOperator
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var column = 0;

        for (; column <= columns - 4 * TLanes.Count; column += 4 * TLanes.Count)
        {
            var row = x + column;

            for (var start = 0; start < rows; start += Chunk)
            {
                TLanes s0 = TLanes.Load(row), s1 = TLanes.Load(row + TLanes.Count);
                TLanes s2 = TLanes.Load(row + 2 * TLanes.Count), s3 = TLanes.Load(row + 3 * TLanes.Count);
                row += stride;

                for (var l = Math.Min(Chunk, rows - start); l > 1; l--, row += stride)
                {
                    s0 = TOperator.Invoke(s0, TLanes.Load(row));
                    s1 = TOperator.Invoke(s1, TLanes.Load(row + TLanes.Count));
                    s2 = TOperator.Invoke(s2, TLanes.Load(row + 2 * TLanes.Count));
                    s3 = TOperator.Invoke(s3, TLanes.Load(row + 3 * TLanes.Count));
                }

                Combine(s0, y + column, TLanes.Count, start);
                Combine(s1, y + column + TLanes.Count, TLanes.Count, start);
                Combine(s2, y + column + 2 * TLanes.Count, TLanes.Count, start);
                Combine(s3, y + column + 3 * TLanes.Count, TLanes.Count, start);
            }
        }

        for (; column < columns; column += TLanes.Count)
        {
            var row = x + column;
            var count = Math.Min(TLanes.Count, columns - column);

            for (var start = 0; start < rows; start += Chunk)
            {
                var s = TLanes.LoadPartial(row, count);
                row += stride;

                for (var l = Math.Min(Chunk, rows - start); l > 1; l--, row += stride)
                    s = TOperator.Invoke(s, TLanes.LoadPartial(row, count));

                Combine(s, y + column, count, start);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Combine(TLanes s, float* y, int count, int start) =>
            TLanes.StorePartial(start == 0 ? s : TOperator.Invoke(TLanes.LoadPartial(y, count), s), y, count);
    }
}
