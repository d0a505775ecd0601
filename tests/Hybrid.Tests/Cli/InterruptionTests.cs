using System.Diagnostics;
using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests.Cli;

/// <summary>Signals while there is nothing to save yet: the command ends there, and leaves everything as it was.</summary>
public sealed class InterruptionTests : IDisposable
{
    readonly HybridCommand command = new();

    public static TheoryData<string> Kinds => ["INT", "TERM", "HUP"];

    public void Dispose() => command.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Loading_data_is_abandoned(string signal)
    {
        // which files a process has open is seen there
        if (!Directory.Exists("/proc/self/fd"))
            return;

        // takes much longer than the signal
        var rows = string.Concat(Enumerable.Repeat("1.25,2.5,3.75,4,5,6,7,0\n3.5,7,6.25,4,1,6,7,1\n", 1 << 16));
        using (var table = File.CreateText(command.File("t.csv")))
        {
            table.Write("a,b,c,d,e,f,g,y\n");
            for (var i = 0; i < 20; i++)
                table.Write(rows);
        }

        command.Write("model.onnx", "old");
        using var process = command.Start("train", "t.csv");
        while (!process.HasExited && !HasOpen(process, "t.csv"))
            Thread.Sleep(10);

        Signals.Send(signal, process);
        IsInterrupted(process, "Data:");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Preparing_a_network_is_abandoned(string signal)
    {
        if (OperatingSystem.IsWindows())
            return;

        command.Write("model.onnx", "old");
        using var process = command.Start("train", "digits", "--hidden", string.Join(',', Enumerable.Repeat(8, 3000)));
        while (process.StandardOutput.ReadLine() is { } line && !line.StartsWith("Task:", StringComparison.Ordinal))
        {
        }

        Signals.Send(signal, process);
        IsInterrupted(process, "epoch 1/");
    }

    [Fact]
    public void A_search_keeps_its_trials_and_goes_on_from_them()
    {
        if (OperatingSystem.IsWindows())
            return;

        string[] tune = ["tune", "moons", "--epochs", "6", "--budget", "100000-trials", "--output", "tuned.onnx"];
        using var process = command.Start(tune);
        while (!process.HasExited && !(File.Exists(command.File("tuned.trials.jsonl")) && Lines() > 3))
            Thread.Sleep(20);

        Signals.Send("INT", process);
        var answer = HybridCommand.Finish(process);
        Assert.Equal(130, answer.Code);
        Assert.Contains("the results so far are in tuned.trials.jsonl", answer.Errors);
        Assert.False(File.Exists(command.File("tuned.onnx")));
        Assert.True(Lines() > 3);
        Assert.Contains("Goes on: ", command.Succeed([.. tune[..^4], "--budget", "2-trials", .. tune[^2..]]).Output);

        int Lines() => File.ReadLines(command.File("tuned.trials.jsonl")).Count();
    }

    /// <summary>The signal ended it before any output, and the model is the old one.</summary>
    void IsInterrupted(Process process, string before)
    {
        var answer = HybridCommand.Finish(process);
        Assert.Equal(130, answer.Code);
        Assert.Contains("interrupted; nothing was written", answer.Errors);
        Assert.DoesNotContain(before, answer.Output);
        Assert.Equal("old", File.ReadAllText(command.File("model.onnx")));
        Assert.DoesNotContain(command.Names, name => name is not ("model.onnx" or "t.csv"));
    }

    static bool HasOpen(Process process, string name)
    {
        try
        {
            return Directory.GetFiles($"/proc/{process.Id}/fd")
                .Any(file => File.ResolveLinkTarget(file, false)?.Name == name);
        }
        catch (IOException)
        {
            // a file was closed meanwhile, or the process has ended
            return false;
        }
    }
}
