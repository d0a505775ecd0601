using System.Text.Json;
using Xunit;

namespace Hybrid.Tests.Cli;

public sealed class GradcheckTests : IDisposable
{
    readonly HybridCommand command = new();

    public void Dispose() => command.Dispose();

    static double Number(JsonElement element, string name) => element.GetProperty(name).GetDouble();

    [Theory]
    [InlineData("--activation", "relu")]
    [InlineData("--activation", "tanh")]
    [InlineData("--maxout", "2")]
    [InlineData("--loss", "hinge")]
    public void A_trained_classifier_passes(string option, string value)
    {
        command.Succeed("train", "iris", "--epochs", "20", "--hidden", "6,5", option, value);
        var result = command.Succeed("gradcheck", "model.onnx", "iris", "--json").Json;

        Assert.InRange(Number(result, "maxRelativeError"), 0, 1e-5);
        Assert.Equal(64, Number(result, "examples"));
        Assert.Equal(150, Number(result, "available"));
        Assert.Equal(Number(result, "parameters"), Number(result, "checked") + Number(result, "kinks"));
        Assert.True(result.GetProperty("passed").GetBoolean());
        Assert.Equal(Number(result, "kinks"), result.GetProperty("atKinks").GetArrayLength());

        var worst = result.GetProperty("worst").EnumerateArray().ToArray();
        Assert.Equal(5, worst.Length);
        Assert.Equal(Number(result, "maxRelativeError"), Number(worst[0], "relativeError"));
        Assert.All(worst, pair => Assert.Matches(@"^\d+\.(weight|bias)$", pair.GetProperty("parameter").GetString()));
        Assert.All(worst, pair => Assert.InRange(pair.GetProperty("index").GetArrayLength(), 1, 3));
        Assert.All(worst, pair => Assert.Equal(Number(pair, "analytic"), Number(pair, "numeric"), 1e-4));
    }

    [Fact]
    public void A_sample_has_the_requested_size_and_is_the_same_for_the_same_seed()
    {
        command.Succeed("train", "iris", "--epochs", "5", "--hidden", "6", "--activation", "tanh");
        string[] words = ["gradcheck", "model.onnx", "iris", "--examples", "10", "--parameters", "3", "--json"];
        var result = command.Succeed(words);

        // two weight matrices and two biases
        Assert.Equal(12, Number(result.Json, "checked"));
        Assert.Equal(10, Number(result.Json, "examples"));
        Assert.Equal(result.Output, command.Succeed(words).Output);
        Assert.NotEqual(result.Output, command.Succeed([.. words, "--seed", "2"]).Output);
        Assert.Equal(150, Number(command.Succeed([.. words[..3], "--examples", "0", "--json"]).Json, "examples"));
    }

    [Fact]
    public void The_text_states_how_much_was_checked_and_the_largest_differences()
    {
        command.Succeed("train", "iris", "--epochs", "5", "--hidden", "6", "--activation", "tanh");
        var text = command.Succeed("gradcheck", "model.onnx", "iris").Output;
        Assert.All(
            ["64 of 150 examples", "51 of 51 parameters", "passed", "relative error", "0.0001"],
            part => Assert.Contains(part, text));
        Assert.Matches(@"\d\.(weight\[\d, \d\]|bias\[\d\])", text);
        Assert.DoesNotContain("\e", text);
        Assert.Contains("gradcheck <MODEL> <DATA>", command.Succeed("--help").Output);
    }

    [Fact]
    public void A_quantity_with_missing_values_and_categories_is_checked_through_its_preprocessing()
    {
        var lines = Tables.Houses().Split('\n');
        lines[3] = "NA" + lines[3][lines[3].IndexOf(',')..];
        lines[5] = lines[5].Replace("red", "?").Replace("green", "?").Replace("blue", "?");
        command.Write("houses.csv", string.Join('\n', lines));
        command.Write("renamed.csv", string.Join('\n', lines).Replace("price", "euros"));
        command.Succeed("train", "houses.csv", "--epochs", "10");

        var result = command.Succeed("gradcheck", "model.onnx", "houses.csv", "--examples", "0", "--json").Json;
        Assert.InRange(Number(result, "maxRelativeError"), 0, 1e-4);
        Assert.Equal(200, Number(result, "examples"));
        command.Succeed("gradcheck", "model.onnx", "renamed.csv", "--target", "euros");
        command.Fail(1, ["«price»", "--target"], "gradcheck", "model.onnx", "renamed.csv");
    }

