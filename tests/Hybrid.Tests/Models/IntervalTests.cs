using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests;

/// <summary>Intervals and sets of classes, from training to ONNX Runtime.</summary>
public sealed class IntervalTests
{
    static readonly TrainingOptions quick = new() { Hidden = [8], Epochs = 40, Interval = 0.8, Threads = 1 };

    /// <summary>A quantity of two columns, with noise; far from 0 where an offset is wanted.</summary>
    static TableData Table(TemporaryFolder folder, double level = 0)
    {
        var random = new System.Random(3);
        var rows = Enumerable.Range(0, 200).Select(_ => (A: random.NextDouble(), B: random.NextDouble(), Noise: random.NextDouble()));
        File.WriteAllText(folder.File("table.csv"), "a,b,y\n" + string.Concat(rows.Select(row =>
            FormattableString.Invariant($"{row.A:F4},{row.B:F4},{level + 3 * row.A - row.B + row.Noise:F3}\n"))));
        return TableData.FromCsv(folder.File("table.csv"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e9)]
    public void Intervals_of_a_file_are_those_of_ONNX_Runtime(double level)
    {
        using var folder = new TemporaryFolder();
        var data = Table(folder, level);
        var report = Trainer.Train(data, quick);
        report.Model.Save(folder.File("model.onnx"));
        var model = Model.Load(folder.File("model.onnx"));

        Assert.Equal(0.8, model.Interval!.Level);
        Assert.Equal(40, model.Interval.Examples);
        Assert.Equal(report.Model.Interval, model.Interval);
        Assert.Equal(report.Model.ToBytes(), model.ToBytes());
        Assert.Equal(level > 0, model.TargetOffset != 0);

        var predicted = model.PredictIntervals(data);
        float[] raw = [.. Enumerable.Range(0, data.Count).SelectMany(row => data.Values(row)).Select(value => (float)value)];
        using var runtime = OnnxRuntime.Open(folder.File("model.onnx"));
        double[] Run(string output) => runtime.Run(raw, [data.Count, 2], output);

        Assert.All(predicted.Zip(Run("output"), Run("lower")), row => Assert.Equal(row.First.Lower, row.Third, 1e-5));
        Assert.All(predicted.Zip(Run("upper")), row => Assert.Equal(row.First.Upper, row.Second, 1e-5));
        FormatChecker.AcceptsAll(folder);
    }

    /// <summary>Two quantities, of which the second is missing in every tenth row.</summary>
    static TableData Two(TemporaryFolder folder, double level)
    {
        var random = new System.Random(5);
        var rows = Enumerable.Range(0, 200).Select(i => (A: random.NextDouble(), B: random.NextDouble(), Noise: random.NextDouble(), Row: i));
        File.WriteAllText(folder.File("two.csv"), "a,b,y,z\n" + string.Concat(rows.Select(row => FormattableString.Invariant(
            $"{row.A:F4},{row.B:F4},{level + 3 * row.A - row.B + row.Noise:F3},{(row.Row % 10 == 4 ? "" : $"{100 * row.B + 20 * row.Noise:F2}")}\n"))));
        return TableData.FromCsv(folder.File("two.csv"), new TableOptions { Target = "y,z" });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e9)]
    public void Intervals_of_several_targets_are_one_for_each_also_in_ONNX_Runtime(double level)
    {
        using var folder = new TemporaryFolder();
        var data = Two(folder, level);
        var report = Trainer.Train(data, quick);
        report.Model.Save(folder.File("model.onnx"));
        var model = Model.Load(folder.File("model.onnx"));

        Assert.Equal(report.Model.Intervals, model.Intervals);
        Assert.Equal(report.Model.ToBytes(), model.ToBytes());
        Assert.Equal(model.Intervals[0], model.Interval);
        Assert.All(model.Intervals, one => Assert.Equal(0.8, one.Level));
        var calibration = report.CalibrationData!;
        Assert.Equal(
            [40, Enumerable.Range(0, 40).Count(row => !double.IsNaN(calibration.TargetsOf(row)[1]))], model.Intervals.Select(one => one.Examples));
        Assert.True(model.Intervals[1].Threshold > 2 * model.Intervals[0].Threshold);

        var predicted = model.PredictIntervals(data);
        float[] raw = [.. Enumerable.Range(0, data.Count).SelectMany(row => data.Values(row)).Select(value => (float)value)];
        using var runtime = OnnxRuntime.Open(folder.File("model.onnx"));
        double[] Run(string output) => runtime.Run(raw, [data.Count, 2], output);
        Assert.Equal(2 * data.Count, predicted.Length);
        Assert.All(predicted.Zip(Run("lower"), Run("upper")), row =>
        {
            Assert.Equal(row.First.Lower, row.Second, 1e-4);
            Assert.Equal(row.First.Upper, row.Third, 1e-4);
        });
        FormatChecker.AcceptsAll(folder);

        // as many calibration rows as the level promises, of each target by itself
        var coverage = model.EvaluateIntervals(calibration);
        Assert.All(coverage.Targets, one => Assert.InRange(one.Share, 0.8, 0.85));
        Assert.Equal(model.Intervals.Select(one => one.Examples), coverage.Targets.Select(one => one.Examples));
        Assert.InRange(coverage.Share, 0.6, coverage.Targets.Min(one => one.Share) + 0.03);
        Assert.Equal(2, report.Coverage!.Targets.Count);
    }

