using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>A convolution: rows are windows, columns are outputs. Windows are read a strip at a time or, where a <see cref="Sweep"/> suits
/// them, some lines at a time.</summary>
sealed unsafe class ConvolveCall<TLanes> : PatchCall where TLanes : unmanaged, ILanes<TLanes>
{
    readonly PatchLayout layout;
    readonly PatchStrip strip;
    readonly AfterConvolution<TLanes> rest;
    readonly bool isFixed;
    readonly AlignedRoom panels;
    readonly nint[] places;
    readonly int width;

    // a row of zeros and the sweep of registers of this width; null without
    readonly AlignedRoom? zeros;
    readonly delegate*<Sweep*, void> sweep;

    public ConvolveCall(
        Team team, PatchProduct product, ArraySegment<float> a, ArraySegment<float> b, bool isFixed, ArraySegment<float> target,
        AfterConvolution<TLanes> rest) : base(team, product, a, b, target)
    {
        this.rest = rest;
        this.isFixed = isFixed;
        layout = new PatchLayout(Patches, PartWindows, unit: rest.Unit);
        rest.MakeRooms(layout.MaxWindows);
        strip = PatchStrip.For<TLanes>(product.Outputs);
        width = strip.Width(product.Outputs);

        if (IsSwept)
        {
            sweep = width == TLanes.Count ? &Sweep.Run<TLanes> : width == Lanes256.Count ? &Sweep.Run<Lanes256> : &Sweep.Run<Lanes128>;
            zeros = new((long)Patches.Width * Patches.Channels);
            new Span<float>(zeros.Start, Patches.Width * Patches.Channels).Clear();
        }

        var (line, depth) = Strides;
        panels = isFixed
            ? FixedPanels.Of(b, line, depth, product.Outputs, width, Patches.Size, Patches.Size)
            : new((long)Patches.Size * FixedPanels.Lines(product.Outputs, width) + Panel.Slack);
        places = Apart(Strip.NarrowRows, product.Outputs);
    }

    /// <summary>Sweeps are slower where outputs fill more than a register, since strips of two registers read no more numbers and compute
    /// no sums beyond the ends of lines; and where there is little to compute between two windows.</summary>
    bool IsSwept =>
        Patches.WindowColumns == Sweep.WindowColumns && Patches.ColumnStride == 1 && Patches.ColumnDilation == 1
        && Patches.Channels >= Sweep.FewestChannels && Product.Outputs <= strip.Count;

    /// <summary>The distances between the weights of neighbouring outputs, and of neighbouring elements of a window.</summary>
    (nint Line, nint Depth) Strides => Product.Turned ? (1, Product.Outputs) : (Patches.Size, 1);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run()
    {
        if (!isFixed)
        {
            var (line, depth) = Strides;
            Panel.PackAll(B, line, depth, Product.Outputs, width, Patches.Size, panels.Start);
        }

        var self = this;
        RunParts(&RunPart, Unsafe.AsPointer(ref self), layout.Parts);
        rest.Finish();
        GC.KeepAlive(this);
    }

    static void RunPart(void* context, int part) => Unsafe.AsRef<ConvolveCall<TLanes>>(context).RunPart(part);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void RunPart(int part)
    {
        layout.Locate(part, out var image, out var images, out var row, out var rowEnd);
        var first = (nint)(image * Patches.Rows + row) * Patches.Columns * Product.Outputs;
        var room = rest.Enter();
        var ending = rest.Ending;
        var target = room is not null ? room.Product : (ending is null ? Target : ending.Result) + first;
        var addend = ending is null || ending.Addend == null ? null : ending.Addend + first;

        if (zeros is null)
            RunStrips(part, images * (rowEnd - row) * Patches.Columns, target, addend);
        else
            RunSweeps(image * Patches.Rows + row, images * (rowEnd - row), target, addend);

        rest.Run(room, image, images, row, rowEnd);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void RunStrips(int part, int windows, float* target, float* addend)
    {
        var outputs = Product.Outputs;
        var ending = rest.Ending;
        var strand = new Strand
        {
            A = layout.Read(part, A, layout.IsCopied ? Scratch.Borrow(layout.CopyLength) : null),
            Segments = layout.Segments,
            SegmentCount = layout.SegmentCount,
            Run = layout.Run,
            Step = 1,
            BStride = width,
            CRows = Start(places),
            IsRectified = ending is { IsRectified: true },
        };

        for (var column = 0; column < outputs; column += width)
        {
            strand.B = panels.Start + (nint)column * Patches.Size;
            strand.Columns = Math.Min(width, outputs - column);

            if (ending is not null && ending.Bias != null)
                strand.Bias = ending.Bias + column;

            var step = strip.Rows(strand.Columns);

            for (var i = 0; i < windows; i += step)
            {
                var place = (nint)i * outputs + column;
                strand.ARows = layout.Windows + i;
                strand.C = target + place;

                if (addend != null)
                    strand.Addend = addend + place;

                strip.Run(&strand, Math.Min(step, windows - i));
            }
        }
    }

    /// <param name="first">The number of the first line of windows, of all images.</param>
    /// <param name="lines">The number of lines.</param>
    /// <param name="target">What becomes of the first line.</param>
    /// <param name="addend">What is added to it, or null.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void RunSweeps(int first, int lines, float* target, float* addend)
    {
        var length = (nint)Patches.Columns * Product.Outputs;
        var ending = rest.Ending;
        var sums = Scratch.Borrow(
            Patches.Columns * Sweep.MaxLines * width + Patches.WindowRows * Sweep.MaxLines * (sizeof(float*) / sizeof(float)));
        var rows = (float**)(sums + Patches.Columns * Sweep.MaxLines * width);
        var lined = new Sweep
        {
            Rows = rows,
            WindowRows = Patches.WindowRows,
            Zeros = zeros!.Start,
            Windows = Patches.Columns,
            Left = Patches.Left,
            Width = Patches.Width,
            Channels = Patches.Channels,
            Weights = panels.Start,
            Sums = sums,
            Outputs = Product.Outputs,
            Bias = ending is null ? null : ending.Bias,
            IsRectified = ending is { IsRectified: true },
        };

        for (var line = 0; line < lines; line += Sweep.MaxLines)
        {
            lined.Lines = Math.Min(Sweep.MaxLines, lines - line);

            for (var i = 0; i < Sweep.MaxLines; i++)
                for (var row = 0; row < Patches.WindowRows; row++)
                    rows[row * Sweep.MaxLines + i] = Pixels(first + line + Math.Min(i, lined.Lines - 1), row);

            lined.Result = target + line * length;

            if (addend != null)
                lined.Addend = addend + line * length;

            sweep(&lined);
        }
    }

    /// <summary>The pixels that a row of the windows of a line reads, from the first column of the image on.</summary>
    float* Pixels(int line, int windowRow)
    {
        var row = line % Patches.Rows * Patches.RowStride + windowRow * Patches.RowDilation - Patches.Top;
        return row < 0 || row >= Patches.Height
            ? zeros!.Start
            : A + (line / Patches.Rows * (nint)Patches.Height + row) * Patches.Width * Patches.Channels;
    }
}
