using System.Runtime.CompilerServices;

namespace Hybrid.Kernels;

/// <summary>Where the windows of some images, or of some rows of an image, begin, and where their elements are: in the images
/// themselves, or in copies with zeros around them.</summary>
sealed unsafe class PatchLayout
{
    readonly Patches patches;
    readonly nint[] windows, rows, segments, elements;
    readonly int group, band, bands;
    readonly nint rowLength, copyLength;

    /// <summary>Parts of whole images, or of rows of windows if these are many.</summary>
    /// <param name="patches">The windows.</param>
    /// <param name="partWindows">About the number of windows of a part.</param>
    /// <param name="areWhole">Whether a part always consists of whole images, zeros included.</param>
    /// <param name="isCopied">Whether images are copied even if they need no zeros.</param>
    /// <param name="unit">Parts of an image begin with multiples of this number of rows.</param>
    public PatchLayout(Patches patches, int partWindows, bool areWhole = false, bool isCopied = false, int unit = 1)
    {
        this.patches = patches;
        var perImage = patches.Rows * patches.Columns;
        bands = areWhole ? 1 : Math.Min(patches.Rows, (perImage + partWindows - 1) / partWindows);
        band = bands == 1 ? patches.Rows : ((patches.Rows + bands - 1) / bands + unit - 1) / unit * unit;
        bands = (patches.Rows + band - 1) / band;
        group = bands > 1 ? 1 : Math.Clamp(partWindows / Math.Max(1, perImage), 1, patches.Examples);
        IsCopied = isCopied || patches.PaddedHeight != patches.Height || patches.PaddedWidth != patches.Width;

        int channels = patches.Channels;
        rowLength = (nint)patches.PaddedWidth * channels;
        var height = areWhole || !IsCopied
            ? patches.PaddedHeight
            : (band - 1) * patches.RowStride + (patches.WindowRows - 1) * patches.RowDilation + 1;
        copyLength = height * rowLength;

        rows = Pinned(group * band);
        windows = Pinned(group * band * patches.Columns);

        for (var row = 0; row < rows.Length; row++)
        {
            rows[row] = row / band * copyLength + row % band * patches.RowStride * rowLength;

            for (var column = 0; column < patches.Columns; column++)
                windows[row * patches.Columns + column] = rows[row] + column * patches.ColumnStride * channels;
        }

        var isRun = patches.ColumnDilation == 1 || patches.WindowColumns == 1;
        var perRow = isRun ? 1 : patches.WindowColumns;
        Run = patches.WindowColumns / perRow * channels;
        segments = Pinned(patches.WindowRows * perRow);
        elements = Pinned(patches.Size);

        for (var segment = 0; segment < segments.Length; segment++)
        {
            segments[segment] = segment / perRow * patches.RowDilation * rowLength
                + segment % perRow * patches.ColumnDilation * channels;

            for (var i = 0; i < Run; i++)
                elements[segment * Run + i] = segments[segment] + i;
        }

        static nint[] Pinned(int length) => GC.AllocateUninitializedArray<nint>(Math.Max(1, length), pinned: true);
    }

    /// <summary>Whether images are copied, with the zeros around them.</summary>
    public bool IsCopied { get; }

    /// <summary>The room for the copies of a part.</summary>
    public int CopyLength => IsCopied ? checked((int)(group * copyLength)) : 0;

    /// <summary>The number of neighbouring elements of a segment.</summary>
    public int Run { get; }

    public int SegmentCount => segments.Length;

    /// <summary>The number of windows of the largest part.</summary>
    public int MaxWindows => windows.Length;

    /// <summary>The number of parts.</summary>
    public int Parts => bands > 1 ? patches.Examples * bands : (patches.Examples + group - 1) / group;

    /// <summary>The places of a part's windows, in order, from that of its first one.</summary>
    public nint* Windows => Start(windows);

    /// <summary>Those of the first windows of all rows.</summary>
    public nint* Rows => Start(rows);

    /// <summary>The places of a window's segments, in order.</summary>
    public nint* Segments => Start(segments);

    /// <summary>The places of a window's elements, in order.</summary>
    public nint* Elements => Start(elements);

    static nint* Start(nint[] array) => (nint*)Unsafe.AsPointer(ref array[0]);

    /// <summary>The first image and the number of images of a part, and the rows of their windows.</summary>
    public void Locate(int part, out int image, out int images, out int row, out int rowEnd)
    {
        (image, row) = bands > 1 ? (part / bands, part % bands * band) : (part * group, 0);
        images = Math.Min(group, patches.Examples - image);
        rowEnd = Math.Min(patches.Rows, row + band);
    }

    /// <summary>The place of the first window of a part: in the images, or in copies of what its windows reach.</summary>
    public float* Read(int part, float* source, float* copies)
    {
        if (IsCopied)
        {
            var lines = new NumberLines(copies);
            Copy(part, source, ref lines);
            return copies;
        }

        Locate(part, out var image, out _, out var row, out _);
        return source + (image * (nint)patches.Height + row * patches.RowStride) * patches.Width * patches.Channels;
    }

    /// <summary>Copies what the windows of a part reach.</summary>
    public void Copy<TLines>(int part, float* source, ref TLines lines) where TLines : struct, ILines
    {
        Locate(part, out var image, out var images, out var row, out var rowEnd);
        int length = patches.Width * patches.Channels, before = patches.Left * patches.Channels;
        var after = (int)rowLength - before - length;
        var first = row * patches.RowStride - patches.Top;
        var reach = (rowEnd - row - 1) * patches.RowStride + (patches.WindowRows - 1) * patches.RowDilation + 1;
        source += image * patches.Height * (nint)length;

        for (var i = 0; i < images; i++, source += patches.Height * (nint)length)
        {
            var target = i * copyLength;

            for (var line = first; line < first + reach; line++, target += rowLength)
                if (line < 0 || line >= patches.Height)
                    lines.Zeros(target, (int)rowLength);
                else
                {
                    lines.Zeros(target, before);
                    lines.Numbers(source + line * (nint)length, target + before, length);
                    lines.Zeros(target + before + length, after);
                }
        }
    }

    /// <summary>Copies whole images of a part back, without the zeros around them.</summary>
    public void Write(int part, float* copies, float* target)
    {
        Locate(part, out var image, out var images, out _, out _);
        var length = (nint)patches.Width * patches.Channels;
        target += image * patches.Height * length;

        for (var i = 0; i < images; i++)
        {
            var source = copies + i * copyLength + patches.Top * rowLength + patches.Left * patches.Channels;

            for (var line = 0; line < patches.Height; line++, source += rowLength, target += length)
                Unsafe.CopyBlockUnaligned(target, source, (uint)length * sizeof(float));
        }
    }
}
