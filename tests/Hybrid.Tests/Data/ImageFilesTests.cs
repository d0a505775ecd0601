using Hybrid.Data;
using Hybrid.Images;
using Hybrid.Tests.Support;
using Microsoft.FSharp.Core;
using Xunit;

namespace Hybrid.Tests.Data;

public sealed class ImageFilesTests
{
    static readonly ImageDecoder decoder = ImageFiles.Decoder;

    static byte[] Bytes(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)(11 * i))];

    static (ImageShape Shape, byte[] Pixels) Read(byte[] file) => (decoder.Shape(file), decoder.Pixels(file));

    static string Refusal(byte[] file) => Assert.Throws<InvalidDataException>(() => Read(file)).Message;

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 3)]
    [InlineData(4, 2)]
    [InlineData(6, 4)]
    public void A_png_of_each_kind_of_pixels_is_read(byte kind, int channels)
    {
        var pixels = Bytes(3 * 2 * channels);
        var (shape, read) = Read(Pictures.Png(width: 3, height: 2, kind, pixels));
        Assert.Equal(new ImageShape(2, 3, channels), shape);
        Assert.Equal(pixels, read);
    }

    [Fact]
    public void A_png_with_a_palette_or_transparency_or_passes_is_read()
    {
        byte[] palette = [10, 20, 30, 40, 50, 60];
        // two pixels of one bit, and one that is not used
        var (shape, read) = Read(Pictures.Png(2, 1, 3, depth: 1, isInterlaced: false, [0, 0b0100_0000], ("PLTE", palette)));
        Assert.Equal(new ImageShape(1, 2, 3), shape);
        Assert.Equal(palette, read);

        var (transparent, pixels) = Read(Pictures.Png(2, 1, 0, depth: 8, isInterlaced: false, [0, 7, 8], ("tRNS", [0, 8])));
        Assert.Equal(new ImageShape(1, 2, 2), transparent);
        Assert.Equal([7, 255, 8, 0], pixels);

        // of 2 × 2 pixels, passes 1, 6 and 7 have one, one and two
        var (interlaced, passes) = Read(Pictures.Png(2, 2, 0, depth: 8, isInterlaced: true, [0, 1, 0, 2, 0, 3, 4]));
        Assert.Equal(new ImageShape(2, 2, 1), interlaced);
        Assert.Equal([1, 2, 3, 4], passes);
    }

    [Fact]
    public void A_jpeg_is_read_in_grey_and_in_colour()
    {
        var (grey, pixels) = Read(Pictures.GreyJpeg);
        Assert.Equal(new ImageShape(8, 8, 1), grey);
        Assert.All(pixels.Index(), pixel => Assert.InRange(pixel.Item - (3 * pixel.Index), -3, 3));
        Assert.Equal(new ImageShape(8, 8, 3), Read(Pictures.ProgressiveJpeg).Shape);
    }

    /// <summary>Whatever a file lacks at its end.</summary>
    [Fact]
    public void A_truncated_file_is_refused_wherever_it_ends()
    {
        foreach (var whole in new[] { Pictures.Png(3, 2, 2, Bytes(18)), Pictures.GreyJpeg, Pictures.ProgressiveJpeg })
            for (var length = 0; length < whole.Length; length++)
                Assert.NotEmpty(Refusal(whole[..length]));

        Assert.Contains("fewer pixels", Refusal(Pictures.Png(3, 2, 2, depth: 8, isInterlaced: false, new byte[19])));
    }

    [Fact]
    public void A_png_whose_pixels_cannot_be_unpacked_is_damaged()
    {
        var file = Pictures.Png(3, 2, 2, Bytes(18));
        file[file.AsSpan().IndexOf("IDAT"u8) + 4] = 0xFF;
        Assert.Equal("it is damaged: its pixels cannot be unpacked.", Refusal(file));
    }

    [Fact]
    public void A_file_that_claims_or_unpacks_to_much_costs_little()
    {
        var claim = Pictures.Png(1 << 30, 1 << 30, 2, depth: 8, isInterlaced: false, [0]);
        var bomb = Pictures.Png(2, 2, 0, depth: 8, isInterlaced: false, new byte[64 << 20]);
        var scans = Pictures.GreyJpeg;
        var scan = scans.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        byte[] slow = [.. scans[..scan], .. Enumerable.Repeat(scans[scan..^2], 300).SelectMany(bytes => bytes), .. scans[^2..]];

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(1 << 30, decoder.Shape(claim).Height);
        Assert.Contains("more pixels", Refusal(bomb));
        Assert.Contains("scans", Refusal(slow));
        Assert.Contains("neither a PNG nor a JPEG", Refusal("GIF89a"u8.ToArray()));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Ranks_read_their_part_of_a_folder_and_name_the_first_damaged_file(bool isStreamed)
    {
        using var folder = new TemporaryFolder();
        for (var i = 0; i < 11; i++)
        {
            Directory.CreateDirectory(folder.File(i % 2 == 0 ? "a" : "b"));
            File.WriteAllBytes(folder.File($"{(i % 2 == 0 ? "a" : "b")}/{i:D2}.png"), Pictures.Png(width: 3, height: 2, 0, [.. Bytes(6).Select(pixel => (byte)(pixel + i))]));
        }

        TableData Load(ICommunicator? ranks) => TableData.Load(folder.Path, new() { Stream = isStreamed, Communicator = ranks });
        float[] Pixels(TableData table)
        {
            var pixels = new List<float>();
            TableModule.eachRow(
                table.Value, [.. Enumerable.Range(0, table.Count)],
                FuncConvert.FromAction<int, float[], int>((_, all, start) => pixels.AddRange(all[start..(start + 6)])));
            return [.. pixels];
        }

        var alone = Pixels(Load(null));
        Assert.Equal(66, alone.Length);
        foreach (var table in global::Hybrid.Testing.Ranks.together(3, FuncConvert.FromFunc<ICommunicator, TableData>(Load)))
            Assert.Equal(alone, Pixels(table));

        File.WriteAllText(folder.File("b/05.png"), "no image");
        File.WriteAllText(folder.File("a/04.png"), "no image");
        var error = Assert.Throws<TableException>(() => global::Hybrid.Testing.Ranks.together(3, FuncConvert.FromFunc<ICommunicator, TableData>(Load)));
        Assert.Equal(Assert.Throws<TableException>(() => Load(null)).Message, error.Message);
        Assert.Contains("04.png", error.Message);
    }
}
