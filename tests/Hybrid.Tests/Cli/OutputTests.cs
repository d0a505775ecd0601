using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests.Cli;

/// <summary>Output to places where it cannot or must not be written: nothing is damaged, lost or silent.</summary>
public sealed class OutputTests : IDisposable
{
    readonly HybridCommand command = new();

    public void Dispose() => command.Dispose();

    void Prepare()
    {
        command.Write("t.csv", Tables.Houses());
        command.Write("p.csv", "size,colour,rooms\n100,red,3\n");
        command.Succeed("train", "t.csv", "--epochs", "1", "--output", "m.onnx");
    }

    /// <summary>Every command that prints, to a full disk, to nobody, and to a stdout that is closed.</summary>
    [Theory]
    [InlineData(">/dev/full", "No space left on device")]
    [InlineData(">&-", "")]
    [InlineData("| true", "Broken pipe")]
    public void Output_that_cannot_be_printed_gives_one_line_on_stderr(string redirection, string reason)
    {
        if (!OperatingSystem.IsLinux())
            return;

        Prepare();
        foreach (var words in (string[])
            [
                "--version", "--help", "", "train --help", "train t.csv --epochs 1", "train t.csv --epochs 1 --json",
                "evaluate m.onnx t.csv", "evaluate m.onnx t.csv --json", "predict m.onnx p.csv", "describe m.onnx", "describe 3-4-1 --json",
                "gradcheck m.onnx t.csv", "doctor m.onnx t.csv", "convert m.onnx c.onnx", "approximate x --epsilon 0.1",
                "lecture list", "completion bash", "'[suggest]' tra",
            ])
        {
            // a pipe breaks when its reader has gone, which it has after a while
            var isPipe = redirection[0] == '|';
            var line = isPipe
                ? $"{{ sleep 0.2; $HYBRID {words}; echo $? >code; }} 2>err {redirection}; cat code err"
                : $"$HYBRID {words} {redirection}";
            var answer = command.Shell(line);
            var (code, errors) = isPipe
                ? (int.Parse(answer.Lines[0]), string.Join('\n', answer.Lines[1..]))
                : (answer.Code, answer.Errors.TrimEnd('\n'));

            Assert.Equal((1, words), (code, words));
            Assert.StartsWith("hybrid: stdout cannot be written (", errors);
            Assert.Contains(reason, errors);
            Assert.Single(errors.Split('\n'));
        }
    }

    [Fact]
    public void A_network_is_trained_and_saved_even_if_nobody_reads_the_output()
    {
        if (!OperatingSystem.IsLinux())
            return;

        var answer = command.Shell("$HYBRID train iris --epochs 2 >/dev/full");
        Assert.Equal(1, answer.Code);
        command.Succeed("evaluate", "model.onnx", "iris");
    }

    [Fact]
    public void A_file_that_is_read_is_not_overwritten_through_any_path()
    {
        if (OperatingSystem.IsWindows())
            return;

        Prepare();
        Directory.CreateDirectory(command.File("d"));
        File.CreateSymbolicLink(command.File("soft.csv"), "t.csv");
        command.Shell("ln t.csv hard.csv; ln -s . self; ln m.onnx hard.onnx");
        var (table, model) = (File.ReadAllText(command.File("t.csv")), File.ReadAllBytes(command.File("m.onnx")));

        foreach (var same in (string[])["t.csv", "./t.csv", "d/../t.csv", command.File("t.csv"), "soft.csv", "hard.csv", "self/t.csv"])
            foreach (var words in (string[][])
                [
                    ["train", "t.csv", "--epochs", "1", "--output", same],
                    ["train", "t.csv", "--epochs", "1", "--history", same],
                    ["train", same, "--epochs", "1", "--history", "t.csv"],
                    ["predict", "m.onnx", "t.csv", "--output", same],
                    ["predict", "m.onnx", same, "--output", "t.csv"],
                ])
                command.Fail(2, ["would overwrite another file"], words);

        command.Fail(2, ["would overwrite"], "predict", "m.onnx", "t.csv", "--output", "hard.onnx");
        command.Fail(2, ["would overwrite"], "convert", "m.onnx", "hard.onnx");
        command.Fail(2, ["would overwrite"], "train", "t.csv", "--from", "m.onnx", "--history", "hard.onnx");
        command.Fail(2, ["would overwrite"], "train", "iris", "--output", "a.onnx", "--history", "./a.onnx");
        command.Fail(2, ["would overwrite"], "approximate", "x", "--output", "a.onnx", "--figure", "d/../a.onnx");
        Assert.Equal(table, File.ReadAllText(command.File("t.csv")));
        Assert.Equal(model, File.ReadAllBytes(command.File("m.onnx")));

        // to train a model further in its place is what --from is for
        command.Succeed("train", "t.csv", "--from", "m.onnx", "--epochs", "1", "--output", "m.onnx");
    }

    [Fact]
    public void A_picture_is_not_written_under_the_ending_of_another_format()
    {
        Prepare();
        string[][] all =
        [
            ["describe", "m.onnx", "--filters"], ["doctor", "m.onnx", "t.csv", "--activations"], ["approximate", "x", "--figure"],
            ["certify", "m.onnx", "t.csv", "--figure"], ["tune", "t.csv", "--figure"],
        ];
        foreach (var words in all)
            command.Fail(2, [$"{words[^1]} writes SVG, not .png. Choose a name such as f.svg."], [.. words, "f.png"]);

        command.Succeed("approximate", "x", "--figure", "f.SVG");
        Assert.DoesNotContain("f.png", command.Names);
    }

