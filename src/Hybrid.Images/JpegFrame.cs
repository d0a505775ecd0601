using System.Buffers.Binary;

namespace Hybrid.Images;

/// <summary>A component of an image: its brightness, or one of its colours.</summary>
/// <param name="Id">Its name in the file.</param>
/// <param name="BlocksPerMcu">Its blocks in a minimum coded unit (MCU) of several components.</param>
/// <param name="Quantization">The number of its quantization table.</param>
/// <param name="Blocks">Its blocks that have pixels of the image.</param>
sealed record JpegComponent(byte Id, int BlocksPerMcu, int Quantization, int Blocks)
{
    /// <summary>By coefficient, the lowest bit that scans have given so far; −1 if none has given any.</summary>
    public int[] LowestBits { get; } = [.. Enumerable.Repeat(-1, 64)];

    /// <summary>By block, a bit for each AC coefficient that is not 0.</summary>
    /// <remarks>They are made after a scan with a bit or more for each block, and so take at most 64 times the size of the file.</remarks>
    public ulong[] IsNotZero => field ??= new ulong[Blocks];
}

/// <summary>What a file's header says of its image.</summary>
/// <param name="Shape">The extents.</param>
/// <param name="IsProgressive">If a scan has some coefficients or bits of them, rather than all.</param>
/// <param name="Mcus">The number of MCUs of several components.</param>
/// <param name="Components">One, three or four.</param>
/// <remarks>ITU-T T.81, A.1, A.2 and B.2.2.</remarks>
sealed record JpegFrame(ImageShape Shape, bool IsProgressive, int Mcus, JpegComponent[] Components)
{
    const int Header = 6, PerComponent = 3;

    /// <summary>Frames of any coding: three of the numbers have other meanings.</summary>
    public static bool Is(byte marker) => marker is >= 0xC0 and <= 0xCF and not 0xC4 and not 0xC8 and not 0xCC;

    /// <exception cref="InvalidDataException">The header is damaged, or of an image that is not supported.</exception>
    public static JpegFrame Read(byte marker, ReadOnlySpan<byte> segment)
    {
        if (marker > 0xC2)
            throw new InvalidDataException($"its coding (SOF{marker - 0xC0}) is not supported: save it as a baseline or progressive JPEG file.");
        if (segment.Length < Header || segment.Length != Header + (PerComponent * segment[5]))
            throw new InvalidDataException("it is damaged: its header has a wrong length.");

        int height = BinaryPrimitives.ReadUInt16BigEndian(segment[1..]), width = BinaryPrimitives.ReadUInt16BigEndian(segment[3..]);
        if (segment[0] != 8)
            throw new InvalidDataException($"it has {segment[0]} bits per channel, not 8.");
        if (height == 0 || width == 0)
            throw new InvalidDataException("its header has no size.");

        var channels = segment[5] switch
        {
            1 => 1,
            // of printing inks, the decoder makes colours
            3 or 4 => 3,
            var components => throw new InvalidDataException($"it has {components} channels."),
        };

        var parts = segment[Header..].ToArray().Chunk(PerComponent)
            .Select(part => (Id: part[0], Across: part[1] >> 4, Down: part[1] & 15, Quantization: part[2]))
            .ToArray();
        if (parts.Any(part => part.Across is < 1 or > 4 || part.Down is < 1 or > 4))
            throw new InvalidDataException("it is damaged: its header has impossible sampling factors.");

        int across = parts.Max(part => part.Across), down = parts.Max(part => part.Down);
        return new(
            new(height, width, channels),
            marker == 0xC2,
            Up(width, 8 * across) * Up(height, 8 * down),
            [.. parts.Select(part => new JpegComponent(
                part.Id,
                part.Across * part.Down,
                part.Quantization,
                Up(Up(width * part.Across, across), 8) * Up(Up(height * part.Down, down), 8)))]);
    }

    /// <summary>A quotient, rounded up.</summary>
    static int Up(int number, int divisor) => (number + divisor - 1) / divisor;
}
