using Xunit;

namespace Hybrid.Tests.Cli;

public sealed class WeightTests : IDisposable
{
    readonly HybridCommand command = new();

    public void Dispose() => command.Dispose();

    static string Table(Func<int, string> weight) =>
        "x,w,count\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{i % 12},{weight(i)},{i % 4 + i % 12}\n"));

    [Fact]
    public void A_weighted_part_is_reproduced_and_measured_as_in_training()
    {
        command.Write("rows.csv", Table(i => $"{1 + i % 3}"));
        var trained = command.Succeed("train", "rows.csv", "--weight", "w", "--loss", "poisson", "--epochs", "5", "--json").Json;

        foreach (var part in (string[])["train", "validation", "test"])
        {
            var result = command.Succeed("evaluate", "model.onnx", "rows.csv", "--part", part, "--json").Json;
            Assert.All(["examples", "loss", "rmse"], name => Assert.Equal(
                trained.GetProperty(part).GetProperty(name).GetDouble(), result.GetProperty(name).GetDouble(), 1e-5));
        }

        var header = command.Succeed("predict", "model.onnx", "rows.csv").Lines[0];
        Assert.Equal("prediction", header.Trim());
    }

    [Fact]
    public void Quantiles_are_columns_of_their_names()
    {
        command.Write("rows.csv", Table(_ => "1"));
        command.Succeed("train", "rows.csv", "--ignore", "w", "--loss", "quantile:0.1,0.9", "--epochs", "5");
        Assert.Equal("q0.1,q0.9", command.Succeed("predict", "model.onnx", "rows.csv").Lines[0].Trim());
        Assert.Contains("Task: regression of «count»", command.Succeed("describe", "model.onnx").Lines);
    }

    [Theory]
    [InlineData("-1", "line 4, column 2", "negative")]
    [InlineData("", "line 4, column 2", "missing")]
    [InlineData("NaN", "line 4, column 2", "missing")]
    public void A_wrong_weight_is_named_with_its_place(string weight, string place, string problem)
    {
        command.Write("rows.csv", Table(i => i == 2 ? weight : "1"));
        var answer = command.Run("train", "rows.csv", "--weight", "w", "--epochs", "1");
        Assert.Equal(1, answer.Code);
        Assert.Contains(place, answer.Errors);
        Assert.Contains(problem, answer.Errors);
    }

    [Theory]
    [InlineData("--label-smoothing", "0.1", "--loss", "hinge")]
    [InlineData("--label-smoothing", "1")]
    [InlineData("--loss", "quantile:0.9,0.1")]
    [InlineData("--class-weights", "setosa")]
    [InlineData("--class-weights", "setosa=-1")]
    public void Options_that_make_no_sense_are_errors_of_usage(params string[] options) =>
        Assert.Equal(2, command.Run(["train", "iris", "--epochs", "1", .. options]).Code);

    [Fact]
    public void Smoothed_labels_and_class_weights_are_in_the_file()
    {
        command.Succeed(
            "train", "iris", "--epochs", "2", "--label-smoothing", "0.1", "--class-weights", "setosa=2,virginica=0.5");
        var options = command.Succeed("describe", "model.onnx", "--json").Json.GetProperty("options");
        Assert.Equal("label-smoothing:0.1", options.GetProperty("loss").GetString());
        Assert.Equal("setosa=2,virginica=0.5", options.GetProperty("class-weights").GetString());
    }
}
