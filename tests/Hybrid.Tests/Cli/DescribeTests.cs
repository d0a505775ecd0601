using Xunit;

namespace Hybrid.Tests.Cli;

public sealed class DescribeTests : IDisposable
{
    readonly HybridCommand command = new();

    public void Dispose() => command.Dispose();

    [Theory]
    [InlineData("3-4-2", "2-layer network", 6, 26)]
    [InlineData("3-4-4-1", "3-layer network", 9, 41)]
    [InlineData("784-100000-10", "2-layer network", 100_010, 79_500_010)]
    public void Sizes_are_counted_as_in_the_lecture(string sizes, string name, int neurons, int parameters)
    {
        var result = command.Succeed("describe", sizes, "--json").Json;
        Assert.Equal(name, result.GetProperty("name").GetString());
        Assert.Equal(neurons, result.GetProperty("neurons").GetInt32());
        Assert.Equal(parameters, result.GetProperty("parameters").GetInt32());

        var kinds = result.GetProperty("layers").EnumerateArray().Select(layer => layer.GetProperty("kind").GetString()).ToArray();
        Assert.Equal("linear", kinds[^1]);
        Assert.Equal(kinds.Length / 2, kinds.Count(kind => kind == "relu"));
        Assert.Contains(name, command.Succeed("describe", sizes).Output);
    }

    [Fact]
    public void A_file_states_how_its_network_was_trained()
    {
        command.Succeed("train", "iris", "--epochs", "1", "--seed", "9", "--hidden", "5");
        var text = command.Succeed("describe", "model.onnx").Output;
        Assert.All(
            ["2-layer network", "4 inputs", "8 neurons", "43 parameters", "petal width (cm)", "setosa", "seed 9", "softmax"],
            part => Assert.Contains(part, text));

        var result = command.Succeed("describe", "model.onnx", "--json").Json;
        Assert.Equal("2-layer network", result.GetProperty("name").GetString());
        Assert.Equal("9", result.GetProperty("options").GetProperty("seed").GetString());
        var linear = result.GetProperty("layers").EnumerateArray().First(layer => layer.GetProperty("kind").GetString() == "linear");
        Assert.Equal(25, linear.GetProperty("parameters").GetInt32());
        Assert.Equal(5, linear.GetProperty("shape")[0].GetInt32());
    }

    [Fact]
    public void An_argument_that_is_neither_file_nor_sizes_is_an_error() =>
        command.Fail(1, ["3-x", "model.onnx", "3-4-4-1"], "describe", "3-x");
}
