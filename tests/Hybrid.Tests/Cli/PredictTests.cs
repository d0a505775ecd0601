using System.Globalization;
using Xunit;

namespace Hybrid.Tests.Cli;

public sealed class PredictTests : IDisposable
{
    readonly HybridCommand command = new();

    public void Dispose() => command.Dispose();

    [Fact]
    public void Each_class_has_its_name_and_a_probability()
    {
        command.Succeed("train", "iris", "--epochs", "100");
        command.Write("flowers.csv", Tables.Flowers);
        var lines = command.Succeed("predict", "model.onnx", "flowers.csv").Lines;

        Assert.Equal("prediction,setosa,versicolor,virginica", lines[0]);
        Assert.Equal(["setosa", "virginica", "setosa"], lines[1..].Select(line => line.Split(',')[0]));
        Assert.All(lines[1..], line => Assert.Equal(
            1, line.Split(',')[1..].Sum(field => double.Parse(field, CultureInfo.InvariantCulture)), 1e-5));

        // what is written reads back to the very float32
        Assert.Contains(lines[1..].SelectMany(line => line.Split(',')[1..]), field => field.Trim('0', '.').Length >= 7);
    }

    [Fact]
    public void A_file_has_the_same_content_as_stdout()
    {
        command.Succeed("train", "iris", "--epochs", "2");
        var shown = command.Succeed("predict", "model.onnx", "iris").Output;
        command.Write("p.csv", "old");
        Assert.Empty(command.Succeed("predict", "model.onnx", "iris", "--output", "p.csv").Output);
        Assert.Equal(shown, File.ReadAllText(command.File("p.csv")));
        Assert.Equal(151, shown.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(["model.onnx", "p.csv"], command.Names);
    }

    [Fact]
    public void A_quantity_is_the_only_column()
    {
        command.Write("houses.csv", Tables.Houses());
        command.Succeed("train", "houses.csv", "--epochs", "2");
        command.Write("two.csv", "rooms,size,colour\n3,100,red\n4,,blue\n");
        var lines = command.Succeed("predict", "model.onnx", "two.csv").Lines;
        Assert.Equal("prediction", lines[0]);
        Assert.Equal(3, lines.Length);
        Assert.All(lines[1..], line => Assert.True(float.IsFinite(float.Parse(line, CultureInfo.InvariantCulture))));
    }

    [Fact]
    public void Names_are_quoted_and_columns_without_names_go_by_position()
    {
        command.Write("points.csv", Tables.Points());
        command.Succeed("train", "points.csv", "--no-header", "--target", "1", "--epochs", "60", "--loss", "hinge");
        command.Write("new.csv", "1,2\n99,98\n");
        var lines = command.Succeed("predict", "model.onnx", "new.csv").Lines;
        Assert.Equal("prediction,\"big, \"\"far\"\"\",near", lines[0]);
        Assert.StartsWith("near,", lines[1]);
        Assert.StartsWith("\"big, \"\"far\"\"\",", lines[2]);
    }

    [Fact]
    public void A_bad_row_leaves_the_old_file()
    {
        command.Succeed("train", "iris", "--epochs", "1");
        command.Write("p.csv", "old");
        command.Write("bad.csv", string.Concat(Enumerable.Repeat("1,2,3,4\n", 5000)) + "1,2,x,4\n");
        command.Fail(1, ["bad.csv, line 5001, column 3", "«x»"], "predict", "model.onnx", "bad.csv", "--output", "p.csv");
        Assert.Equal("old", File.ReadAllText(command.File("p.csv")));
        Assert.Equal(["bad.csv", "model.onnx", "p.csv"], command.Names);
    }

    [Fact]
    public void One_bad_row_does_not_lose_the_others()
    {
        command.Write("houses.csv", Tables.Houses());
        command.Succeed("train", "houses.csv", "--epochs", "2");
        command.Write("new.csv", "CustomerId,rooms,size,colour\nc1,3,100,red\nc2,many,90,blue\nc3,4,80,mauve\n\"c 4,5\",4,80,blue\n");

        command.Fail(1, ["new.csv, line 3, column 2"], "predict", "model.onnx", "new.csv");
        var skipped = command.Run("predict", "model.onnx", "new.csv", "--on-error", "skip", "--keep", "CustomerId");
        Assert.Equal((0, "hybrid: Skipped 2 rows that do not fit the model; 2 predicted.\n"), (skipped.Code, skipped.Errors));
        Assert.Equal("CustomerId,prediction", skipped.Lines[0]);
        Assert.Equal(["c1,", "\"c 4,5\","], skipped.Lines[1..].Select(line => line[..(line.LastIndexOf(',') + 1)]));

        var mended = command.Run("predict", "model.onnx", "new.csv", "--on-error", "missing", "-o", "p.csv");
        Assert.Equal(
            (0, "hybrid: Predicted 2 rows with a missing value in place of one that does not fit.\n"), (mended.Code, mended.Errors));
        Assert.Equal(5, File.ReadAllLines(command.File("p.csv")).Length);
        command.Fail(2, ["--keep applies only to tables in files", "«iris» is a built-in"], "predict", "model.onnx", "iris", "--keep", "species");
        command.Fail(1, ["none.csv: there is no such file"], "predict", "model.onnx", "none.csv", "--keep", "species");
        command.Fail(1, ["«Name» to keep", "CustomerId, rooms, size, colour"], "predict", "model.onnx", "new.csv", "--keep", "Name");
    }

    [Fact]
    public void A_result_that_is_not_finite_is_skipped_alone()
    {
        command.Write("wide.csv", "x,y\n" + string.Concat(Enumerable.Range(1, 20).Select(i => $"0.0{i:00},{i}.5\n")));
        command.Succeed("train", "wide.csv", "--task", "regression", "--epochs", "2", "--activation", "identity");
        command.Write("new.csv", "x\n0.01\n3e38\n0.02\n");
        command.Fail(1, ["example 2"], "predict", "model.onnx", "new.csv");
        var answer = command.Run("predict", "model.onnx", "new.csv", "--on-error", "skip");
        Assert.Equal((0, "hybrid: Skipped 1 row whose result is NaN or infinite; 2 predicted.\n"), (answer.Code, answer.Errors));
    }

    [Fact]
    public void A_file_of_which_nothing_can_be_predicted_is_an_error()
    {
        command.Write("houses.csv", Tables.Houses());
        command.Succeed("train", "houses.csv", "--epochs", "2");
        command.Write("new.csv", "rooms,size,colour\nmany,100,red\nfew,90,blue\n");
        command.Fail(
            1, ["new.csv: nothing was predicted, of 2 rows that do not fit the model"], "predict", "model.onnx", "new.csv", "--on-error", "skip",
            "-o", "p.csv");
        Assert.DoesNotContain("p.csv", command.Names);
    }

    [Fact]
    public void A_first_row_that_is_taken_for_data_is_said_in_predict_and_evaluate()
    {
        command.Write("houses.csv", Tables.Houses());
        command.Succeed("train", "houses.csv", "--epochs", "2");
        command.Write("new.csv", "100,red,3,300000\n80,blue,4,200000\n");
        const string says = "he first row holds data, not names, so that columns are taken by their positions";

        var predicted = command.Run("predict", "model.onnx", "new.csv");
        Assert.Equal((0, 3), (predicted.Code, predicted.Lines.Length));
        Assert.Contains(says, predicted.Errors);
        Assert.Contains(says, command.Succeed("evaluate", "model.onnx", "new.csv").Output);
        Assert.DoesNotContain(says, command.Run("predict", "model.onnx", "new.csv", "--no-header").Errors);
        Assert.DoesNotContain("first row", command.Run("predict", "model.onnx", "houses.csv").Errors);
    }

    [Fact]
    public void Intervals_are_columns_of_their_own()
    {
        command.Write("houses.csv", Tables.Houses());
        var report = command.Succeed("train", "houses.csv", "--epochs", "20", "--interval", "0.9", "--json").Json.GetProperty("interval");
        Assert.Equal((0.9, 40), (report.GetProperty("level").GetDouble(), report.GetProperty("examples").GetInt32()));
        Assert.InRange(report.GetProperty("coverage").GetDouble(), 0.7, 1);
        var half = report.GetProperty("threshold").GetDouble();

        command.Write("two.csv", "rooms,size,colour\n3,100,red\n4,,blue\n");
        var lines = command.Succeed("predict", "model.onnx", "two.csv", "--interval", "0.9").Lines;
        Assert.Equal("prediction,lower,upper", lines[0]);
        foreach (var line in lines[1..])
        {
            double[] numbers = [.. line.Split(',').Select(field => double.Parse(field, CultureInfo.InvariantCulture))];
            Assert.Equal(numbers[0] - half, numbers[1], 1);
            Assert.Equal(numbers[0] + half, numbers[2], 1);
        }

        var json = command.Succeed("predict", "model.onnx", "two.csv", "--json").Json;
        Assert.Equal(2, json.GetProperty("predicted").GetInt32());
        Assert.Equal(
            lines[1], string.Join(',', json.GetProperty("predictions")[0].EnumerateObject().Select(part => part.Value.GetSingle().ToString("R", CultureInfo.InvariantCulture))));
        Assert.Contains("Interval: level 0.9", command.Succeed("evaluate", "model.onnx", "houses.csv", "--part", "calibration").Output);
    }

    [Fact]
    public void Sets_of_classes_are_a_column()
    {
        command.Succeed("train", "iris", "--epochs", "20", "--interval", "0.9");
        var lines = command.Succeed("predict", "model.onnx", "iris").Lines;
        Assert.Equal("prediction,set,setosa,versicolor,virginica", lines[0]);
        Assert.Contains(lines[1..], line => line.Split(',')[1].Length > 0);
        var first = command.Succeed("predict", "model.onnx", "iris", "--json").Json.GetProperty("predictions")[0];
        Assert.Equal(lines[1].Split(',')[1], string.Join('|', first.GetProperty("set").EnumerateArray().Select(name => name.GetString())));
    }

    [Fact]
    public void An_interval_that_the_file_does_not_have_is_an_error()
    {
        command.Succeed("train", "iris", "--epochs", "1");
        command.Fail(1, ["model.onnx: it was trained without intervals", "--interval 0.9"], "predict", "model.onnx", "iris", "--interval", "0.9");
        command.Succeed("train", "iris", "--epochs", "1", "--interval", "0.8");
        command.Fail(1, ["the level 0.8, not 0.9"], "predict", "model.onnx", "iris", "--interval", "0.9");
        command.Fail(2, ["--interval of 0.99 needs at least 99 calibration examples"], "train", "iris", "--interval", "0.99");
        command.Fail(2, ["--calibration", "--interval"], "train", "iris", "--calibration", "0.1");
    }
}
