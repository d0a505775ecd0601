using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>A convolution of integers: images are made bytes, a part at a time, whose windows are multiplied where they are. Sums are
/// exact.</summary>
sealed unsafe class IntegerConvolveCall<TLanes> : PatchCall where TLanes : unmanaged, ILanes<TLanes>
{
    const int Width = IntegerPanels.Columns;

    readonly IntegerProduct integers;
    readonly IntegerTile tile = IntegerTile.For<TLanes>();
    readonly IntegerPanels panels;
    readonly PatchLayout layout;
    readonly AfterConvolution<TLanes> rest;

    // the scales of all panels and then the biases, as far as there are some; null if the chain follows
    readonly AlignedRoom? ends;

    public IntegerConvolveCall(
        Team team, PatchProduct product, IntegerProduct integers, ArraySegment<float> a, ArraySegment<float> b,
        ArraySegment<float> target, AfterConvolution<TLanes> rest) : base(team, product, a, b, target)
    {
        this.integers = integers;
        this.rest = rest;
        layout = new PatchLayout(Patches, PartWindows, isCopied: true, unit: rest.Unit);
        rest.MakeRooms(layout.MaxWindows);
        panels = IntegerPanels.Of(integers, b, layout.Run);

        if (rest.Ending is not null)
        {
            ends = new AlignedRoom(2 * panels.Count * Width);
            new Span<float>(ends.Start, panels.Count * Width).Clear();
            new Span<float>(ends.Start + panels.Count * Width, panels.Count * Width).Fill(-0f);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run()
    {
        if (rest.Ending is { } ending)
        {
            Copy(ending.Scale, ends!.Start);

            if (ending.Bias != null)
                Copy(ending.Bias, ends.Start + panels.Count * Width);
        }

        var self = this;
        RunParts(&RunPart, Unsafe.AsPointer(ref self), layout.Parts);
        rest.Finish();
        GC.KeepAlive(this);

        void Copy(float* numbers, float* target) => new Span<float>(numbers, Product.Outputs).CopyTo(new(target, Product.Outputs));
    }

    static void RunPart(void* context, int part) => Unsafe.AsRef<IntegerConvolveCall<TLanes>>(context).RunPart(part);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void RunPart(int part)
    {
        layout.Locate(part, out var image, out var images, out var row, out var rowEnd);
        var first = (image * Patches.Rows + row) * Patches.Columns;
        var windows = images * (rowEnd - row) * Patches.Columns;
        var room = rest.Enter();
        var ending = rest.Ending;
        var target = room is not null ? room.Product : (ending is null ? Target : ending.Result) + (nint)first * Product.Outputs;

        // whole registers are written, and whole quads read
        var bytes = (byte*)Scratch.Borrow((layout.CopyLength + TLanes.Count) / sizeof(float) + 2);
        var lines = new ByteLines<TLanes>(integers, bytes);
        layout.Copy(part, A, ref lines);
        Multiply(bytes, windows, target);

        if (!lines.AreNumbers)
            for (var i = 0; i < windows; i++)
                if (HasNaN(first + i))
                    new Span<float>(target + (nint)i * Product.Outputs, Product.Outputs).Fill(float.NaN);

        rest.Run(room, image, images, row, rowEnd);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Multiply(byte* bytes, int windows, float* target)
    {
        var sums = stackalloc float[IntegerTile.Rows * Width];
        var outputs = Product.Outputs;
        var strand = new ByteStrand
        {
            A = bytes,
            Segments = layout.Segments,
            SegmentCount = layout.SegmentCount,
            Quads = panels.Quads / layout.SegmentCount,
            Floor = rest.Ending is { IsRectified: true } ? 0 : float.NaN,
        };

        for (var column = 0; column < outputs; column += Width)
        {
            strand.Panel = panels.Panel(column / Width);
            strand.Starts = panels.Starts + column;

            if (ends is not null)
            {
                strand.Scales = ends.Start + column;
                strand.Biases = strand.Scales + panels.Count * Width;
            }

            strand.Columns = Math.Min(Width, outputs - column);

            // columns beyond the last one are the first ones of the next row, which is written later if there is one panel
            var inPlace = strand.Columns == Width ? windows
                : outputs <= tile.Columns ? windows - Width / outputs
                : 0;

            for (var i = 0; i < windows; i += IntegerTile.Rows)
            {
                var rows = Math.Min(IntegerTile.Rows, windows - i);
                var isInPlace = i + rows <= inPlace;
                var y = target + (nint)i * outputs + column;
                strand.ARows = layout.Windows + i;
                strand.C = isInPlace ? y : sums;
                strand.CStride = isInPlace ? outputs : Width;
                tile.Run(&strand, rows);

                if (!isInPlace)
                    for (var row = 0; row < rows; row++)
                        new Span<float>(sums + row * Width, strand.Columns).CopyTo(new(y + (nint)row * outputs, strand.Columns));
            }
        }
    }

    /// <summary>Whether a window, of those of all images, has a number that is NaN: then all its sums are, even if a weight is
    /// 0.</summary>
    bool HasNaN(int window)
    {
        var image = window / (Patches.Rows * Patches.Columns);
        int row = window / Patches.Columns % Patches.Rows * Patches.RowStride - Patches.Top,
            column = window % Patches.Columns * Patches.ColumnStride - Patches.Left;

        for (var i = 0; i < Patches.WindowRows; i++)
            for (var j = 0; j < Patches.WindowColumns; j++)
            {
                int y = row + i * Patches.RowDilation, x = column + j * Patches.ColumnDilation;

                if (y < 0 || y >= Patches.Height || x < 0 || x >= Patches.Width)
                    continue;

                var pixel = A + ((image * (nint)Patches.Height + y) * Patches.Width + x) * Patches.Channels;

                for (var channel = 0; channel < Patches.Channels; channel++)
                    if (float.IsNaN(pixel[channel]))
                        return true;
            }

        return false;
    }
}
