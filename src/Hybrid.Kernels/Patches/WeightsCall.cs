using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>The gradient of a convolution's weights: rows are elements of a window, columns are outputs, and the sums go on through all
/// windows of all images.</summary>
sealed unsafe class WeightsCall<TLanes> : PatchCall where TLanes : unmanaged, ILanes<TLanes>
{
    const int FirstCache = 1 << 13;

    readonly PatchLayout layout;
    readonly PatchStrip strip;
    readonly ChainCall<TLanes>? chain;
    readonly AlignedRoom sums;
    readonly nint[] places;
    readonly int width, panels, steps, parts;

    public WeightsCall(
        Team team, PatchProduct product, ArraySegment<float> a, ArraySegment<float> b, ArraySegment<float> target,
        ChainCall<TLanes>? chain) : base(team, product, a, b, target)
    {
        this.chain = chain;
        strip = PatchStrip.For<TLanes>(product.Outputs);
        width = strip.Width(product.Outputs);

        // the pixels of a part and a panel of their cotangents stay in the first cache, and sums are rarely loaded and stored
        layout = new PatchLayout(
            Patches, partWindows: Math.Clamp(FirstCache / (width + Patches.Channels), 64, 1024));
        panels = (product.Outputs + width - 1) / width;
        var rows = strip.Rows(width);
        steps = (Patches.Size + rows - 1) / rows;
        parts = IsParallel ? Math.Min(Threads, steps) : 1;
        sums = new((long)panels * width * Patches.Size);
        places = Apart(Strip.NarrowRows, width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run()
    {
        var self = this;
        RunParts(&RunPart, Unsafe.AsPointer(ref self), parts);
        int outputs = Product.Outputs, size = Patches.Size;

        for (var output = 0; output < outputs; output++)
        {
            var column = sums.Start + (nint)(output / width) * width * size + output % width;
            var target = Target + (Product.Turned ? output : (nint)output * size);
            nint step = Product.Turned ? outputs : 1;

            for (nint element = 0; element < size; element++)
                target[element * step] = column[element * width];
        }

        chain?.Run();
        GC.KeepAlive(this);
    }

    static void RunPart(void* context, int part) => Unsafe.AsRef<WeightsCall<TLanes>>(context).RunPart(part);

    /// <summary>Some elements, for all windows.</summary>
    void RunPart(int part)
    {
        var rows = strip.Rows(width);
        int first = steps * part / parts * rows, end = Math.Min(Patches.Size, steps * (part + 1) / parts * rows);
        var copies = Scratch.Borrow(layout.CopyLength + width);
        var rest = copies + layout.CopyLength;

        for (var images = 0; images < layout.Parts; images++)
            Add(images, first, end, layout.Read(images, B, copies), rest);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Add(int part, int element, int elementEnd, float* source, float* rest)
    {
        layout.Locate(part, out var image, out var images, out var row, out var rowEnd);
        int outputs = Product.Outputs, columns = Patches.Columns, lines = images * (rowEnd - row);
        var cotangent = A + (nint)(image * Patches.Rows + row) * columns * outputs;
        var isLast = part == layout.Parts - 1;

        for (var panel = 0; panel < panels; panel++)
        {
            var strand = new Strand
            {
                A = source,
                Step = (nint)Patches.ColumnStride * Patches.Channels,
                BStride = outputs,
                CRows = Start(places),
                Columns = Math.Min(width, outputs - panel * width),
            };
            var b = cotangent + panel * width;
            var step = strip.Rows(strand.Columns);

            // the last row of the cotangent may not be read beyond its end: it is copied
            var reach = strand.Columns <= strip.Count ? strip.Count : 2 * strip.Count;
            var isCut = isLast && strand.Columns < reach;
            var last = ((nint)lines * columns - 1) * outputs;

            if (isCut)
                for (var i = 0; i < reach; i++)
                    rest[i] = i < strand.Columns ? b[last + i] : 0;

            for (var i = element; i < elementEnd; i += step)
            {
                var count = Math.Min(step, elementEnd - i);
                strand.ARows = layout.Elements + i;
                strand.C = sums.Start + ((nint)panel * Patches.Size + i) * width;
                strand.IsResumed = part > 0;
                Run(0, lines - (isCut ? 1 : 0), columns, b, 0);

                if (isCut)
                {
                    Run(lines - 1, 1, columns - 1, b + (nint)(lines - 1) * columns * outputs, 0);
                    Run(lines - 1, 1, 1, rest, (columns - 1) * strand.Step);
                }

                void Run(int line, int lineCount, int run, float* from, nint offset)
                {
                    if (lineCount == 0 || run == 0)
                        return;

                    strand.A = source + offset;
                    strand.Segments = layout.Rows + line;
                    strand.SegmentCount = lineCount;
                    strand.Run = run;
                    strand.B = from;
                    strip.Run((Strand*)Unsafe.AsPointer(ref strand), count);
                    strand.IsResumed = true;
                }
            }
        }
    }
}
