using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>The innermost kernel of a large matrix product: six rows by two registers of columns, held in
/// registers.</summary>
/// <remarks>An output element is one chain of multiply-adds, each rounded once, in ascending order of the inner
/// index, whatever the tile, the width, the block or the thread: so its bits depend only on its row and its
/// column (for a single row, see <see cref="Dots"/>). Twelve sums hide the latency of the multiply-add,
/// and fit in sixteen registers with their operands.</remarks>
static unsafe class Tile
{
    public const int Rows = 6;

    /// <summary>C ← A B, or C + A B to resume the sums of an earlier block. A is packed by columns of <see
    /// cref="Rows"/>, the rows of B are <paramref name="bStride"/> apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes>(int depth, float* a, float* b, nint bStride, float* c, nint cStride, bool resume)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes l0 = default, r0 = default, l1 = default, r1 = default,
            l2 = default, r2 = default, l3 = default, r3 = default,
            l4 = default, r4 = default, l5 = default, r5 = default;

        if (resume)
        {
            var y = c;
            l0 = TLanes.Load(y);
            r0 = TLanes.Load(y + TLanes.Count);
            y += cStride;
            l1 = TLanes.Load(y);
            r1 = TLanes.Load(y + TLanes.Count);
            y += cStride;
            l2 = TLanes.Load(y);
            r2 = TLanes.Load(y + TLanes.Count);
            y += cStride;
            l3 = TLanes.Load(y);
            r3 = TLanes.Load(y + TLanes.Count);
            y += cStride;
            l4 = TLanes.Load(y);
            r4 = TLanes.Load(y + TLanes.Count);
            y += cStride;
            l5 = TLanes.Load(y);
            r5 = TLanes.Load(y + TLanes.Count);
        }

        for (; depth > 0; depth--)
        {
            var left = TLanes.Load(b);
            var right = TLanes.Load(b + TLanes.Count);
            var x = TLanes.Create(a[0]);
            l0 = TLanes.MultiplyAdd(x, left, l0);
            r0 = TLanes.MultiplyAdd(x, right, r0);
            x = TLanes.Create(a[1]);
            l1 = TLanes.MultiplyAdd(x, left, l1);
            r1 = TLanes.MultiplyAdd(x, right, r1);
            x = TLanes.Create(a[2]);
            l2 = TLanes.MultiplyAdd(x, left, l2);
            r2 = TLanes.MultiplyAdd(x, right, r2);
            x = TLanes.Create(a[3]);
            l3 = TLanes.MultiplyAdd(x, left, l3);
            r3 = TLanes.MultiplyAdd(x, right, r3);
            x = TLanes.Create(a[4]);
            l4 = TLanes.MultiplyAdd(x, left, l4);
            r4 = TLanes.MultiplyAdd(x, right, r4);
            x = TLanes.Create(a[5]);
            l5 = TLanes.MultiplyAdd(x, left, l5);
            r5 = TLanes.MultiplyAdd(x, right, r5);
            a += Rows;
            b += bStride;
        }

        TLanes.Store(l0, c);
        TLanes.Store(r0, c + TLanes.Count);
        c += cStride;
        TLanes.Store(l1, c);
        TLanes.Store(r1, c + TLanes.Count);
        c += cStride;
        TLanes.Store(l2, c);
        TLanes.Store(r2, c + TLanes.Count);
        c += cStride;
        TLanes.Store(l3, c);
        TLanes.Store(r3, c + TLanes.Count);
        c += cStride;
        TLanes.Store(l4, c);
        TLanes.Store(r4, c + TLanes.Count);
        c += cStride;
        TLanes.Store(l5, c);
        TLanes.Store(r5, c + TLanes.Count);
    }
}
