using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>The gradient of a convolution's images: rows are windows, columns are neighbouring elements of a window, and sums are added
/// to the pixels that they belong to.</summary>
/// <remarks>A pixel is an element of the windows before it, the earlier the window, the later the element. So if the last elements of all
/// windows are added first, each pixel gets its sums in the order of the windows, as from a matrix of windows.</remarks>
sealed unsafe class ImagesCall<TLanes> : PatchCall where TLanes : unmanaged, ILanes<TLanes>
{
    readonly PatchLayout layout;
    readonly PatchStrip strip;
    readonly ChainCall<TLanes>? chain;
    readonly bool follows;
    readonly AlignedRoom panels;
    readonly nint[] cotangents, pixels, start;
    readonly int width, segmentPanels, lines, lineLength;

    public ImagesCall(
        Team team, PatchProduct product, ArraySegment<float> a, ArraySegment<float> b, ArraySegment<float> target,
        ChainCall<TLanes>? chain) : base(team, product, a, b, target)
    {
        this.chain = chain;
        follows = chain is not null && !chain.TakesParts(Patches.ImageSize / Math.Max(1, Patches.Examples));

        layout = new PatchLayout(Patches, PartWindows, areWhole: true);
        strip = PatchStrip.For<TLanes>(layout.Run);
        width = strip.Width(layout.Run);
        segmentPanels = (layout.Run + width - 1) / width;
        panels = new((long)layout.SegmentCount * segmentPanels * width * product.Outputs + Panel.Slack);
        start = Apart(1, 0);

        // neighbouring windows whose elements overlap by part of a register would have to wait for each other's sums: then the rows
        // of a strip are windows one below the other
        var count = layout.MaxWindows;
        lines = Patches.Channels % strip.Count == 0 || count < Strip.Few * Patches.Columns ? 1 : Patches.Columns;
        lineLength = count / lines;
        cotangents = Apart(count, 0);
        pixels = Apart(count, 0);

        for (var i = 0; i < count; i++)
        {
            var window = i % lineLength * lines + i / lineLength;
            cotangents[i] = (nint)window * product.Outputs;
            pixels[i] = layout.Windows[window];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run()
    {
        int outputs = Product.Outputs, run = layout.Run;
        var (lineStride, depthStride) = Product.Turned ? ((nint)outputs, (nint)1) : (1, Patches.Size);

        for (var segment = 0; segment < layout.SegmentCount; segment++)
            Panel.PackAll(
                B + segment * run * lineStride, lineStride, depthStride, run, width, outputs,
                panels.Start + (nint)segment * segmentPanels * width * outputs);

        var self = this;
        RunParts(&RunPart, Unsafe.AsPointer(ref self), layout.Parts);

        if (follows)
            chain!.Run();

        GC.KeepAlive(this);
    }

    static void RunPart(void* context, int part) => Unsafe.AsRef<ImagesCall<TLanes>>(context).RunPart(part);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void RunPart(int part)
    {
        layout.Locate(part, out var image, out var images, out _, out _);
        int perImage = Patches.ImageSize / Patches.Examples, perWindows = Patches.Rows * Patches.Columns;
        int count = images * perWindows / lines, outputs = Product.Outputs;
        var target = layout.IsCopied ? Scratch.Borrow(layout.CopyLength) : Target + (nint)image * perImage;
        new Span<float>(target, layout.IsCopied ? layout.CopyLength : images * perImage).Clear();
        var strand = new Strand
        {
            A = A + (nint)image * perWindows * outputs,
            Segments = Start(start),
            SegmentCount = 1,
            Run = outputs,
            Step = 1,
            BStride = width,
        };

        for (var panel = layout.SegmentCount * segmentPanels - 1; panel >= 0; panel--)
        {
            var column = panel % segmentPanels * width;
            strand.B = panels.Start + (nint)panel * width * outputs;
            strand.C = strand.Addend = target + layout.Segments[panel / segmentPanels] + column;
            strand.Columns = Math.Min(width, layout.Run - column);
            var step = strip.Rows(strand.Columns);

            for (var line = 0; line < lines; line++)
                for (var i = 0; i < count; i += step)
                {
                    strand.ARows = Start(cotangents) + line * lineLength + i;
                    strand.CRows = Start(pixels) + line * lineLength + i;
                    strip.Run(&strand, Math.Min(step, count - i));
                }
        }

        if (layout.IsCopied)
            layout.Write(part, target, Target);

        if (chain is not null && !follows)
            chain.RunElements(image * perImage, (image + images) * perImage);
    }
}
