using Xunit;

namespace Hybrid.Tests.Cli;

/// <summary>hybrid convert --int8 and --bfloat16.</summary>
public sealed class ConvertSmallerTests : IDisposable
{
    readonly HybridCommand command = new();

    public void Dispose() => command.Dispose();

    [Theory]
    [InlineData("--int8", "Integers: 2 layers.", "linear-int8", 0.5, "8 bits already")]
    [InlineData("--bfloat16", "Weights in bfloat16: 2 dense layers.", "linear-bfloat16", 0.6, "bfloat16 already")]
    public void A_model_is_converted_compared_and_used(string option, string layers, string kind, double share, string already)
    {
        command.Succeed("train", "digits", "--hidden", "256", "--epochs", "10", "--output", "m.onnx");
        var said = command.Succeed("convert", "m.onnx", option, "--data", "digits", "-o", "q.onnx").Output;
        foreach (var part in new[]
            {
                "held-out examples.", layers, "Size: ", "Before: accuracy", "After: accuracy",
                "Difference of outputs: measured at most ", "proved at most ", "Same class in both: proved of ", "Wrote q.onnx.",
            })
            Assert.Contains(part, said);

        Assert.InRange(new FileInfo(command.File("q.onnx")).Length, 1, share * new FileInfo(command.File("m.onnx")).Length);
        Assert.Contains(kind, command.Succeed("describe", "q.onnx").Output);
        Assert.Contains("accuracy", command.Succeed("evaluate", "q.onnx", "digits").Output);
        command.Fail(1, [already], "convert", "q.onnx", "again.onnx", option, "--data", "digits");
        command.Fail(1, ["pixel"], "convert", "m.onnx", "again.onnx", option, "--data", "iris");
        Assert.DoesNotContain("again.onnx", command.Names);
    }

    [Fact]
    public void A_model_of_integers_is_not_trained_nor_examined_and_one_in_bfloat16_is()
    {
        command.Succeed("train", "iris", "--hidden", "8", "--epochs", "2", "--output", "m.onnx");
        command.Succeed("convert", "m.onnx", "--int8", "--data", "iris", "-o", "q.onnx");
        command.Fail(2, ["--from", "8 bits", "train the model that it was converted from"], "train", "iris", "--from", "q.onnx");
        command.Fail(1, ["Examine the model that it was converted from"], "doctor", "q.onnx", "iris");
        command.Fail(1, ["8 bits"], "convert", "q.onnx", "b.onnx", "--bfloat16", "--data", "iris");

        command.Succeed("convert", "m.onnx", "--bfloat16", "--data", "iris", "-o", "b.onnx");
        command.Succeed("doctor", "b.onnx", "iris");
        command.Succeed("train", "iris", "--from", "b.onnx", "--epochs", "2", "--output", "t.onnx");
        Assert.DoesNotContain("bfloat16", command.Succeed("describe", "t.onnx").Output);
    }

    [Theory]
    [InlineData("--int8")]
    [InlineData("--bfloat16")]
    public void Wrong_usage_is_told(string option)
    {
        command.Fail(2, [$"{option} needs --data"], "convert", "m.onnx", "q.onnx", option);
        command.Fail(2, [$"--scale does not go with {option}"], "convert", "m.onnx", "q.onnx", option, "--data", "iris", "--scale", "1/255");
    }

    [Fact]
    public void Wrong_files_and_data_are_told()
    {
        command.Fail(2, ["exclude each other"], "convert", "m.onnx", "q.onnx", "--int8", "--bfloat16", "--data", "iris");
        command.Fail(2, ["--data goes with --int8 or --bfloat16"], "convert", "m.onnx", "q.onnx", "--data", "iris");
        command.Fail(2, ["The file to write is missing"], "convert", "m.onnx");
        command.Fail(2, ["two files to write"], "convert", "m.onnx", "q.onnx", "-o", "r.onnx");
    }
}
