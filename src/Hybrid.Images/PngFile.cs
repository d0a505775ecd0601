using System.Buffers.Binary;
using System.IO.Compression;

namespace Hybrid.Images;

/// <summary>The structure of PNG files: a signature, and chunks of a length, a type, data and a check sum.</summary>
/// <remarks>Portable Network Graphics (PNG) Specification, ISO/IEC 15948.</remarks>
static class PngFile
{
    const int HeaderLength = 13;

    /// <summary>A chunk's length, type and check sum.</summary>
    const int Frame = 12;

    static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>The columns and rows of pixels at which the seven passes of an interlaced image start, and their distances.</summary>
    static readonly (int X, int Y, int DX, int DY)[] passes =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    sealed record Header(int Width, int Height, int Depth, int Kind, bool IsInterlaced)
    {
        /// <summary>The numbers that the file has for a pixel: of a palette, one.</summary>
        public int Samples => Kind switch
        {
            0 or 3 => 1,
            2 => 3,
            4 => 2,
            _ => 4,
        };

        public int Channels(bool hasTransparency) => (Kind == 3 ? 3 : Samples) + (hasTransparency && Kind is 0 or 2 or 3 ? 1 : 0);

        /// <summary>The length of the unpacked data: rows of packed pixels, each after the number of its filter.</summary>
        public long DataLength
        {
            get
            {
                if (!IsInterlaced)
                    return Rows(Width, Height);

                static int Count(int extent, int start, int distance) => (extent - start + distance - 1) / distance;
                return passes.Sum(pass => Rows(Count(Width, pass.X, pass.DX), Count(Height, pass.Y, pass.DY)));
            }
        }

        long Rows(int width, int height) => width <= 0 || height <= 0 ? 0 : height * (1 + (((long)width * Samples * Depth) + 7) / 8);
    }

    public static bool IsPng(byte[] file) => file.AsSpan().StartsWith(Signature);

    /// <exception cref="InvalidDataException">The file is truncated or damaged.</exception>
    public static ImageShape Shape(byte[] file)
    {
        var header = Read(file);
        return new(header.Height, header.Width, header.Channels(Chunks(file).Any(chunk => chunk.Type == "tRNS")));
    }

    /// <summary>Unpacks the data without keeping them: they must be as long as the header says.</summary>
    /// <exception cref="InvalidDataException">They are not, or cannot be unpacked.</exception>
    public static void RequireWhole(byte[] file)
    {
        var expected = Read(file).DataLength;
        using var packed = new MemoryStream();
        foreach (var (type, start, length) in Chunks(file))
            if (type == "IDAT")
                packed.Write(file, start, length);

        packed.Position = 0;
        using var data = new ZLibStream(packed, CompressionMode.Decompress);
        var (found, buffer) = (0L, new byte[8192]);
        try
        {
            for (int length; found <= expected && (length = data.Read(buffer)) > 0;)
                found += length;
        }
        catch (InvalidDataException error)
        {
            // the reader speaks of archives
            throw new InvalidDataException("it is damaged: its pixels cannot be unpacked.", error);
        }

        if (found < expected)
            throw new InvalidDataException("it is truncated: it has fewer pixels than its header announces.");
        if (found > expected)
            throw new InvalidDataException("it has more pixels than its header announces.");
    }

    static Header Read(byte[] file)
    {
        if (Chunks(file).FirstOrDefault() is not ("IHDR", var start, HeaderLength))
            throw new InvalidDataException("it has no PNG header.");

        var bytes = file.AsSpan(start, HeaderLength);
        var header = new Header(
            BinaryPrimitives.ReadInt32BigEndian(bytes), BinaryPrimitives.ReadInt32BigEndian(bytes[4..]), bytes[8], bytes[9], bytes[12] == 1);
        if (header.Width < 1 || header.Height < 1)
            throw new InvalidDataException("its header has no size.");

        var isValid = header.Kind switch
        {
            0 => header.Depth is 1 or 2 or 4 or 8 or 16,
            2 or 4 or 6 => header.Depth is 8 or 16,
            3 => header.Depth is 1 or 2 or 4 or 8,
            _ => false,
        };
        return isValid && bytes[12] < 2 ? header : throw new InvalidDataException("its header has an unknown kind of pixels.");
    }

    /// <summary>The type of each chunk, and where its data are, to the end of the image.</summary>
    static IEnumerable<(string Type, int Start, int Length)> Chunks(byte[] file)
    {
        for (var at = Signature.Length; ;)
        {
            if (file.Length - at < Frame)
                throw new InvalidDataException("it is truncated.");

            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            if (length < 0 || length > file.Length - at - Frame)
                throw new InvalidDataException("it is truncated.");

            var type = System.Text.Encoding.Latin1.GetString(file, at + 4, 4);
            yield return (type, at + 8, length);
            if (type == "IEND")
                yield break;

            at += length + Frame;
        }
    }
}
