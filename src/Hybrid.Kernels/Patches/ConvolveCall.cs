using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>A convolution: rows are windows, columns are outputs.</summary>
sealed unsafe class ConvolveCall<TLanes> : PatchCall where TLanes : unmanaged, ILanes<TLanes>
{
    readonly PatchLayout layout;
    readonly PatchStrip strip;
    readonly AfterConvolution<TLanes> rest;
    readonly bool isFixed;
    readonly AlignedRoom panels;
    readonly nint[] places;
    readonly int width;

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
        var (line, depth) = Strides;
        panels = isFixed
            ? FixedPanels.Of(b, line, depth, product.Outputs, width, Patches.Size, Patches.Size)
            : new((long)Patches.Size * FixedPanels.Lines(product.Outputs, width) + Panel.Slack);
        places = Apart(Strip.NarrowRows, product.Outputs);
    }

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
        var first = (image * Patches.Rows + row) * Patches.Columns;
        int count = images * (rowEnd - row) * Patches.Columns, outputs = Product.Outputs;
        var source = layout.Read(part, A, layout.IsCopied ? Scratch.Borrow(layout.CopyLength) : null);
        var room = rest.Enter();
        var ending = rest.Ending;
        var target = room is not null ? room.Product : (ending is null ? Target : ending.Result) + (nint)first * outputs;
        var strand = new Strand
        {
            A = source,
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

            for (var i = 0; i < count; i += step)
            {
                strand.ARows = layout.Windows + i;
                strand.C = target + (nint)i * outputs + column;

                if (ending is not null && ending.Addend != null)
                    strand.Addend = ending.Addend + (nint)(first + i) * outputs + column;

                strip.Run(&strand, Math.Min(step, count - i));
            }
        }

        rest.Run(room, image, images, row, rowEnd);
    }
}
