using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Hybrid.Tests.Support;

/// <summary>Image files made for tests.</summary>
static class Pictures
{
    static readonly uint[] remainders = [.. Enumerable.Range(0, 256).Select(Remainder)];

    /// <summary>8 × 8 grey pixels, 3 (8 y + x) each, nearly.</summary>
    public static byte[] GreyJpeg { get; } = Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/wAAL"
        + "CAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACP/EABoQAAAHAAAAAAAAAAAAAAAAAAAGCSYyo+H/2gAIAQEAAD8APJIRKg0aMH//2Q==");

    /// <summary>8 × 8 pixels of colour, in several scans.</summary>
    public static byte[] ProgressiveJpeg { get; } = Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/2wBDAQkJ"
        + "CQwLDBgNDRgyIRwhMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjL/wgARCAAIAAgDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAA"
        + "AAAAAAAAAAT/xAAVAQEBAAAAAAAAAAAAAAAAAAAAAf/aAAwDAQACEAMQAAABjC//xAAVEAEBAAAAAAAAAAAAAAAAAAAEAP/aAAgBAQABBQI4b//EABgRAAIDAAAAAAAA"
        + "AAAAAAAAAAAEAxMx/9oACAEDAQE/AU25atP/xAAXEQADAQAAAAAAAAAAAAAAAAAAAQIR/9oACAECAQE/AZp4f//EABUQAQEAAAAAAAAAAAAAAAAAAAAx/9oACAEBAAY/"
        + "Ao//xAAVEAEBAAAAAAAAAAAAAAAAAAAAMf/aAAgBAQABPyGJ/9oADAMBAAIAAwAAABD3/8QAFREBAQAAAAAAAAAAAAAAAAAAABH/2gAIAQMBAT8QkH//xAAUEQEAAAAA"
        + "AAAAAAAAAAAAAAAA/9oACAECAQE/EAf/xAAVEAEBAAAAAAAAAAAAAAAAAAAA8f/aAAgBAQABPxCO/9k=");

    /// <summary>A PNG file of bytes: kind 0 is grey, 2 colour, 4 grey and alpha, 6 colour and alpha.</summary>
    public static byte[] Png(int width, int height, byte kind, byte[] pixels)
    {
        var row = pixels.Length / height;
        using var data = new MemoryStream();
        for (var y = 0; y < height; y++)
        {
            data.WriteByte(0);
            data.Write(pixels, y * row, row);
        }

        return Png(width, height, kind, depth: 8, isInterlaced: false, data.ToArray());
    }

    /// <summary>A PNG file of rows that begin with the number of their filter.</summary>
    public static byte[] Png(int width, int height, byte kind, byte depth, bool isInterlaced, byte[] data, params (string Type, byte[] Data)[] before)
    {
        using var packed = new MemoryStream();
        using (var stream = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            stream.Write(data);

        return
        [
            0x89, .. "PNG\r\n\x1A\n"u8,
            .. Chunk("IHDR", [.. BigEndian(width), .. BigEndian(height), depth, kind, 0, 0, (byte)(isInterlaced ? 1 : 0)]),
            .. before.SelectMany(chunk => Chunk(chunk.Type, chunk.Data)),
            .. Chunk("IDAT", packed.ToArray()),
            .. Chunk("IEND", []),
        ];
    }

    static byte[] Chunk(string type, byte[] data)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(type), .. data];
        return [.. BigEndian(data.Length), .. named, .. BigEndian((int)Check(named))];
    }

    static uint Remainder(int number)
    {
        var value = (uint)number;
        for (var bit = 0; bit < 8; bit++)
            value = (value & 1) == 1 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
        return value;
    }

    static uint Check(byte[] bytes) =>
        ~bytes.Aggregate(uint.MaxValue, (value, next) => remainders[(value ^ next) & 0xFF] ^ (value >> 8));

    static byte[] BigEndian(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }
}