    [Fact]
    public void Image_files_that_are_read_are_not_overwritten()
    {
        Directory.CreateDirectory(command.File("images"));
        File.WriteAllBytes(command.File("images/train-images-idx3-ubyte"), [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4]);
        File.WriteAllBytes(command.File("images/train-labels-idx1-ubyte"), [0, 0, 8, 1, 0, 0, 0, 2, 0, 1]);
        command.Fail(
            2, ["would overwrite"], "train", "images", "--history", "images/train-labels-idx1-ubyte", "--test", "0", "--validation", "0");
        Assert.Equal(10, new FileInfo(command.File("images/train-labels-idx1-ubyte")).Length);
    }

    /// <summary>What can happen to an output's path while a network is trained, and how it is undone.</summary>
    [Theory]
    [InlineData("rm -r out", "does not exist")]
    [InlineData("rm -f out/m.onnx; mkdir -p out/m.onnx", "is a folder")]
    [InlineData("rm -f out/m.onnx; mkfifo out/m.onnx", "a device or a pipe")]
    public void A_trained_model_is_kept_wherever_possible(string harm, string reason)
    {
        if (OperatingSystem.IsWindows())
            return;

        command.Shell("mkdir out");
        var answer = Harmed(harm, "--output", "out/m.onnx");
        Assert.Equal(1, answer.Code);
        Assert.Contains(reason, answer.Errors);
        var kept = answer.Errors.Split("The trained model was saved as ")[1].Split(".onnx")[0] + ".onnx";
        Assert.StartsWith(harm.StartsWith("rm -r ", StringComparison.Ordinal) ? "m.kept-1" : "out/m.kept-1", kept);
        command.Succeed("evaluate", kept, "digits");
    }

    [Fact]
    public void A_model_outlives_its_history()
    {
        if (OperatingSystem.IsWindows())
            return;

        command.Shell("mkdir out");
        var answer = Harmed("rm -r out", "--history", "out/h.csv");
        Assert.Equal(1, answer.Code);
        Assert.Contains("The history was saved as h.kept-1.csv.", answer.Errors);
        Assert.Equal(["h.kept-1.csv", "model.onnx"], command.Names);
        command.Succeed("evaluate", "model.onnx", "digits");
    }

    [Fact]
    public void A_full_disk_loses_no_model()
    {
        // only the superuser can make a small one
        command.Shell("mkdir small && mount -t tmpfs -o size=1m none small 2>/dev/null && echo yes >mounted");
        if (!File.Exists(command.File("mounted")))
            return;

        try
        {
            var answer = Harmed("head -c 2000000 /dev/zero >small/fill", "--output", "small/m.onnx", "--history", "small/h.csv");
            Assert.Equal(1, answer.Code);
            Assert.Contains("No space left", answer.Errors);
            Assert.Contains("The trained model was saved as m.kept-1.onnx.", answer.Errors);
            Assert.Contains("The history was saved as h.kept-1.csv.", answer.Errors);
            command.Succeed("evaluate", "m.kept-1.onnx", "digits");
            Assert.Equal("fill\n", command.Shell("ls -A small").Output);
        }
        finally
        {
            command.Shell("umount small");
        }
    }

    /// <summary>Trains until something is done to its output, and then to its end.</summary>
    Answer Harmed(string harm, params string[] options)
    {
        using var process = command.Start([
            "train", "digits", "--hidden", "400", "--epochs", "1000000", "--patience", "1000000", .. options]);
        while (process.StandardOutput.ReadLine() is { } line && !line.Contains("epoch 1/"))
        {
        }

        command.Shell(harm);
        Signals.Send("TERM", process);
        return HybridCommand.Finish(process);
    }

    /// <summary>Only files are opened: opening a pipe would wait, and a device has no end.</summary>
    [Fact]
    public void Pipes_and_devices_are_not_files()
    {
        if (OperatingSystem.IsWindows())
            return;

        Prepare();
        command.Shell("mkfifo pipe; mkfifo pipe.onnx");
        foreach (var other in (string[])["pipe", "/dev/zero", "/dev/null"])
        {
            string[] parts = [other, "a pipe or a device"];
            command.Fail(1, parts, "train", other);
            command.Fail(1, parts, "predict", "m.onnx", other);
            command.Fail(1, parts, "evaluate", "m.onnx", other);
            command.Fail(1, parts, "doctor", "m.onnx", other);
            command.Fail(1, parts, "describe", other);
            command.Fail(1, parts, "evaluate", other, "t.csv");
            command.Fail(1, parts, "convert", other, "c.onnx");
            command.Fail(1, parts, "train", "t.csv", "--from", other);
        }

        foreach (var other in (string[])["pipe", "/dev/null", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
        {
            command.Fail(1, [other, "a device or a pipe"], "train", "iris", "--output", other);
            command.Fail(1, [other, "a device or a pipe"], "train", "iris", "--history", other);
            command.Fail(1, [other, "a device or a pipe"], "predict", "m.onnx", "p.csv", "--output", other);
        }

        Assert.Contains("pipe", command.Names);
    }

    [Fact]
    public void A_killed_run_leaves_nothing_for_the_next_one()
    {
        File.WriteAllText(command.File(".hybrid-0123456789abcdef.tmp"), "half");
        command.Write(".hybrid-notes.tmp", "mine");
        command.Write(".hybrid-0123456789abcdeg.tmp", "mine");
        command.Succeed("train", "iris", "--epochs", "1");
        Assert.Equal([".hybrid-0123456789abcdeg.tmp", ".hybrid-notes.tmp", "model.onnx"], command.Names);
    }
}
