using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>Maxima of windows side by side.</summary>
static unsafe class MaxPool
{
    /// <summary>Fewer numbers are compared faster than a thread wakes up.</summary>
    const int PartLength = 1 << 14;

    struct Job
    {
        public PoolShape Shape;
        public float* X, Y;
        public int PartRows;
    }

    /// <summary>y = the maximum of each window, over its columns first.</summary>
    public static void Run<TLanes>(Team team, PoolWindows pool, float* x, float* y) where TLanes : unmanaged, ILanes<TLanes>
    {
        var rows = pool.Images * pool.Rows;
        var parts = Math.Clamp(pool.Size / PartLength, 1, Math.Min(4 * team.Threads, rows));
        var job = new Job { Shape = new(pool), X = x, Y = y, PartRows = (rows + parts - 1) / parts };
        team.Run(&Part<TLanes>, &job, parts);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Part<TLanes>(void* context, int part) where TLanes : unmanaged, ILanes<TLanes>
    {
        var job = (Job*)context;
        var end = Math.Min(job->Shape.Images * job->Shape.Rows, (part + 1) * job->PartRows);
        Rows<TLanes>(job->Shape, job->X, job->Y, part * job->PartRows, end);
    }

    /// <summary>The maxima of some rows of windows, counted through all images.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows<TLanes>(in PoolShape shape, float* images, float* maxima, int row, int end)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (; row < end; row++)
        {
            var x = images + (nint)(row / shape.Rows) * shape.ImageLength
                + row % shape.Rows * shape.WindowRows * shape.RowLength;
            var y = maxima + (nint)row * shape.Columns * shape.Channels;

            for (var column = 0; column < shape.Columns; column++)
            {
                Window<TLanes>(shape, x, y);
                x += (nint)shape.WindowColumns * shape.Channels;
                y += shape.Channels;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Window<TLanes>(in PoolShape shape, float* x, float* y) where TLanes : unmanaged, ILanes<TLanes>
    {
        var channel = 0;

        for (; channel <= shape.Channels - TLanes.Count; channel += TLanes.Count)
        {
            var pixels = x + channel;
            var largest = Row<TLanes>(shape, pixels);

            for (var row = 1; row < shape.WindowRows; row++)
                largest = TLanes.Maximum(largest, Row<TLanes>(shape, pixels += shape.RowLength));

            TLanes.Store(largest, y + channel);
        }

        if (channel < shape.Channels)
        {
            var count = shape.Channels - channel;
            var pixels = x + channel;
            var largest = PartOfRow<TLanes>(shape, pixels, count);

            for (var row = 1; row < shape.WindowRows; row++)
                largest = TLanes.Maximum(largest, PartOfRow<TLanes>(shape, pixels += shape.RowLength, count));

            TLanes.StorePartial(largest, y + channel, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TLanes Row<TLanes>(in PoolShape shape, float* pixel) where TLanes : unmanaged, ILanes<TLanes>
    {
        var largest = TLanes.Load(pixel);

        for (var column = 1; column < shape.WindowColumns; column++)
            largest = TLanes.Maximum(largest, TLanes.Load(pixel += shape.Channels));

        return largest;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static TLanes PartOfRow<TLanes>(in PoolShape shape, float* pixel, int count) where TLanes : unmanaged, ILanes<TLanes>
    {
        var largest = TLanes.LoadPartial(pixel, count);

        for (var column = 1; column < shape.WindowColumns; column++)
            largest = TLanes.Maximum(largest, TLanes.LoadPartial(pixel += shape.Channels, count));

        return largest;
    }
}
