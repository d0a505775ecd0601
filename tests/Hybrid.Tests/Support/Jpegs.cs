using BitMiracle.LibJpeg.Classic;

namespace Hybrid.Tests.Support;

/// <summary>A kind of JPEG files, which libjpeg's port to .NET writes for tests.</summary>
/// <param name="Channels">1 is grey, 3 colour, 4 printing inks.</param>
/// <param name="IsProgressive">If the coefficients are in several scans.</param>
/// <param name="IsSubsampled">If colours have half as many pixels across and down, and four inks are written as brightness and colours.</param>
/// <param name="RestartInterval">The number of MCUs between restart markers; 0 is without.</param>
/// <param name="IsOptimized">If the Huffman codes are those of the image, rather than the usual ones. Of progressive files they always are.</param>
public sealed record JpegKind(int Channels, bool IsProgressive, bool IsSubsampled, int RestartInterval, bool IsOptimized);

/// <summary>JPEG files made for tests, and their parts.</summary>
static class Jpegs
{
    /// <summary>A part of a file: after its marker a segment, and after those that begin a scan entropy-coded data.</summary>
    public sealed record Part(byte Marker, int Start, int Data, int End);

    public const byte StartOfScan = 0xDA, HuffmanTables = 0xC4, QuantizationTables = 0xDB;

    /// <summary>Every kind of files.</summary>
    public static IEnumerable<JpegKind> Kinds =>
        from channels in new[] { 1, 3, 4 }
        from isProgressive in new[] { false, true }
        from isSubsampled in new[] { false, true }
        from restartInterval in new[] { 0, 1, 3 }
        from isOptimized in new[] { false, true }
        where (channels > 1 || !isSubsampled) && (isOptimized || !isProgressive)
        select new JpegKind(channels, isProgressive, isSubsampled, restartInterval, isOptimized);

    /// <summary>Pixels that change slowly, but not alike in all channels.</summary>
    public static byte[] Waves(int width, int height, int channels)
    {
        var pixels = new byte[width * height * channels];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (x, y, channel) = (i / channels % width, i / channels / width, i % channels);
            pixels[i] = (byte)(128 + (60 * Math.Sin((x * 0.11) + channel)) + (60 * Math.Cos((y * 0.13) - channel)));
        }

        return pixels;
    }

    /// <summary>Writes pixels as a file.</summary>
    public static byte[] Encode(JpegKind kind, int width, int height, byte[] pixels, int quality = 90)
    {
        var encoder = new jpeg_compress_struct
        {
            Image_width = width,
            Image_height = height,
            Input_components = kind.Channels,
            In_color_space = kind.Channels switch
            {
                1 => J_COLOR_SPACE.JCS_GRAYSCALE,
                3 => J_COLOR_SPACE.JCS_RGB,
                _ => J_COLOR_SPACE.JCS_CMYK,
            },
        };
        encoder.jpeg_set_defaults();
        if (kind is { Channels: 4, IsSubsampled: true })
            encoder.jpeg_set_colorspace(J_COLOR_SPACE.JCS_YCCK);
        encoder.jpeg_set_quality(quality, force_baseline: true);
        encoder.Optimize_coding = kind.IsOptimized;
        encoder.Restart_interval = kind.RestartInterval;
        for (var i = 0; i < kind.Channels; i++)
        {
            var component = encoder.Component_info[i];
            component.H_samp_factor = component.V_samp_factor = kind.IsSubsampled && i is 0 or 3 ? 2 : 1;
        }

        if (kind.IsProgressive)
            encoder.jpeg_simple_progression();

        using var file = new MemoryStream();
        encoder.jpeg_stdio_dest(file);
        encoder.jpeg_start_compress(write_all_tables: true);
        foreach (var row in pixels.Chunk(width * kind.Channels))
            encoder.jpeg_write_scanlines([row], 1);
        encoder.jpeg_finish_compress();
        return file.ToArray();
    }

    /// <summary>The parts of a whole file, without its first and its last marker.</summary>
    public static IEnumerable<Part> Parts(byte[] file)
    {
        for (int start = 2, end; file[start + 1] != 0xD9; start = end)
        {
            var data = start + 2 + (file[start + 2] << 8) + file[start + 3];
            end = data;
            if (file[start + 1] == StartOfScan)
                while (file[end] != 0xFF || file[end + 1] is 0 or (>= 0xD0 and <= 0xD7))
                    end++;
            yield return new(file[start + 1], start, data, end);
        }
    }

    /// <summary>A file without one of its parts.</summary>
    public static byte[] Without(byte[] file, Part part) => [.. file[..part.Start], .. file[part.End..]];
}
