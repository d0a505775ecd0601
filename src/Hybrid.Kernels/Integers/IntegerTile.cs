using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>The innermost kernels of products of rows of bytes with panels of weights, whose sums stay in registers.</summary>
readonly unsafe struct IntegerTile
{
    public const int Rows = 6;

    const int Line = IntegerPanels.Columns * IntegerPanels.Quad;

    /// <summary>The columns that registers have room for, a power of two.</summary>
    public readonly int Columns;

    readonly delegate*<ByteStrand*, int, void> tile;
    readonly delegate*<ByteStrand*, int, nint, void> row;

    IntegerTile(int columns, delegate*<ByteStrand*, int, void> tile, delegate*<ByteStrand*, int, nint, void> row)
    {
        Columns = columns;
        this.tile = tile;
        this.row = row;
    }

    /// <summary>The form of sums that suits the processor, with registers that are at most as wide as these.</summary>
    public static IntegerTile For<TLanes>() where TLanes : unmanaged, ILanes<TLanes>
    {
        // registers of 256 bits with AVX-VNNI do in one instruction what those of 512 bits do in two
        return TLanes.Count switch
        {
            >= 8 when QuadsVnni.IsSupported => Of<QuadsVnni>(),
            >= 16 when Quads512.IsSupported => Of<Quads512>(),
            >= 8 when Quads256.IsSupported => Of<Quads256>(),
            >= 4 => Of<Quads128>(),
            _ => Of<Quads1>(),
        };

        static IntegerTile Of<TQuads>() where TQuads : unmanaged, IQuads<TQuads> =>
            new(2 * TQuads.Columns, &Run<TQuads>, &Row<TQuads>);
    }

    /// <summary>Computes up to six rows of a strand.</summary>
    public void Run(ByteStrand* strand, int rows) => tile(strand, rows);

    /// <summary>Computes one row by at most four panels, which are a distance apart.</summary>
    public void Row(ByteStrand* strand, int panels, nint distance) => row(strand, panels, distance);

    /// <summary>1 to 6 rows by the columns of one panel. Missing rows repeat the last one: their sums are computed and
    /// discarded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TQuads>(ByteStrand* strand, int rows) where TQuads : unmanaged, IQuads<TQuads>
    {
        ref readonly var s = ref *strand;
        var last = rows - 1;
        nint* places = s.ARows;
        byte* a0 = s.A + places[0], a1 = s.A + places[Math.Min(1, last)], a2 = s.A + places[Math.Min(2, last)];
        byte* a3 = s.A + places[Math.Min(3, last)], a4 = s.A + places[Math.Min(4, last)], a5 = s.A + places[Math.Min(5, last)];

        for (var column = 0; column < s.Columns; column += 2 * TQuads.Columns)
        {
            TQuads l0 = default, r0 = default, l1 = default, r1 = default, l2 = default, r2 = default,
                l3 = default, r3 = default, l4 = default, r4 = default, l5 = default, r5 = default;
            var w = s.Panel + column * IntegerPanels.Quad;

            for (var segment = 0; segment < s.SegmentCount; segment++)
            {
                var p = s.Segments[segment];

                for (var quad = s.Quads; quad > 0; quad--)
                {
                    TQuads left = TQuads.Weights(w), right = TQuads.Weights(w + TQuads.Columns * IntegerPanels.Quad);
                    var x = TQuads.Inputs(a0 + p);
                    l0 = TQuads.MultiplyAdd(l0, x, left);
                    r0 = TQuads.MultiplyAdd(r0, x, right);
                    x = TQuads.Inputs(a1 + p);
                    l1 = TQuads.MultiplyAdd(l1, x, left);
                    r1 = TQuads.MultiplyAdd(r1, x, right);
                    x = TQuads.Inputs(a2 + p);
                    l2 = TQuads.MultiplyAdd(l2, x, left);
                    r2 = TQuads.MultiplyAdd(r2, x, right);
                    x = TQuads.Inputs(a3 + p);
                    l3 = TQuads.MultiplyAdd(l3, x, left);
                    r3 = TQuads.MultiplyAdd(r3, x, right);
                    x = TQuads.Inputs(a4 + p);
                    l4 = TQuads.MultiplyAdd(l4, x, left);
                    r4 = TQuads.MultiplyAdd(r4, x, right);
                    x = TQuads.Inputs(a5 + p);
                    l5 = TQuads.MultiplyAdd(l5, x, left);
                    r5 = TQuads.MultiplyAdd(r5, x, right);
                    p += IntegerPanels.Quad;
                    w += Line;
                }
            }

            var y = s.C + column;
            Put(in s, l0, r0, column, y);

            if (last >= 1)
                Put(in s, l1, r1, column, y + s.CStride);

            if (last >= 2)
                Put(in s, l2, r2, column, y + 2 * s.CStride);

            if (last >= 3)
                Put(in s, l3, r3, column, y + 3 * s.CStride);

            if (last >= 4)
                Put(in s, l4, r4, column, y + 4 * s.CStride);

            if (last >= 5)
                Put(in s, l5, r5, column, y + 5 * s.CStride);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Put(in ByteStrand s, TQuads left, TQuads right, int column, float* target)
        {
            TQuads.Store(left, in s, column, target);
            TQuads.Store(right, in s, column + TQuads.Columns, target + TQuads.Columns);
        }
    }

    /// <summary>One row by the columns of four panels, so many that additions need not wait for each other; of narrow registers, by
    /// part of these at a time. Panels are a distance apart, and in place of those that do not exist the last one is read. The row is of
    /// one segment, at the strand's A.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Row<TQuads>(ByteStrand* strand, int panels, nint distance) where TQuads : unmanaged, IQuads<TQuads>
    {
        for (var column = 0; column < RowColumns; column += 8 * TQuads.Columns)
        {
            TQuads y0 = default, y1 = default, y2 = default, y3 = default, y4 = default, y5 = default, y6 = default, y7 = default;
            sbyte* w0 = At(0), w1 = At(1), w2 = At(2), w3 = At(3), w4 = At(4), w5 = At(5), w6 = At(6), w7 = At(7);
            nint end = (nint)strand->Quads * Line;
            var x = strand->A;

            for (nint at = 0; at < end; at += Line)
            {
                var inputs = TQuads.Inputs(x);
                y0 = TQuads.MultiplyAdd(y0, inputs, TQuads.Weights(w0 + at));
                y1 = TQuads.MultiplyAdd(y1, inputs, TQuads.Weights(w1 + at));
                y2 = TQuads.MultiplyAdd(y2, inputs, TQuads.Weights(w2 + at));
                y3 = TQuads.MultiplyAdd(y3, inputs, TQuads.Weights(w3 + at));
                y4 = TQuads.MultiplyAdd(y4, inputs, TQuads.Weights(w4 + at));
                y5 = TQuads.MultiplyAdd(y5, inputs, TQuads.Weights(w5 + at));
                y6 = TQuads.MultiplyAdd(y6, inputs, TQuads.Weights(w6 + at));
                y7 = TQuads.MultiplyAdd(y7, inputs, TQuads.Weights(w7 + at));
                x += IntegerPanels.Quad;
            }

            Store(y0, 0);
            Store(y1, 1);
            Store(y2, 2);
            Store(y3, 3);
            Store(y4, 4);
            Store(y5, 5);
            Store(y6, 6);
            Store(y7, 7);

            (int Panel, int Within) Place(int register)
            {
                var first = column + register * TQuads.Columns;
                return (Math.Min(first / IntegerPanels.Columns, panels - 1), first % IntegerPanels.Columns);
            }

            sbyte* At(int register)
            {
                var (panel, within) = Place(register);
                return strand->Panel + panel * distance + within * IntegerPanels.Quad;
            }

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            void Store(TQuads sums, int register)
            {
                var (panel, within) = Place(register);
                TQuads.Store(
                    sums, in *strand, panel * IntegerPanels.Columns + within, strand->C + column + register * TQuads.Columns);
            }
        }
    }

    /// <summary>The columns of the panels that a row is multiplied by at once.</summary>
    public const int RowColumns = 4 * IntegerPanels.Columns;
}
