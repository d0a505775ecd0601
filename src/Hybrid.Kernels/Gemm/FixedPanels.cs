using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>Factors whose values never change, in the order in which products read them: packed once for all calls, and kept for as
/// long as the factor's array or a call lives.</summary>
static unsafe class FixedPanels
{
    readonly record struct Order(int Offset, nint LineStride, nint DepthStride, int Lines, int Width, int Depth, int BlockDepth);

    static readonly ConditionalWeakTable<float[], ConcurrentDictionary<Order, Lazy<AlignedRoom>>> kept = [];

    /// <summary>The panels of <see cref="Panel.PackAll"/>, of each block of the depth in turn.</summary>
    public static AlignedRoom Of(
        ArraySegment<float> factor, nint lineStride, nint depthStride, int lines, int width, int depth, int blockDepth)
    {
        var order = new Order(factor.Offset, lineStride, depthStride, lines, width, depth, blockDepth);
        return kept.GetValue(factor.Array!, _ => []).GetOrAdd(order, order => new(() => Pack(factor, order))).Value;
    }

    /// <summary>The distance between blocks of the depth is their depth times this: all lines, in whole panels.</summary>
    public static int Lines(int lines, int width) => (lines + width - 1) / width * width;

    static AlignedRoom Pack(ArraySegment<float> factor, Order order)
    {
        var lines = Lines(order.Lines, order.Width);
        var room = new AlignedRoom((long)lines * order.Depth + Panel.Slack);

        fixed (float* start = factor.AsSpan())
            for (var p = 0; p < order.Depth; p += order.BlockDepth)
                Panel.PackAll(
                    start + p * order.DepthStride, order.LineStride, order.DepthStride, order.Lines, order.Width,
                    Math.Min(order.BlockDepth, order.Depth - p), room.Start + (nint)p * lines);

        return room;
    }
}
