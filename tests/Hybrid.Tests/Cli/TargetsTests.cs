using Xunit;

namespace Hybrid.Tests.Cli;

/// <summary>Several targets on the command line.</summary>
public sealed class TargetsTests : IDisposable
{
    readonly HybridCommand command = new();

    public void Dispose() => command.Dispose();

    static readonly string table = "size,age,price,\"rent, monthly\",garden,lift\n" + string.Concat(Enumerable.Range(0, 120).Select(i =>
    {
        var (size, age) = (30 + i * 37 % 100, i * 61 % 53);
        var rent = i % 30 == 7 ? "" : $"{10 * size + age}.5";
        return $"{size},{age},{1000 * size - age},{rent},{(size > 80 ? "yes" : "no")},{(age < 26 ? 1 : 0)}\n";
    }));

    [Fact]
    public void Two_quantities_are_trained_measured_and_predicted()
    {
        command.Write("homes.csv", table);
        string[] train = ["train", "homes.csv", "--ignore", "garden", "--ignore", "lift", "--epochs", "60"];
        var text = command.Succeed([.. train, "--target", "price,\"rent, monthly\""]).Output;
        Assert.Contains("regression of 2 targets, «price, rent, monthly»", text);
        Assert.Contains("«rent, monthly» is missing in 4 rows", text);

        // the same, one by one
        var report = command.Succeed([.. train, "--target", "price", "--target", "rent, monthly", "--json"]).Json;
        var targets = report.GetProperty("test").GetProperty("targets").EnumerateArray().ToArray();
        Assert.Equal(["price", "rent, monthly"], targets.Select(target => target.GetProperty("name").GetString()));

        var measured = command.Succeed("evaluate", "model.onnx", "homes.csv", "--part", "test", "--json").Json;
        Assert.Equal(targets[1].GetProperty("r2").GetDouble(), measured.GetProperty("targets")[1].GetProperty("r2").GetDouble(), 1e-6);
        Assert.Contains("R²", command.Succeed("evaluate", "model.onnx", "homes.csv").Output);

        var lines = command.Succeed("predict", "model.onnx", "homes.csv").Lines;
        Assert.Equal("price,\"rent, monthly\"", lines[0]);
        Assert.Equal(121, lines.Length);

        var described = command.Succeed("describe", "model.onnx", "--json").Json;
        Assert.Equal("regression", described.GetProperty("task").GetString());
        Assert.Equal(2, described.GetProperty("targets").GetArrayLength());
        Assert.Contains("2 targets", command.Succeed("describe", "model.onnx").Output);
    }

    [Fact]
    public void Labels_are_trained_measured_and_predicted()
    {
        command.Write("homes.csv", table);
        var text = command.Succeed("train", "homes.csv", "--target", "garden,lift", "--ignore", "price", "--ignore", "rent, monthly", "--epochs", "60").Output;
        Assert.Contains("labels, each yes or no: «garden, lift»", text);
        Assert.Contains("every label right", text);
        Assert.Contains("sigmoid loss", text);

        var measured = command.Succeed("evaluate", "model.onnx", "homes.csv", "--json").Json;
        Assert.Equal("labels", measured.GetProperty("task").GetString());
        Assert.InRange(measured.GetProperty("microF1").GetDouble(), 0.5, 1);
        Assert.Contains("precision", command.Succeed("evaluate", "model.onnx", "homes.csv").Output);

        var lines = command.Succeed("predict", "model.onnx", "homes.csv").Lines;
        Assert.Equal("garden,lift,garden=yes,lift=1", lines[0]);
        Assert.Matches("^(yes|no),[01],[0-9.E-]+,[0-9.E-]+$", lines[1]);
        Assert.InRange(command.Run("doctor", "model.onnx", "homes.csv").Code, 0, 1);
        command.Succeed("gradcheck", "model.onnx", "homes.csv", "--examples", "8");
        command.Fail(1, ["one target"], "certify", "model.onnx", "homes.csv", "--radius", "1");
    }

