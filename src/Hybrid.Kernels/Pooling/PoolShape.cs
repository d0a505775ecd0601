namespace Hybrid.Kernels;

/// <summary>The extents of windows side by side.</summary>
readonly struct PoolShape(PoolWindows pool)
{
    public readonly int Images = pool.Images, Height = pool.Height, Width = pool.Width, Channels = pool.Channels;
    public readonly int Rows = pool.Rows, Columns = pool.Columns;
    public readonly int WindowRows = pool.WindowRows, WindowColumns = pool.WindowColumns;

    /// <summary>The distance between the pixels of a row and of a column.</summary>
    public nint RowLength => (nint)Width * Channels;

    /// <summary>The number of elements of an image, and of its windows.</summary>
    public int ImageLength => Height * Width * Channels;
    public int MaximaLength => Rows * Columns * Channels;
}
