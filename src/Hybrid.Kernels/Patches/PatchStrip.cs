using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>The innermost kernels of products with windows of images, which are read in place.</summary>
/// <remarks>The chain of sums of an element is that of <see cref="Tile"/>. Missing rows repeat the last one: their sums are computed and
/// discarded.</remarks>
readonly unsafe struct PatchStrip
{
    readonly delegate*<Strand*, int, void> wide, narrow;

    PatchStrip(delegate*<Strand*, int, void> wide, delegate*<Strand*, int, void> narrow, int count)
    {
        this.wide = wide;
        this.narrow = narrow;
        Count = count;
    }

    /// <summary>The width of a register; a strip has one or two.</summary>
    public readonly int Count;

    /// <summary>Registers as wide as this number of columns fills.</summary>
    public static PatchStrip For<TLanes>(int columns) where TLanes : unmanaged, ILanes<TLanes> =>
        TLanes.Count > 4 && columns <= 4 ? Of<Lanes128>()
        : TLanes.Count > 8 && columns <= 8 ? Of<Lanes256>()
        : Of<TLanes>();

    static PatchStrip Of<TLanes>() where TLanes : unmanaged, ILanes<TLanes> =>
        new(&Wide<TLanes>, &Narrow<TLanes>, TLanes.Count);

    /// <summary>The width of a panel of B with this number of columns in all.</summary>
    public int Width(int columns) => columns <= Count ? Count : 2 * Count;

    /// <summary>The maximum number of rows of a strip with this number of columns.</summary>
    public int Rows(int columns) => columns <= Count ? Strip.NarrowRows : Strip.Rows;

    /// <summary>Computes a strip of up to <see cref="Rows"/> rows.</summary>
    public void Run(Strand* strand, int rows)
    {
        if (strand->Columns <= Count)
            narrow(strand, rows);
        else
            wide(strand, rows);
    }

    /// <summary>1 to 6 rows by 1 to 2 · Count columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Wide<TLanes>(Strand* strand, int rows) where TLanes : unmanaged, ILanes<TLanes>
    {
        ref readonly var s = ref *strand;
        var last = rows - 1;
        nint* places = s.ARows;
        float* a0 = s.A + places[0], a1 = s.A + places[Math.Min(1, last)], a2 = s.A + places[Math.Min(2, last)];
        float* a3 = s.A + places[Math.Min(3, last)], a4 = s.A + places[Math.Min(4, last)], a5 = s.A + places[Math.Min(5, last)];
        TLanes l0 = default, r0 = default, l1 = default, r1 = default, l2 = default, r2 = default,
            l3 = default, r3 = default, l4 = default, r4 = default, l5 = default, r5 = default;

        if (s.Sums == Sums.Resumed)
        {
            Get(C(0), s.Columns, out l0, out r0);
            Get(C(1), s.Columns, out l1, out r1);
            Get(C(2), s.Columns, out l2, out r2);
            Get(C(3), s.Columns, out l3, out r3);
            Get(C(4), s.Columns, out l4, out r4);
            Get(C(5), s.Columns, out l5, out r5);
        }

        var b = s.B;
        nint step = s.Step, bStride = s.BStride;

        for (var segment = 0; segment < s.SegmentCount; segment++)
        {
            var p = s.Segments[segment];

            if (s.BSegments != null)
                b = s.B + s.BSegments[segment];

            for (var run = s.Run; run > 0; run--, p += step, b += bStride)
            {
                TLanes left = TLanes.Load(b), right = TLanes.Load(b + TLanes.Count);
                var x = TLanes.Create(a0[p]);
                l0 = TLanes.MultiplyAdd(x, left, l0);
                r0 = TLanes.MultiplyAdd(x, right, r0);
                x = TLanes.Create(a1[p]);
                l1 = TLanes.MultiplyAdd(x, left, l1);
                r1 = TLanes.MultiplyAdd(x, right, r1);
                x = TLanes.Create(a2[p]);
                l2 = TLanes.MultiplyAdd(x, left, l2);
                r2 = TLanes.MultiplyAdd(x, right, r2);
                x = TLanes.Create(a3[p]);
                l3 = TLanes.MultiplyAdd(x, left, l3);
                r3 = TLanes.MultiplyAdd(x, right, r3);
                x = TLanes.Create(a4[p]);
                l4 = TLanes.MultiplyAdd(x, left, l4);
                r4 = TLanes.MultiplyAdd(x, right, r4);
                x = TLanes.Create(a5[p]);
                l5 = TLanes.MultiplyAdd(x, left, l5);
                r5 = TLanes.MultiplyAdd(x, right, r5);
            }
        }

        var add = s.Sums == Sums.Added;
        Put(l0, r0, C(0), s.Columns, add);

        if (last >= 1)
            Put(l1, r1, C(1), s.Columns, add);

        if (last >= 2)
            Put(l2, r2, C(2), s.Columns, add);

        if (last >= 3)
            Put(l3, r3, C(3), s.Columns, add);

        if (last >= 4)
            Put(l4, r4, C(4), s.Columns, add);

        if (last >= 5)
            Put(l5, r5, C(5), s.Columns, add);

        float* C(int row) => strand->C + strand->CRows[Math.Min(row, last)];
    }

    /// <summary>1 to 8 rows by 1 to Count columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Narrow<TLanes>(Strand* strand, int rows) where TLanes : unmanaged, ILanes<TLanes>
    {
        ref readonly var s = ref *strand;
        var last = rows - 1;
        nint* places = s.ARows;
        float* a0 = s.A + places[0], a1 = s.A + places[Math.Min(1, last)], a2 = s.A + places[Math.Min(2, last)];
        float* a3 = s.A + places[Math.Min(3, last)], a4 = s.A + places[Math.Min(4, last)], a5 = s.A + places[Math.Min(5, last)];
        float* a6 = s.A + places[Math.Min(6, last)], a7 = s.A + places[Math.Min(7, last)];
        TLanes y0 = default, y1 = default, y2 = default, y3 = default,
            y4 = default, y5 = default, y6 = default, y7 = default;

        if (s.Sums == Sums.Resumed)
        {
            y0 = TLanes.LoadPartial(C(0), s.Columns);
            y1 = TLanes.LoadPartial(C(1), s.Columns);
            y2 = TLanes.LoadPartial(C(2), s.Columns);
            y3 = TLanes.LoadPartial(C(3), s.Columns);
            y4 = TLanes.LoadPartial(C(4), s.Columns);
            y5 = TLanes.LoadPartial(C(5), s.Columns);
            y6 = TLanes.LoadPartial(C(6), s.Columns);
            y7 = TLanes.LoadPartial(C(7), s.Columns);
        }

        var b = s.B;
        nint step = s.Step, bStride = s.BStride;

        for (var segment = 0; segment < s.SegmentCount; segment++)
        {
            var p = s.Segments[segment];

            if (s.BSegments != null)
                b = s.B + s.BSegments[segment];

            for (var run = s.Run; run > 0; run--, p += step, b += bStride)
            {
                var x = TLanes.Load(b);
                y0 = TLanes.MultiplyAdd(TLanes.Create(a0[p]), x, y0);
                y1 = TLanes.MultiplyAdd(TLanes.Create(a1[p]), x, y1);
                y2 = TLanes.MultiplyAdd(TLanes.Create(a2[p]), x, y2);
                y3 = TLanes.MultiplyAdd(TLanes.Create(a3[p]), x, y3);
                y4 = TLanes.MultiplyAdd(TLanes.Create(a4[p]), x, y4);
                y5 = TLanes.MultiplyAdd(TLanes.Create(a5[p]), x, y5);
                y6 = TLanes.MultiplyAdd(TLanes.Create(a6[p]), x, y6);
                y7 = TLanes.MultiplyAdd(TLanes.Create(a7[p]), x, y7);
            }
        }

        var add = s.Sums == Sums.Added;
        Put(y0, C(0), s.Columns, add);

        if (last >= 1)
            Put(y1, C(1), s.Columns, add);

        if (last >= 2)
            Put(y2, C(2), s.Columns, add);

        if (last >= 3)
            Put(y3, C(3), s.Columns, add);

        if (last >= 4)
            Put(y4, C(4), s.Columns, add);

        if (last >= 5)
            Put(y5, C(5), s.Columns, add);

        if (last >= 6)
            Put(y6, C(6), s.Columns, add);

        if (last >= 7)
            Put(y7, C(7), s.Columns, add);

        float* C(int row) => strand->C + strand->CRows[Math.Min(row, last)];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Get<TLanes>(float* c, int columns, out TLanes left, out TLanes right) where TLanes : unmanaged, ILanes<TLanes>
    {
        left = TLanes.Load(c);
        right = TLanes.LoadPartial(c + TLanes.Count, columns - TLanes.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Put<TLanes>(TLanes left, TLanes right, float* c, int columns, bool add) where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes.Store(add ? TLanes.Load(c) + left : left, c);
        Put(right, c + TLanes.Count, columns - TLanes.Count, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Put<TLanes>(TLanes x, float* c, int columns, bool add) where TLanes : unmanaged, ILanes<TLanes>
    {
        if (columns == TLanes.Count)
            TLanes.Store(add ? TLanes.Load(c) + x : x, c);
        else
            TLanes.StorePartial(add ? TLanes.LoadPartial(c, columns) + x : x, c, columns);
    }
}
