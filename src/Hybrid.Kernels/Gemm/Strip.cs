using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>The innermost kernels of products that are small or narrow: a few rows, read in place, by one or two registers
/// of columns.</summary>
/// <remarks>The chain of sums of an element is that of <see cref="Tile"/>. Missing rows repeat the last one: their
/// sums are computed and discarded.</remarks>
static unsafe class Strip
{
    /// <summary>The rows of a strip two registers wide, and of one a single register wide.</summary>
    public const int Rows = 6, NarrowRows = 8;

    /// <summary>Up to this number, rows have their own strip.</summary>
    public const int Few = 4;

    /// <summary>The number of remaining rows that a strip two registers wide takes.</summary>
    public static int Take(int rows) => rows is <= Few or 7 or 8 ? Math.Min(Few, rows) : Math.Min(Rows, rows);

    /// <summary>C ← A B, or C + A B to resume the sums of an earlier block, for the rows of <see cref="Take"/> and 1 to
    /// 2 · Count columns. For more than <see cref="Few"/> rows B must be whole: its rows can be read to 2 · Count
    /// numbers.</summary>
    public static void Run<TLanes>(
        int rows, int columns, int depth, float* a, nint aRow, nint aDepth,
        float* b, nint bStride, bool whole, float* c, nint cStride, bool resume)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (rows > Few)
            Six<TLanes>(rows, columns, depth, a, aRow, aDepth, b, bStride, c, cStride, resume);
        else if (whole)
            Four<TLanes>(rows, columns, depth, a, aRow, aDepth, b, bStride, c, cStride, resume);
        else
            Edge<TLanes>(rows, columns, depth, a, aRow, aDepth, b, bStride, c, cStride, resume);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Six<TLanes>(
        int rows, int columns, int depth, float* a, nint aRow, nint aDepth,
        float* b, nint bStride, float* c, nint cStride, bool resume)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow, a4 = a3 + aRow, a5 = rows == Rows ? a4 + aRow : a4;
        float* c1 = c + cStride, c2 = c1 + cStride, c3 = c2 + cStride, c4 = c3 + cStride, c5 = rows == Rows ? c4 + cStride : c4;
        TLanes l0 = default, r0 = default, l1 = default, r1 = default, l2 = default, r2 = default,
            l3 = default, r3 = default, l4 = default, r4 = default, l5 = default, r5 = default;

        if (resume)
        {
            Get(c, columns, out l0, out r0);
            Get(c1, columns, out l1, out r1);
            Get(c2, columns, out l2, out r2);
            Get(c3, columns, out l3, out r3);
            Get(c4, columns, out l4, out r4);
            Get(c5, columns, out l5, out r5);
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
            x = TLanes.Create(a4[offset]);
            l4 = TLanes.MultiplyAdd(x, left, l4);
            r4 = TLanes.MultiplyAdd(x, right, r4);
            x = TLanes.Create(a5[offset]);
            l5 = TLanes.MultiplyAdd(x, left, l5);
            r5 = TLanes.MultiplyAdd(x, right, r5);
        }

        Put(l5, r5, c5, columns);
        Put(l4, r4, c4, columns);
        Put(l3, r3, c3, columns);
        Put(l2, r2, c2, columns);
        Put(l1, r1, c1, columns);
        Put(l0, r0, c, columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Four<TLanes>(
        int rows, int columns, int depth, float* a, nint aRow, nint aDepth,
        float* b, nint bStride, float* c, nint cStride, bool resume)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var (row1, row2, row3) = (Math.Min(1, rows - 1), Math.Min(2, rows - 1), Math.Min(3, rows - 1));
        float* a1 = a + row1 * aRow, a2 = a + row2 * aRow, a3 = a + row3 * aRow;
        float* c1 = c + row1 * cStride, c2 = c + row2 * cStride, c3 = c + row3 * cStride;
        TLanes l0 = default, r0 = default, l1 = default, r1 = default, l2 = default, r2 = default, l3 = default, r3 = default;

        if (resume)
        {
            Get(c, columns, out l0, out r0);
            Get(c1, columns, out l1, out r1);
            Get(c2, columns, out l2, out r2);
            Get(c3, columns, out l3, out r3);
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

        Put(l3, r3, c3, columns);
        Put(l2, r2, c2, columns);
        Put(l1, r1, c1, columns);
        Put(l0, r0, c, columns);
    }

    /// <summary>The same if nothing beyond the columns may be read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Edge<TLanes>(
        int rows, int columns, int depth, float* a, nint aRow, nint aDepth,
        float* b, nint bStride, float* c, nint cStride, bool resume)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var (row1, row2, row3) = (Math.Min(1, rows - 1), Math.Min(2, rows - 1), Math.Min(3, rows - 1));
        float* a1 = a + row1 * aRow, a2 = a + row2 * aRow, a3 = a + row3 * aRow;

