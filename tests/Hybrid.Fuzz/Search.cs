using System.Diagnostics;
using System.Globalization;
using Hybrid.Tests.Hostile;
using Hybrid.Tests.Support;
using SharpFuzz;

namespace Hybrid.Fuzz;

/// <summary>A search by AFL++ for files that a reader fails on.</summary>
static class Search
{
    /// <summary>A file takes milliseconds, and on a busy machine seconds.</summary>
    const int Milliseconds = 10_000;

    /// <summary>What is counted which parts of it a file reaches: the readers, and the parsers below them.</summary>
    static readonly string[] instrumented =
        ["Google.Protobuf.dll", "Hybrid.Onnx.dll", "Hybrid.Core.dll", "Hybrid.Data.dll", "CsvHelper.dll", "Hybrid.dll"];

    /// <summary>Searches for a time, or until the first file, and cuts smaller, keeps and names what was found.</summary>
    public static IReadOnlyList<FoundFile> Run(HostileReader reader, TimeSpan time, bool untilFound = false)
    {
        Install();
        using var folder = new TemporaryFolder();
        var program = Instrumented(folder.File("program"));
        var found = folder.File("found");

        var start = new ProcessStartInfo("afl-fuzz",
        [
            "-i", Corpus.Folder(reader), "-o", found, "-m", "none", "-t", $"{Milliseconds}",
            "-V", ((int)time.TotalSeconds).ToString(CultureInfo.InvariantCulture), "--", "dotnet", program, "serve", reader.Name,
        ]);
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        if (untilFound)
            start.Environment["AFL_BENCH_UNTIL_CRASH"] = "1";

        if (Finish(start) != 0)
            throw new InvalidOperationException("afl-fuzz failed; it says above why.");

        return Conclude(reader, Path.Combine(found, "default"));
    }

    /// <summary>Settings for AFL++: the program is not one of its own and starts slowly, and the machine stays as it
    /// is.</summary>
    static readonly (string Name, string Value)[] settings =
    [
        ("AFL_SKIP_BIN_CHECK", "1"), ("AFL_SKIP_CPUFREQ", "1"), ("AFL_NO_AFFINITY", "1"), ("AFL_NO_UI", "1"),
        ("AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES", "1"), ("AFL_FORKSRV_INIT_TMOUT", "120000"), ("AFL_FAST_CAL", "1"),
    ];

    static void Install()
    {
        if (IsThere("afl-fuzz"))
            return;

        Console.WriteLine("Installing Debian's package afl++.");
        if (Finish(new ProcessStartInfo("apt-get", ["install", "-qy", "--no-install-recommends", "afl++"])) != 0)
            throw new InvalidOperationException("AFL++ is needed: install the package afl++.");
    }

    static bool IsThere(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, program)));

    static int Finish(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>A copy of this program whose libraries count what is reached.</summary>
    static string Instrumented(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var path in Directory.GetFiles(AppContext.BaseDirectory))
            File.Copy(path, Path.Combine(folder, Path.GetFileName(path)));

        foreach (var library in instrumented)
            Fuzzer.Instrument(Path.Combine(folder, library), _ => true, Options.Value);

        return Path.Combine(folder, "Hybrid.Fuzz.dll");
    }

    static FoundFile[] Conclude(HostileReader reader, string found)
    {
        foreach (var line in File.ReadLines(Path.Combine(found, "fuzzer_stats")))
            if (line.StartsWith("execs_done", StringComparison.Ordinal) || line.StartsWith("edges_found", StringComparison.Ordinal)
                || line.StartsWith("corpus_count", StringComparison.Ordinal))
                Console.WriteLine(line);

        FoundFile[] findings =
        [
            .. Directory.GetFiles(Path.Combine(found, "crashes"), "id*")
                .Concat(Directory.GetFiles(Path.Combine(found, "hangs"), "id*"))
                .Select(file => FoundFile.Kept(reader, file)),
        ];
        foreach (var finding in findings)
            Console.WriteLine(finding);

        Console.WriteLine($"{findings.Length} files on which the reader of {reader.Name} fails.");
        return findings;
    }
}
