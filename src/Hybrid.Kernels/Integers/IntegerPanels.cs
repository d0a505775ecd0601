using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>Constant integer weights as bytes, in the order in which products read them: packed once for all calls, and kept for as long
/// as the array of the weights or a call lives.</summary>
/// <remarks>A panel is 16 columns; of each, quads along the depth take turns with those of the others. What is missing of the last quad
/// of a segment of the depth and of the last panel is 0.</remarks>
sealed unsafe class IntegerPanels
{
    public const int Columns = 16;
    public const int Quad = 4;

    readonly record struct Order(int Offset, bool IsTurned, int Depth, int Outputs, int Least, int Segment);

    static readonly ConditionalWeakTable<float[], ConcurrentDictionary<Order, IntegerPanels>> kept = [];

    readonly AlignedRoom bytes, starts;

    IntegerPanels(ArraySegment<float> weights, Order order)
    {
        var quads = (order.Segment + Quad - 1) / Quad;
        Quads = order.Depth / order.Segment * quads;
        Count = (order.Outputs + Columns - 1) / Columns;
        bytes = new AlignedRoom((long)Count * Quads * Columns);
        starts = new AlignedRoom(Count * Columns);
        new Span<int>(bytes.Start, Count * Quads * Columns).Clear();
        new Span<int>(Starts, Count * Columns).Clear();
        var (deep, across) = order.IsTurned ? (1, order.Depth) : (order.Outputs, 1);

        for (var column = 0; column < order.Outputs; column++)
        {
            var line = Panel(column / Columns) + column % Columns * Quad;

            for (var p = 0; p < order.Depth; p++)
            {
                var weight = (sbyte)weights[p * deep + column * across];
                var place = p % order.Segment;
                line[(p / order.Segment * quads + place / Quad) * Columns * Quad + place % Quad] = weight;
                Starts[column] += order.Least * weight;
            }
        }
    }

    /// <summary>The number of quads along the depth, and that of panels.</summary>
    public int Quads { get; }

    /// <inheritdoc cref="Quads"/>
    public int Count { get; }

    /// <summary>What the sum of each column begins with: a row's bytes are its integers less the least one.</summary>
    public int* Starts => (int*)starts.Start;

    /// <summary>The distance between two panels, in bytes.</summary>
    public nint Length => (nint)Quads * Columns * Quad;

    public sbyte* Panel(int number) => (sbyte*)bytes.Start + number * Length;

    /// <summary>The panels of a product's weights, whose depth consists of segments of this length.</summary>
    public static IntegerPanels Of(IntegerProduct product, ArraySegment<float> weights, int segment)
    {
        var order = new Order(weights.Offset, product.IsTurned, product.Depth, product.Outputs, product.Least, segment);
        return kept.GetValue(weights.Array!, _ => []).GetOrAdd(order, order => new(weights, order));
    }
}
