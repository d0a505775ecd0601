using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>The innermost kernels of products: a few rows by one or two registers of columns, whose sums stay in
/// registers.</summary>
/// <remarks>An output element is one chain of multiply-adds, each rounded once, in ascending order of the inner
/// index, whatever the strip, the width, the block or the thread: so its bits depend only on its row and its
/// column (for a single row, see <see cref="Dots"/>). Twelve sums hide the latency of the multiply-add, and fit in
/// sixteen registers with their operands; sixteen sums, which need more registers, use each number of B more often.
/// Missing rows repeat the last one: their sums are computed and discarded.</remarks>
static unsafe class Strip
{
    /// <summary>The rows of a strip two registers wide in sixteen registers, and of one a single register wide.</summary>
    public const int Rows = 6, NarrowRows = 8;

    /// <summary>The rows of a strip two registers wide where there are 32 registers, as there are of 512 bits.</summary>
    const int ManyRows = 8;

    /// <summary>Up to this number, rows have their own strip.</summary>
    public const int Few = 4;

    /// <summary>The most rows of a strip two registers wide.</summary>
    public static int MostRows<TLanes>() where TLanes : unmanaged, ILanes<TLanes> => TLanes.Count == 16 ? ManyRows : Rows;

    /// <summary>The number of remaining rows that a strip two registers wide takes: what leaves the fewest to be repeated.</summary>
    public static int Take<TLanes>(int rows) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.Count == 16
            ? rows is 9 or 10 ? Rows : Math.Min(ManyRows, rows)
            : rows is 7 or 8 ? Few : Math.Min(Rows, rows);

    /// <summary>C ← A B, or C + A B to resume the sums of an earlier block, for at most <see cref="MostRows"/> rows and 1 to
    /// 2 · Count columns. For more than <see cref="Few"/> rows B must be whole: its rows can be read to 2 · Count
    /// numbers.</summary>
    public static void Run<TLanes>(
        int rows, int columns, int depth, float* a, nint aRow, nint aDepth,
        float* b, nint bStride, bool whole, float* c, nint cStride, bool resume)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (rows > Rows)
            Eight<TLanes>(rows, columns, depth, a, aRow, aDepth, b, bStride, c, cStride, resume);
        else if (rows > Few)
            Six<TLanes>(rows, columns, depth, a, aRow, aDepth, b, bStride, c, cStride, resume);
        else if (whole)
            Four<TLanes>(rows, columns, depth, a, aRow, aDepth, b, bStride, c, cStride, resume);
        else
            Edge<TLanes>(rows, columns, depth, a, aRow, aDepth, b, bStride, c, cStride, resume);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Eight<TLanes>(
        int rows, int columns, int depth, float* a, nint aRow, nint aDepth,
        float* b, nint bStride, float* c, nint cStride, bool resume)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow, a4 = a3 + aRow, a5 = a4 + aRow, a6 = a5 + aRow;
        var a7 = rows == ManyRows ? a6 + aRow : a6;
        TLanes l0 = default, r0 = default, l1 = default, r1 = default, l2 = default, r2 = default, l3 = default, r3 = default,
            l4 = default, r4 = default, l5 = default, r5 = default, l6 = default, r6 = default, l7 = default, r7 = default;

        if (resume)
        {
            Get(c, columns, out l0, out r0);
            Get(C(1), columns, out l1, out r1);
            Get(C(2), columns, out l2, out r2);
            Get(C(3), columns, out l3, out r3);
            Get(C(4), columns, out l4, out r4);
            Get(C(5), columns, out l5, out r5);
            Get(C(6), columns, out l6, out r6);
            Get(C(7), columns, out l7, out r7);
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
            x = TLanes.Create(a6[offset]);
            l6 = TLanes.MultiplyAdd(x, left, l6);
            r6 = TLanes.MultiplyAdd(x, right, r6);
            x = TLanes.Create(a7[offset]);
            l7 = TLanes.MultiplyAdd(x, left, l7);
            r7 = TLanes.MultiplyAdd(x, right, r7);
        }

        Put(l7, r7, C(7), columns);
        Put(l6, r6, C(6), columns);
        Put(l5, r5, C(5), columns);
        Put(l4, r4, C(4), columns);
        Put(l3, r3, C(3), columns);
        Put(l2, r2, C(2), columns);
        Put(l1, r1, C(1), columns);
        Put(l0, r0, c, columns);

        float* C(int row) => c + Math.Min(row, rows - 1) * cStride;
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
