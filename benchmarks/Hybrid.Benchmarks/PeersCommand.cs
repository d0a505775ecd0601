using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hybrid.Kernels;

namespace Hybrid.Benchmarks;

/// <summary>peers: the table of targets, measured in one run with those of PyTorch, scikit-learn, FANN and
/// OpenBLAS that are installed. Ours and theirs take turns; medians.</summary>
static class PeersCommand
{
    const string FashionMnist = "/usr/share/datasets/fashion-mnist";
    const int Rounds = 5;

    public static Command Create()
    {
        var quick = new Option<bool>("--quick") { Description = "Spend less time on each measurement." };
        var only = new Option<string>("--only") { Description = "Only the workloads that contain this text.", DefaultValueFactory = _ => "" };
        var against = new Option<FileInfo?>("--against")
        {
            Description = "A file with an earlier run, written if it does not exist: says what is slower or faster than that beyond noise.",
        };
        var json = Parsing.Json();
        var command = new Command("peers", "Measure the table of targets, and the installed peers.") { quick, only, against, json };
        command.SetAction(parsed =>
        {
            var seconds = parsed.GetValue(quick) ? 0.2 : 1;
            var file = parsed.GetValue(against);
            // read first: a file that is no such run should not cost the minutes of a new one
            var kept = file is { Exists: true } ? KeptRun.Read(file) : null;
            var measured = parsed.GetValue(only) is { Length: > 0 } text ? CurrentPeers.Rows(seconds, text) : Measured(seconds);
            var isJson = parsed.GetValue(json);
            var rows = isJson ? [.. measured] : Printed(measured);

            if (isJson)
                Console.WriteLine(KeptRun.ToJson(rows).ToJsonString());

            if (kept is not null)
                return KeptRun.Compare(kept, rows, isJson ? Console.Error : Console.Out);

            if (file is not null)
                File.WriteAllText(file.FullName, KeptRun.ToJson(rows).ToJsonString());

            return 0;
        });
        return command;
    }

    static IEnumerable<PeerRow> Measured(double seconds) =>
        CurrentPeers.Rows(seconds)
            .Concat(BesideTorch(onAllCores, seconds, Environment.ProcessorCount))
            .Concat(BesideTorch(onOneCore, seconds, 1))
            .Concat(Fann(seconds))
            .Concat(Epoch())
            .Concat(StartUp())
            .Concat(Gemm(seconds));

    static readonly (string Workload, double Target)[] onAllCores =
    [
        ("step:784-256-128-10:128:momentum", 0.40),
        ("step:784-256-128-10:128:adam", 0.30),
        ("step:784-1024-1024-10:256:sgd", 0.70),
        ("inference:784-256-128-10:1", 0.50),
        ("inference:784-256-128-10:128", 0.65),
    ];

    static readonly (string Workload, double Target)[] onOneCore =
    [
        ("step:784-256-128-10:128:momentum", 0.75),
        ("step:784-256-128-10:128:adam", 0.75),
        ("step:784-1024-1024-10:256:sgd", 0.75),
    ];

    static IEnumerable<PeerRow> BesideTorch((string Workload, double Target)[] workloads, double seconds, int threads)
    {
        using var engine = CpuEngine.Create(threads);
        var ours = workloads.ToDictionary(one => one.Workload, _ => new List<double>());
        var theirs = workloads.ToDictionary(one => one.Workload, _ => new List<double>());

        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (workload, _) in workloads)
                ours[workload].Add(Measure.Median(Action(engine, workload), seconds));

