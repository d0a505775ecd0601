using Xunit;

namespace Hybrid.Tests.Cli;

/// <summary>hybrid verify --proof and hybrid check-proof.</summary>
public sealed class CheckProofTests : IDisposable
{
    const string Declared = "(declare-const X_0 Real)(declare-const Y_0 Real)(assert (>= X_0 0))(assert (<= X_0 1))";

    readonly HybridCommand command = new();

    public CheckProofTests() =>
        command.Succeed("approximate", "sin(2*pi*x)", "--epsilon", "0.1", "--method", "relu", "--output", "net.onnx");

    public void Dispose() => command.Dispose();

    string Property(string asserted) => command.Write("p.vnnlib", $"{Declared}\n{asserted}\n");

    [Theory]
    [InlineData("float32", "(assert (or (>= Y_0 1.15) (<= Y_0 -1.15)))", 0, "unsat")]
    [InlineData("real", "(assert (or (>= Y_0 1.15) (<= Y_0 -1.15)))", 0, "unsat")]
    [InlineData("float32", "(assert (>= Y_0 0.8))", 1, "sat")]
    public void A_proof_is_right_for_its_property_only(string arithmetic, string asserted, int code, string verdict)
    {
        var property = Property(asserted);
        var answer = command.Run("verify", "net.onnx", property, "--arithmetic", arithmetic, "--proof", "p.hybrid", "--json");
        Assert.Equal(code, answer.Code);
        Assert.Equal(verdict, answer.Json.GetProperty("proof").GetProperty("verdict").GetString());

        Assert.Equal(verdict, command.Succeed("check-proof", "net.onnx", property, "p.hybrid").Lines[0]);
        var check = command.Succeed("check-proof", "net.onnx", property, "p.hybrid", "--json").Json;
        Assert.Equal(answer.Json.GetProperty("proof").GetRawText(), check.GetRawText());

        var other = command.Run("check-proof", "net.onnx", Property("(assert (>= Y_0 0.9))"), "p.hybrid");
        Assert.Equal(1, other.Code);
        Assert.Equal("refused", other.Lines[0]);
        Assert.Contains("a different property", other.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_verdict_an_existing_file_stays_as_it_is()
    {
        var before = command.Write("p.hybrid", "kept");
        var answer = command.Run("verify", "net.onnx", Property("(assert (>= Y_0 1.1001))"), "--timeout", "1e-9", "--proof", before);

        if (answer.Code == 3)
            Assert.Equal("kept", File.ReadAllText(command.File("p.hybrid")));
    }

    [Fact]
    public void What_cannot_be_read_is_an_error_and_what_is_no_proof_is_refused()
    {
        var property = Property("(assert (>= Y_0 2))");
        command.Fail(2, ["missing.hybrid"], "check-proof", "net.onnx", property, "missing.hybrid");

        var answer = command.Run("check-proof", "net.onnx", property, "net.onnx");
        Assert.Equal(1, answer.Code);
        Assert.Contains("not a proof", answer.Lines[1], StringComparison.Ordinal);
        Assert.Empty(command.Fail(2, ["--proof"], "verify", "net.onnx", property, "--proof", "net.onnx").Output);
    }
}
