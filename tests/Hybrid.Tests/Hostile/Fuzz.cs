using System.Globalization;
using System.Runtime.CompilerServices;
using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests.Hostile;

/// <summary>
/// Holds a reader to damaged files. HYBRID_FUZZ is the number of files, HYBRID_FUZZ_SEED the seed of the first; each file
/// has its own seed, one more than that of the file before, so a failure is repeated alone. While a file is read, its seed
/// and its place stand in hybrid-fuzz/running-… in the folder for temporary files: so they are known even if it ends the process.
/// </summary>
static class Fuzz
{
    /// <summary>Files take milliseconds, and seconds on a busy machine: a slower read counts as hanging.</summary>
    static readonly TimeSpan patience = TimeSpan.FromSeconds(30);

    /// <summary>Reads damaged files one after another, and shrinks a file that breaks a rule.</summary>
    /// <param name="standard">How many there are, unless the environment says so.</param>
    /// <param name="bytesAllowed">What reading a file may allocate.</param>
    /// <param name="draw">Makes a damaged file.</param>
    /// <param name="caller">The test's source, whose name tells runs apart.</param>
    public static void Run(
        int standard, Func<byte[], long> bytesAllowed, Func<System.Random, FuzzCase> draw, [CallerFilePath] string caller = "")
    {
        using var folder = new TemporaryFolder();
        var first = Setting("HYBRID_FUZZ_SEED", 0);
        var count = Setting("HYBRID_FUZZ", standard);
        var watch = new Watched(patience);
        var running = Path.Combine(
            Folder("."), $"running-{Path.GetFileNameWithoutExtension(caller)}-{Environment.ProcessId}");

        try
        {
            for (var i = 0; i < count; i++)
            {
                var seed = unchecked(first + i);
                File.WriteAllText(running, $"{Repeats(seed)}: {folder.Path}\n");
                Read(watch, folder, Drawn(draw, seed), seed, bytesAllowed);
            }
        }
        finally
        {
            File.Delete(running);
        }
    }

    static void Read(Watched watch, TemporaryFolder folder, FuzzCase given, int seed, Func<byte[], long> bytesAllowed)
    {
        if (watch.Complaint(folder, given, bytesAllowed) is not { } complaint)
            return;

        var shrink = new Shrink(smaller => watch.Complaint(folder, smaller, bytesAllowed)?.Kind == complaint.Kind);
        var smallest = shrink.Whole(given);
        var kept = Keep(smallest, seed);
        Assert.Fail(
            $"{Repeats(seed)}: {complaint.Text}\n"
            + $"The smallest such file has {smallest.Bytes.Length} bytes: {kept}\n"
            + Convert.ToHexString(smallest.Bytes.AsSpan(0, Math.Min(smallest.Bytes.Length, 512))));
    }

    static string Repeats(int seed) => $"HYBRID_FUZZ=1 HYBRID_FUZZ_SEED={seed} repeats this";

    /// <summary>An error of the mutator itself also names its seed.</summary>
    static FuzzCase Drawn(Func<System.Random, FuzzCase> draw, int seed)
    {
        try
        {
            return draw(new System.Random(seed));
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"{Repeats(seed)}: no file could be made. {error.Message}", error);
        }
    }

    static string Folder(string name) =>
        Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "hybrid-fuzz", name)).FullName;

    static string Keep(FuzzCase given, int seed)
    {
        var path = Path.Combine(Folder($"{seed}"), given.Name);
        File.WriteAllBytes(path, given.Bytes);
        return path;
    }

    static int Setting(string name, int standard) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : standard;
}