        float* c1 = c + row1 * cStride, c2 = c + row2 * cStride, c3 = c + row3 * cStride;
        int first = Math.Min(columns, TLanes.Count), second = columns - first;
        TLanes l0 = default, r0 = default, l1 = default, r1 = default, l2 = default, r2 = default, l3 = default, r3 = default;

        if (resume)
        {
            Get(c, columns, out l0, out r0);
            Get(c1, columns, out l1, out r1);
            Get(c2, columns, out l2, out r2);
            Get(c3, columns, out l3, out r3);
        }

        for (nint offset = 0; depth > 0; depth--, offset += aDepth, b += bStride)
        {
            TLanes left = TLanes.LoadPartial(b, first), right = TLanes.LoadPartial(b + TLanes.Count, second);
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

        Put(l3, r3, c3, columns);
        Put(l2, r2, c2, columns);
        Put(l1, r1, c1, columns);
        Put(l0, r0, c, columns);
    }

    /// <summary>1 to 8 rows by 1 to Count columns of a B whose rows can be read to Count numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Narrow<TLanes>(
        int rows, int columns, int depth, float* a, nint aRow, nint aDepth,
        float* b, nint bStride, float* c, nint cStride, bool resume)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var last = rows - 1;
        float* a1 = a + Math.Min(1, last) * aRow, a2 = a + Math.Min(2, last) * aRow, a3 = a + Math.Min(3, last) * aRow;
        float* a4 = a + Math.Min(4, last) * aRow, a5 = a + Math.Min(5, last) * aRow, a6 = a + Math.Min(6, last) * aRow;
        var a7 = a + Math.Min(7, last) * aRow;
        TLanes y0 = default, y1 = default, y2 = default, y3 = default, y4 = default, y5 = default, y6 = default, y7 = default;

        if (resume)
        {
            (y0, y1) = (TLanes.LoadPartial(c, columns), TLanes.LoadPartial(C(1), columns));
            (y2, y3) = (TLanes.LoadPartial(C(2), columns), TLanes.LoadPartial(C(3), columns));
            (y4, y5) = (TLanes.LoadPartial(C(4), columns), TLanes.LoadPartial(C(5), columns));
            (y6, y7) = (TLanes.LoadPartial(C(6), columns), TLanes.LoadPartial(C(7), columns));
        }

        for (nint offset = 0; depth > 0; depth--, offset += aDepth, b += bStride)
        {
            var x = TLanes.Load(b);
            y0 = TLanes.MultiplyAdd(TLanes.Create(a[offset]), x, y0);
            y1 = TLanes.MultiplyAdd(TLanes.Create(a1[offset]), x, y1);
            y2 = TLanes.MultiplyAdd(TLanes.Create(a2[offset]), x, y2);
            y3 = TLanes.MultiplyAdd(TLanes.Create(a3[offset]), x, y3);
            y4 = TLanes.MultiplyAdd(TLanes.Create(a4[offset]), x, y4);
            y5 = TLanes.MultiplyAdd(TLanes.Create(a5[offset]), x, y5);
            y6 = TLanes.MultiplyAdd(TLanes.Create(a6[offset]), x, y6);
            y7 = TLanes.MultiplyAdd(TLanes.Create(a7[offset]), x, y7);
        }

        TLanes.StorePartial(y7, C(7), columns);
        TLanes.StorePartial(y6, C(6), columns);
        TLanes.StorePartial(y5, C(5), columns);
        TLanes.StorePartial(y4, C(4), columns);
        TLanes.StorePartial(y3, C(3), columns);
        TLanes.StorePartial(y2, C(2), columns);
        TLanes.StorePartial(y1, C(1), columns);
        TLanes.StorePartial(y0, c, columns);

        float* C(int row) => c + Math.Min(row, last) * cStride;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Get<TLanes>(float* c, int columns, out TLanes left, out TLanes right) where TLanes : unmanaged, ILanes<TLanes>
    {
        if (columns == 2 * TLanes.Count)
            (left, right) = (TLanes.Load(c), TLanes.Load(c + TLanes.Count));
        else
        {
            left = TLanes.LoadPartial(c, Math.Min(columns, TLanes.Count));
            right = TLanes.LoadPartial(c + TLanes.Count, Math.Max(0, columns - TLanes.Count));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Put<TLanes>(TLanes left, TLanes right, float* c, int columns) where TLanes : unmanaged, ILanes<TLanes>
    {
        if (columns == 2 * TLanes.Count)
        {
            TLanes.Store(left, c);
            TLanes.Store(right, c + TLanes.Count);
        }
        else
        {
            TLanes.StorePartial(left, c, Math.Min(columns, TLanes.Count));
            TLanes.StorePartial(right, c + TLanes.Count, Math.Max(0, columns - TLanes.Count));
        }
    }
}
