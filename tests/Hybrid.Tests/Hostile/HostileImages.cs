using System.Buffers.Binary;

namespace Hybrid.Tests.Hostile;

/// <summary>Folders of images and labels like MNIST's, with one damaged file.</summary>
sealed class HostileImages(System.Random random)
{
    const int Training = 12, Test = 4, Classes = 3;

    /// <summary>The files of a whole folder, by their names.</summary>
    public static IReadOnlyDictionary<string, byte[]> Whole { get; } = new Dictionary<string, byte[]>
    {
        ["train-images-idx3-ubyte"] = Idx(8, [Training, 3, 2], Pixels(6 * Training)),
        ["train-labels-idx1-ubyte"] = Idx(8, [Training], Labels(Training)),
        ["t10k-images-idx3-ubyte"] = Idx(8, [Test, 3, 2], Pixels(6 * Test)),
        ["t10k-labels-idx1-ubyte"] = Idx(8, [Test], Labels(Test)),
    };

    static readonly byte[] types = [8, 9, 0x0B, 0x0C, 0x0D, 0x0E, 7, 0, 255];

    static readonly int[] extents =
        [0, 1, 2, 3, 6, Training, 255, 256, 65_536, 1 << 20, 1 << 30, int.MaxValue, int.MinValue, -1, 46_341];

    /// <summary>Meaningful values of a header.</summary>
    static readonly IReadOnlyList<byte[]> words =
    [
        .. extents.Select(BigEndian), .. types.Select(type => new byte[] { 0, 0, type, 1 }), [0], [0, 0], [0x7F, 0xC0, 0, 0],
        [0x7F, 0x80, 0, 0], [0x7F, 0xF0, 0, 0, 0, 0, 0, 0], [0x1F, 0x8B],
    ];

    /// <summary>Puts intact files beside a damaged one.</summary>
    public static void Complete(string folder, string damaged)
    {
        foreach (var (name, bytes) in Whole)
        {
            var path = Path.Combine(folder, name);
            if (damaged == $"{name}.gz")
                File.Delete(path);
            else if (damaged != name && !File.Exists(path))
                File.WriteAllBytes(path, bytes);
        }
    }

    /// <summary>One file, by its name, which may end in .gz.</summary>
    public (string Name, byte[] Bytes) Draw()
    {
        var (name, whole) = Whole.ElementAt(random.Next(Whole.Count));
        var bytes = random.Next(3) switch
        {
            0 => new Mutator(random, [.. Whole.Values], words).Damage(whole),
            1 => Claiming(whole),
            _ => Stated(whole),
        };

        return random.Next(4) == 0 ? ($"{name}.gz", Packed.Draw(random, bytes)) : (name, bytes);
    }

    static byte[] Idx(byte type, int[] extents, byte[] values) =>
        [0, 0, type, (byte)extents.Length, .. extents.SelectMany(BigEndian), .. values];

    static byte[] Pixels(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)(7 * i))];

    static byte[] Labels(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)(i % Classes))];

    static byte[] BigEndian(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }

    /// <summary>A file with a changed header.</summary>
    byte[] Claiming(byte[] whole)
    {
        byte[] bytes = [.. whole];
        for (var changes = random.Next(1, 4); changes > 0; changes--)
            switch (random.Next(4))
            {
                case 0:
                    bytes[2] = random.Pick(types);
                    break;
                case 1:
                    bytes[3] = (byte)(random.Next(2) == 0 ? random.Next(256) : random.Next(5));
                    break;
                default:
                    var at = 4 + 4 * random.Next(Math.Max(1, (int)whole[3]));
                    BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at), random.Pick(extents));
                    break;
            }

        return bytes;
    }

    /// <summary>A file that agrees with its header, or nearly, and matches the others, or nearly.</summary>
    byte[] Stated(byte[] whole)
    {
        var type = random.Pick(types);
        var size = type switch { 0x0B => 2, 0x0C or 0x0D => 4, 0x0E => 8, _ => 1 };
        var examples = random.Next(4) == 0 ? random.Next(1, 20) : whole[7];
        var rank = random.Next(4) == 0 ? random.Next(random.Next(10) == 0 ? 255 : 5) : whole[3];
        int[] stated = [examples, .. Enumerable.Range(1, Math.Max(0, rank - 1)).Select(axis => random.Next(9) == 0 ? random.Next(1, 9) : Math.Max(1, 4 - axis))];
        var count = stated.Aggregate(1L, (product, extent) => Math.Min(1 << 16, Math.Abs(product * extent)));
        var values = new byte[Math.Max(0, count * size + (random.Next(5) == 0 ? random.Next(-2, 3) : 0))];
        for (var i = size - 1; i < values.Length; i += size)
            values[i] = (byte)random.Next(Classes);

        if (random.Next(4) == 0)
            random.NextBytes(values);

        return Idx(type, stated, values);
    }
}
