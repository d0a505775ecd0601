using System.Diagnostics;
using System.Globalization;
using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests.Cli;

/// <summary>Trainings that survive the end of the process: the real command, killed by signals.</summary>
public sealed class CheckpointTests : IDisposable
{
    // more in a measurement: HYBRID_KILLS=100
    static readonly int Kills =
        int.Parse(Environment.GetEnvironmentVariable("HYBRID_KILLS") ?? "4", CultureInfo.InvariantCulture);

    static readonly string[] Train =
        ["train", "digits", "--hidden", "64,32", "--dropout", "0.2", "--epochs", "300", "--patience", "300", "--threads", "1"];

    readonly HybridCommand command = new();

    public void Dispose() => command.Dispose();

    [Fact]
    public void A_training_killed_at_any_moment_and_resumed_ends_with_the_same_file()
    {
        if (OperatingSystem.IsWindows())
            return;

        var clock = Stopwatch.StartNew();
        command.Succeed([.. Train, "--output", "whole.onnx"]);
        var milliseconds = (int)clock.ElapsedMilliseconds;
        var whole = File.ReadAllBytes(command.File("whole.onnx"));
        var moments = new Random(1);
        bool IsThere(string name) => File.Exists(command.File(name));
        string[] Place() => IsThere("run") || IsThere("run.previous") ? ["--resume", "run"] : ["--checkpoint", "run"];

        // a checkpoint after each epoch, and often one at the moment of the signal
        for (var killed = 0; killed < Kills;)
        {
            using var process = command.Start([.. Train, "--output", "killed.onnx", "--every", "epoch", .. Place()]);

            if (process.WaitForExit(moments.Next(milliseconds)))
            {
                // at its end before the signal: the next one begins again
                Assert.Equal(0, process.ExitCode);
                Assert.Equal(whole, File.ReadAllBytes(command.File("killed.onnx")));
                Array.ForEach(["killed.onnx", "run", "run.previous"], name => File.Delete(command.File(name)));
                continue;
            }

            process.Kill();
            process.WaitForExit();
            killed++;
            if (IsThere("killed.onnx"))
                command.Succeed("describe", "killed.onnx");
        }

        command.Succeed([.. Train[..^1], "2", "--output", "killed.onnx", .. Place()]);
        Assert.Equal(whole, File.ReadAllBytes(command.File("killed.onnx")));
        Assert.DoesNotContain(command.Names, name => name.Contains("tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void Signals_save_model_and_checkpoint()
    {
        if (OperatingSystem.IsWindows())
            return;

        string[] place = ["--checkpoint", "run"];
        foreach (var signal in (string[])["INT", "TERM", "HUP"])
        {
            using var process = command.Start([.. Train, .. place, "--output", "cut.onnx"]);
            while (process.StandardOutput.ReadLine() is { } line && !line.Contains("/300", StringComparison.Ordinal))
            {
            }

            // in the middle of an epoch, and three times of that are far from the last one
            Thread.Sleep(50);
            Signals.Send(signal, process);
            var answer = HybridCommand.Finish(process);
            Assert.Equal(130, answer.Code);
            Assert.Contains("--resume run goes on", answer.Errors);
            place = ["--resume", "run"];
        }

        command.Fail(1, ["run is the checkpoint of a training that has not ended", "--resume run"], [.. Train, "--checkpoint", "run"]);
        command.Succeed([.. Train, "--resume", "run", "--output", "resumed.onnx"]);
        command.Succeed([.. Train, "--output", "whole.onnx"]);
        Assert.Equal(File.ReadAllBytes(command.File("whole.onnx")), File.ReadAllBytes(command.File("resumed.onnx")));
    }

    [Fact]
    public void Checkpoints_that_do_not_fit_are_refused_in_words()
    {
        string[] train = ["train", "iris", "--epochs", "3", "--output", "m.onnx"];
        command.Succeed([.. train, "--checkpoint", "run", "--every", "epoch"]);
        Assert.Equal(["m.onnx", "run", "run.previous"], command.Names);

        // its end is known: again, it is at its end
        command.Succeed([.. train, "--resume", "run"]);
        command.Fail(1, ["other options: epochs was 3 and is 4", "--accept-changes"], "train", "iris", "--epochs", "4", "--resume", "run");
        command.Succeed("train", "iris", "--epochs", "4", "--resume", "run", "--accept-changes");
        command.Fail(1, ["missing: there is no such checkpoint"], [.. train, "--resume", "missing"]);
        command.Write("text", "1,2,3\n4,5,6\n");
        command.Fail(1, ["text is not a checkpoint of a training"], [.. train, "--resume", "text"]);
        command.Fail(1, ["text is not a checkpoint of a training"], [.. train, "--checkpoint", "text"]);
        Assert.Equal("1,2,3\n4,5,6\n", File.ReadAllText(command.File("text")));
        var bytes = File.ReadAllBytes(command.File("run"));
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(command.File("run"), bytes);
        command.Fail(1, ["run is damaged or truncated", "run.previous"], [.. train, "--resume", "run"]);

        // a process was killed between two renames
        File.Delete(command.File("run"));
        command.Succeed("train", "iris", "--epochs", "4", "--resume", "run", "--accept-changes");
        command.Fail(2, ["--checkpoint is for one training"], [.. train, "--checkpoint", "run", "--seeds", "2"]);
        command.Fail(2, ["--every must be epoch, or a time"], [.. train, "--checkpoint", "run", "--every", "30"]);
        command.Fail(2, ["--every needs --checkpoint"], [.. train, "--every", "30s"]);
        command.Fail(2, ["--accept-changes needs --resume"], [.. train, "--accept-changes"]);
    }

    [Fact]
    public void A_full_disk_keeps_the_checkpoint_before_and_the_model()
    {
        if (OperatingSystem.IsWindows())
            return;

        string[] train = ["train", "digits", "--hidden", "200", "--epochs", "3"];
        command.Succeed([.. train, "--checkpoint", "run", "--every", "epoch", "--output", "m.onnx"]);
        var before = File.ReadAllBytes(command.File("run"));

        // files of at most 200 or 400 KB, by the shell, and no signal at that; the runtime's own file of code would be larger
        var answer = command.Shell(
            $"trap '' XFSZ; export DOTNET_EnableWriteXorExecute=0; ulimit -f 400; $HYBRID {string.Join(' ', train)} --resume run --accept-changes --epochs 5 --output n.onnx --every epoch".Replace("--epochs 3 ", "", StringComparison.Ordinal));
        Assert.Equal(1, answer.Code);
        Assert.Contains("run: the checkpoint cannot be written", answer.Errors);
        Assert.Contains("The one before it is kept", answer.Errors);
        Assert.Contains("n.kept-1.onnx", answer.Errors);
        Assert.Equal(before, File.ReadAllBytes(command.File("run")));
        Assert.DoesNotContain(command.Names, name => name.Contains("tmp", StringComparison.Ordinal));
        command.Succeed("describe", "n.kept-1.onnx");
    }
}