    [Fact]
    public void An_error_above_the_threshold_exits_with_1_and_still_prints_the_result()
    {
        command.Succeed("train", "iris", "--epochs", "2", "--hidden", "4", "--activation", "tanh");
        var answer = command.Run("gradcheck", "model.onnx", "iris", "--threshold", "0", "--json");
        Assert.Equal((1, ""), (answer.Code, answer.Errors));
        Assert.False(answer.Json.GetProperty("passed").GetBoolean());

        var text = command.Run("gradcheck", "model.onnx", "iris", "--threshold", "0");
        Assert.Equal(1, text.Code);
        Assert.Contains("failed", text.Output);
    }

    [Theory]
    [InlineData("--examples must be at least 0, not -1", "--examples", "-1")]
    [InlineData("--examples must be a whole number, not «all»", "--examples", "all")]
    [InlineData("--parameters must be at least 0", "--parameters", "-5")]
    [InlineData("--threshold must be at least 0", "--threshold", "-1e-4")]
    [InlineData("--threshold must be at least 0", "--threshold", "NaN")]
    [InlineData("--seed must be a whole number", "--seed", "-1")]
    [InlineData("no option --part", "--part", "test")]
    public void A_bad_option_is_a_usage_error(string message, string option, string value) =>
        command.Fail(2, [message, "gradcheck --help"], "gradcheck", "model.onnx", "iris", option, value);

    [Fact]
    public void Progress_is_shown_on_a_terminal_and_nowhere_else()
    {
        // runs a program on a terminal of its own
        if (!File.Exists("/usr/bin/script"))
            return;

        command.Succeed("train", "iris", "--epochs", "1", "--hidden", "6");
        var shown = command.Shell("script -qec \"$HYBRID gradcheck model.onnx iris\" /dev/null");
        Assert.Equal(0, shown.Code);
        Assert.Matches("checking gradients(.|\n|\r)*Result: passed", shown.Output);

        var json = command.Shell("script -qec \"$HYBRID gradcheck model.onnx iris --json >result.json\" /dev/null");
        Assert.Contains("checking gradients", json.Output);
        Assert.StartsWith("{\"against\"", File.ReadAllText(command.File("result.json")));
        Assert.DoesNotContain("checking gradients", command.Succeed("gradcheck", "model.onnx", "iris").Output);
    }

    [Fact]
    public void A_large_network_is_checked_in_seconds_by_a_sample()
    {
        string[] pixels = [.. Enumerable.Range(0, 784).Select(pixel => $"p{pixel}")];
        Model.Create(NeuralNetwork.FromSizes([784, 1024, 10]), pixels, [.. "0123456789".Select(digit => $"{digit}")])
            .Save(command.File("large.onnx"));
        command.Write("images.csv", string.Join(',', pixels) + ",target\n" + string.Concat(Enumerable.Range(0, 70).Select(row =>
            string.Join(',', Enumerable.Range(0, 784).Select(pixel => (row * 31 + pixel * 17) % 256)) + $",{row % 10}\n")));

        var watch = System.Diagnostics.Stopwatch.StartNew();
        var text = command.Succeed("gradcheck", "large.onnx", "images.csv").Output;
        Assert.True(watch.Elapsed.TotalSeconds < 30, $"It took {watch.Elapsed}.");
        Assert.Contains("a sample, or give --parameters 0 for all", text);
        Assert.Contains("Result: passed", text);
    }

    [Fact]
    public void Missing_arguments_and_files_are_errors()
    {
        command.Fail(2, ["gradcheck needs DATA", "gradcheck --help"], "gradcheck", "model.onnx");
        command.Fail(1, ["none.onnx"], "gradcheck", "none.onnx", "iris");
    }
}
