using System.Globalization;
using System.Text.Json;
using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests.Cli;

/// <summary>hybrid train --optimizer lbfgs: every option of training applies to it, or is refused by name.</summary>
public sealed class TrainLbfgsTests : IDisposable
{
    readonly HybridCommand command = new();

    public void Dispose() => command.Dispose();

    Answer Train(params string[] arguments) => command.Succeed(["train", .. arguments, "--optimizer", "lbfgs"]);

    static double Number(JsonElement element, string name) => element.GetProperty(name).GetDouble();

    [Fact]
    public void The_text_says_that_iterations_use_all_examples()
    {
        var text = Train("iris", "--epochs", "30", "--patience", "30", "--history", "h.csv").Output;
        Assert.Contains("Optimizer: lbfgs, all examples at once, at most 30 iterations", text);
        Assert.Contains("epoch 1/30", text);
        Assert.Contains("Trained 30 epochs", text);

        // every iteration lowers the loss, and most take the step that is proposed
        var rows = File.ReadAllLines(command.File("h.csv"))[1..].Select(line => line.Split(',')).ToArray();
        var losses = rows.Select(row => double.Parse(row[1], CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(30, rows.Length);
        Assert.True(losses[^1] < 0.2 * losses[0]);
        Assert.True(rows.Count(row => row[4] == "1") > 15);
    }

    [Theory]
    [InlineData("iris", 0.9)]
    [InlineData("digits", 0.95)]
    [InlineData("xor", 0.9)]
    public void Data_is_learned_without_further_options(string data, double accuracy)
    {
        var result = Train(data, "--json").Json;
        Assert.InRange(Number(result.GetProperty("test"), "accuracy"), accuracy, 1);
        Assert.Equal(
            Number(result.GetProperty("test"), "loss"),
            Number(command.Succeed("evaluate", "model.onnx", data, "--part", "test", "--json").Json, "loss"), 1e-6);
    }

    [Fact]
    public void A_quantity_is_learned()
    {
        command.Write("houses.csv", Tables.Houses());
        Assert.InRange(Number(Train("houses.csv", "--json").Json.GetProperty("test"), "r2"), 0.99, 1);
    }

    [Fact]
    public void Applicable_options_are_recorded_and_others_are_absent()
    {
        Train("iris", "--epochs", "3", "--hidden", "6", "--maxout", "2", "--l1", "0.001", "--class-weights", "balanced");
        var options = command.Succeed("describe", "model.onnx", "--json").Json.GetProperty("options");
        Assert.Equal("lbfgs", options.GetProperty("optimizer").GetString());
        Assert.Equal("balanced", options.GetProperty("class-weights").GetString());
        Assert.Equal("0.001", options.GetProperty("l1").GetString());
        Assert.All(["learning-rate", "schedule", "batch-size"], name => Assert.False(options.TryGetProperty(name, out _)));
    }

    [Theory]
    [InlineData("--learning-rate", "0.1")]
    [InlineData("--schedule", "cosine")]
    [InlineData("--batch-size", "10")]
    [InlineData("--clip-norm", "1")]
    [InlineData("--max-norm", "1")]
    [InlineData("--dropout", "0.1")]
    [InlineData("--input-noise", "0.1")]
    public void An_option_that_does_not_apply_is_refused(string option, string value)
    {
        command.Fail(2, [option, "lbfgs"], "train", "iris", "--optimizer", "lbfgs", option, value);
        Assert.Empty(command.Names);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_for_any_number_of_threads()
    {
        byte[] Bytes(string threads)
        {
            Train("digits", "--epochs", "5", "--threads", threads);
            return File.ReadAllBytes(command.File("model.onnx"));
        }

        Assert.Equal(Bytes("1"), Bytes("2"));
    }

    [Fact]
    public void Several_seeds_give_a_spread()
    {
        var result = Train("iris", "--epochs", "5", "--seeds", "3", "--json").Json;
        Assert.Equal(3, result.GetProperty("seeds").GetArrayLength());
    }

    [Fact]
    public void Numbers_too_large_for_single_precision_leave_the_old_model()
    {
        command.Write("model.onnx", "old");
        command.Write("t.csv", "a,b\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i},{i % 2}\n")));
        command.Fail(1, ["first iteration"], "train", "t.csv", "--optimizer", "lbfgs", "--task", "classification", "--l2", "1e39");
        Assert.Equal("old", File.ReadAllText(command.File("model.onnx")));
    }

    [Fact]
    public void An_interruption_saves_the_best_network_so_far()
    {
        if (OperatingSystem.IsWindows())
            return;

        // so many units that it does not end by itself in the meantime
        using var process = command.Start(
            "train", "digits", "--optimizer", "lbfgs", "--epochs", "1000000", "--patience", "1000000", "--hidden", "512,512",
            "--l1", "0.0001");
        while (process.StandardOutput.ReadLine() is { } line && !line.Contains("epoch 1/"))
        {
        }

        Signals.Send("INT", process);

        var answer = HybridCommand.Finish(process);
        Assert.Equal(130, answer.Code);
        Assert.Contains("saved to model.onnx", answer.Errors);
        command.Succeed("evaluate", "model.onnx", "digits");
    }
}
