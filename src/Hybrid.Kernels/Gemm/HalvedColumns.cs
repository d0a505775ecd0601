using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hybrid.Kernels;

/// <summary>Columns whose numbers never change and are all numbers of bfloat16, in half of the memory: packed once for all calls, and kept
/// for as long as the factor's array or a call lives.</summary>
/// <remarks>A word has the upper 16 bits of two numbers that are <see cref="Dots.Half"/> apart, the first one below: a shift and a mask
/// make float32 of them, the same numbers as before. What is missing of the last block is 0.</remarks>
static unsafe class HalvedColumns
{
    /// <summary>Fewer numbers are read in about a microsecond, for which a second copy is not worth it.</summary>
    const int Fewest = 1 << 15;

    const uint Upper = 0xFFFF0000;

    readonly record struct Order(int Offset, nint ColumnStride, int Columns, int Depth);

    static readonly ConditionalWeakTable<float[], ConcurrentDictionary<Order, AlignedRoom?>> kept = [];

    /// <summary>The columns of B of a product of <see cref="Dots"/>; null if they are few, or not all numbers of bfloat16.</summary>
    public static AlignedRoom? Of(ArraySegment<float> b, in Product product)
    {
        if (b.Count < Fewest)
            return null;

        var order = new Order(b.Offset, product.BColumn, product.Columns, product.Depth);
        return kept.GetValue(b.Array!, _ => []).GetOrAdd(order, order => Pack(b, order));
    }

    /// <summary>The distance between columns.</summary>
    public static int Stride(int depth) => (depth + Dots.Partials - 1) / Dots.Partials * Dots.Half;

    static AlignedRoom? Pack(ArraySegment<float> b, Order order)
    {
        var bits = MemoryMarshal.Cast<float, uint>(b.AsSpan());

        foreach (var number in bits)
            if ((number & ~Upper) != 0)
                return null;

        var stride = Stride(order.Depth);
        var room = new AlignedRoom((long)stride * order.Columns);
        new Span<float>(room.Start, stride * order.Columns).Clear();

        for (var column = 0; column < order.Columns; column++)
        {
            var words = (uint*)room.Start + (nint)column * stride;
            var numbers = bits.Slice((int)(column * order.ColumnStride), order.Depth);

            for (var p = 0; p < order.Depth; p++)
            {
                var word = p / Dots.Partials * Dots.Half + p % Dots.Half;
                words[word] |= p % Dots.Partials < Dots.Half ? numbers[p] >> 16 : numbers[p];
            }
        }

        return room;
    }
}
