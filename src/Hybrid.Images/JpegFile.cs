using System.Buffers.Binary;

namespace Hybrid.Images;

/// <summary>The structure of JPEG files: segments, each after a marker, and packed pixels between them.</summary>
/// <remarks>ITU-T Recommendation T.81 (1992), annex B.</remarks>
static class JpegFile
{
    /// <summary>Each scan goes over the whole image; progressive images have about ten.</summary>
    const int MostScans = 200;

    const byte Marker = 0xFF, StartOfImage = 0xD8, EndOfImage = 0xD9, StartOfScan = 0xDA;

    public static bool IsJpeg(byte[] file) => file is [Marker, StartOfImage, Marker, ..];

    /// <summary>The extents in the header of the frame. The whole file is looked through: it must come to its end.</summary>
    /// <exception cref="InvalidDataException">The file is truncated or damaged.</exception>
    public static ImageShape Shape(byte[] file)
    {
        var (shape, scans) = (default(ImageShape), 0);

        for (var at = Next(file, 2); ; at = Next(file, at))
        {
            var marker = file[at - 1];
            if (marker == EndOfImage)
                break;
            if (IsAlone(marker))
                continue;

            if (file.Length - at < 2)
                throw Truncated;
            int length = BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at));
            if (length < 2)
                throw new InvalidDataException("it is damaged: a segment has no length.");
            if (length > file.Length - at)
                throw Truncated;

            if (IsFrame(marker))
                shape = shape is null
                    ? Frame(file.AsSpan(at, length))
                    : throw new InvalidDataException("it has several images.");
            if (marker == StartOfScan && ++scans > MostScans)
                throw new InvalidDataException($"it has more than {MostScans} scans.");

            at += length;
        }

        if (shape is null || scans == 0)
            throw new InvalidDataException("it has no image.");
        return shape;
    }

    static InvalidDataException Truncated => new("it is truncated.");

    /// <summary>Markers without a segment: restarts, and one without a meaning.</summary>
    static bool IsAlone(byte marker) => marker is (>= 0xD0 and <= 0xD7) or StartOfImage or 0x01;

    /// <summary>Frames of any coding: three of the numbers have other meanings.</summary>
    static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not 0xC4 and not 0xC8 and not 0xCC;

    static ImageShape Frame(ReadOnlySpan<byte> segment)
    {
        if (segment.Length < 8)
            throw new InvalidDataException("it is damaged: its header is too short.");

        int height = BinaryPrimitives.ReadUInt16BigEndian(segment[3..]), width = BinaryPrimitives.ReadUInt16BigEndian(segment[5..]);
        if (segment[2] != 8)
            throw new InvalidDataException($"it has {segment[2]} bits per channel, not 8.");
        if (height == 0 || width == 0)
            throw new InvalidDataException("its header has no size.");

        return new(height, width, segment[7] switch
        {
            1 => 1,
            // of printing inks, the decoder makes colours
            3 or 4 => 3,
            var components => throw new InvalidDataException($"it has {components} channels."),
        });
    }

    /// <summary>The place after the next marker, past packed pixels, in which a zero follows what looks like one.</summary>
    static int Next(byte[] file, int at)
    {
        for (; at < file.Length - 1; at++)
            if (file[at] == Marker && file[at + 1] is not (0 or Marker))
                return at + 2;

        throw Truncated;
    }
}
