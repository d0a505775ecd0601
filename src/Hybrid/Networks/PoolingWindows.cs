namespace Hybrid;

/// <summary>Windows of an image whose maxima or means are taken: <c>new PoolingWindows(3, 3) { Stride = [2, 2] }</c>.</summary>
public sealed record PoolingWindows
{
    /// <summary>Windows side by side.</summary>
    /// <param name="size">The height and width of a window: one size for each axis along which windows move, of a sequence its
    /// length.</param>
    public PoolingWindows(params IReadOnlyList<int> size)
    {
        ArgumentNullException.ThrowIfNull(size);
        Size = size;
    }

    /// <summary>One size for each axis along which windows move.</summary>
    public IReadOnlyList<int> Size { get; }

    /// <summary>The distance between neighbouring windows along each axis. Null: the size.</summary>
    public IReadOnlyList<int>? Stride { get; init; }

    /// <summary>What is around the image: it has no part in maxima. Default: <see cref="ImageBorder.Valid"/>.</summary>
    public ImageBorder Border { get; init; } = ImageBorder.Valid;

    /// <summary>Whether the last window may reach beyond the border where the strides do not come out even; if not, what is left over is
    /// dropped. Default: false.</summary>
    public bool Ceiling { get; init; }

    /// <summary>Whether means count the zeros of the border; what is beyond it never counts. Default: false.</summary>
    public bool CountsBorder { get; init; }

    internal Core.FSharpPoolingWindows Value =>
        new(ListModule.OfSeq(Size), ListModule.OfSeq(Stride ?? Size), Border.Value, Ceiling, CountsBorder);
}
