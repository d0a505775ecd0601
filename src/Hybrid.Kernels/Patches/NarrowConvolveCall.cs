using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hybrid.Kernels;

/// <summary>A convolution of images with one channel to a few outputs: rows are outputs, columns are neighbouring windows, which fill
/// registers; the result is transposed in the cache.</summary>
sealed unsafe class NarrowConvolveCall<TLanes> : PatchCall where TLanes : unmanaged, ILanes<TLanes>
{
    readonly PatchLayout layout;
    readonly PatchStrip strip;
    readonly AfterConvolution<TLanes> rest;
    readonly AlignedRoom weights;
    readonly nint[] weightRows, weightSegments, places;
    readonly int width;

    public NarrowConvolveCall(
        Team team, PatchProduct product, ArraySegment<float> a, ArraySegment<float> b, ArraySegment<float> target,
        AfterConvolution<TLanes> rest) : base(team, product, a, b, target)
    {
        this.rest = rest;

        // copies can be read beyond their end
        layout = new PatchLayout(Patches, PartWindows, isCopied: true, unit: rest.Unit);
        rest.MakeRooms(layout.MaxWindows);
        strip = PatchStrip.For<TLanes>(Patches.Columns);
        width = strip.Width(Patches.Columns);
        weights = new((long)Patches.Size * product.Outputs);
        weightRows = Apart(product.Outputs + Strip.NarrowRows, Patches.Size);
        weightSegments = Apart(layout.SegmentCount, layout.Run);
        places = Apart(Strip.NarrowRows, width);
    }

    /// <summary>Whether windows fill registers better than outputs do.</summary>
    public static bool Fits(PatchProduct product)
    {
        var patches = product.Patches;
        return 2 * product.Outputs <= TLanes.Count && patches.Columns >= TLanes.Count && patches.Channels == 1
            && patches.ColumnStride == 1 && patches.ColumnDilation == 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run()
    {
        int size = Patches.Size, outputs = Product.Outputs;

        for (var output = 0; output < outputs; output++)
            for (var i = 0; i < size; i++)
                weights.Start[output * size + i] = Product.Turned ? B[i * outputs + output] : B[output * size + i];

        var self = this;
        RunParts(&RunPart, Unsafe.AsPointer(ref self), layout.Parts);
        rest.Finish();
        GC.KeepAlive(this);
    }

    static void RunPart(void* context, int part) => Unsafe.AsRef<NarrowConvolveCall<TLanes>>(context).RunPart(part);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void RunPart(int part)
    {
        layout.Locate(part, out var image, out var images, out var row, out var rowEnd);
        var first = (image * Patches.Rows + row) * Patches.Columns;
        int lines = images * (rowEnd - row), outputs = Product.Outputs;
        var copies = Scratch.Borrow(layout.CopyLength + width + outputs * width);
        var turned = copies + layout.CopyLength + width;
        var source = layout.Read(part, A, copies);
        var room = rest.Enter();
        var target = room is null ? Target + (nint)first * outputs : room.Product;
        var strand = new Strand
        {
            A = weights.Start,
            Segments = Start(weightSegments),
            SegmentCount = layout.SegmentCount,
            Run = layout.Run,
            Step = 1,
            BSegments = layout.Segments,
            BStride = 1,
            CRows = Start(places),
        };

        for (var line = 0; line < lines; line++)
            for (var column = 0; column < Patches.Columns; column += width)
            {
                strand.B = source + layout.Rows[line] + column;
                strand.Columns = Math.Min(width, Patches.Columns - column);
                var step = strip.Rows(strand.Columns);

                for (var output = 0; output < outputs; output += step)
                {
                    strand.ARows = Start(weightRows) + output;
                    strand.C = turned + output * width;
                    strip.Run(&strand, Math.Min(step, outputs - output));
                }

                Turn(turned, outputs, strand.Columns, target + ((nint)line * Patches.Columns + column) * outputs);
            }

        rest.Run(room, image, images, row, rowEnd);
    }

    /// <summary>Columns become rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Turn(float* source, int outputs, int columns, float* target)
    {
        int blockOutputs = outputs & ~3, blockColumns = columns & ~3;

        for (var output = 0; output < blockOutputs; output += 4)
            for (var column = 0; column < blockColumns; column += 4)
            {
                var x = source + output * width + column;
                var y = target + column * outputs + output;
                var block = new Block4(
                    Vector128.Load(x), Vector128.Load(x + width),
                    Vector128.Load(x + 2 * width), Vector128.Load(x + 3 * width)).Transpose();
                block.Row0.Store(y);
                block.Row1.Store(y + outputs);
                block.Row2.Store(y + 2 * outputs);
                block.Row3.Store(y + 3 * outputs);
            }

        for (var output = 0; output < outputs; output++)
            for (var column = output < blockOutputs ? blockColumns : 0; column < columns; column++)
                target[column * outputs + output] = source[output * width + column];
    }
}
