using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>The index of the maximum along an axis: the first of equals; NaN counts as the maximum.</summary>
static unsafe class ArgMax
{
    const int PartLength = 1 << 15;

    /// <summary>y[o, i] = the smallest l at which x[o, l, i] is maximal.</summary>
    public static void Run<TLanes>(Team team, int outer, int length, int inner, float* x, float* y)
        where TLanes : unmanaged, ILanes<TLanes> =>
        new AxisWork { X = x, Y = y, Outer = outer, Length = length, Inner = inner, Kernel = &Part<TLanes> }
            .Run(team, PartLength);

    [SkipLocalsInit]
    static void Part<TLanes>(in AxisWork work, int outer, int outerEnd, int column, int columnEnd)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int length = work.Length, inner = work.Inner;
        var panel = stackalloc float[ShortRows.PanelLength];

        if (inner == 1 && length <= ShortRows.FoldLength)
            for (; outer < outerEnd; outer += ShortRows.Lines)
            {
                var rows = Math.Min(ShortRows.Lines, outerEnd - outer);
                ShortRows.Turn(work.X + (nint)outer * length, length, rows, panel);
                Rows<TLanes>(panel, length, ShortRows.Lines, rows, work.Y + outer);
            }

        for (nint o = outer; o < outerEnd; o++)
            if (inner == 1)
                work.Y[o] = Dense<TLanes>(work.X + o * length, length);
            else
                Rows<TLanes>(
                    work.X + o * length * inner + column, length, inner, columnEnd - column, work.Y + o * inner + column);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static float Dense<TLanes>(float* x, int length) where TLanes : unmanaged, ILanes<TLanes>
    {
        var largest = Reducer.Dense<MaximumOperator, TLanes>(x, length);
        var l = 0;

        // neither the maximum nor NaN: less than the maximum
        while (l <= length - TLanes.Count && TLanes.All(TLanes.Load(x + l) < TLanes.Create(largest)))
            l += TLanes.Count;

        for (; ; l++)
            if (x[l] == largest || float.IsNaN(x[l]))
                return l;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Rows<TLanes>(float* x, int length, nint stride, int columns, float* y)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (var column = 0; column < columns; column += TLanes.Count)
        {
            var count = Math.Min(TLanes.Count, columns - column);
            var row = x + column;
            var (largest, index) = (TLanes.LoadPartial(row, count), default(TLanes));

            for (var l = 1; l < length; l++)
            {
                row += stride;
                var candidate = TLanes.LoadPartial(row, count);

                // not "at most", so also if the candidate is NaN; but nothing is above NaN
                var stays = candidate <= largest | (TLanes.Equal(largest, largest) ^ TLanes.FromBits(-1));
                largest = TLanes.Select(stays, largest, candidate);
                index = TLanes.Select(stays, index, TLanes.Create(l));
            }

            TLanes.StorePartial(index, y + column, count);
        }
    }
}
