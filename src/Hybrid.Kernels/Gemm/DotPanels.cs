using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>Columns of <see cref="Dots"/> that never change, in the order in which they are read, because a processor reads one stream of whole
/// cache lines faster than several: packed once for all calls, and kept for as long as the factor's array or a call lives.</summary>
static unsafe class DotPanels
{
    readonly record struct Order(int Offset, nint Stride, int Columns, int Depth);

    static readonly ConditionalWeakTable<float[], ConcurrentDictionary<Order, Lazy<(AlignedRoom Room, bool AreHalved)>>> kept = [];

    /// <summary>The columns of B, and whether they are <see cref="HalvedColumns"/>.</summary>
    public static (AlignedRoom Room, bool AreHalved) Of(ArraySegment<float> b, in Product product) =>
        kept.GetValue(b.Array!, _ => []).GetOrAdd(
            new Order(b.Offset, product.BColumn, product.Columns, product.Depth),
            order => new(() => HalvedColumns.Fit(b) ? (Pack<HalvedColumns>(b, order), true) : (Pack<WholeColumns>(b, order), false))).Value;

    /// <summary>The distance between columns that are computed together and the next ones.</summary>
    public static nint Next<TColumns>(int depth) where TColumns : IColumns =>
        (nint)Dots.Columns * TColumns.Block * ((depth + Dots.Partials - 1) / Dots.Partials);

    // of columns that are computed together the first block of each, then the next ones; there are gaps where columns or numbers are missing
    static AlignedRoom Pack<TColumns>(ReadOnlySpan<float> b, Order order) where TColumns : IColumns
    {
        var groups = (order.Columns + Dots.Columns - 1) / Dots.Columns;
        var room = new AlignedRoom(groups * Next<TColumns>(order.Depth));

        for (var column = 0; column < order.Columns; column++)
        {
            var numbers = b.Slice((int)(column * order.Stride), order.Depth);
            var target = room.Start + column / Dots.Columns * Next<TColumns>(order.Depth) + column % Dots.Columns * TColumns.Block;

            for (; numbers.Length > 0; target += Dots.Columns * TColumns.Block)
            {
                var count = Math.Min(Dots.Partials, numbers.Length);
                TColumns.Pack(numbers[..count], target);
                numbers = numbers[count..];
            }
        }

        return room;
    }
}