            foreach (var (workload, time) in Peers.Torch(threads, seconds, workloads.Select(one => one.Workload)) ?? [])
                theirs[workload].Add(time);
        }

        return workloads.Select(one => new PeerRow(
            $"{one.Workload.Replace(':', ' ')}, {(threads == 1 ? "one core" : $"{threads} cores")}",
            ours[one.Workload], "PyTorch", theirs[one.Workload], one.Target));
    }

    static Action Action(Engine engine, string workload)
    {
        var parts = workload.Split(':');
        int[] sizes = [.. parts[1].Split('-').Select(int.Parse)];
        var work = new Workload(engine, sizes, int.Parse(parts[2]), parts.Length > 3 ? parts[3] : "sgd", "relu");
        return parts[0] == "step" ? work.Step : work.Infer;
    }

    static IEnumerable<PeerRow> Fann(double seconds)
    {
        var folder = Directory.CreateTempSubdirectory("hybrid-peers");

        try
        {
            var program = Peers.CompileFann(folder.FullName);
            var engine = CpuEngine.Create();

            foreach (var (examples, target) in new[] { (10, 0.33), (200, 0.14) })
                foreach (var (ours, theirs) in new[] { ("relu", "piece"), ("sigmoid", "sigmoid") })
                {
                    var work = new Workload(engine, [2, 20, 2], examples, "sgd", ours);
                    var times = new List<double>();
                    var peers = new List<double>();

                    for (var round = 0; round < Rounds; round++)
                    {
                        times.Add(Measure.Median(work.Step, seconds));

                        if (program is not null && Peers.Fann(program, examples, theirs) is { } time)
                            peers.Add(time);
                    }

                    yield return new PeerRow(
                        $"step 2-20-2 {examples} sgd, {ours}", times, $"FANN, {theirs}", peers, target);
                }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Epochs after the first on both sides; the first has its own row.</summary>
    static IEnumerable<PeerRow> Epoch()
    {
        if (!Directory.Exists(FashionMnist) || Hybrid() is not { } command)
            yield break;

        var folder = Directory.CreateTempSubdirectory("hybrid-peers");
        var (later, first) = (new List<double>(), new List<double>());

        try
        {
            var history = Path.Combine(folder.FullName, "history.csv");

            for (var round = 0; round < Rounds; round++)
            {
                var lines = Peers.Run(command[0],
                [
                    .. command[1..], "train", FashionMnist, "--hidden", "256,128", "--batch-size", "128", "--optimizer", "adam",
                    "--validation", "0", "--epochs", "6", "--json", "--history", history,
                    "--output", Path.Combine(folder.FullName, "model.onnx"),
                ]);

                if (lines is null)
                    yield break;

                double[] ends = [.. File.ReadLines(history).Skip(1).Select(line => double.Parse(line.Split(',')[^1], CultureInfo.InvariantCulture))];
                first.Add(ends[0]);
                later.Add(Measure.Median(ends.Zip(ends.Skip(1), (start, end) => end - start)));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        double[] theirs = Peers.ScikitLearn(FashionMnist, Environment.ProcessorCount, 3) is { } seconds ? [seconds] : [];
        yield return new PeerRow("epoch of Fashion-MNIST in hybrid train", later, "scikit-learn", theirs, 0.45);
        yield return new PeerRow("its first epoch, compilation included", first, "scikit-learn", theirs, 0.45);
    }

    static IEnumerable<PeerRow> StartUp()
    {
        if (Hybrid() is not { } command)
            yield break;

        List<double> times = [.. Enumerable.Range(0, 11).Select(_ =>
        {
            var start = Stopwatch.GetTimestamp();
            Peers.Run(command[0], [.. command[1..], "--version"]);
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        })];
        // compared with the limit of 0.2 seconds
        yield return new PeerRow("hybrid --version", times, "a limit of 0.2 s", [0.2], 1);
    }

    /// <summary>The best of OpenBLAS's own choice of kernels and AVX-512, which an old version must be told to use.</summary>
    static IEnumerable<PeerRow> Gemm(double seconds)
    {
        if (!OpenBlas.IsInstalled)
            yield break;

        var self = Environment.ProcessPath!;
        string[] arguments = ["products", "--seconds", (seconds / 3).ToString(CultureInfo.InvariantCulture)];
        if (Path.GetFileNameWithoutExtension(self) == "dotnet")
            arguments = [typeof(PeersCommand).Assembly.Location, .. arguments];

        var measured = new Dictionary<string, List<(double Ours, double Theirs)>>();

        foreach (var kernels in Peers.Kernels())
            foreach (var line in Peers.Run(self, arguments, kernels) ?? [])
            {
                using var result = JsonDocument.Parse(line);
                var product = result.RootElement.GetProperty("product").GetString()!;
                measured.TryAdd(product, []);
                measured[product].Add((
                    result.RootElement.GetProperty("seconds").GetDouble(),
                    result.RootElement.GetProperty("openblasSeconds").GetDouble()));
            }

        foreach (var (product, times) in measured)
        {
            var (ours, theirs) = times.MinBy(pair => pair.Theirs);
            yield return new PeerRow($"product {product}, one core", [ours], "OpenBLAS", [theirs], 1 / 0.95);
        }
    }

    /// <summary>The command; null if it does not exist.</summary>
    static string[]? Hybrid() =>
        Peers.Built("src", "Hybrid.Cli", "bin", "Release", "net10.0", "Hybrid.Cli.dll") is { } command ? ["dotnet", command] : null;

    // row by row, as they are measured: the whole table takes minutes
    static List<PeerRow> Printed(IEnumerable<PeerRow> measured)
    {
        var rows = new List<PeerRow>();
        Console.WriteLine($"{"workload",-52}{"Hybrid",10}  {"peer",-18}{"theirs",10}{"ratio",8}{"target",8}");

        foreach (var row in measured)
        {
            rows.Add(row);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{row.Workload,-52}{Report.Time(row.Ours),10}  {row.Peer,-18}{(row.Theirs is { } theirs ? Report.Time(theirs) : "absent"),10}{row.Ratio,8:F2}{row.Target,8:F2}"));
        }

        return rows;
    }
}
