using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hybrid.Kernels;

/// <summary>A product of one row with a matrix whose columns are dense in memory: dot products, for which nothing is
/// packed.</summary>
/// <remarks>A dot product is <see cref="Partials"/> chains of multiply-adds, term p in chain p mod Partials, which are
/// then added by halves: the same order at every width.</remarks>
static unsafe class Dots
{
    const int Partials = 32;
    const int Columns = 4;

    public static bool Fit(in Product p) => p.Rows == 1 && p.ADepth == 1 && p.BDepth == 1 && p.Depth >= Partials;

    /// <summary>C[0, j] for the columns from <paramref name="column"/> on.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes>(in Product p, int column, int columnEnd) where TLanes : unmanaged, ILanes<TLanes>
    {
        var sums = stackalloc float[Columns * Partials];

        for (; column < columnEnd; column += Columns)
        {
            var columns = Math.Min(Columns, columnEnd - column);
            var b = p.B + column * p.BColumn;

            // narrow registers hold some of the chains at a time
            for (var chain = 0; chain < Partials; chain += 2 * TLanes.Count)
                Sum<TLanes>(p.A, b, p.BColumn, columns, p.Depth, chain, sums);

            for (var j = 0; j < columns; j++)
                p.C[column + j] = Total(sums + j * Partials);
        }
    }

    // missing columns repeat the last one
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Sum<TLanes>(float* a, float* b, nint stride, int columns, int depth, int chain, float* sums)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* b1 = b + Math.Min(1, columns - 1) * stride, b2 = b + Math.Min(2, columns - 1) * stride;
        var b3 = b + Math.Min(3, columns - 1) * stride;
        TLanes l0 = default, r0 = default, l1 = default, r1 = default,
            l2 = default, r2 = default, l3 = default, r3 = default;
        nint p = chain;

        for (; p <= depth - 2 * TLanes.Count; p += Partials)
        {
            TLanes left = TLanes.Load(a + p), right = TLanes.Load(a + p + TLanes.Count);
            l0 = TLanes.MultiplyAdd(left, TLanes.Load(b + p), l0);
            r0 = TLanes.MultiplyAdd(right, TLanes.Load(b + p + TLanes.Count), r0);
            l1 = TLanes.MultiplyAdd(left, TLanes.Load(b1 + p), l1);
            r1 = TLanes.MultiplyAdd(right, TLanes.Load(b1 + p + TLanes.Count), r1);
            l2 = TLanes.MultiplyAdd(left, TLanes.Load(b2 + p), l2);
            r2 = TLanes.MultiplyAdd(right, TLanes.Load(b2 + p + TLanes.Count), r2);
            l3 = TLanes.MultiplyAdd(left, TLanes.Load(b3 + p), l3);
            r3 = TLanes.MultiplyAdd(right, TLanes.Load(b3 + p + TLanes.Count), r3);
        }

        // terms beyond the end are 0 · 0, at every width
        int first = (int)Math.Clamp(depth - p, 0, TLanes.Count), second = (int)Math.Clamp(depth - p - TLanes.Count, 0, TLanes.Count);
        TLanes lastLeft = TLanes.LoadPartial(a + p, first), lastRight = TLanes.LoadPartial(a + p + TLanes.Count, second);
        Finish(b, l0, r0, sums);
        Finish(b1, l1, r1, sums + Partials);
        Finish(b2, l2, r2, sums + 2 * Partials);
        Finish(b3, l3, r3, sums + 3 * Partials);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void Finish(float* column, TLanes left, TLanes right, float* target)
        {
            left = TLanes.MultiplyAdd(lastLeft, TLanes.LoadPartial(column + p, first), left);
            right = TLanes.MultiplyAdd(lastRight, TLanes.LoadPartial(column + p + TLanes.Count, second), right);
            TLanes.Store(left, target + chain);
            TLanes.Store(right, target + chain + TLanes.Count);
        }
    }

    // the second half of the chains is added to the first, until one is left
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static float Total(float* sums)
    {
        var a = Vector128.Load(sums) + Vector128.Load(sums + 16);
        var b = Vector128.Load(sums + 4) + Vector128.Load(sums + 20);
        var c = Vector128.Load(sums + 8) + Vector128.Load(sums + 24);
        var d = Vector128.Load(sums + 12) + Vector128.Load(sums + 28);
        var four = a + c + (b + d);
        return four[0] + four[2] + (four[1] + four[3]);
    }
}
