using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hybrid.Kernels;

/// <summary>Operands of a matrix product in the order in which the strips read them: the numbers of one inner index
/// side by side.</summary>
static unsafe class Panel
{
    /// <summary>The numbers that packing may write beyond the end of a panel.</summary>
    public const int Slack = 8;

    /// <summary>target[p · width + i] = source[i · lineStride + p · depthStride] for i below <paramref
    /// name="lines"/>; beyond it, numbers whose results nobody reads. One of the strides must be 1.</summary>
    public static void Pack(
        float* source, nint lineStride, nint depthStride, int lines, int width, int depth, float* target)
    {
        if (lineStride == 1)
            PackRows(source, depthStride, lines, width, depth, target);
        else if (Avx512F.IsSupported && lines == width && width % Vector512<float>.Count == 0)
            PackSixteen(source, lineStride, width, depth, target);
        else if (width >= 4)
            PackColumns(source, lineStride, lines, width, depth, target);
        else
            PackPlain(source, lineStride, depthStride, lines, width, depth, target);
    }

    /// <summary>All panels of the lines, in order; the last may be padded.</summary>
    public static void PackAll(
        float* source, nint lineStride, nint depthStride, int lines, int width, int depth, float* target)
    {
        // lines side by side in memory: a few of their rows at a time, so that the cache lines shared with the next
        // panel are still there
        var rows = lineStride == 1 ? RowsAtATime : depth;

        for (var p = 0; p < depth; p += rows)
            for (var line = 0; line < lines; line += width)
                Pack(
                    source + line * lineStride + p * depthStride, lineStride, depthStride, Math.Min(width, lines - line), width,
                    Math.Min(rows, depth - p), target + (nint)line * depth + p * width);
    }

    const int RowsAtATime = 8;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void PackRows(float* source, nint depthStride, int lines, int width, int depth, float* target)
    {
        // of six, two surplus numbers belong to a later row, and the next row overwrites them
        if (lines == width && width is Strip.Rows or 8)
            for (; depth > 1; depth--, source += depthStride, target += width)
                Vector256.Load(source).Store(target);

        for (; depth > 0; depth--, source += depthStride, target += width)
        {
            var i = 0;

            for (; i <= lines - 8; i += 8)
                Vector256.Load(source + i).Store(target + i);

            for (; i <= lines - 2; i += 2)
                Unsafe.CopyBlockUnaligned(target + i, source + i, 2 * sizeof(float));

            for (; i < lines; i++)
                target[i] = source[i];

            for (; i < width; i++)
                target[i] = 0;
        }
    }

    // eight lines at a time; a panel narrower than eight overwrites the surplus with its next row
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void PackColumns(float* source, nint lineStride, int lines, int width, int depth, float* target)
    {
        for (var line = 0; line < width; line += 8)
        {
            float* l0 = Line(line), l1 = Line(line + 1), l2 = Line(line + 2), l3 = Line(line + 3);
            float* l4 = Line(line + 4), l5 = Line(line + 5), l6 = Line(line + 6), l7 = Line(line + 7);
            var y = target + line;
            nint p = 0;

            for (; p <= depth - 4; p += 4)
            {
                var first = new Block4(
                    Vector128.Load(l0 + p), Vector128.Load(l1 + p),
                    Vector128.Load(l2 + p), Vector128.Load(l3 + p)).Transpose();
                var second = new Block4(
                    Vector128.Load(l4 + p), Vector128.Load(l5 + p),
                    Vector128.Load(l6 + p), Vector128.Load(l7 + p)).Transpose();

                first.Row0.Store(y);
                second.Row0.Store(y + 4);
                y += width;
                first.Row1.Store(y);
                second.Row1.Store(y + 4);
                y += width;
                first.Row2.Store(y);
                second.Row2.Store(y + 4);
                y += width;
                first.Row3.Store(y);
                second.Row3.Store(y + 4);
                y += width;
            }

            for (; p < depth; p++, y += width)
            {
                Vector128.Create(l0[p], l1[p], l2[p], l3[p]).Store(y);
                Vector128.Create(l4[p], l5[p], l6[p], l7[p]).Store(y + 4);
            }
        }

        float* Line(int line) => source + Math.Min(line, lines - 1) * lineStride;
    }

    // sixteen lines at a time: four registers, of four lines each, are four blocks of 4 × 4 numbers, transposed side by side
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void PackSixteen(float* source, nint lineStride, int width, int depth, float* target)
    {
        for (var line = 0; line < width; line += Vector512<float>.Count)
        {
            float* first = source + line * lineStride, second = first + 4 * lineStride;
            float* third = second + 4 * lineStride, fourth = third + 4 * lineStride;
            var y = target + line;
            nint p = 0;

            for (; p <= depth - 4; p += 4)
            {
                Vector512<float> row0 = Row(p), row1 = Row(p + lineStride);
                Vector512<float> row2 = Row(p + 2 * lineStride), row3 = Row(p + 3 * lineStride);
                Vector512<float> even = Avx512F.UnpackLow(row0, row2), odd = Avx512F.UnpackLow(row1, row3);
                Vector512<float> even2 = Avx512F.UnpackHigh(row0, row2), odd2 = Avx512F.UnpackHigh(row1, row3);
                Avx512F.UnpackLow(even, odd).Store(y);
                y += width;
                Avx512F.UnpackHigh(even, odd).Store(y);
                y += width;
                Avx512F.UnpackLow(even2, odd2).Store(y);
                y += width;
                Avx512F.UnpackHigh(even2, odd2).Store(y);
                y += width;
            }

            for (; p < depth; p++, y += width)
                for (var i = 0; i < Vector512<float>.Count; i++)
                    y[i] = first[i * lineStride + p];

            Vector512<float> Row(nint offset)
            {
                var row = Avx512F.BroadcastVector128ToVector512(first + offset);
                row = Avx512F.InsertVector128(row, Sse.LoadVector128(second + offset), 1);
                row = Avx512F.InsertVector128(row, Sse.LoadVector128(third + offset), 2);
                return Avx512F.InsertVector128(row, Sse.LoadVector128(fourth + offset), 3);
            }
        }
    }

    static void PackPlain(
        float* source, nint lineStride, nint depthStride, int lines, int width, int depth, float* target)
    {
        for (nint p = 0; p < depth; p++)
            for (var i = 0; i < width; i++)
                target[p * width + i] = source[Math.Min(i, lines - 1) * lineStride + p * depthStride];
    }
}
