using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>A product of integers with a chain of its elements, ready to run: rows are made bytes, multiplied by bytes and added up
/// exactly, and the chain runs on each part of the sums while it is in the cache.</summary>
sealed unsafe class IntegerCall<TLanes> where TLanes : unmanaged, ILanes<TLanes>
{
    /// <summary>Rows that are made bytes at a time: with a panel, they stay in the caches.</summary>
    const int BlockRows = 8 * IntegerTile.Rows;

    /// <summary>So few rows are multiplied one by one.</summary>
    const int FewRows = 3;

    /// <summary>Products that justify a further thread, and bytes of weights.</summary>
    const long ParallelWork = 1 << 19;
    const int ParallelBytes = 1 << 18;

    /// <summary>The panels that a row is multiplied by at once, and after which other work on many rows is done.</summary>
    const int GroupPanels = 4;

    readonly Team team;
    readonly Pins pins = new();
    readonly IntegerProduct product;
    readonly IntegerTile tile = IntegerTile.For<TLanes>();
    readonly IntegerPanels panels;
    readonly float* x, target;
    readonly int stride, rowPart, panelPart, parts;
    readonly ChainCall<TLanes>? chain;

    // short rows do not justify separate calls
    readonly bool follows;

    public IntegerCall(
        Team team, IntegerProduct product, ArraySegment<float> x, ArraySegment<float> weights,
        Chain chain, ChainOperand[] operands, ArraySegment<float>[] results)
    {
        this.team = team;
        this.product = product;
        this.x = pins.Pin(x);
        target = pins.Pin(operands[0].Values);
        panels = IntegerPanels.Of(product, weights, product.Depth);
        // whole registers are written
        stride = (product.Depth + TLanes.Count + IntegerPanels.Quad - 1) / 64 * 64 + 64;
        (rowPart, panelPart) = Cut();
        parts = Units(product.Rows, rowPart) * Units(panels.Count, panelPart);

        if (chain.Instructions.Length == 0)
            return;

        follows = product.Outputs < ChainCall<TLanes>.LeastRow || operands[0].Values.Count <= ChainCall<TLanes>.BlockLength;
        this.chain = new ChainCall<TLanes>(team, chain, operands, results, follows ? 0 : product.Outputs);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run()
    {
        var self = this;
        team.Run(&RunPart, Unsafe.AsPointer(ref self), parts);

        if (follows)
            chain!.Run();

        GC.KeepAlive(this);
    }

    /// <summary>The rows and panels of a part: threads share the rows, if each has several tiles of them, or the panels.</summary>
    (int Rows, int Panels) Cut()
    {
        var reading = product.Rows <= FewRows ? panels.Count * panels.Length / ParallelBytes : 0;
        var wanted = (int)Math.Clamp(Math.Max(product.MultiplyAdds / ParallelWork, reading), 1, team.Threads);
        var tiles = Units(product.Rows, IntegerTile.Rows);
        return tiles >= 4 * wanted
            ? (Units(tiles, wanted) * IntegerTile.Rows, panels.Count)
            : (product.Rows, Units(panels.Count, wanted));
    }

    static int Units(int count, int size) => (count + size - 1) / size;

    static void RunPart(void* context, int part) => Unsafe.AsRef<IntegerCall<TLanes>>(context).RunPart(part);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void RunPart(int part)
    {
        var across = Units(panels.Count, panelPart);
        var (row, panel) = (part / across * rowPart, part % across * panelPart);
        var (rowEnd, panelEnd) = (Math.Min(product.Rows, row + rowPart), Math.Min(panels.Count, panel + panelPart));
        var room = Math.Min(BlockRows, rowEnd - row);
        var bytes = (byte*)Scratch.Borrow(room * stride / sizeof(float));

        for (; row < rowEnd; row += BlockRows)
            Block(row, Math.Min(BlockRows, rowEnd - row), panel, panelEnd, bytes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Block(int row, int rows, int panel, int panelEnd, byte* bytes)
    {
        var areNumbers = stackalloc bool[BlockRows];

        for (var i = 0; i < rows; i++)
            areNumbers[i] = Quantizer.Run<TLanes>(
                product, x + (nint)(row + i) * product.Depth, bytes + (nint)i * stride, product.Depth);

        // what follows the sums of many rows finds them in the first cache
        var group = rows <= FewRows ? panelEnd - panel : GroupPanels;

        for (int p = panel, next; p < panelEnd; p = next)
        {
            next = Math.Min(panelEnd, p + group);

            if (rows <= FewRows)
                Rows(row, rows, p, next, bytes);
            else
                Tiles(row, rows, p, next, bytes);

            int column = p * IntegerPanels.Columns, columnEnd = Math.Min(product.Outputs, next * IntegerPanels.Columns);

            // every product with a NaN is NaN, even if the other factor is 0
            for (var i = 0; i < rows; i++)
                if (!areNumbers[i])
                    new Span<float>(At(row + i, column), columnEnd - column).Fill(float.NaN);

            if (!follows && chain is not null)
                chain.RunRectangle(row, row + rows, column, columnEnd);
        }
    }

    /// <summary>Many rows by at most four panels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Tiles(int row, int rows, int panel, int panelEnd, byte* bytes)
    {
        for (; panel < panelEnd; panel++)
            for (var i = 0; i < rows; i += IntegerTile.Rows)
                Tile(row + i, Math.Min(IntegerTile.Rows, rows - i), panel, bytes + (nint)i * stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Rows(int row, int rows, int panel, int panelEnd, byte* bytes)
    {
        for (; panel < panelEnd; panel += GroupPanels)
            for (var i = 0; i < rows; i++)
                Row(row + i, panel, Math.Min(panelEnd, panel + GroupPanels), bytes + (nint)i * stride);
    }

    float* At(int row, int column) => target + (nint)row * product.Outputs + column;

    /// <summary>At most six rows by one panel.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Tile(int row, int rows, int panel, byte* bytes)
    {
        const int width = IntegerPanels.Columns;
        var sums = stackalloc float[IntegerTile.Rows * width];
        var places = stackalloc nint[IntegerTile.Rows];
        nint segment = 0;
        var column = panel * width;
        var columns = Math.Min(width, product.Outputs - column);
        var isWhole = columns == width;
        var strand = new ByteStrand
        {
            A = bytes,
            ARows = places,
            Segments = &segment,
            SegmentCount = 1,
            Quads = panels.Quads,
            Panel = panels.Panel(panel),
            Starts = panels.Starts + column,
            C = isWhole ? At(row, column) : sums,
            CStride = isWhole ? product.Outputs : width,
            Columns = columns,
        };

        for (var i = 0; i < IntegerTile.Rows; i++)
            places[i] = i * stride;

        tile.Run(&strand, rows);

        if (!isWhole)
            for (var i = 0; i < rows; i++)
                new Span<float>(sums + i * width, columns).CopyTo(new(At(row + i, column), columns));
    }

    /// <summary>One row by at most four panels.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Row(int row, int panel, int panelEnd, byte* bytes)
    {
        var sums = stackalloc float[IntegerTile.RowColumns];
        var column = panel * IntegerPanels.Columns;
        var columns = Math.Min(panelEnd * IntegerPanels.Columns, product.Outputs) - column;
        var y = columns == IntegerTile.RowColumns ? At(row, column) : sums;
        var strand = new ByteStrand
        {
            A = bytes,
            Quads = panels.Quads,
            Panel = panels.Panel(panel),
            Starts = panels.Starts + column,
            C = y,
        };
        tile.Row(&strand, panelEnd - panel, panels.Length);

        if (y == sums)
            new Span<float>(sums, columns).CopyTo(new(At(row, column), columns));
    }
}
