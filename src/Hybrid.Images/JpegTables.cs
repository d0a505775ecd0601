using System.Buffers.Binary;

namespace Hybrid.Images;

/// <summary>What the segments so far have defined for scans.</summary>
/// <remarks>ITU-T T.81, B.2.4.</remarks>
sealed class JpegTables
{
    const int Most = 4;

    readonly JpegCode?[] dc = new JpegCode?[Most], ac = new JpegCode?[Most];

    readonly bool[] hasQuantization = new bool[Most];

    /// <summary>The number of MCUs between restart markers; 0 if there are no such markers.</summary>
    public int RestartInterval { get; private set; }

    public static InvalidDataException Damaged => new("it is damaged: a table is truncated or has impossible values.");

    /// <exception cref="InvalidDataException">It is missing.</exception>
    public JpegCode Dc(int number) => Of(dc, number);

    /// <exception cref="InvalidDataException">It is missing.</exception>
    public JpegCode Ac(int number) => Of(ac, number);

    /// <exception cref="InvalidDataException">It is missing.</exception>
    public void RequireQuantization(int number)
    {
        if (number >= Most || !hasQuantization[number])
            throw new InvalidDataException("it is damaged: a quantization table is missing.");
    }

    /// <summary>Reads a segment, if it is one of tables.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public void Read(byte marker, ReadOnlySpan<byte> segment)
    {
        if (marker == 0xDD)
            RestartInterval = segment.Length == 2 ? BinaryPrimitives.ReadUInt16BigEndian(segment) : throw Damaged;
        else if (marker is 0xC4 or 0xDB)
            while (!segment.IsEmpty)
                segment = segment[(1 + Read(marker == 0xC4, segment[0] >> 4, segment[0] & 15, segment[1..]))..];
    }

    static JpegCode Of(JpegCode?[] codes, int number) => number < Most && codes[number] is { } code
        ? code
        : throw new InvalidDataException("it is damaged: a Huffman table is missing.");

    /// <summary>Reads one table.</summary>
    /// <returns>Its number of bytes.</returns>
    int Read(bool isHuffman, int kind, int number, ReadOnlySpan<byte> table)
    {
        if (kind > 1 || number >= Most)
            throw Damaged;

        if (isHuffman)
            return ((kind == 0 ? dc : ac)[number] ??= new()).Read(table);

        hasQuantization[number] = true;
        return 64 << kind <= table.Length ? 64 << kind : throw Damaged;
    }
}
