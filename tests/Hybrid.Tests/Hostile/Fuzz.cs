using System.Globalization;
using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests.Hostile;

/// <summary>
/// Holds a reader to damaged files. HYBRID_FUZZ is the number of files, HYBRID_FUZZ_SEED the seed of the first; each file
/// has a seed of its own, one more than that of the file before, so a failure is repeated alone.
/// </summary>
static class Fuzz
{
    /// <summary>Files take milliseconds, and on a busy machine seconds: who is not done by then hangs.</summary>
    static readonly TimeSpan patience = TimeSpan.FromSeconds(30);

    /// <summary>Reads damaged files one after another, and the same file cut smaller if one does what none may.</summary>
    /// <param name="standard">How many there are, unless the environment says so.</param>
    /// <param name="bytesAllowed">What reading a file may allocate.</param>
    /// <param name="draw">Makes a damaged file.</param>
    public static void Run(int standard, Func<byte[], long> bytesAllowed, Func<System.Random, FuzzCase> draw)
    {
        using var folder = new TemporaryFolder();
        var first = Setting("HYBRID_FUZZ_SEED", 0);
        var count = Setting("HYBRID_FUZZ", standard);
        var watch = new Watched(patience);

        for (var i = 0; i < count; i++)
        {
            var seed = unchecked(first + i);
            var given = draw(new System.Random(seed));
            if (watch.Complaint(folder, given, bytesAllowed) is not { } complaint)
                continue;

            var shrink = new Shrink(smaller => watch.Complaint(folder, smaller, bytesAllowed)?.Kind == complaint.Kind);
            var smallest = shrink.Whole(given);
            var kept = Keep(smallest, seed);
            Assert.Fail(
                $"HYBRID_FUZZ=1 HYBRID_FUZZ_SEED={seed} repeats this: {complaint.Text}\n"
                + $"The smallest such file has {smallest.Bytes.Length} bytes: {kept}\n"
                + Convert.ToHexString(smallest.Bytes.AsSpan(0, Math.Min(smallest.Bytes.Length, 512))));
        }
    }

    static string Keep(FuzzCase given, int seed)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "hybrid-fuzz", $"{seed}")).FullName;
        var path = Path.Combine(folder, given.Name);
        File.WriteAllBytes(path, given.Bytes);
        return path;
    }

    static int Setting(string name, int standard) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : standard;
}