    [Fact]
    public void Intervals_of_two_quantities_are_printed_for_each()
    {
        command.Write("homes.csv", table);
        string[] train =
        [
            "train", "homes.csv", "--ignore", "garden", "--ignore", "lift", "--epochs", "20", "--target", "price,\"rent, monthly\"", "--interval", "0.8",
        ];
        var text = command.Succeed(train).Output;
        Assert.Matches(@"Intervals: level 0\.8 each, so at least 0\.6 for all 2 together; price ±[^ ]+ by 24 calibration examples, rent, monthly ±", text);
        Assert.Matches(@"They hold price [0-9.]+ %, rent, monthly [0-9.]+ %, and all together [0-9.]+ % of 30 examples\.", text);

        var lines = command.Succeed("predict", "model.onnx", "homes.csv", "--interval", "0.8").Lines;
        Assert.Equal("price,price lower,price upper,\"rent, monthly\",\"rent, monthly lower\",\"rent, monthly upper\"", lines[0]);
        var row = command.Succeed("predict", "model.onnx", "homes.csv", "--json").Json.GetProperty("predictions")[0];
        Assert.True(row.GetProperty("lower").GetProperty("price").GetDouble() < row.GetProperty("prediction").GetProperty("price").GetDouble());
        Assert.True(row.GetProperty("upper").GetProperty("rent, monthly").GetDouble() > row.GetProperty("prediction").GetProperty("rent, monthly").GetDouble());

        var interval = command.Succeed("evaluate", "model.onnx", "homes.csv", "--json").Json.GetProperty("interval");
        Assert.Equal(0.6, interval.GetProperty("together").GetDouble(), 1e-12);
        Assert.Equal("rent, monthly", interval.GetProperty("targets")[1].GetProperty("name").GetString());
        Assert.Contains("all together", command.Succeed("evaluate", "model.onnx", "homes.csv").Output);
    }

    [Fact]
    public void Thresholds_of_labels_are_printed_and_decide_what_is_predicted()
    {
        command.Write("homes.csv", table);
        string[] train =
        [
            "train", "homes.csv", "--target", "garden,lift", "--ignore", "price", "--ignore", "rent, monthly", "--epochs", "2", "--learning-rate", "0.001",
            "--validation", "0.3", "--label-thresholds",
        ];
        Assert.Matches(@"Labels are yes from these probabilities on: garden 0(\.[0-9]+)?, lift 0(\.[0-9]+)?\.", command.Succeed(train).Output);
        var thresholds = command.Succeed("describe", "model.onnx", "--json").Json.GetProperty("thresholds");
        Assert.Contains($"garden {thresholds.GetProperty("garden").GetRawText()},", command.Succeed("describe", "model.onnx").Output);

        var predicted = command.Succeed("predict", "model.onnx", "homes.csv", "--json").Json.GetProperty("predictions");
        var lines = command.Succeed("predict", "model.onnx", "homes.csv").Lines;
        foreach (var (row, line) in predicted.EnumerateArray().Zip(lines.Skip(1)))
        {
            var isYes = row.GetProperty("prediction").GetProperty("garden").GetDouble() >= thresholds.GetProperty("garden").GetDouble();
            Assert.Equal(isYes ? "yes" : "no", row.GetProperty("labels").GetProperty("garden").GetString());
            Assert.StartsWith(isYes ? "yes," : "no,", line);
        }

        Assert.NotEqual(0.5, thresholds.GetProperty("garden").GetDouble());
        command.Fail(2, ["--label-thresholds", "each yes or no"], "train", "homes.csv", "--target", "price", "--label-thresholds");
    }

    [Theory]
    [InlineData("price,price", "«price» is named twice")]
    [InlineData("price,cost", "no column «cost»")]
    [InlineData("price,garden", "all be quantities, or all yes or no")]
    public void Bad_targets_are_refused(string target, string message)
    {
        command.Write("homes.csv", table);
        command.Fail(1, [message], "train", "homes.csv", "--target", target);
    }
}
