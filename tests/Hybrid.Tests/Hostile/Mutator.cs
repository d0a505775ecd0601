namespace Hybrid.Tests.Hostile;

/// <summary>Mutations that need no knowledge of a format except its words.</summary>
/// <param name="random">Decides all.</param>
/// <param name="donors">Whole files, of which parts are put in.</param>
/// <param name="words">What means something in the format.</param>
sealed class Mutator(System.Random random, IReadOnlyList<byte[]> donors, IReadOnlyList<byte[]> words)
{
    const int MostDamages = 5, LongestPart = 64, MostCopies = 2_000;

    /// <summary>One of the whole files, untouched.</summary>
    public byte[] Whole() => random.Pick(donors);

    /// <summary>Some mutations, one after another.</summary>
    public byte[] Damage(byte[] bytes)
    {
        for (var damages = random.Next(1, MostDamages); damages > 0; damages--)
            bytes = Once(bytes);

        return bytes;
    }

    byte[] Once(byte[] bytes)
    {
        var at = random.Next(bytes.Length + 1);
        var end = Math.Min(bytes.Length, at + random.Next(1, LongestPart));
        byte[] before = bytes[..at], part = bytes[at..end], after = bytes[end..];
        return random.Next(9) switch
        {
            0 when part.Length > 0 => [.. before, (byte)(part[0] ^ (1 << random.Next(8))), .. part[1..], .. after],
            1 when part.Length > 0 => [.. before, (byte)random.Next(256), .. part[1..], .. after],
            2 => before,
            3 => [.. before, .. after],
            4 => [.. before, .. Noise(part.Length), .. part, .. after],
            5 => [.. before, .. random.Pick(words), .. part, .. after],
            6 => [.. before, .. random.Pick(words), .. after],
            7 => [.. before, .. Enumerable.Repeat(part, random.Next(2, random.Next(4) == 0 ? MostCopies : 5)).SelectMany(copy => copy), .. after],
            _ => [.. before, .. Part(Whole()), .. part, .. after],
        };
    }

    byte[] Noise(int length)
    {
        var noise = new byte[length];
        random.NextBytes(noise);
        return noise;
    }

    byte[] Part(byte[] donor)
    {
        var from = random.Next(donor.Length + 1);
        return donor[from..Math.Min(donor.Length, from + random.Next(LongestPart))];
    }
}
