using System.Buffers.Binary;

namespace Hybrid.Images;

/// <summary>The structure of JPEG files: segments, each after a marker, and entropy-coded data after those that begin a scan.</summary>
/// <remarks>ITU-T Recommendation T.81 (1992), annex B.</remarks>
static class JpegFile
{
    /// <summary>The first byte of a marker, and the second one of the first restart marker.</summary>
    public const byte Marker = 0xFF, Restart = 0xD0;

    /// <summary>Each scan goes over the whole image; progressive images have about ten.</summary>
    const int MostScans = 200;

    const byte StartOfImage = 0xD8, EndOfImage = 0xD9, StartOfScan = 0xDA;

    public static bool IsJpeg(byte[] file) => file is [Marker, StartOfImage, Marker, ..];

    /// <summary>The extents in the header of the frame. The whole file is looked through: it must come to its end.</summary>
    /// <exception cref="InvalidDataException">The file is truncated or damaged.</exception>
    public static ImageShape Shape(byte[] file)
    {
        var (frame, scans) = (default(JpegFrame), 0);
        foreach (var (marker, segment, _) in Segments(file))
        {
            if (JpegFrame.Is(marker))
                frame = frame is null ? JpegFrame.Read(marker, segment.Span) : throw new InvalidDataException("it has several images.");
            if (marker == StartOfScan && ++scans > MostScans)
                throw new InvalidDataException($"it has more than {MostScans} scans.");
        }

        return frame is null || scans == 0 ? throw NoImage : frame.Shape;
    }

    /// <summary>Goes through the data of each scan without keeping them: they must be those of the image in the header.</summary>
    /// <remarks>The decoder makes something of any data.</remarks>
    /// <exception cref="InvalidDataException">They are not.</exception>
    public static void RequireWhole(byte[] file)
    {
        var (frame, tables) = (default(JpegFrame), new JpegTables());
        foreach (var (marker, segment, data) in Segments(file))
            if (JpegFrame.Is(marker))
                frame = JpegFrame.Read(marker, segment.Span);
            else if (marker == StartOfScan)
                JpegBlocks.RequireWhole(frame ?? throw NoImage, tables, JpegScan.Read(frame, segment.Span), data.Span);
            else
                tables.Read(marker, segment.Span);

        // a progressive image may leave coefficients out, but one that it has begun with comes down to its last bit
        if (frame!.Components.Any(component => component.LowestBits[0] != 0 || component.LowestBits.AsSpan().ContainsAnyExceptInRange(-1, 0)))
            throw new InvalidDataException("it is truncated or damaged: scans are missing.");
    }

    static InvalidDataException NoImage => new("it has no image.");

    static InvalidDataException Truncated => new("it is truncated.");

    /// <summary>The marker of each segment, what it holds, and the data after it, to the end of the image.</summary>
    static IEnumerable<(byte Marker, ReadOnlyMemory<byte> Segment, ReadOnlyMemory<byte> Data)> Segments(byte[] file)
    {
        for (var at = 2; ;)
        {
            var first = at;
            while (at < file.Length && file[at] == Marker)
                at++;
            if (at == file.Length)
                throw Truncated;
            if (at == first)
                throw new InvalidDataException("it is damaged: there are bytes between its segments.");

            var marker = file[at++];
            if (marker == EndOfImage)
                yield break;
            if (marker is 0x00 or 0x01 or (>= Restart and <= StartOfImage))
                throw new InvalidDataException($"it is damaged: the marker FF{marker:X2} is out of place.");

            if (file.Length - at < 2)
                throw Truncated;
            int length = BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at));
            if (length < 2)
                throw new InvalidDataException("it is damaged: a segment has no length.");
            if (length > file.Length - at)
                throw Truncated;

            var data = at + length;
            var end = marker == StartOfScan ? EndOfData(file, data) : data;
            yield return (marker, file.AsMemory(at + 2, length - 2), file.AsMemory(data, end - data));
            at = end;
        }
    }

    /// <summary>The place of the next marker other than those of restarts. A zero follows a byte of the data that looks like one.</summary>
    static int EndOfData(byte[] file, int at)
    {
        for (; at < file.Length - 1; at++)
            if (file[at] == Marker && file[at + 1] is not (0 or Marker or (>= Restart and < StartOfImage)))
                return at;

        throw Truncated;
    }
}
