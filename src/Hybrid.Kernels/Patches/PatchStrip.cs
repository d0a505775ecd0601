using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>The innermost kernels of products with windows of images, which are read in place.</summary>
/// <remarks>The chain of sums of an element is that of <see cref="Strip"/>. Missing rows repeat the last one: their sums are computed and
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

        if (s.IsResumed)
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

        TLanes leftBias = StrandEnd.Bias<TLanes>(s.Bias, 0, TLanes.Count),
            rightBias = StrandEnd.Bias<TLanes>(s.Bias, TLanes.Count, s.Columns - TLanes.Count),
            floor = StrandEnd.Floor<TLanes>(s.IsRectified);
        var addend = s.Addend;
        StrandEnd.Put(l0 + leftBias, r0 + rightBias, floor, C(0), A(0), s.Columns);

        if (last >= 1)
            StrandEnd.Put(l1 + leftBias, r1 + rightBias, floor, C(1), A(1), s.Columns);

        if (last >= 2)
            StrandEnd.Put(l2 + leftBias, r2 + rightBias, floor, C(2), A(2), s.Columns);

        if (last >= 3)
            StrandEnd.Put(l3 + leftBias, r3 + rightBias, floor, C(3), A(3), s.Columns);

        if (last >= 4)
            StrandEnd.Put(l4 + leftBias, r4 + rightBias, floor, C(4), A(4), s.Columns);

        if (last >= 5)
            StrandEnd.Put(l5 + leftBias, r5 + rightBias, floor, C(5), A(5), s.Columns);

        float* C(int row) => strand->C + strand->CRows[Math.Min(row, last)];
        float* A(int row) => addend == null ? null : addend + strand->CRows[row];
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

        if (s.IsResumed)
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

        TLanes bias = StrandEnd.Bias<TLanes>(s.Bias, 0, s.Columns), floor = StrandEnd.Floor<TLanes>(s.IsRectified);
        var addend = s.Addend;
        StrandEnd.Put(y0 + bias, floor, C(0), A(0), s.Columns);

        if (last >= 1)
            StrandEnd.Put(y1 + bias, floor, C(1), A(1), s.Columns);

        if (last >= 2)
            StrandEnd.Put(y2 + bias, floor, C(2), A(2), s.Columns);

        if (last >= 3)
            StrandEnd.Put(y3 + bias, floor, C(3), A(3), s.Columns);

        if (last >= 4)
            StrandEnd.Put(y4 + bias, floor, C(4), A(4), s.Columns);

        if (last >= 5)
            StrandEnd.Put(y5 + bias, floor, C(5), A(5), s.Columns);

        if (last >= 6)
            StrandEnd.Put(y6 + bias, floor, C(6), A(6), s.Columns);

        if (last >= 7)
            StrandEnd.Put(y7 + bias, floor, C(7), A(7), s.Columns);

        float* C(int row) => strand->C + strand->CRows[Math.Min(row, last)];
        float* A(int row) => addend == null ? null : addend + strand->CRows[row];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Get<TLanes>(float* c, int columns, out TLanes left, out TLanes right) where TLanes : unmanaged, ILanes<TLanes>
    {
        left = TLanes.Load(c);
        right = TLanes.LoadPartial(c + TLanes.Count, columns - TLanes.Count);
    }
}
