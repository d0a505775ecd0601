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
    public void An_interval_ends_where_the_metric_does()
    {
        var folds = command.Succeed("train", "iris", "--folds", "5", "--epochs", "40", "--metric", "accuracy,roc-auc,log-loss", "--json");
        foreach (var metric in folds.Json.GetProperty("folds").GetProperty("metrics").EnumerateArray())
        {
            Assert.InRange(metric.GetProperty("lower").GetDouble(), 0, double.MaxValue);
            if (metric.GetProperty("name").GetString() != "log-loss")
                Assert.InRange(metric.GetProperty("upper").GetDouble(), 0, 1);
        }
    }

    [Fact]
    public void Folds_have_intervals_and_predict_every_row()
    {
        command.Write("visits.csv", Visits());
        string[] train = ["train", "visits.csv", "--group", "patient", "--ignore", "day", "--epochs", "3"];
        var run = command.Succeed([.. train, "--folds", "4", "--repeats", "2", "--out-of-fold", "oof.csv"]);
        Assert.Contains("95 % from", run.Output);
        Assert.Contains("accuracy", run.Output);
        Assert.Contains("roc-auc", run.Output);
        Assert.Contains("Nadeau", run.Output);
        Assert.Contains("0 for testing", run.Output);

        var rows = File.ReadAllLines(command.File("oof.csv"));
        Assert.Equal("row,repeat,fold,ill,prediction,no,yes", rows[0]);
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
        Assert.DoesNotContain("Folds:", command.Fail(2, ["--folds must be at most"], "train", "iris", "--folds", "1000").Output);
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
        command.Fail(1, ["both the target"], "train", "visits.csv", "--group", "ill", "--target", "ill");
        command.Fail(2, ["--group"], "train", "visits.csv", "--group", "patient", "--split", "time:day");
        command.Fail(1, ["numbers or dates"], "train", "visits.csv", "--split", "time:patient");
        command.Fail(2, ["--group applies only to tables in files"], "train", "iris", "--group", "x");
    }

    [Fact]
    public void Folds_of_times_learn_from_earlier_rows()
    {
        command.Write("visits.csv", Visits());
        string[] train = ["train", "visits.csv", "--split", "time:day", "--ignore", "patient", "--epochs", "3"];
        var run = command.Succeed([.. train, "--folds", "4", "--out-of-fold", "oof.csv"]);
        Assert.Contains("each learns from the rows before", run.Output);
        Assert.Contains("The earliest 16 rows are held out by no fold", run.Output);

        string[] Fields(string line) => line.Split(',');
        var days = Visits().Split('\n')[1..].Where(line => line != "").Select(line => Fields(line)[1]).ToArray();
        var rows = File.ReadAllLines(command.File("oof.csv"))[1..].Select(Fields).ToArray();
        Assert.Equal(64, rows.Length);
        string Day(string[] row) => days[int.Parse(row[0], CultureInfo.InvariantCulture) - 1];
        for (var fold = 1; fold < 4; fold++)
        {
            var ofFold = rows.Where(row => row[2] == fold.ToString(CultureInfo.InvariantCulture)).Select(Day).Max(StringComparer.Ordinal);
            var next = rows.Where(row => row[2] == (fold + 1).ToString(CultureInfo.InvariantCulture)).Select(Day).Min(StringComparer.Ordinal);
            Assert.True(string.CompareOrdinal(ofFold, next) < 0);
        }

        command.Fail(2, ["--folds must be at most 79, one less than the number of different times, not 80"], [.. train, "--folds", "80"]);
        command.Fail(2, ["--repeats must be 1 with times"], [.. train, "--folds", "2", "--repeats", "2"]);
    }

    [Fact]
    public void Folds_from_a_model_start_from_one_of_other_data()
    {
        var lines = Visits().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        command.Write("old.csv", string.Join('\n', lines[..41]) + "\n");
        command.Write("new.csv", string.Join('\n', [lines[0], .. lines[41..]]) + "\n");
        string[] ignore = ["--ignore", "patient", "--ignore", "day"];
        command.Succeed(["train", "old.csv", "--epochs", "200", "--learning-rate", "0.02", "--output", "old.onnx", .. ignore]);

        string[] further = ["--from", "old.onnx", "--folds", "4", "--metric", "accuracy", "--learning-rate", "0.000001", "--epochs", "1"];
        var run = command.Succeed(["train", "new.csv", "--out-of-fold", "oof.csv", "--json", .. further]);
        // each fold begins where the model ended
        Assert.InRange(run.Json.GetProperty("folds").GetProperty("metrics")[0].GetProperty("mean").GetDouble(), 0.8, 1);
        Assert.Equal(41, File.ReadAllLines(command.File("oof.csv")).Length);
        Assert.Contains("has not learned from these rows", command.Succeed(["train", "new.csv", .. further]).Output);
        command.Fail(2, ["--from must be a model of other data", "has learned from these examples"], ["train", "old.csv", .. further]);
        command.Succeed(["train", "new.csv", "--split", "time:day", .. further]);
        command.Fail(2, ["has learned from these examples"], ["train", "old.csv", "--split", "time:day", .. further]);
    }

    [Fact]
    public void Folds_of_several_targets_measure_their_means_and_predict_each()
    {
        var random = new System.Random(3);
        command.Write("two.csv", "x,price,rent,garden,lift\n" + string.Concat(Enumerable.Range(0, 60).Select(i =>
        {
            var x = random.NextDouble();
            return string.Create(
                CultureInfo.InvariantCulture, $"{x},{1e9 + 100 * x},{(i % 10 == 3 ? "" : $"{7 * x:F3}")},{(x > 0.6 ? "yes" : "no")},{(x < 0.3 ? "up" : "down")}\n");
        })));
        string[] folds = ["--folds", "3", "--out-of-fold", "oof.csv", "--epochs", "100", "--learning-rate", "0.02"];
        string[] Lines(string[] options)
        {
            command.Succeed(["train", "two.csv", .. folds, .. options]);
            return File.ReadAllLines(command.File("oof.csv"));
        }

        var quantities = Lines(["--target", "price,rent", "--ignore", "garden", "--ignore", "lift"]);
        Assert.Equal("row,repeat,fold,price,rent,predicted price,predicted rent", quantities[0]);
        Assert.Equal(61, quantities.Length);
        var missing = quantities[4].Split(',');
        Assert.Equal("", missing[4]);
        Assert.InRange(double.Parse(missing[5], CultureInfo.InvariantCulture), 1e9, 1e9 + 100);
        Assert.Equal(1e9 + 50, quantities[1..].Average(line => double.Parse(line.Split(',')[3], CultureInfo.InvariantCulture)), 20.0);

        var intervals = Lines(["--target", "price,rent", "--ignore", "garden", "--ignore", "lift", "--interval", "0.5"]);
        Assert.Equal(
            "row,repeat,fold,price,rent,predicted price,predicted price lower,predicted price upper,predicted rent,predicted rent lower,predicted rent upper",
            intervals[0]);

        var labels = Lines(["--target", "garden,lift", "--ignore", "price", "--ignore", "rent", "--label-thresholds"]);
        Assert.Equal("row,repeat,fold,garden,lift,predicted garden,predicted lift,predicted garden=yes,predicted lift=up", labels[0]);
        Assert.True(labels[1..].Count(line => line.Split(',')[3] == line.Split(',')[5]) > 45);

        var quantiles = Lines(["--target", "price", "--ignore", "rent", "--ignore", "garden", "--ignore", "lift", "--loss", "quantile:0.1,0.9"]);
        Assert.Equal("row,repeat,fold,price,q0.1,q0.9", quantiles[0]);

        var both = Lines(["--target", "price,rent", "--ignore", "garden", "--ignore", "lift", "--loss", "quantile:0.1,0.9"]);
        Assert.Equal(
            "row,repeat,fold,price,rent,predicted price q0.1,predicted price q0.9,predicted rent q0.1,predicted rent q0.9", both[0]);

        var metrics = command.Succeed(["train", "two.csv", "--target", "price,rent", "--ignore", "garden", "--ignore", "lift", "--json", .. folds])
            .Json.GetProperty("folds").GetProperty("metrics");
        Assert.Equal("rmse", metrics[0].GetProperty("name").GetString());
        Assert.InRange(metrics[2].GetProperty("mean").GetDouble(), 0.5, 1);
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
