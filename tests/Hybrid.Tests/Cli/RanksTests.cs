using System.Diagnostics;
using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests.Cli;

/// <summary>One training by several processes: the real command under the real mpirun.</summary>
public sealed class RanksTests : IDisposable
{
    static readonly string[] Long =
        ["train", "digits", "--hidden", "64,32", "--dropout", "0.2", "--epochs", "60", "--patience", "60", "--threads", "1"];

    static readonly TimeSpan patience = TimeSpan.FromMinutes(2);

    readonly HybridCommand command = new();

    public void Dispose() => command.Dispose();

    /// <summary>Where the tests have to run, it is there.</summary>
    static bool HasLauncher()
    {
        var isThere = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "mpirun")));
        Assert.True(isThere || Environment.GetEnvironmentVariable("CI") != "true", "mpirun is missing: install openmpi-bin.");
        return isThere;
    }

    Answer Ranks(int ranks, params string[] arguments)
    {
        using var process = command.StartRanks(ranks, arguments);
        return HybridCommand.Finish(process, patience);
    }

    byte[] Model(string name) => File.ReadAllBytes(command.File(name));

    [Fact]
    public void Any_number_of_ranks_and_threads_gives_the_same_model()
    {
        if (!HasLauncher())
            return;

        // the last batch is smaller, and the last epoch is decided by patience
        string[] train =
        [
            "train", "iris", "--hidden", "16,8", "--dropout", "0.2", "--input-noise", "0.1", "--clip-norm", "0.5", "--batch-size", "25",
            "--learning-rate", "0.02", "--epochs", "40", "--patience", "3", "--class-weights", "balanced",
        ];
        command.Succeed([.. train, "--grains", "8", "--output", "alone.onnx"]);
        for (var ranks = 1; ranks <= 4; ranks++)
        {
            var answer = Ranks(ranks, [.. train, "--threads", $"{1 + ranks % 2}", "--output", "ranks.onnx"]);
            Assert.Equal((0, ""), (answer.Code, answer.Errors));
            Assert.Contains($"Ranks: {ranks}, which share the 8 grains of each batch", answer.Output);
            Assert.Single(answer.Lines, line => line.StartsWith("Trained ", StringComparison.Ordinal));
            Assert.Equal(Model("alone.onnx"), Model("ranks.onnx"));
        }

        string[] normalised = ["train", "iris", "--network", "16,norm,8", "--optimizer", "momentum", "--epochs", "5", "--grains", "5"];
        command.Succeed([.. normalised, "--output", "alone.onnx"]);
        Assert.Equal(0, Ranks(3, [.. normalised, "--output", "ranks.onnx"]).Code);
        Assert.Equal(Model("alone.onnx"), Model("ranks.onnx"));
    }

    [Theory]
    [InlineData]
    [InlineData("--stream", "--buffer", "50")]
    public void Each_rank_reads_its_part_of_a_table(params string[] stream)
    {
        if (!HasLauncher())
            return;

        command.Write("visits.csv", "city,day,area,\"price, in all\"\n" + string.Concat(Enumerable.Range(0, 400).Select(i =>
            $"{(i % 3 == 0 ? "Ulm" : i % 3 == 1 ? "\"Bonn, am Tor\"" : "")},{2010 + i % 9}-0{1 + i % 9}-1{i % 7},{(i % 50 == 7 ? "n.a." : i * 37 % 101)},{i * 2.5 + i % 7}\n")));
        string[] train = ["train", "visits.csv", "--hidden", "8", "--epochs", "4", "--grains", "8", "--json", .. stream];
        command.Succeed([.. train, "--output", "alone.onnx"]);

        for (var ranks = 2; ranks <= 4; ranks++)
        {
            var answer = Ranks(ranks, [.. train, "--output", "ranks.onnx"]);
            Assert.Equal((0, ""), (answer.Code, answer.Errors));
            Assert.Equal(Model("alone.onnx"), Model("ranks.onnx"));
            Assert.DoesNotContain("every rank reads all", answer.Output);
        }
    }

    [Fact]
    public void Seeds_folds_and_trials_are_shared_with_the_results_of_one_process()
    {
        if (!HasLauncher())
            return;

        string[] train = ["train", "iris", "--hidden", "8", "--epochs", "5", "--grains", "4"];
        IsSame([.. train, "--seeds", "3"], "--output", ".onnx");
        IsSame([.. train, "--folds", "3"], "--out-of-fold", ".csv");
        IsSame(["tune", "moons", "--epochs", "6", "--budget", "8-trials", "--hidden", "8"], "--output", ".onnx");
        Assert.Equal(
            File.ReadAllLines(command.File("alone.trials.jsonl")).Order(StringComparer.Ordinal),
            File.ReadAllLines(command.File("ranks.trials.jsonl")).Order(StringComparer.Ordinal));
    }

    /// <summary>Three ranks write the file of one process.</summary>
    void IsSame(string[] arguments, string option, string ending)
    {
        command.Succeed([.. arguments, option, "alone" + ending]);
        var answer = Ranks(3, [.. arguments, option, "ranks" + ending]);
        Assert.Equal((0, ""), (answer.Code, answer.Errors));
        Assert.Equal(Model("alone" + ending), Model("ranks" + ending));
    }

    [Fact]
    public void A_rank_that_is_killed_or_stopped_ends_the_job_and_it_goes_on_with_another_number()
    {
        if (!HasLauncher())
            return;

        command.Succeed([.. Long, "--grains", "8", "--output", "whole.onnx"]);
        End(3, "KILL", 1, "--checkpoint", "rank 1");
        End(2, "STOP", 1, "--resume", "Rank 1 has not answered");
        End(3, "STOP", 0, "--resume", "Rank 0 has not answered");

        var answer = Ranks(4, [.. Long, "--resume", "run", "--output", "resumed.onnx"]);
        Assert.Equal((0, ""), (answer.Code, answer.Errors));
        Assert.Equal(Model("whole.onnx"), Model("resumed.onnx"));
    }

    /// <summary>After a checkpoint, a signal to a rank ends all within ten seconds, with the reason.</summary>
    void End(int ranks, string signal, int rank, string option, string reason)
    {
        var before = File.Exists(command.File("run")) ? File.GetLastWriteTimeUtc(command.File("run")) : default;
        using var process = command.StartRanks(ranks, [.. Long, "--every", "epoch", option, "run", "--output", "ended.onnx"]);
        while (!process.HasExited && !(File.Exists(command.File("run")) && File.GetLastWriteTimeUtc(command.File("run")) > before))
            Thread.Sleep(20);

        using (var one = Process.GetProcessById(Children(process).Single(child => RankOf(child) == rank)))
            Signals.Send(signal, one);

        var answer = HybridCommand.Finish(process, TimeSpan.FromSeconds(10));
        Assert.NotEqual(0, answer.Code);
        Assert.Contains(reason, answer.Errors);
        Assert.False(File.Exists(command.File("ended.onnx")));
    }

    static IEnumerable<int> Children(Process process) =>
        File.ReadAllText($"/proc/{process.Id}/task/{process.Id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse);

    static int? RankOf(int process) => File.ReadAllText($"/proc/{process}/environ").Split('\0')
        .Where(variable => variable.StartsWith("OMPI_COMM_WORLD_RANK=", StringComparison.Ordinal))
        .Select(variable => (int?)int.Parse(variable.Split('=')[1])).FirstOrDefault();

    [Fact]
    public void A_rank_with_other_data_or_options_ends_the_job_and_is_named()
    {
        if (!HasLauncher())
            return;

        command.Write("a.csv", Table("1.5"));
        command.Write("b.csv", Table("1.25"));
        string[] train = ["train", "a.csv", "--epochs", "5", "--task", "regression", "--output", "m.onnx"];
        Fails(["rank 1 on ", "Rank 1 has other data than rank 0"], train, [.. train.Select(word => word == "a.csv" ? "b.csv" : word)]);
        Fails(["rank 1 on ", "Rank 1 has other options than rank 0"], train, [.. train, "--seed", "2"]);
        Fails(["rank 1 on ", "missing.csv"], train, [.. train.Select(word => word == "a.csv" ? "missing.csv" : word)]);
        Fails(["--grains must be at least the number of ranks, 2, not 1"], [.. train, "--grains", "1"], [.. train, "--grains", "1"]);
        Fails(["--grains cannot be combined with the optimizer lbfgs"], [.. train, "--optimizer", "lbfgs"], [.. train, "--optimizer", "lbfgs"]);
        Assert.False(File.Exists(command.File("m.onnx")));

        static string Table(string last) => "a,y\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i},{i * 2.5}\n")) + $"7,{last}\n";
    }

    void Fails(string[] parts, params string[][] arguments)
    {
        using var process = command.StartRanks(arguments);
        var answer = HybridCommand.Finish(process, patience);
        Assert.NotEqual(0, answer.Code);
        Assert.All(parts, part => Assert.Contains(part, answer.Errors));
        Assert.DoesNotContain("   at ", answer.Errors);
    }
}
