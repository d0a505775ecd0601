using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>A convolution: rows are windows, columns are outputs.</summary>
sealed unsafe class ConvolveCall<TLanes> : PatchCall where TLanes : unmanaged, ILanes<TLanes>
{
    readonly PatchLayout layout;
    readonly PatchStrip strip;
    readonly ChainCall<TLanes>? chain;
    readonly bool follows;
    readonly float[] owner;
    readonly float* panels;
    readonly nint[] places;
    readonly int width;

    public ConvolveCall(
        Team team, PatchProduct product, ArraySegment<float> a, ArraySegment<float> b, ArraySegment<float> target,
        ChainCall<TLanes>? chain) : base(team, product, a, b, target)
    {
        this.chain = chain;
        follows = chain is not null && !chain.TakesParts(product.Outputs);
        layout = new PatchLayout(Patches, areWhole: false);
        strip = PatchStrip.For<TLanes>(product.Outputs);
        width = strip.Width(product.Outputs);
        panels = Room((long)Patches.Size * ((product.Outputs + width - 1) / width * width) + Panel.Slack, out owner);
        places = Apart(Strip.NarrowRows, product.Outputs);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run()
    {
        var (lineStride, depthStride) = Product.Turned ? ((nint)1, (nint)Product.Outputs) : (Patches.Size, 1);
        Panel.PackAll(B, lineStride, depthStride, Product.Outputs, width, Patches.Size, panels);

        var self = this;
        RunParts(&RunPart, Unsafe.AsPointer(ref self), layout.Parts);

        if (follows)
            chain!.Run();

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
        var target = Target + (nint)first * outputs;
        var strand = new Strand
        {
            A = source,
            Segments = layout.Segments,
            SegmentCount = layout.SegmentCount,
            Run = layout.Run,
            Step = 1,
            BStride = width,
            CRows = Start(places),
            Sums = Sums.Fresh,
        };

        for (var column = 0; column < outputs; column += width)
        {
            strand.B = panels + (nint)column * Patches.Size;
            strand.Columns = Math.Min(width, outputs - column);
            var step = strip.Rows(strand.Columns);

            for (var i = 0; i < count; i += step)
            {
                strand.ARows = layout.Windows + i;
                strand.C = target + (nint)i * outputs + column;
                strip.Run(&strand, Math.Min(step, count - i));
            }
        }

        if (chain is not null && !follows)
            chain.RunElements(first * outputs, (first + count) * outputs);
    }
}
