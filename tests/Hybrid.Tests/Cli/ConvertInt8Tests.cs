using Xunit;

namespace Hybrid.Tests.Cli;

/// <summary>hybrid convert --int8.</summary>
public sealed class ConvertInt8Tests : IDisposable
{
    readonly HybridCommand command = new();

    public void Dispose() => command.Dispose();

    [Fact]
    public void A_model_is_converted_compared_and_used()
    {
        command.Succeed("train", "digits", "--hidden", "256", "--epochs", "10", "--output", "m.onnx");
        var said = command.Succeed("convert", "m.onnx", "--int8", "--data", "digits", "-o", "q.onnx").Output;
        foreach (var part in new[]
            {
                "held-out examples.", "Integers: 2 dense layers.", "Size: ", "Before: accuracy", "After: accuracy",
                "Difference of outputs: measured at most ", "proved at most ", "Same class in both: proved of ", "Wrote q.onnx.",
            })
            Assert.Contains(part, said);

        Assert.InRange(new FileInfo(command.File("q.onnx")).Length, 1, 0.5 * new FileInfo(command.File("m.onnx")).Length);
        Assert.Contains("linear-int8", command.Succeed("describe", "q.onnx").Output);
        Assert.Contains("accuracy", command.Succeed("evaluate", "q.onnx", "digits").Output);
        command.Fail(1, ["8 bits already"], "convert", "q.onnx", "again.onnx", "--int8", "--data", "digits");
        command.Fail(2, ["--from", "8 bits", "train the model that it was converted from"], "train", "digits", "--from", "q.onnx");
        command.Fail(1, ["Examine the model that it was converted from"], "doctor", "q.onnx", "digits");
        command.Fail(1, ["pixel"], "convert", "m.onnx", "again.onnx", "--int8", "--data", "iris");
        Assert.DoesNotContain("again.onnx", command.Names);
    }

    [Fact]
    public void Wrong_usage_is_told()
    {
        command.Fail(2, ["--int8 needs --data"], "convert", "m.onnx", "q.onnx", "--int8");
        command.Fail(2, ["--data goes with --int8"], "convert", "m.onnx", "q.onnx", "--data", "iris");
        command.Fail(2, ["--scale does not go with --int8"], "convert", "m.onnx", "q.onnx", "--int8", "--data", "iris", "--scale", "1/255");
        command.Fail(2, ["The file to write is missing"], "convert", "m.onnx");
        command.Fail(2, ["two files to write"], "convert", "m.onnx", "q.onnx", "-o", "r.onnx");
    }
}
