namespace Hybrid.Kernels;

/// <summary>Matrix products: packed into panels and blocked for the caches if they are large, read in place
/// if they are small. The rows of A are read in place wherever their numbers lie side by side.</summary>
/// <remarks>The blocking follows Goto and van de Geijn, Anatomy of high-performance matrix
/// multiplication (2008).</remarks>
static unsafe class Gemm
{
    // A block of A and the panels of B pass through the second cache, a block of B at worst through the third. Deep blocks
    // beat small ones, since each pass over the depth reads and writes all of C: the deeper of panels that are not packed
    // each time.
    const int BlockDepth = 512, FixedDepth = 1024;
    const int BlockRows = 96;
    const int BlockColumns = 512;

    /// <summary>The numbers of B that leave the first cache room for the rest.</summary>
    const int FirstCache = 1 << 13;

    const int SmallRows = 8;
    const long SmallWork = 1 << 18;
    const long ParallelWork = 1 << 18;

    /// <summary>A product of few rows takes as long as reading B: so many numbers of it justify a further thread.</summary>
    const int ParallelNumbers = 1 << 16;

    struct Job
    {
        public Product Product;
        public Epilogue Epilogue;
        public int RowPart, ColumnPart, ColumnParts;
    }

    /// <summary>Multiplies with registers as wide as the columns fill, on as many threads as the work
    /// justifies.</summary>
    public static void Run<TLanes>(Team team, in Product product, in Epilogue epilogue)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var across = Dots.Fit(product) ? product.Depth : Turned.Fits(product) ? product.Rows : product.Columns;

