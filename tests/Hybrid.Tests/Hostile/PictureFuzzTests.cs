using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests.Hostile;

public sealed class PictureFuzzTests
{
    const int Standard = 1_000;

    static readonly byte[][] whole =
    [
        Pictures.Png(4, 3, 2, [.. Enumerable.Range(0, 36).Select(i => (byte)(7 * i))]),
        Pictures.Png(2, 2, 0, depth: 8, isInterlaced: true, [0, 1, 0, 2, 0, 3, 4]),
        Pictures.GreyJpeg,
        Pictures.ProgressiveJpeg,
    ];

    /// <summary>Markers, sizes and types of chunks.</summary>
    static readonly byte[][] words =
    [
        [0xFF, 0xC0], [0xFF, 0xC2], [0xFF, 0xC4], [0xFF, 0xD9], [0xFF, 0xDA], [0xFF, 0xDB], [0xFF, 0xDD], [0xFF, 0xFF], [0, 0], [0, 1],
        [0x40, 0], [0, 0, 0x10, 0], [0x7F, 0xFF, 0xFF, 0xFF], .. new[] { "IHDR", "IDAT", "PLTE", "tRNS", "IEND" }.Select(System.Text.Encoding.ASCII.GetBytes),
    ];

    [Fact]
    public void A_folder_with_a_damaged_image_is_either_read_or_refused() => Fuzz.Run(Standard, HostileReader.Pictures.Allowed, random =>
        new FuzzCase(HostileReader.Pictures.File, new Mutator(random, whole, words).Damage(random.Pick(whole)), HostileReader.Pictures.Read));
}
