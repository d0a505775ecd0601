namespace Hybrid;

/// <summary>What windows see beyond the edges of an image.</summary>
public sealed class ImageBorder
{
    ImageBorder(Core.Border value) => Value = value;

    /// <summary>Nothing: windows lie within the image.</summary>
    public static ImageBorder Valid { get; } = new(Core.Border.Valid);

    /// <summary>So much that there are extent / stride windows, rounded up; of an odd number of pixels, the larger part comes after the
    /// axis.</summary>
    public static ImageBorder Same { get; } = new(Core.Border.Same);

    internal Core.Border Value { get; }

    /// <summary>So many pixels before and after each axis along which windows move: <c>ImageBorder.Of((1, 1), (0, 2))</c> is one above, one
    /// below and two to the right.</summary>
    /// <param name="edges">A pair of numbers from 0 to 1,000 for each axis.</param>
    public static ImageBorder Of(params IReadOnlyList<(int Before, int After)> edges)
    {
        ArgumentNullException.ThrowIfNull(edges);
        return new(Core.Border.NewEdges(Pairs(edges)));
    }

    internal static FSharpList<Tuple<int, int>> Pairs(IReadOnlyList<(int Before, int After)> edges) =>
        ListModule.OfSeq(edges.Select(edge => edge.ToTuple()));
}
