namespace Hybrid.Kernels;

/// <summary>What becomes of a convolution's elements: the chain runs and maxima are taken of each part as soon as it is complete, while
/// it is in the cache.</summary>
sealed unsafe class AfterConvolution<TLanes> where TLanes : unmanaged, ILanes<TLanes>
{
    readonly Team team;
    readonly Pins pins = new();
    readonly ChainCall<TLanes>? chain;
    readonly PoolWindows? windows;
    readonly PoolShape shape;
    readonly float* elements, maxima;
    readonly int outputs, columns, rows, poolRows;

    // a short chain does not justify separate calls
    readonly bool follows;

    public AfterConvolution(Team team, PatchProduct product, ChainCall<TLanes>? chain, MaximaOf[] pooling)
    {
        this.team = team;
        this.chain = chain;
        (outputs, columns, rows) = (product.Outputs, product.Patches.Columns, product.Patches.Rows);
        follows = chain is not null && !chain.TakesParts(outputs);

        if (pooling is [var pool])
        {
            windows = pool.Windows;
            shape = new(windows);
            poolRows = windows.Images * windows.Rows / Math.Max(1, product.Patches.Examples);
            elements = pins.Pin(pool.Elements);
            maxima = pins.Pin(pool.Maxima);
        }
    }

    /// <summary>Parts of images have to begin with multiples of this number of rows.</summary>
    public int Unit => windows?.WindowRows ?? 1;

    /// <summary>For a part: some images, or some rows of an image, from a multiple of <see cref="Unit"/> on.</summary>
    public void Run(int image, int images, int row, int rowEnd)
    {
        if (follows)
            return;

        var first = (image * rows + row) * columns * outputs;
        chain?.RunElements(first, first + images * (rowEnd - row) * columns * outputs);

        if (windows is not null)
            MaxPool.Rows<TLanes>(
                shape, elements, maxima, image * poolRows + row / shape.WindowRows,
                (image + images - 1) * poolRows + Math.Min(poolRows, rowEnd / shape.WindowRows));
    }

    /// <summary>After all parts.</summary>
    public void Finish()
    {
        if (!follows)
            return;

        chain!.Run();

        if (windows is not null)
            MaxPool.Run<TLanes>(team, windows, elements, maxima);

        GC.KeepAlive(pins);
    }
}
