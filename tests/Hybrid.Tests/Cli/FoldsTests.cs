using System.Globalization;
using Xunit;

namespace Hybrid.Tests.Cli;

public sealed class FoldsTests : IDisposable
{
    readonly HybridCommand command = new();

    public void Dispose() => command.Dispose();

    /// <summary>Visits of patients, four each, a day apart.</summary>
    static string Visits()
    {
        var random = new System.Random(3);
        var lines = new List<string> { "patient,day,x,y,ill" };
        for (var i = 0; i < 80; i++)
        {
            var x = random.NextDouble();
            lines.Add(string.Create(
                CultureInfo.InvariantCulture, $"P{i % 20},2020-{1 + i % 12:00}-{1 + i / 12:00},{x},{random.NextDouble()},{(x > 0.5 ? "yes" : "no")}"));
        }

        return string.Join('\n', lines) + "\n";
    }

    [Fact]
    public void Folds_have_intervals_and_predict_every_row()
    {
        command.Write("visits.csv", Visits());
        string[] train = ["train", "visits.csv", "--group", "patient", "--ignore", "day", "--epochs", "3"];
        var run = command.Succeed([.. train, "--folds", "4", "--repeats", "2", "--out-of-fold", "oof.csv"]);
        Assert.Contains("95 % from", run.Output);
        Assert.Contains("Nadeau", run.Output);
        Assert.Contains("0 for testing", run.Output);

        var rows = File.ReadAllLines(command.File("oof.csv"));
        Assert.Equal("row,repeat,fold,ill,predicted,no,yes", rows[0]);
        Assert.Equal(161, rows.Length);
        var cells = rows[1..].Select(row => row.Split(',')).ToArray();
        Assert.Equal(Enumerable.Range(1, 80).Select(i => i.ToString(CultureInfo.InvariantCulture)), cells[..80].Select(row => row[0]));
        // the rows of a patient are in one fold
        Assert.All(cells[..80].GroupBy(row => (int.Parse(row[0], CultureInfo.InvariantCulture) - 1) % 20), group => Assert.Single(group.Select(row => row[2]).Distinct()));

        var json = command.Succeed([.. train, "--folds", "3", "--metric", "roc-auc", "--json"]).Json.GetProperty("folds");
        var metric = Assert.Single(json.GetProperty("metrics").EnumerateArray());
        Assert.Equal("roc-auc", metric.GetProperty("name").GetString());
        Assert.Equal(3, metric.GetProperty("values").GetArrayLength());
        Assert.InRange(metric.GetProperty("mean").GetDouble(), metric.GetProperty("lower").GetDouble(), metric.GetProperty("upper").GetDouble());

        command.Fail(2, ["--folds must be at most the number of groups, 20, not 21"], [.. train, "--folds", "21"]);
        command.Fail(2, ["--repeats needs --folds"], [.. train, "--repeats", "2"]);
        command.Fail(2, ["--test cannot be combined with folds"], [.. train, "--folds", "2", "--test", "0.2"]);
        command.Fail(2, ["cannot be combined"], [.. train, "--folds", "2", "--seeds", "2"]);
        command.Fail(2, ["would overwrite"], [.. train, "--folds", "2", "--out-of-fold", "visits.csv"]);
    }

    [Fact]
    public void Groups_and_times_split_again_as_in_training()
    {
        command.Write("visits.csv", Visits());
        foreach (var option in (string[][])[["--group", "patient"], ["--split", "time:day"]])
        {
            var trained = command.Succeed(["train", "visits.csv", "--epochs", "3", "--validation", "0.2", "--json", "--ignore", option[0] == "--group" ? "day" : "patient", .. option]).Json;
            foreach (var part in (string[])["train", "validation", "test"])
            {
                var again = command.Succeed("evaluate", "model.onnx", "visits.csv", "--part", part, "--json").Json;
                Assert.Equal(trained.GetProperty(part).GetProperty("examples").GetInt32(), again.GetProperty("examples").GetInt32());
                Assert.Equal(trained.GetProperty(part).GetProperty("loss").GetDouble(), again.GetProperty("loss").GetDouble(), 1e-6);
            }

            // measured on a table without the column, but not in parts
            command.Write("bare.csv", string.Join('\n', Visits().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => string.Join(',', line.Split(',')[2..]))) + "\n");
            command.Succeed("evaluate", "model.onnx", "bare.csv");
            command.Fail(1, ["cannot be reproduced"], "evaluate", "model.onnx", "bare.csv", "--part", "test");
        }

        command.Fail(2, ["--split must be time:column"], "train", "visits.csv", "--split", "day");
        command.Fail(1, ["«absent» to split by", "--group"], "train", "visits.csv", "--group", "absent");
        command.Fail(1, ["both the target"], "train", "visits.csv", "--group", "ill");
        command.Fail(2, ["--group"], "train", "visits.csv", "--group", "patient", "--split", "time:day");
        command.Fail(1, ["numbers or dates"], "train", "visits.csv", "--split", "time:patient");
        command.Fail(2, ["--group applies only to CSV"], "train", "iris", "--group", "x");
    }

    [Fact]
    public void Groups_of_arrays_and_rows_are_respected()
    {
        var rows = Enumerable.Range(0, 40).Select(i => new { Patient = $"P{i % 8}", X = i * 0.1, Y = i * 1.5 }).ToArray();
        var data = TableData.FromRows(rows, new TableOptions { Group = "patient", Target = "Y" });
        Assert.Equal(["X"], data.Columns.Select(column => column.Name));
        var (first, second) = data.Split(0.25);
        Assert.Equal(10, second.Count);
        Assert.Equal(2, Enumerable.Range(0, second.Count).Select(i => Math.Round(second.Values(i)[0] * 10) % 8).Distinct().Count());

        var times = TableData.FromArrays([.. rows.Select(row => (double[])[row.X])], [.. rows.Select(row => row.Y)]).WithTimes([.. rows.Select(row => -row.X)]);
        var (late, early) = times.Split(0.25);
        Assert.Equal(10, early.Count);
        Assert.True(Enumerable.Range(0, early.Count).Max(i => early.Values(i)[0]) <= Enumerable.Range(0, late.Count).Min(i => late.Values(i)[0]));
        Assert.Throws<TableException>(() => times.WithGroups(["a"]));

        var report = Trainer.CrossValidate(data, new() { Epochs = 2 }, folds: 4, metrics: ["mae"]);
        Assert.Equal(4, Assert.Single(report.Metrics).Values.Count);
        Assert.Equal(Enumerable.Range(0, 40), report.Predictions.Select(one => one.Row));
        Assert.All(report.Predictions.GroupBy(one => one.Row % 8), group => Assert.Single(group.Select(one => one.Fold).Distinct()));
        Assert.Equal(rows[7].Y, report.Predictions[7].Actual, 1e-5);
    }
}
