using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>Where the greatest element along an axis stands: the first of equals; a NaN counts as greatest.</summary>
static unsafe class Greatest
{
    /// <summary>y[o, i] = the least l at which x[o, l, i] is greatest.</summary>
    public static void Run<TLanes>(int outer, int length, int inner, float* x, float* y)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (nint o = 0; o < outer; o++)
            if (inner == 1)
                y[o] = Dense<TLanes>(x + o * length, length);
            else
                Rows<TLanes>(x + o * length * inner, length, inner, y + o * inner);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static float Dense<TLanes>(float* x, int length) where TLanes : unmanaged, ILanes<TLanes>
    {
        var greatest = Reducer.Dense<MaximumOperator, TLanes>(x, length);

        for (var l = 0; ; l++)
            if (x[l] == greatest || float.IsNaN(x[l]))
                return l;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Rows<TLanes>(float* x, int length, int inner, float* y) where TLanes : unmanaged, ILanes<TLanes>
    {
        for (var column = 0; column < inner; column += TLanes.Count)
        {
            var count = Math.Min(TLanes.Count, inner - column);
            var row = x + column;
            var (greatest, index) = (TLanes.LoadPartial(row, count), default(TLanes));

            for (var l = 1; l < length; l++)
            {
                row += inner;
                var candidate = TLanes.LoadPartial(row, count);

                // Not "at most", so also where the candidate is NaN; but nothing is above a NaN.
                var stays = candidate <= greatest | (TLanes.Equal(greatest, greatest) ^ TLanes.FromBits(-1));
                greatest = TLanes.Select(stays, greatest, candidate);
                index = TLanes.Select(stays, index, TLanes.Create(l));
            }

            TLanes.StorePartial(index, y + column, count);
        }
    }
}
