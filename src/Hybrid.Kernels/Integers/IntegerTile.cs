using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>Products of rows of bytes with panels of weights, whose sums stay in registers.</summary>
static unsafe class IntegerTile
{
    public const int Rows = 6;

    const int Line = IntegerPanels.Columns * IntegerPanels.Quad;

    /// <summary>Six rows by the 16 columns of one panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TQuads>(byte* a, nint aStride, sbyte* panel, int quads, int* starts, float* c, nint cStride)
        where TQuads : unmanaged, IQuads<TQuads>
    {
        for (var column = 0; column < IntegerPanels.Columns; column += 2 * TQuads.Columns)
        {
            TQuads l0 = default, r0 = default, l1 = default, r1 = default, l2 = default, r2 = default,
                l3 = default, r3 = default, l4 = default, r4 = default, l5 = default, r5 = default;
            byte* upper = a, lower = a + 3 * aStride;
            var w = panel + column * IntegerPanels.Quad;

            for (var quad = quads; quad > 0; quad--)
            {
                TQuads left = TQuads.Weights(w), right = TQuads.Weights(w + TQuads.Columns * IntegerPanels.Quad);
                var x = TQuads.Inputs(upper);
                l0 = TQuads.MultiplyAdd(l0, x, left);
                r0 = TQuads.MultiplyAdd(r0, x, right);
                x = TQuads.Inputs(upper + aStride);
                l1 = TQuads.MultiplyAdd(l1, x, left);
                r1 = TQuads.MultiplyAdd(r1, x, right);
                x = TQuads.Inputs(upper + 2 * aStride);
                l2 = TQuads.MultiplyAdd(l2, x, left);
                r2 = TQuads.MultiplyAdd(r2, x, right);
                x = TQuads.Inputs(lower);
                l3 = TQuads.MultiplyAdd(l3, x, left);
                r3 = TQuads.MultiplyAdd(r3, x, right);
                x = TQuads.Inputs(lower + aStride);
                l4 = TQuads.MultiplyAdd(l4, x, left);
                r4 = TQuads.MultiplyAdd(r4, x, right);
                x = TQuads.Inputs(lower + 2 * aStride);
                l5 = TQuads.MultiplyAdd(l5, x, left);
                r5 = TQuads.MultiplyAdd(r5, x, right);
                upper += IntegerPanels.Quad;
                lower += IntegerPanels.Quad;
                w += Line;
            }

            var y = c + column;
            Store(l0, r0, y);
            Store(l1, r1, y + cStride);
            Store(l2, r2, y + 2 * cStride);
            Store(l3, r3, y + 3 * cStride);
            Store(l4, r4, y + 4 * cStride);
            Store(l5, r5, y + 5 * cStride);

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            void Store(TQuads left, TQuads right, float* target)
            {
                TQuads.Store(left, starts + column, target);
                TQuads.Store(right, starts + column + TQuads.Columns, target + TQuads.Columns);
            }
        }
    }

    /// <summary>One row by the columns of four panels, so many that additions need not wait for each other; of narrow registers, by
    /// part of these at a time. Panels are a distance apart, and in place of those that do not exist the last one is read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Row<TQuads>(byte* a, sbyte* panels, int count, nint distance, int quads, int* starts, float* c)
        where TQuads : unmanaged, IQuads<TQuads>
    {
        for (var column = 0; column < RowColumns; column += 8 * TQuads.Columns)
        {
            TQuads y0 = default, y1 = default, y2 = default, y3 = default, y4 = default, y5 = default, y6 = default, y7 = default;
            sbyte* w0 = At(0), w1 = At(1), w2 = At(2), w3 = At(3), w4 = At(4), w5 = At(5), w6 = At(6), w7 = At(7);
            nint end = (nint)quads * Line;
            var x = a;

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
                return (Math.Min(first / IntegerPanels.Columns, count - 1), first % IntegerPanels.Columns);
            }

            sbyte* At(int register)
            {
                var (panel, within) = Place(register);
                return panels + panel * distance + within * IntegerPanels.Quad;
            }

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            void Store(TQuads sums, int register)
            {
                var (panel, within) = Place(register);
                TQuads.Store(sums, starts + panel * IntegerPanels.Columns + within, c + column + register * TQuads.Columns);
            }
        }
    }

    /// <summary>The columns of the panels that a row is multiplied by at once.</summary>
    public const int RowColumns = 4 * IntegerPanels.Columns;
}
