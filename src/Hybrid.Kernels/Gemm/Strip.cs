using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>The innermost kernel of a small matrix product: up to four rows by up to two registers of columns, read
/// in place.</summary>
/// <remarks>The chain of sums of an element is that of <see cref="Tile"/>.</remarks>
static unsafe class Strip
{
    public const int Rows = 4;

    /// <summary>C ← A B, or C + A B to resume the sums of an earlier block, for 1 to 4 rows and 1 to 2 · Count
    /// columns.</summary>
    public static void Run<TLanes>(
        int rows, int columns, int depth, float* a, nint aRow, nint aDepth,
        float* b, nint bStride, float* c, nint cStride, bool resume)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (columns >= 2 * TLanes.Count)
            Full<TLanes>(rows, depth, a, aRow, aDepth, b, bStride, c, cStride, resume);
        else
            Edge<TLanes>(rows, columns, depth, a, aRow, aDepth, b, bStride, c, cStride, resume);
    }

    // Rows that are missing repeat the last one: their sums are computed and left.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Full<TLanes>(
        int rows, int depth, float* a, nint aRow, nint aDepth, float* b, nint bStride, float* c, nint cStride, bool resume)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var (row1, row2, row3) = (Math.Min(1, rows - 1), Math.Min(2, rows - 1), Math.Min(3, rows - 1));
        float* a1 = a + row1 * aRow, a2 = a + row2 * aRow, a3 = a + row3 * aRow;
        float* c1 = c + row1 * cStride, c2 = c + row2 * cStride, c3 = c + row3 * cStride;
        TLanes l0 = default, r0 = default, l1 = default, r1 = default,
            l2 = default, r2 = default, l3 = default, r3 = default;

        if (resume)
        {
            (l0, r0) = (TLanes.Load(c), TLanes.Load(c + TLanes.Count));
            (l1, r1) = (TLanes.Load(c1), TLanes.Load(c1 + TLanes.Count));
            (l2, r2) = (TLanes.Load(c2), TLanes.Load(c2 + TLanes.Count));
            (l3, r3) = (TLanes.Load(c3), TLanes.Load(c3 + TLanes.Count));
        }

        for (nint offset = 0; depth > 0; depth--, offset += aDepth, b += bStride)
        {
            TLanes left = TLanes.Load(b), right = TLanes.Load(b + TLanes.Count);
            var x = TLanes.Create(a[offset]);
            l0 = TLanes.MultiplyAdd(x, left, l0);
            r0 = TLanes.MultiplyAdd(x, right, r0);
            x = TLanes.Create(a1[offset]);
            l1 = TLanes.MultiplyAdd(x, left, l1);
            r1 = TLanes.MultiplyAdd(x, right, r1);
            x = TLanes.Create(a2[offset]);
            l2 = TLanes.MultiplyAdd(x, left, l2);
            r2 = TLanes.MultiplyAdd(x, right, r2);
            x = TLanes.Create(a3[offset]);
            l3 = TLanes.MultiplyAdd(x, left, l3);
            r3 = TLanes.MultiplyAdd(x, right, r3);
        }

        TLanes.Store(l3, c3);
        TLanes.Store(r3, c3 + TLanes.Count);
        TLanes.Store(l2, c2);
        TLanes.Store(r2, c2 + TLanes.Count);
        TLanes.Store(l1, c1);
        TLanes.Store(r1, c1 + TLanes.Count);
        TLanes.Store(l0, c);
        TLanes.Store(r0, c + TLanes.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Edge<TLanes>(
        int rows, int columns, int depth, float* a, nint aRow, nint aDepth,
        float* b, nint bStride, float* c, nint cStride, bool resume)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var (row1, row2, row3) = (Math.Min(1, rows - 1), Math.Min(2, rows - 1), Math.Min(3, rows - 1));
        float* a1 = a + row1 * aRow, a2 = a + row2 * aRow, a3 = a + row3 * aRow;

        for (; columns > 0; columns -= TLanes.Count, b += TLanes.Count, c += TLanes.Count)
        {
            var count = Math.Min(columns, TLanes.Count);
            float* c1 = c + row1 * cStride, c2 = c + row2 * cStride, c3 = c + row3 * cStride, row = b;
            TLanes y0 = default, y1 = default, y2 = default, y3 = default;

            if (resume)
            {
                (y0, y1) = (TLanes.LoadPartial(c, count), TLanes.LoadPartial(c1, count));
                (y2, y3) = (TLanes.LoadPartial(c2, count), TLanes.LoadPartial(c3, count));
            }

            for (nint step = 0, offset = 0; step < depth; step++, offset += aDepth, row += bStride)
            {
                var x = TLanes.LoadPartial(row, count);
                y0 = TLanes.MultiplyAdd(TLanes.Create(a[offset]), x, y0);
                y1 = TLanes.MultiplyAdd(TLanes.Create(a1[offset]), x, y1);
                y2 = TLanes.MultiplyAdd(TLanes.Create(a2[offset]), x, y2);
                y3 = TLanes.MultiplyAdd(TLanes.Create(a3[offset]), x, y3);
            }

            TLanes.StorePartial(y3, c3, count);
            TLanes.StorePartial(y2, c2, count);
            TLanes.StorePartial(y1, c1, count);
            TLanes.StorePartial(y0, c, count);
        }
    }
}