        if (TLanes.Count > 4 && across <= 4)
            Split<Lanes128>(team, product, epilogue);
        else if (TLanes.Count > 8 && across <= 8)
            Split<Lanes256>(team, product, epilogue);
        else
            Split<TLanes>(team, product, epilogue);
    }

    /// <summary>A product whose B never changes, with B in the order in which it is read, if that is another.</summary>
    /// <param name="product">The product.</param>
    /// <param name="b">B.</param>
    /// <param name="panels">To be kept for as long as the product is in use.</param>
    public static Product WithPanels<TLanes>(in Product product, ArraySegment<float> b, out AlignedRoom? panels)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (Dots.Fit(product))
        {
            (panels, var areHalved) = DotPanels.Of(b, product);
            return product.With(panels.Start, areHalved);
        }

        var packs = (product.Rows > SmallRows || product.BColumn != 1) && product.Columns > TLanes.Count && product.Work > SmallWork
            && !Turned.Fits(product);
        panels = packs
            ? FixedPanels.Of(b, product.BColumn, product.BDepth, product.Columns, 2 * TLanes.Count, product.Depth, FixedDepth)
            : null;
        return panels is null ? product : product.With(panels.Start);
    }

    /// <summary>Cuts the output into nearly square parts, one or more per thread.</summary>
    static void Split<TLanes>(Team team, in Product product, in Epilogue epilogue)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var reading = product.Rows <= SmallRows ? (long)product.Depth * product.Columns / ParallelNumbers : 0;
        var parts = (int)Math.Clamp(Math.Max(product.Work / ParallelWork, reading), 1, team.Threads);

        if (parts == 1)
        {
            Rectangle<TLanes>(product, epilogue, 0, product.Rows, 0, product.Columns);
            return;
        }

        int height = Strip.MostRows<TLanes>(), width = Math.Max(2 * TLanes.Count, Dots.Columns);
        int rowUnits = Units(product.Rows, height), columnUnits = Units(product.Columns, width);
        var rowParts = 1;

        // the cut with the smallest perimeter, since a thread packs its rows and its columns
        for (var candidate = 2; candidate <= Math.Min(parts, rowUnits); candidate++)
            if (Perimeter(candidate) < Perimeter(rowParts))
                rowParts = candidate;

        var columnParts = Math.Min(columnUnits, Math.Max(1, parts / rowParts));
        var job = new Job
        {
            Product = product,
            Epilogue = epilogue,
            RowPart = Units(rowUnits, rowParts) * height,
            ColumnPart = Units(columnUnits, columnParts) * width,
            ColumnParts = columnParts,
        };

        team.Run(&RunPart<TLanes>, &job, rowParts * columnParts);

        double Perimeter(int rows)
        {
            var columns = Math.Min(columnUnits, parts / rows);
            return (double)Units(rowUnits, rows) * height * Units(columnUnits, columns)
                + 1e-3 * (Units(rowUnits, rows) * height + Units(columnUnits, columns) * width);
        }
    }

    static int Units(int count, int size) => (count + size - 1) / size;

    static void RunPart<TLanes>(void* context, int part) where TLanes : unmanaged, ILanes<TLanes>
    {
        var job = (Job*)context;
        var (row, column) = (part / job->ColumnParts * job->RowPart, part % job->ColumnParts * job->ColumnPart);
        Rectangle<TLanes>(
            job->Product, job->Epilogue,
            row, Math.Min(job->Product.Rows, row + job->RowPart),
            column, Math.Min(job->Product.Columns, column + job->ColumnPart));
    }

    static void Rectangle<TLanes>(
        in Product product, in Epilogue epilogue, int row, int rowEnd, int column, int columnEnd)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (row >= rowEnd || column >= columnEnd)
            return;

        if (Dots.Fit(product))
        {
            Dots.Run<TLanes>(product, column, columnEnd);
            epilogue.Run(row, rowEnd, column, columnEnd);
        }
        else if (Turned.Fits(product))
        {
            Turned.Run<TLanes>(product, row, rowEnd, column, columnEnd);
            epilogue.Run(row, rowEnd, column, columnEnd);
        }
        else if (rowEnd - row <= SmallRows || columnEnd - column <= TLanes.Count || product.Work <= SmallWork)
        {
            InPlace<TLanes>(product, row, rowEnd, column, columnEnd);
            epilogue.Run(row, rowEnd, column, columnEnd);
        }
        else
            Packed<TLanes>(product, epilogue, row, rowEnd, column, columnEnd);
    }

    static void InPlace<TLanes>(in Product p, int row, int rowEnd, int column, int columnEnd)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var narrow = columnEnd - column <= TLanes.Count;
        var width = narrow ? TLanes.Count : 2 * TLanes.Count;
        var dense = p.BColumn == 1;

        // A large B read in place is best read a few whole rows at a time.
        var blockDepth = dense && columnEnd - column > 32 * TLanes.Count ? 16 : DepthOf(p);
        float* panel = null;

        for (var start = 0; start < p.Depth; start += blockDepth)
        {
            var depth = Math.Min(blockDepth, p.Depth - start);
            var a = p.A + row * p.ARow + start * p.ADepth;

            for (var j = column; j < columnEnd; j += width)
            {
                var columns = Math.Min(width, columnEnd - j);
                var b = p.B + start * p.BDepth + j * p.BColumn;
                var bStride = p.BDepth;
                var c = p.C + (nint)row * p.Columns + j;

                // a copy can be read to its full width
                var copied = !dense || (columns < width && rowEnd - row > Strip.Few);

                if (copied && p.Panels != null && !narrow && blockDepth == FixedDepth)
                {
                    b = PanelsOf<TLanes>(p, start) + (nint)j * depth;
                    bStride = width;
                }
                else if (copied)
                {
                    panel = panel == null ? Scratch.Borrow(width * Math.Min(blockDepth, p.Depth) + Panel.Slack) : panel;
                    Panel.Pack(b, p.BColumn, p.BDepth, columns, width, depth, panel);
                    b = panel;
                    bStride = width;
                }

                var whole = copied || columns == width;

                if (narrow && whole)
                    for (var i = 0; i < rowEnd - row; i += Strip.NarrowRows)
                        NarrowStrip.Run<TLanes>(
                            Math.Min(Strip.NarrowRows, rowEnd - row - i), columns, depth, a + i * p.ARow, p.ARow, p.ADepth,
                            b, bStride, c + (nint)i * p.Columns, p.Columns, start > 0);
                else
                    for (int i = 0, rows; i < rowEnd - row; i += rows)
                        Strip.Run<TLanes>(
                            rows = Strip.Take<TLanes>(rowEnd - row - i), columns, depth, a + i * p.ARow, p.ARow, p.ADepth,
                            b, bStride, whole, c + (nint)i * p.Columns, p.Columns, start > 0);
            }
        }
    }

    static void Packed<TLanes>(in Product p, in Epilogue epilogue, int row, int rowEnd, int column, int columnEnd)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int height = Strip.MostRows<TLanes>(), width = 2 * TLanes.Count;
        var blockDepth = DepthOf(p);
        var depths = Math.Min(blockDepth, p.Depth);
        var packedColumns = Units(Math.Min(BlockColumns, columnEnd - column), width) * width;
        var room = p.Panels == null ? depths * packedColumns + Panel.Slack : 0;

        var inPlace = p.ADepth == 1;
        var packedRows = inPlace ? 0 : Units(Math.Min(BlockRows, rowEnd - row), height) * height;
        var ownB = room + packedRows > 0 ? Scratch.Borrow(room + depths * packedRows + Panel.Slack) : null;
        var packedA = ownB + room;

        for (var blockColumn = column; blockColumn < columnEnd; blockColumn += BlockColumns)
            for (var start = 0; start < p.Depth; start += blockDepth)
            {
                var depth = Math.Min(blockDepth, p.Depth - start);
                var blockColumnEnd = Math.Min(columnEnd, blockColumn + BlockColumns);
                var packedB = ownB;

                if (p.Panels != null)
                    packedB = PanelsOf<TLanes>(p, start) + (nint)blockColumn * depth;
                else
                    Panel.PackAll(
                        p.B + start * p.BDepth + blockColumn * p.BColumn, p.BColumn, p.BDepth, blockColumnEnd - blockColumn, width,
                        depth, packedB);

                // if all of B stays in the first cache, C is best written row by row
                var blockRows = depth * packedColumns <= FirstCache ? height : BlockRows;

                for (var blockRow = row; blockRow < rowEnd; blockRow += blockRows)
                {
                    var blockRowEnd = Math.Min(rowEnd, blockRow + blockRows);
                    var a = p.A + blockRow * p.ARow + start * p.ADepth;
                    nint aRow = p.ARow, aDepth = p.ADepth, aStrip = height * p.ARow;

                    if (!inPlace)
                    {
                        Panel.PackAll(a, aRow, aDepth, blockRowEnd - blockRow, height, depth, packedA);
                        a = packedA;
                        (aRow, aDepth, aStrip) = (1, height, (nint)height * depth);
                    }

                    for (var j = blockColumn; j < blockColumnEnd; j += width)
                        Column<TLanes>(
                            blockRowEnd - blockRow, Math.Min(width, blockColumnEnd - j), depth, a, aRow, aDepth, aStrip,
                            packedB + (nint)(j - blockColumn) * depth, p.C + (nint)blockRow * p.Columns + j, p.Columns, start > 0);

                    if (start + depth == p.Depth)
                        epilogue.Run(blockRow, blockRowEnd, blockColumn, blockColumnEnd);
                }
            }
    }

    /// <summary>Some rows by the columns of a panel of B.</summary>
    static void Column<TLanes>(
        int rows, int columns, int depth, float* a, nint aRow, nint aDepth, nint aStrip, float* b, float* c, nint cStride, bool resume)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int height = Strip.MostRows<TLanes>(), width = 2 * TLanes.Count;

        for (; rows > 0; rows -= height, a += aStrip, c += height * cStride)
        {
            var count = Math.Min(height, rows);

            if (columns <= TLanes.Count)
                NarrowStrip.Run<TLanes>(count, columns, depth, a, aRow, aDepth, b, width, c, cStride, resume);
            else
                Strip.Run<TLanes>(count, columns, depth, a, aRow, aDepth, b, width, true, c, cStride, resume);
        }
    }

    /// <summary>The depth of a block.</summary>
    static int DepthOf(in Product p) => p.Panels == null ? BlockDepth : FixedDepth;

    /// <summary>The panels of the block of the depth that starts there.</summary>
    static float* PanelsOf<TLanes>(in Product p, int start) where TLanes : unmanaged, ILanes<TLanes> =>
        p.Panels + (nint)start * FixedPanels.Lines(p.Columns, 2 * TLanes.Count);
}
