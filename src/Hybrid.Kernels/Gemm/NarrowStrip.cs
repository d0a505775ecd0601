using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>A <see cref="Strip"/> of up to <see cref="Strip.NarrowRows"/> rows by a single register of columns.</summary>
static unsafe class NarrowStrip
{
    /// <summary>1 to 8 rows by 1 to Count columns of a B whose rows can be read to Count numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes>(
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
}
