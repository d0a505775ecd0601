using System.Buffers.Binary;
using System.IO.Compression;

namespace Hybrid.Tests.Hostile;

/// <summary>gzip files, intact and damaged.</summary>
static class Packed
{
    public static byte[] Gzip(byte[] bytes, CompressionLevel level = CompressionLevel.Fastest)
    {
        using var target = new MemoryStream();
        using (var stream = new GZipStream(target, level))
            stream.Write(bytes);

        return target.ToArray();
    }

    /// <summary>How many bytes a file holds: what comes out of it before it breaks off, where it is packed.</summary>
    public static long Unpacked(byte[] file)
    {
        if (file is not [0x1F, 0x8B, ..])
            return file.Length;

        using var stream = new GZipStream(new MemoryStream(file), CompressionMode.Decompress);
        var (buffer, found) = (new byte[1 << 16], 0L);
        try
        {
            for (var length = -1; length != 0; found += length)
                length = stream.Read(buffer);
        }
        catch (InvalidDataException)
        {
            // as far as it goes
        }

        return found + file.Length;
    }

    /// <summary>A GiB of one byte in a MB, as members one after another, and at first what makes it a file of its kind.</summary>
    public static byte[] Bomb(byte[] beginning, byte filling)
    {
        var mebibyte = new byte[1 << 20];
        Array.Fill(mebibyte, filling);
        var member = Gzip(mebibyte, CompressionLevel.SmallestSize);
        return [.. Gzip(beginning), .. Enumerable.Repeat(member, 1024).SelectMany(bytes => bytes)];
    }

    /// <summary>A gzip file, sometimes manipulated.</summary>
    public static byte[] Draw(System.Random random, byte[] content)
    {
        var packed = Gzip(content);
        if (packed.Length == 0)
            return packed;

        switch (random.Next(8))
        {
            case 0:
                // the size that the end announces
                BinaryPrimitives.WriteUInt32LittleEndian(packed.AsSpan(packed.Length - 4), (uint)random.NextInt64(1L << 32));
                return packed;
            case 1:
                return packed[..random.Next(packed.Length)];
            case 2:
                return Gzip(packed);
            case 3:
                return [.. packed, .. packed];
            case 4:
                return [.. packed, .. content];
            case 5:
                packed[random.Next(packed.Length)] ^= (byte)(1 << random.Next(8));
                return packed;
            default:
                return packed;
        }
    }
}
