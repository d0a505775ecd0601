namespace Hybrid;

/// <summary>The windows of a convolution, or of a transposed one: <c>new ConvolutionWindows(1, 7) { Stride = [1, 2] }</c>.</summary>
public sealed record ConvolutionWindows
{
    /// <summary>Windows around every pixel.</summary>
    /// <param name="size">The height and width of a window: one size for each axis along which windows move, of a sequence its
    /// length.</param>
    public ConvolutionWindows(params IReadOnlyList<int> size)
    {
        ArgumentNullException.ThrowIfNull(size);
        Size = size;
    }

    /// <summary>One size for each axis along which windows move.</summary>
    public IReadOnlyList<int> Size { get; }

    /// <summary>The distance between neighbouring windows along each axis. Null: 1.</summary>
    public IReadOnlyList<int>? Stride { get; init; }

    /// <summary>The distance between neighbouring pixels of a window along each axis. Null: 1.</summary>
    public IReadOnlyList<int>? Dilation { get; init; }

    /// <summary>The outputs of each group see the channels of their group only: as many groups as channels make it depthwise. Default:
    /// 1.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>The zeros around the image; of a transposed convolution, what is left out around the result. Default:
    /// <see cref="ImageBorder.Same"/>.</summary>
    public ImageBorder Border { get; init; } = ImageBorder.Same;

    internal Models.FSharpConvolutionWindows Value =>
        new(ListModule.OfSeq(Size), Each(Stride, 1), Each(Dilation, 1), Groups, Border.Value);

    FSharpList<int> Each(IReadOnlyList<int>? numbers, int usual) => ListModule.OfSeq(numbers ?? [.. Size.Select(_ => usual)]);
}
