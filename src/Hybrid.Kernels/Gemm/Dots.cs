using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hybrid.Kernels;

/// <summary>A product of one row with a matrix whose columns are dense in memory: dot products, for which nothing is
/// packed.</summary>
/// <remarks>A dot product is <see cref="Partials"/> chains of multiply-adds, term p in chain p mod Partials, which are
/// then added by halves: the same order at every width.</remarks>
static unsafe class Dots
{
    public const int Partials = 32, Half = Partials / 2;
    const int Columns = 4;

    public static bool Fit(in Product p) => p.Rows == 1 && p.ADepth == 1 && p.BDepth == 1 && p.Depth >= Partials;

    /// <summary>C[0, j] for the columns from <paramref name="column"/> on.</summary>
    public static void Run<TLanes>(in Product p, int column, int columnEnd) where TLanes : unmanaged, ILanes<TLanes>
    {
        if (p.Panels != null)
            Run<TLanes, WordColumns>(p, p.Panels, HalvedColumns.Stride(p.Depth), column, columnEnd);
        else
            Run<TLanes, WholeColumns>(p, p.B, p.BColumn, column, columnEnd);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Run<TLanes, TColumns>(in Product p, float* b, nint stride, int column, int columnEnd)
        where TLanes : unmanaged, ILanes<TLanes>
        where TColumns : IColumns
    {
        var sums = stackalloc float[Columns * Partials];
        var rest = p.Depth % Partials;

        for (; column < columnEnd; column += Columns)
        {
            var columns = Math.Min(Columns, columnEnd - column);

            // narrow registers hold some of the chains at a time
            for (var chain = 0; chain < Half; chain += TLanes.Count)
                Sum<TLanes, TColumns>(p.A, b + column * stride, stride, columns, p.Depth - rest, rest, chain, sums + chain);

            for (var j = 0; j < columns; j++)
                p.C[column + j] = Total(sums + j * Partials);
        }
    }

    /// <summary>The chains of a register of each block from a place on, and of that half a block further on: of whole blocks and of the rest.
    /// Missing columns repeat the last one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Sum<TLanes, TColumns>(
        float* a, float* b, nint stride, int columns, int whole, int rest, int chain, float* sums)
        where TLanes : unmanaged, ILanes<TLanes>
        where TColumns : IColumns
    {
        a += chain;
        b += chain;
        float* b1 = b + Math.Min(1, columns - 1) * stride, b2 = b + Math.Min(2, columns - 1) * stride;
        var b3 = b + Math.Min(3, columns - 1) * stride;
        TLanes l0 = default, r0 = default, l1 = default, r1 = default,
            l2 = default, r2 = default, l3 = default, r3 = default;
        nint p = 0, q = 0;

        for (; p < whole; p += Partials, q += TColumns.Step)
        {
            TLanes left = TLanes.Load(a + p), right = TLanes.Load(a + p + Half);
            TColumns.Load(b + q, out TLanes x, out TLanes y);
            l0 = TLanes.MultiplyAdd(left, x, l0);
            r0 = TLanes.MultiplyAdd(right, y, r0);
            TColumns.Load(b1 + q, out x, out y);
            l1 = TLanes.MultiplyAdd(left, x, l1);
            r1 = TLanes.MultiplyAdd(right, y, r1);
            TColumns.Load(b2 + q, out x, out y);
            l2 = TLanes.MultiplyAdd(left, x, l2);
            r2 = TLanes.MultiplyAdd(right, y, r2);
            TColumns.Load(b3 + q, out x, out y);
            l3 = TLanes.MultiplyAdd(left, x, l3);
            r3 = TLanes.MultiplyAdd(right, y, r3);
        }

        int first = Math.Clamp(rest - chain, 0, TLanes.Count), second = Math.Clamp(rest - chain - Half, 0, TLanes.Count);

        // terms beyond the end are 0 · 0, at every width
        if (rest > 0)
        {
            TLanes left = TLanes.LoadPartial(a + p, first), right = TLanes.LoadPartial(a + p + Half, second);
            Finish(b, left, right, ref l0, ref r0);
            Finish(b1, left, right, ref l1, ref r1);
            Finish(b2, left, right, ref l2, ref r2);
            Finish(b3, left, right, ref l3, ref r3);
        }

        Store(l0, r0, sums);
        Store(l1, r1, sums + Partials);
        Store(l2, r2, sums + 2 * Partials);
        Store(l3, r3, sums + 3 * Partials);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void Finish(float* column, TLanes lastLeft, TLanes lastRight, ref TLanes left, ref TLanes right)
        {
            TColumns.LoadPartial(column + q, first, second, out TLanes x, out TLanes y);
            left = TLanes.MultiplyAdd(lastLeft, x, left);
            right = TLanes.MultiplyAdd(lastRight, y, right);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Store(TLanes left, TLanes right, float* target)
        {
            TLanes.Store(left, target);
            TLanes.Store(right, target + Half);
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
