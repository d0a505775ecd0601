using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hybrid.Kernels;

/// <summary>A product of one row with a matrix whose columns are dense in memory: dot products, a few columns at a
/// time.</summary>
/// <remarks>A dot product is <see cref="Partials"/> chains of multiply-adds, term p in chain p mod Partials, which are
/// then added by halves: the same order at every width.</remarks>
static unsafe class Dots
{
    /// <summary>The columns that are computed together.</summary>
    public const int Columns = 4;

    public const int Partials = 32, Half = Partials / 2;

    public static bool Fit(in Product p) => p.Rows == 1 && p.ADepth == 1 && p.BDepth == 1 && p.Depth >= Partials;

    /// <summary>C[0, j] for the columns from <paramref name="column"/> on, a multiple of <see cref="Columns"/>.</summary>
    public static void Run<TLanes>(in Product p, int column, int columnEnd) where TLanes : unmanaged, ILanes<TLanes>
    {
        if (p.Panels == null)
            Run<TLanes, WholeColumns>(p, p.B, Columns * p.BColumn, p.BColumn, WholeColumns.Block, column, columnEnd);
        else if (p.AreHalved)
            RunPacked<TLanes, HalvedColumns>(p, column, columnEnd);
        else
            RunPacked<TLanes, WholeColumns>(p, column, columnEnd);
    }

    static void RunPacked<TLanes, TColumns>(in Product p, int column, int columnEnd)
        where TLanes : unmanaged, ILanes<TLanes>
        where TColumns : IColumns =>
        Run<TLanes, TColumns>(
            p, p.Panels, DotPanels.Next<TColumns>(p.Depth), TColumns.Block, Columns * TColumns.Block, column, columnEnd);

    /// <param name="p">The product.</param>
    /// <param name="b">The first column.</param>
    /// <param name="next">The distance between columns that are computed together and the next ones.</param>
    /// <param name="stride">The distance between two that are computed together.</param>
    /// <param name="step">The distance between two blocks of a column.</param>
    /// <param name="column">The first column.</param>
    /// <param name="columnEnd">The one after the last.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Run<TLanes, TColumns>(in Product p, float* b, nint next, nint stride, nint step, int column, int columnEnd)
        where TLanes : unmanaged, ILanes<TLanes>
        where TColumns : IColumns
    {
        var sums = stackalloc float[Columns * Partials];
        float* a = p.A, c = p.C;
        int rest = p.Depth % Partials, whole = p.Depth - rest;
        b += column / Columns * next;

        for (; column < columnEnd; column += Columns, b += next)
        {
            var columns = Math.Min(Columns, columnEnd - column);

            // narrow registers hold some of the chains at a time
            for (var chain = 0; chain < Half; chain += TLanes.Count)
                Sum<TLanes, TColumns>(a + chain, b + chain, stride, step, columns, whole, rest - chain, sums + chain);

            var totals = Totals(sums);

            if (columns == Columns)
                totals.Store(c + column);
            else
                for (var j = 0; j < columns; j++)
                    c[column + j] = totals[j];
        }
    }

    /// <summary>The chains of a register of each block from a place on, and of that half a block further on: of whole blocks and of the rest.
    /// Missing columns repeat the last one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Sum<TLanes, TColumns>(float* a, float* b, nint stride, nint step, int columns, int whole, int rest, float* sums)
        where TLanes : unmanaged, ILanes<TLanes>
        where TColumns : IColumns
    {
        float* b1 = b + Math.Min(1, columns - 1) * stride, b2 = b + Math.Min(2, columns - 1) * stride;
        var b3 = b + Math.Min(3, columns - 1) * stride;
        TLanes l0 = default, r0 = default, l1 = default, r1 = default,
            l2 = default, r2 = default, l3 = default, r3 = default;
        nint q = 0;

        for (; whole > 0; whole -= Partials, a += Partials, q += step)
        {
            TLanes left = TLanes.Load(a), right = TLanes.Load(a + Half);
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

        // terms beyond the end are 0 · 0, at every width
        int first = Math.Clamp(rest, 0, TLanes.Count), second = Math.Clamp(rest - Half, 0, TLanes.Count);

        if (first > 0)
        {
            TLanes left = TLanes.LoadPartial(a, first), right = TLanes.LoadPartial(a + Half, second);
            Finish<TLanes, TColumns>(left, right, b + q, first, second, ref l0, ref r0);
            Finish<TLanes, TColumns>(left, right, b1 + q, first, second, ref l1, ref r1);
            Finish<TLanes, TColumns>(left, right, b2 + q, first, second, ref l2, ref r2);
            Finish<TLanes, TColumns>(left, right, b3 + q, first, second, ref l3, ref r3);
        }

        Store(l0, r0, sums);
        Store(l1, r1, sums + Partials);
        Store(l2, r2, sums + 2 * Partials);
        Store(l3, r3, sums + 3 * Partials);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Finish<TLanes, TColumns>(
        TLanes lastLeft, TLanes lastRight, float* column, int first, int second, ref TLanes left, ref TLanes right)
        where TLanes : unmanaged, ILanes<TLanes>
        where TColumns : IColumns
    {
        TColumns.LoadPartial(column, first, second, out TLanes x, out TLanes y);
        left = TLanes.MultiplyAdd(lastLeft, x, left);
        right = TLanes.MultiplyAdd(lastRight, y, right);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store<TLanes>(TLanes left, TLanes right, float* target) where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes.Store(left, target);
        TLanes.Store(right, target + Half);
    }

    /// <summary>The sums of the columns: the second half of the chains is added to the first, until one is left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<float> Totals(float* sums)
    {
        var turned = new Block4(Four(sums), Four(sums + Partials), Four(sums + 2 * Partials), Four(sums + 3 * Partials)).Transpose();
        return turned.Row0 + turned.Row2 + (turned.Row1 + turned.Row3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<float> Four(float* sums)
    {
        var a = Vector128.Load(sums) + Vector128.Load(sums + 16);
        var b = Vector128.Load(sums + 4) + Vector128.Load(sums + 20);
        var c = Vector128.Load(sums + 8) + Vector128.Load(sums + 24);
        var d = Vector128.Load(sums + 12) + Vector128.Load(sums + 28);
        return a + c + (b + d);
    }
}
