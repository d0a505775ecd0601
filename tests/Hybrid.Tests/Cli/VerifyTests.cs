using System.Globalization;
using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests.Cli;

/// <summary>hybrid verify: verdicts about networks whose range is known, since they are proved to be near a formula.</summary>
public sealed class VerifyTests : IDisposable
{
    const string Declared = "(declare-const X_0 Real)(declare-const Y_0 Real)(assert (>= X_0 0))(assert (<= X_0 1))";

    readonly HybridCommand command = new();

    public void Dispose() => command.Dispose();

    void Build(string method = "relu") => command.Succeed(
        "approximate", "sin(2*pi*x)", "--epsilon", "0.05", "--method", method, "--output", "net.onnx");

    string Property(string asserted) => command.Write("p.vnnlib", $"{Declared}\n{asserted}\n");

    [Theory]
    [InlineData("relu")]
    [InlineData("maxout")]
    [InlineData("trained")]
    public void A_network_never_leaves_the_range_that_is_proved_of_it(string method)
    {
        Build(method);
        var answer = command.Succeed("verify", "net.onnx", Property("(assert (or (>= Y_0 1.06) (<= Y_0 -1.06)))"), "--timeout", "50");

        Assert.Equal("unsat", answer.Lines[0]);
        Assert.StartsWith("Proved for float32, in any order of summation", answer.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_violation_is_one_in_ONNX_Runtime_too()
    {
        Build();
        var answer = command.Run(
            "verify", "net.onnx", Property("(assert (>= Y_0 0.9))(assert (<= X_0 0.5))"), "--results", "r.txt", "--json");
        Assert.Equal(1, answer.Code);
        Assert.Equal("sat", answer.Json.GetProperty("verdict").GetString());

        var x = answer.Json.GetProperty("inputs")[0].GetSingle();
        using var runtime = OnnxRuntime.Open(command.File("net.onnx"));
        Assert.InRange(x, 0f, 0.5f);
        Assert.True(runtime.Run("input", [x], [1, 1], "output")[0].Values[0] > 0.9f);

        var results = File.ReadAllLines(command.File("r.txt"));
        Assert.Equal("sat", results[0]);
        Assert.Equal($"((X_0 {x.ToString("R", CultureInfo.InvariantCulture)})", results[1]);
        Assert.StartsWith("(Y_0 ", results[2], StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_of_large_numbers_is_proved_in_its_own_columns_only()
    {
        command.Write("times.csv", "time,y\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{1_700_000_000 + 37 * i},{i % 7}\n")));
        command.Succeed("train", "times.csv", "--task", "regression", "--epochs", "2", "--output", "times.onnx");
        command.Write("property.vnnlib", "(declare-const X_0 Real)(declare-const Y_0 Real)(assert (>= X_0 0))(assert (<= X_0 1))(assert (>= Y_0 9))");
        command.Fail(2, ["subtracts 1700", "hybrid bounds times.onnx"], "verify", "times.onnx", "property.vnnlib");
    }

    [Fact]
    public void A_time_limit_ends_the_search_with_what_is_proved()
    {
        Build("bumps");
        var answer = command.Run("verify", "net.onnx", Property("(assert (>= Y_0 1e9))"), "--timeout", "1e-9");
        Assert.True(answer.Code is 0 or 2 or 3, answer.Output + answer.Errors);
    }

    [Theory]
    [InlineData("(assert (<= Y_0", "not closed")]
    [InlineData("(assert (<= Y_3 1))", "«Y_3» is not declared")]
    [InlineData("(assert (<= X_0 -1))", "contradict")]
    [InlineData("(declare-const X_1 Real)(assert (<= X_1 1))(assert (>= X_1 0))", "2 inputs")]
    [InlineData("(declare-const Y_1 Real)(assert (<= Y_1 1))", "2 outputs")]
    public void What_is_wrong_with_a_property_is_an_error_and_never_a_verdict(string asserted, string message)
    {
        Build();
        Assert.Empty(command.Fail(2, [message], "verify", "net.onnx", Property(asserted)).Output);
    }

    const string TwoClasses =
        "(declare-const X_0 Real)(declare-const X_1 Real)(declare-const Y_0 Real)(declare-const Y_1 Real)";

    [Theory]
    [InlineData("relu")]
    [InlineData("tanh")]
    [InlineData("selu")]
    [InlineData("gelu")]
    [InlineData("softplus")]
    public void A_violation_of_two_inputs_is_one_in_ONNX_Runtime_too(string activation)
    {
        command.Succeed("train", "xor", "--activation", activation, "--epochs", "40", "--seed", "3");
        var property = command.Write(
            "p.vnnlib",
            $"{TwoClasses}(assert (and (<= X_0 1.5)(>= X_0 -0.5)(<= X_1 1.5)(>= X_1 -0.5)))(assert (or (<= Y_0 Y_1) (<= Y_1 0.5)))");
        var answer = command.Run("verify", "model.onnx", property, "--json", "--timeout", "50");
        Assert.Equal("sat", answer.Json.GetProperty("verdict").GetString());

        float[] x = [.. answer.Json.GetProperty("inputs").EnumerateArray().Select(value => value.GetSingle())];
        using var runtime = OnnxRuntime.Open(command.File("model.onnx"));
        var y = runtime.Run("input", x, [1, 2], "probabilities")[0].Values;
        Assert.All(x, value => Assert.InRange(value, -0.5f, 1.5f));
        Assert.True(y[0] < y[1] || y[1] < 0.5f, $"{y[0]} and {y[1]} violate nothing");
    }

    [Theory]
    [InlineData("(<= Y_0 Y_1)")]
    [InlineData("(<= Y_0 0.5)")]
    public void Probabilities_are_compared_and_bounded_in_both_arithmetics(string asserted)
    {
        command.Succeed("train", "xor", "--epochs", "1");
        var property = command.Write(
            "p.vnnlib", $"{TwoClasses}(assert (and (<= X_0 0)(>= X_0 0)(<= X_1 0)(>= X_1 0)))(assert {asserted})");

        foreach (var arithmetic in new[] { "real", "float32" })
            Assert.True(command.Run("verify", "model.onnx", property, "--arithmetic", arithmetic).Code is 0 or 1);
    }
}