    [Fact]
    public void Intervals_of_labels_and_of_targets_that_too_few_calibration_rows_have_are_refused()
    {
        var rows = Enumerable.Range(0, 60).ToArray();
        var labels = TableData.From(rows, [("p", i => i > 20), ("q", i => i % 2 == 0)], ("x", i => i));
        Assert.Contains("not for labels", Assert.Throws<OptionException>(() => Trainer.Train(labels, quick)).Message);

        var rare = TableData.From(rows, [("p", i => 2.5 * i), ("q", i => i % 20 == 0 ? 1.5 * i : null)], ("x", i => i));
        var message = Assert.Throws<OptionException>(() => Trainer.Train(rare, quick)).Message;
        Assert.Contains("needs at least 4 calibration examples that have «q»", message);
    }

    [Fact]
    public void Sets_of_a_file_are_those_of_ONNX_Runtime()
    {
        using var folder = new TemporaryFolder();
        var data = TableData.Load("iris");
        Trainer.Train(data, quick with { Interval = 0.95 }).Model.Save(folder.File("model.onnx"));
        var model = Model.Load(folder.File("model.onnx"));
        var sets = model.PredictSets(data);

        float[] raw = [.. Enumerable.Range(0, data.Count).SelectMany(row => data.Values(row)).Select(value => (float)value)];
        using var runtime = OnnxRuntime.Open(folder.File("model.onnx"));
        var masks = runtime.Run(raw, [data.Count, 4], "set").Chunk(3).ToArray();

        Assert.Equal(
            sets.Select(set => string.Join(' ', set)),
            masks.Select(mask => string.Join(' ', model.Classes!.Where((_, index) => mask[index] == 1))));
        Assert.Contains(sets, set => set.Count > 1);
        FormatChecker.AcceptsAll(folder);
    }

    [Fact]
    public void A_report_says_how_often_intervals_hold_the_test_part()
    {
        using var folder = new TemporaryFolder();
        var report = Trainer.Train(Table(folder), quick);
        Assert.Equal(report.Coverage, report.Model.EvaluateIntervals(report.TestData!));
        Assert.InRange(report.Coverage!.Share, 0.6, 1);
        Assert.Equal(2 * report.Model.Interval!.Threshold, report.Coverage.Size, 1e-5);
        Assert.Equal(40, report.CalibrationData!.Count);

        // the part is reproduced from the file
        report.Model.Save(folder.File("model.onnx"));
        var selected = ModelData.Load(folder.File("model.onnx"), folder.File("table.csv")).Select(DataPart.Calibration).Examples;
        Assert.Equal(report.CalibrationData.Count, selected.Count);
        Assert.Equal(report.CalibrationData.Target(5), selected.Target(5));
        Assert.True(report.Model.EvaluateIntervals(selected).Share >= 0.8);
    }

    [Fact]
    public void Intervals_without_calibration_are_refused()
    {
        var classes = Trainer.Train(TableData.Load("iris"), quick with { Interval = null, Epochs = 1 }).Model;
        Assert.Null(classes.Interval);
        Assert.Contains("no calibration", Assert.Throws<HybridException>(() => classes.PredictSets([1, 2, 3, 4])).Message);
        Assert.Contains("not intervals", Assert.Throws<HybridException>(() => classes.PredictIntervals([1, 2, 3, 4])).Message);
    }

    [Fact]
    public void Too_few_calibration_rows_are_refused_with_the_minimum()
    {
        var error = Assert.Throws<OptionException>(() => Trainer.Train(TableData.Load("iris"), quick with { Interval = 0.99 }));
        Assert.Equal(nameof(TrainingOptions.Interval), error.Option);
        Assert.Contains("0.99 needs at least 99 calibration examples, and the share for them gives 30", error.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void Levels_outside_0_and_1_are_refused(double level) =>
        Assert.Contains("level", Assert.Throws<OptionException>(() => new TrainingOptions { Interval = level }.Check()).Message);

    [Fact]
    public void A_share_for_calibration_without_intervals_is_refused() =>
        Assert.Contains(
            "unless Interval", Assert.Throws<OptionException>(() => new TrainingOptions { CalibrationFraction = 0.2 }.Check()).Message);

    [Fact]
    public void A_model_with_another_network_has_no_intervals()
    {
        using var folder = new TemporaryFolder();
        var model = Trainer.Train(Table(folder), quick).Model;
        Assert.Null(model.WithNetwork(model.Network).Interval);
    }
}
