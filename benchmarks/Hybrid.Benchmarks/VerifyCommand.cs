using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;

namespace Hybrid.Benchmarks;

/// <summary>verify: the verdicts and times of hybrid verify on a folder of instances, in both arithmetics. Results are kept in a file,
/// one line each, so that an interrupted run goes on.</summary>
static class VerifyCommand
{
    static readonly string[] Needed = ["benchmark", "onnx", "vnnlib", "timeout_s", "expected"];

    sealed record Instance(string Benchmark, string Network, string Property, double Timeout, string Expected);

    sealed record Result(string Benchmark, string Key, string Arithmetic, string Expected, string Verdict, double Seconds, double Processor);

    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER")
        {
            Description = $"Has MANIFEST.tsv with the columns {string.Join(", ", Needed)}, and a folder for each benchmark; files may end in .gz.",
        };
        var results = new Option<string>("--results")
        {
            HelpName = "file",
            Description = "Where results are kept. Default: verify.tsv.",
            DefaultValueFactory = _ => "verify.tsv",
        };
        var only = new Option<string?>("--only") { HelpName = "benchmark", Description = "Leave out all others." };
        var limit = new Option<double?>("--timeout") { HelpName = "seconds", Description = "The maximum for all instances. Default: their own." };
        var command = new Command("verify", "Verify a folder of instances, in float32 and in real arithmetic.") { folder, results, only, limit };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(folder), parsed.GetRequiredValue(results), parsed.GetValue(only), parsed.GetValue(limit)));
        return command;
    }

    static int Run(string folder, string path, string? only, double? limit)
    {
        var found = File.Exists(path) ? File.ReadLines(path).Select(Parse).ToList() : [];
        var known = found.Select(result => (result.Key, result.Arithmetic)).ToHashSet();
        var instances = Read(folder).Where(instance => only is null || instance.Benchmark == only).ToList();

        using var writer = new StreamWriter(path, append: true) { AutoFlush = true };
        foreach (var instance in instances)
            foreach (var arithmetic in VerifierOptions.Arithmetics)
                if (known.Add((Key(instance), arithmetic)))
                {
                    var result = Verify(folder, instance, arithmetic, limit ?? instance.Timeout);
                    found.Add(result);
                    writer.WriteLine(string.Join('\t', result.Benchmark, result.Key, result.Arithmetic, result.Expected, result.Verdict,
                        result.Seconds.ToString("F3", CultureInfo.InvariantCulture), result.Processor.ToString("F3", CultureInfo.InvariantCulture)));
                    Console.WriteLine(
                        $"{result.Key} {arithmetic}: {result.Verdict} ({result.Expected}) {result.Seconds:F2} s, of processors {result.Processor:F2} s");
                }

        Print(found);
        return found.Any(IsWrong) ? 1 : 0;
    }

    static string Key(Instance instance) => $"{instance.Benchmark}/{instance.Network} {instance.Property}";

    static Result Parse(string line)
    {
        var fields = line.Split('\t');
        return new(
            fields[0], fields[1], fields[2], fields[3], fields[4],
            double.Parse(fields[5], CultureInfo.InvariantCulture), double.Parse(fields[6], CultureInfo.InvariantCulture));
    }

    static IEnumerable<Instance> Read(string folder)
    {
        var lines = File.ReadLines(Path.Combine(folder, "MANIFEST.tsv")).Where(line => !line.StartsWith('#')).Select(line => line.Split('\t')).ToList();
        var columns = Needed.Select(name => Array.IndexOf(lines[0], name)).ToArray();

        return lines.Skip(1).Select(fields => columns.Select(column => fields[column]).ToArray()).Select(fields =>
            new Instance(fields[0], fields[1], fields[2], double.Parse(fields[3], CultureInfo.InvariantCulture), fields[4]));
    }

    /// <summary>Reading included, the runtime's start not.</summary>
    static Result Verify(string folder, Instance instance, string arithmetic, double seconds)
    {
        var network = Unpacked(Path.Combine(folder, instance.Benchmark, instance.Network));
        var property = Unpacked(Path.Combine(folder, instance.Benchmark, instance.Property));
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        string verdict;

        try
        {
            verdict = Verifier.Verify(
                NeuralNetwork.Load(network), property, new() { Arithmetic = arithmetic, Timeout = TimeSpan.FromSeconds(seconds) }).Verdict switch
            {
                PropertyVerdict.Holds => "unsat",
                PropertyVerdict.Violated => "sat",
                PropertyVerdict.TimedOut => "timeout",
                _ => "unknown",
            };
        }
        catch (HybridException error)
        {
            verdict = "error";
            Console.Error.WriteLine(error.Message);
        }

        var elapsed = watch.Elapsed.TotalSeconds;
        process.Refresh();
        return new(
            instance.Benchmark, Key(instance), arithmetic, instance.Expected, verdict, elapsed, (process.TotalProcessorTime - before).TotalSeconds);
    }

    static string Unpacked(string path)
    {
        if (!path.EndsWith(".gz", StringComparison.Ordinal))
            return path;

        var target = Path.Combine(Path.GetTempPath(), Path.GetFileNameWithoutExtension(path));
        using var source = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var unpacked = File.Create(target);
        source.CopyTo(unpacked);
        return target;
    }

    static bool IsWrong(Result result) => result.Verdict is "sat" or "unsat" && result.Verdict != result.Expected;

    static void Print(List<Result> found)
    {
        Console.WriteLine("benchmark, arithmetic: solved, wrong; mean, median, maximum in seconds; mean and maximum of all processors' time");
        foreach (var group in found.GroupBy(result => (result.Benchmark, result.Arithmetic)).OrderBy(group => group.Key))
        {
            var times = group.Select(result => result.Seconds).Order().ToArray();
            var processors = group.Select(result => result.Processor).ToArray();
            Console.WriteLine(
                $"{group.Key.Benchmark}, {group.Key.Arithmetic}: {group.Count(result => result.Verdict == result.Expected)} of {times.Length}, "
                + $"{group.Count(IsWrong)}; {times.Average():F3}, {times[times.Length / 2]:F3}, {times[^1]:F1}; "
                + $"{processors.Average():F3}, {processors.Max():F1}");
        }
    }
}
