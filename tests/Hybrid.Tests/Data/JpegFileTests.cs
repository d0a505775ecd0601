using System.Buffers.Binary;
using Hybrid.Data;
using Hybrid.Images;
using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests.Data;

/// <summary>Whole JPEG files of every kind are read, and damaged ones are refused, although they go on to their end.</summary>
public sealed class JpegFileTests
{
    const int Width = 43, Height = 38;

    static readonly Dictionary<JpegKind, byte[]> files = Jpegs.Kinds.ToDictionary(kind => kind, kind => Whole(kind, Width, Height));

    static ImageDecoder Decoder => ImageFiles.Decoder;

    public static TheoryData<JpegKind> Kinds => [.. Jpegs.Kinds];

    static byte[] Whole(JpegKind kind, int width, int height) => Jpegs.Encode(kind, width, height, Jpegs.Waves(width, height, kind.Channels));

    static string Refusal(byte[] file)
    {
        var error = Assert.Throws<InvalidDataException>(() => Decoder.Pixels(file));
        Assert.Matches("^it (is|has) .+\\.$", error.Message);
        // of the check before it is decoded
        Assert.Null(error.InnerException);
        return error.Message;
    }

    /// <summary>From where to where the data of the first to the last scan go.</summary>
    static (int Start, int End) Data(byte[] file)
    {
        var scans = Jpegs.Parts(file).Where(part => part.Marker == Jpegs.StartOfScan).ToArray();
        return (scans[0].Data, scans[^1].End);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_whole_file_is_read(JpegKind kind)
    {
        var pixels = Decoder.Pixels(files[kind]);
        Assert.Equal(new ImageShape(Height, Width, kind.Channels == 1 ? 1 : 3), Decoder.Shape(files[kind]));
        // however the same coefficients are arranged
        Assert.Equal(Decoder.Pixels(files[kind with { IsProgressive = false, RestartInterval = 0, IsOptimized = false }]), pixels);

        var waves = Jpegs.Waves(Width, Height, kind.Channels);
        if (kind.Channels < 4)
            Assert.All(pixels.Index(), pixel => Assert.InRange(pixel.Item - waves[pixel.Index], -24, 24));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Whole_files_of_all_sizes_are_read(JpegKind kind)
    {
        foreach (var (width, height) in new[] { (1, 1), (1, 9), (7, 5), (8, 8), (9, 17), (16, 16), (31, 33) })
            Assert.Equal(width * height * (kind.Channels == 1 ? 1 : 3), Decoder.Pixels(Whole(kind, width, height)).Length);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_file_cut_anywhere_is_refused_even_with_an_end(JpegKind kind)
    {
        var file = files[kind];
        var (start, end) = Data(file);
        for (var cut = start; cut < end; cut++)
            Refusal([.. file[..cut], 0xFF, 0xD9]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_file_of_zeros_or_noise_from_somewhere_on_is_refused(JpegKind kind)
    {
        var file = files[kind];
        var (start, end) = Data(file);
        for (var part = 0; part < 9; part++)
        {
            var from = start + (part * (end - start) / 10);
            Refusal([.. file[..from], .. new byte[end - from], .. file[end..]]);

            var noise = new byte[end - from];
            new Random(part).NextBytes(noise);
            Refusal([.. file[..from], .. noise, .. file[end..]]);
            // without markers
            Refusal([.. file[..from], .. noise.Select(value => (byte)(value % 0xFF)), .. file[end..]]);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_file_without_its_tables_is_refused(JpegKind kind)
    {
        byte[] Without(byte marker) => Jpegs.Parts(files[kind]).Reverse().Where(part => part.Marker == marker).Aggregate(files[kind], Jpegs.Without);

        Assert.Equal("it is damaged: a Huffman table is missing.", Refusal(Without(Jpegs.HuffmanTables)));
        Assert.Equal("it is damaged: a quantization table is missing.", Refusal(Without(Jpegs.QuantizationTables)));
    }

    /// <summary>All parts are needed but those of applications. A code that is missing may leave an earlier one of the same lengths.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_file_without_one_of_its_parts_or_with_one_twice_is_refused(JpegKind kind)
    {
        var file = files[kind];
        foreach (var part in Jpegs.Parts(file).Where(part => part.Marker < 0xE0 && part.Marker != Jpegs.HuffmanTables))
        {
            Refusal(Jpegs.Without(file, part));
            if (part.Marker == Jpegs.StartOfScan)
            {
                Refusal([.. file[..part.End], .. file[part.Start..]]);
                Refusal([.. file[..part.Data], .. file[part.End..]]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Bytes_between_the_parts_are_refused_and_longer_markers_are_read(JpegKind kind)
    {
        var file = files[kind];
        foreach (var part in Jpegs.Parts(file))
        {
            Refusal([.. file[..part.End], 0, .. file[part.End..]]);
            Assert.Equal(Decoder.Pixels(file), Decoder.Pixels([.. file[..part.End], 0xFF, 0xFF, .. file[part.End..]]));
        }
    }

    [Fact]
    public void Restart_markers_are_in_order()
    {
        foreach (var (kind, file) in files.Where(file => file.Key.RestartInterval > 0))
            for (var (at, end) = Data(file); at < end; at++)
                if (file[at] == 0xFF && file[at + 1] is >= 0xD0 and <= 0xD7)
                {
                    byte next = (byte)(0xD0 + ((file[at + 1] + 1) & 7));
                    Assert.Contains("restart marker", Refusal([.. file[..at], 0xFF, next, .. file[(at + 2)..]]), StringComparison.Ordinal);
                    Refusal([.. file[..at], .. file[(at + 2)..]]);
                }
    }

    /// <summary>Of those encoders that end each scan with ones to a whole byte, and begin a new byte where it was whole.</summary>
    [Fact]
    public void A_byte_of_ones_may_follow_the_data()
    {
        var file = files[new JpegKind(1, false, false, 0, false)];
        var (_, end) = Data(file);
        Assert.Equal(Decoder.Pixels(file), Decoder.Pixels([.. file[..end], 0xFF, 0, .. file[end..]]));
        Assert.Equal("it is damaged: it has more data than its pixels need.", Refusal([.. file[..end], 0xFF, 0, 0xFF, 0, .. file[end..]]));
    }

    [Theory]
    [InlineData(0xC3, "its coding (SOF3) is not supported: save it as a baseline or progressive JPEG file.")]
    [InlineData(0xC9, "its coding (SOF9) is not supported: save it as a baseline or progressive JPEG file.")]
    public void Another_coding_is_refused_by_its_name(byte marker, string message)
    {
        var file = (byte[])Pictures.GreyJpeg.Clone();
        file[Frame(file) + 1] = marker;
        Assert.Equal(message, Assert.Throws<InvalidDataException>(() => Decoder.Shape(file)).Message);
    }

    /// <summary>Where the header of the frame begins.</summary>
    static int Frame(byte[] file) => Jpegs.Parts(file).First(part => part.Marker is 0xC0 or 0xC1 or 0xC2).Start;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_header_that_announces_too_much_costs_little(JpegKind kind)
    {
        var file = (byte[])files[kind].Clone();
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(Frame(file) + 5), uint.MaxValue);
        Refusal(file);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Refusal(file);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 18);
    }
}
