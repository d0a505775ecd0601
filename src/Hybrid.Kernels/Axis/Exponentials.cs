using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>Softmax and log Σ exp along an axis. The maximum is subtracted first, so that nothing
/// overflows.</summary>
/// <remarks>The order of a sum is that of <see cref="Reducer"/>.</remarks>
static unsafe class Exponentials
{
    const int PartLength = 1 << 13;

    /// <summary>y[o, l, i] = exp x[o, l, i] / Σₗ exp x[o, l, i] and logSum[o, i] = log Σₗ exp x[o, l, i]; either may be
    /// null.</summary>
    public static void Run<TLanes>(Team team, int outer, int length, int inner, float* x, float* y, float* logSum)
        where TLanes : unmanaged, ILanes<TLanes> =>
        new AxisWork
        {
            X = x,
            Y = y,
            LogSum = logSum,
            Outer = outer,
            Length = length,
            Inner = inner,
            Kernel = &Part<TLanes>,
        }.Run(team, PartLength);

    static void Part<TLanes>(in AxisWork work, int outer, int outerEnd, int column, int columnEnd)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int length = work.Length, inner = work.Inner;

        if (inner == 1 && length <= ShortRows.MostLength)
        {
            Short<TLanes>(work, outer, outerEnd);
            return;
        }

        for (nint o = outer; o < outerEnd; o++)
        {
            var start = o * length * inner + column;
            var y = work.Y == null ? null : work.Y + start;
            var logSum = work.LogSum == null ? null : work.LogSum + o * inner + column;

            if (inner == 1)
                Dense<TLanes>(work.X + start, length, y, logSum);
            else
                Rows<TLanes>(work.X + start, length, inner, columnEnd - column, y, logSum);
        }
    }

    [SkipLocalsInit]
    static void Short<TLanes>(in AxisWork work, int outer, int outerEnd) where TLanes : unmanaged, ILanes<TLanes>
    {
        var panel = stackalloc float[ShortRows.PanelLength];
        var length = work.Length;

        for (; outer < outerEnd; outer += ShortRows.Lines)
        {
            var rows = Math.Min(ShortRows.Lines, outerEnd - outer);
            var start = (nint)outer * length;
            ShortRows.Turn(work.X + start, length, rows, panel);
            Rows<TLanes>(
                panel, length, ShortRows.Lines, rows,
                work.Y == null ? null : panel, work.LogSum == null ? null : work.LogSum + outer);

            if (work.Y != null)
                ShortRows.TurnBack(panel, length, rows, work.Y + start);
        }
    }

    /// <summary>Down the rows of a matrix, several columns at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Rows<TLanes>(float* x, int length, nint stride, int columns, float* y, float* logSum)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (var column = 0; column < columns; column += TLanes.Count)
        {
            var count = Math.Min(TLanes.Count, columns - column);
            var top = x + column;
            var largest = TLanes.LoadPartial(top, count);

            for (nint l = 1; l < length; l++)
                largest = TLanes.Maximum(largest, TLanes.LoadPartial(top + l * stride, count));

            TLanes total = default;

            for (var start = 0; start < length; start += Reducer.Chunk)
            {
                TLanes sum = default;
                var end = Math.Min(length, start + Reducer.Chunk);

                for (nint l = start; l < end; l++)
                {
                    var exponential = ExpOperator.Invoke(TLanes.LoadPartial(top + l * stride, count) - largest);
                    sum += exponential;

                    if (y != null)
                        TLanes.StorePartial(exponential, y + column + l * stride, count);
                }

                total += sum;
            }

            if (y != null)
                for (var target = y + column; target < y + length * stride; target += stride)
                    TLanes.StorePartial(TLanes.LoadPartial(target, count) / total, target, count);

            if (logSum != null)
                TLanes.StorePartial(LogSum(largest, total), logSum + column, count);
        }
    }

    /// <summary>Along one dense row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Dense<TLanes>(float* x, int length, float* y, float* logSum) where TLanes : unmanaged, ILanes<TLanes>
    {
        var exponentials = y == null ? Scratch.Borrow(length) : y;
        var largest = TLanes.Create(Reducer.Dense<MaximumOperator, TLanes>(x, length));

        for (var l = 0; l < length; l += TLanes.Count)
        {
            var count = Math.Min(TLanes.Count, length - l);
            TLanes.StorePartial(ExpOperator.Invoke(TLanes.LoadPartial(x + l, count) - largest), exponentials + l, count);
        }

        var total = TLanes.Create(Reducer.Dense<AddOperator, TLanes>(exponentials, length));

        if (logSum != null)
            TLanes.StorePartial(LogSum(largest, total), logSum, 1);

        for (var l = 0; y != null && l < length; l += TLanes.Count)
        {
            var count = Math.Min(TLanes.Count, length - l);
            TLanes.StorePartial(TLanes.LoadPartial(y + l, count) / total, y + l, count);
        }
    }

    /// <summary>An infinite element decides alone; subtracting it from itself would give NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TLanes LogSum<TLanes>(TLanes largest, TLanes total) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.Select(
            TLanes.Equal(TLanes.Abs(largest), TLanes.Create(float.PositiveInfinity)),
            largest, largest + LogOperator.Invoke(total));
}
