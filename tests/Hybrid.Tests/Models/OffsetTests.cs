using System.Globalization;
using Hybrid.Onnx;
using Hybrid.Tests.Onnx;
using Hybrid.Tests.Support;
using Microsoft.FSharp.Collections;
using Xunit;

namespace Hybrid.Tests;

/// <summary>Numbers that are large beside their differences: Unix time, coordinates, large targets.</summary>
public sealed class OffsetTests
{
    const double Start = 1_700_000_000;
    const string Doubles = "double";

    static readonly TrainingOptions quick = new() { Hidden = [16], Epochs = 300, LearningRate = 0.02, Threads = 1 };

    static readonly double[] seconds = [.. Enumerable.Range(0, 120).Select(i => (double)(i * 37 % 120 * 30))];

    static double Wave(double second) => Math.Round(Math.Sin(second / 500), 3);

    static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A table of a time and what depends on it.</summary>
    static string Table(double start, double level = 0, double height = 1) =>
        "time,y\n" + string.Concat(seconds.Select(second => $"{Text(start + second)},{Text(level + height * Wave(second))}\n"));

    static (TableData Data, TrainingReport Report) Trained(TemporaryFolder folder, string name, string table)
    {
        File.WriteAllText(folder.File(name), table);
        var data = TableData.FromCsv(folder.File(name));
        return (data, Trainer.Train(data, quick));
    }

    static double RSquared(double[] predicted, double[] actual) =>
        1 - predicted.Zip(actual, (p, t) => (p - t) * (p - t)).Sum() / actual.Sum(t => Math.Pow(t - actual.Average(), 2));

    static void Near(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }

    [Fact]
    public void Times_are_learned_like_times_from_a_start_and_raw_in_the_real_runtime()
    {
        using var folder = new TemporaryFolder();
        var (data, report) = Trained(folder, "raw.csv", Table(Start));
        var (_, shifted) = Trained(folder, "shifted.csv", Table(0));
        Assert.True(report.Test!.RSquared > 0.9);
        Assert.Equal(shifted.Test!.RSquared!.Value, report.Test.RSquared!.Value, 0.005);

        report.Model.Save(folder.File("model.onnx"));
        var model = Model.Load(folder.File("model.onnx"));
        Assert.Equal(report.Model.ToBytes(), model.ToBytes());
        Assert.Equal(report.Model.Columns, model.Columns);
        double[] raw = [.. seconds.Select(second => Start + second)];
        using var runtime = OnnxRuntime.Open(folder.File("model.onnx"));
        var answer = runtime.Run(raw, [raw.Length, 1], "output");
        Near(model.Predict(raw), answer, 1e-5);
        Near(model.Predict(data), answer, 1e-5);
        Assert.Equal(model.Evaluate(data).RSquared!.Value, RSquared(answer, [.. seconds.Select(Wave)]), 1e-5);
        FormatChecker.AcceptsAll(folder);
    }

    [Fact]
    public void A_large_target_is_learned_and_has_its_offset_in_the_file()
    {
        using var folder = new TemporaryFolder();
        var (data, report) = Trained(folder, "large.csv", Table(0, 1e12, 1000));
        Assert.True(report.Test!.RSquared > 0.9);
        Assert.Equal(1e12 + 1000 * Wave(seconds[7]), data.Target(7), 1e-3);

        report.Model.Save(folder.File("model.onnx"));
        var model = Model.Load(folder.File("model.onnx"));
        Assert.Equal(report.Model.TargetOffset, model.TargetOffset);
        using var runtime = OnnxRuntime.Open(folder.File("model.onnx"));
        // the input has no offset: it stays float32
        Near(model.Predict(seconds), runtime.Run(Array.ConvertAll(seconds, x => (float)x), [seconds.Length, 1], "output"), 0.01);
    }

    [Fact]
    public void A_target_that_the_model_does_not_tell_apart_is_not_measured()
    {
        var data = TableData.FromArrays([.. seconds.Select(x => (double[])[x])], [.. seconds.Select(x => 1e12 + 1000 * Wave(x))]);
        var constant = Constant(1e12f);
        Assert.Contains(
            "holds about 7 digits", Assert.Throws<TableException>(() => constant.Evaluate(data)).Message, StringComparison.Ordinal);

        // as float32 the targets are all the same
        float[] single = [.. seconds.Select(x => (float)(1e12 + 1000 * Wave(x)))];
        var same = TableData.FromArrays([.. seconds.Select(x => (float[])[(float)x])], single);
        Assert.Contains(
            "give them in double precision", Assert.Throws<HybridException>(() => Trainer.Train(same, quick)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_beyond_float32_is_an_error_and_not_a_score()
    {
        var data = TableData.FromArrays([.. seconds.Select(x => (double[])[x])], [.. seconds.Select(Wave)]);
        Assert.Throws<NonFiniteResultException>(() => Constant(1e25f).Evaluate(data));
    }

    static Model Constant(float value) => Model.Create(
        NeuralNetwork.FromSizes([1, 1]).WithParameters(parameter => new float[] { parameter.Name.EndsWith("bias", StringComparison.Ordinal) ? value : 0 }),
        ["x1"]);

    [Fact]
    public void Float32_is_refused_where_it_does_not_tell_numbers_apart()
    {
        using var folder = new TemporaryFolder();
        var (data, report) = Trained(folder, "raw.csv", Table(Start));
        var model = report.Model;
        float[] single = [(float)Start];

        void Refuses(string part, Action action)
        {
            var error = Assert.Throws<PrecisionException>(action);
            Assert.Equal(("time", data.Columns[0].Offset), (error.Column, error.Offset));
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
        }

        Refuses(Doubles, () => model.Predict(single));
        Refuses(Doubles, () => model.Predict(single, new float[1]));
        Refuses(nameof(TableData.Values), () => data[0].ToArray());
        Refuses("model.Network", () => Verifier.Verify(model, folder.File("none.vnnlib")));
        Refuses("the whole model", () => NeuralNetwork.Load(model.ToBytes()));
        Assert.Equal([Start + seconds[3]], data.Values(3));
        Assert.Equal(model.Predict(data)[3], model.Predict(data.Values(3))[0]);

        var classes = Trainer.Train(TableData.FromArrays(
            [.. seconds.Select(x => (double[])[Start + x])], [.. seconds.Select(x => x < 1800 ? "early" : "late")], ["time"]), quick).Model;
        Refuses(Doubles, () => classes.Classify(single));
        Refuses(Doubles, () => classes.Classify(single, "late", 0.5));
        Refuses(Doubles, () => classes.Probabilities(single));
        Assert.Equal(("early", "late"), (classes.Classify([Start]), classes.Classify([Start + 3570])));
        Assert.Equal("late", classes.Classify([Start + 3570], "late", 0.5));
        Assert.True(classes.Probabilities([Start + 3570])["late"] > 0.5);
        Assert.Equal(["early", "late"], classes.ClassifyAll(new[] { new { time = Start }, new { time = Start + 3570 } }));
    }

    [Fact]
    public void Numbers_in_memory_are_centred_as_in_files()
    {
        using var folder = new TemporaryFolder();
        var (data, report) = Trained(folder, "raw.csv", Table(Start));
        var rows = new RowSchema<double>(("time", second => Start + second));
        TableData[] others =
        [
            rows.Table(seconds, second => Wave(second), "y"),
            TableData.FromRows(seconds.Select(second => new { time = (long)(Start + second), y = Wave(second) })),
            TableData.FromArrays([.. seconds.Select(second => (double[])[Start + second])], [.. seconds.Select(Wave)], ["time"]),
        ];

        Assert.All(others, other =>
        {
            Assert.Equal(data.Columns, other.Columns);
            Assert.Equal(data.Value.Features, other.Value.Features);
        });
        Assert.Equal(report.Model.Predict(data), report.Model.PredictAll(rows.Rows(seconds)));

        // float32 is taken as it is: steps of 128 s
        var single = TableData.FromArrays([.. seconds.Select(second => (float[])[(float)(Start + second)])], [.. seconds.Select(x => (float)Wave(x))]);
        Assert.Equal(0, single.Columns[0].Offset);
        Assert.Equal(29, seconds.Select(second => (float)(Start + second)).Distinct().Count());
    }

    [Fact]
    public void Rows_in_memory_are_read_as_files_are()
    {
        using var folder = new TemporaryFolder();
        (string Price, string Weight, string Day, string Open, string Age)[] rows =
        [
            .. Enumerable.Range(0, 40).Select(i => (
                $"${1000 + 137 * i:N0}", $"{50 + i % 9} kg", $"{1 + i % 28}.{1 + i % 12}.2010", i % 3 == 0 ? "YES" : "no",
                i % 7 == 0 ? "-999" : $"{i}")),
        ];
        var path = folder.File("shops.csv");
        File.WriteAllText(path, "price;weight;day;open;age;y\n" + string.Concat(rows.Select((row, i) =>
            $"{row.Price};{row.Weight};{row.Day};{row.Open};{row.Age};{i % 5}.5\n")));
        var model = Trainer.Train(TableData.FromCsv(path, new() { Missing = ["-999"] }), quick with { Epochs = 2 }).Model;

        var fromFile = new List<double>();
        model.PredictFile(path, part => fromFile.AddRange(part.Outputs));
        Assert.Equal(fromFile, model.PredictAll(rows.Select(row =>
            new { row.Price, row.Weight, row.Day, Open = row.Open.ToUpperInvariant(), Age = row.Age == "-999" ? (object)-999 : row.Age })));
        Assert.Equal(fromFile[^1], model.Predict(model.Parse(rows[^1].Price, rows[^1].Weight, rows[^1].Day, rows[^1].Open, rows[^1].Age))[0]);
    }

    [Fact]
    public void A_file_from_elsewhere_that_takes_float64_is_read_as_float32_with_a_warning()
    {
        using var folder = new TemporaryFolder();
        var graph = new OnnxGraph(
            "foreign",
            Samples.List(new OnnxPort("x", OnnxType.Double, Samples.List(OnnxDimension.NewFree("N"), OnnxDimension.NewFixed(1)))),
            Samples.List(new OnnxPort("y", OnnxType.Double, Samples.List(OnnxDimension.NewFree("N"), OnnxDimension.NewFixed(1)))),
            Samples.List(new OnnxTensor("w", Samples.List(1, 1), OnnxValues.NewDoubles([0.5]))),
            Samples.List(Samples.Node("MatMul", ["x", "w"], "y")));
        var path = folder.File("foreign.onnx");
        OnnxFile.Write(path, new Exchange.OnnxModel(graph, 17, "elsewhere", ListModule.Empty<Tuple<string, string>>()));
        var model = Model.Load(path);
        Assert.Contains("takes float64", Assert.Single(model.Warnings));
        Assert.Equal([1.5], model.Predict((double[])[3]));
    }

    [Fact]
    public void Dates_are_features_alike_in_files_and_in_memory()
    {
        using var folder = new TemporaryFolder();
        var start = new DateTime(2019, 1, 1);
        double Sales(DateTime day) => (day.DayOfWeek is DayOfWeek.Sunday ? 0 : 10) + (5 * Math.Cos(2 * Math.PI * day.DayOfYear / 365.25));
        DateTime[] days = [.. Enumerable.Range(0, 900).Select(i => start.AddDays(i * 7919 % 900))];
        var path = folder.File("sales.csv");
        File.WriteAllText(path, "day,sales\n" + string.Concat(days.Select(day => FormattableString.Invariant($"{day:yyyy-MM-dd},{Sales(day):F4}\n"))));
        var report = Trainer.Train(TableData.FromCsv(path), new() { Epochs = 60 });
        Assert.InRange(report.Test!.RSquared!.Value, 0.95, 1);

        report.Model.Save(folder.File("sales.onnx"));
        var model = Model.Load(folder.File("sales.onnx"));
        var fromFile = new List<double>();
        model.PredictFile(path, part => fromFile.AddRange(part.Outputs));
        Assert.Equal(fromFile, model.PredictAll(days.Select(day => new { Day = day })));
        Assert.Equal(fromFile[0], model.Predict(model.Parse($"{days[0]:yyyy-MM-dd}"))[0]);

        var inMemory = TableData.FromRows(days.Select(day => new { day, sales = Sales(day) }));
        Trainer.Train(inMemory, new() { Epochs = 2 }).Model.PredictFile(path, part => Assert.All(part.Outputs, y => Assert.True(double.IsFinite(y))));
    }

    [Fact]
    public void A_file_from_elsewhere_may_subtract_and_add_in_double_precision()
    {
        using var folder = new TemporaryFolder();
        var graph = new OnnxGraph(
            "foreign",
            Samples.List(new OnnxPort("x", OnnxType.Double, Samples.List(OnnxDimension.NewFree("N"), OnnxDimension.NewFixed(2)))),
            Samples.List(new OnnxPort("y", OnnxType.Double, Samples.List(OnnxDimension.NewFree("N"), OnnxDimension.NewFixed(1)))),
            Samples.List(
                new OnnxTensor("start", Samples.List(1, 2), OnnxValues.NewDoubles([Start, 48.137154])),
                new OnnxTensor("level", Samples.List<int>(), OnnxValues.NewDoubles([1e12])),
                Samples.Floats("w", [2, 1], 0.5f, 100)),
            Samples.List(
                Samples.Node("Sub", ["x", "start"], "d"), Cast("d", 1, "s"), Samples.Node("MatMul", ["s", "w"], "m"),
                Cast("m", 11, "l"), Samples.Node("Add", ["l", "level"], "y")));
        var path = folder.File("foreign.onnx");
        OnnxFile.Write(path, new Exchange.OnnxModel(graph, 17, "elsewhere", ListModule.Empty<Tuple<string, string>>()));
        ModelConverter.Convert(path, folder.File("converted.onnx"));

        var model = Model.Load(path);
        double[] x = [Start + 3, 48.137254, Start - 100.5, 47];
        double[] expected = [1e12 + 1.5 + 0.01, 1e12 - 50.25 - 113.7154];
        Assert.Equal([Start, 48.137154], model.Columns.Select(column => column.Offset));
        Assert.Equal(["linear"], model.Describe().Layers.Select(layer => layer.Kind));
        Near(expected, model.Predict(x), 2e-3);

        foreach (var file in (string[])[path, folder.File("converted.onnx")])
        {
            using var runtime = OnnxRuntime.Open(file);
            Near(expected, runtime.Run(x, [2, 2], "y"), 2e-3);
        }
    }

    static OnnxNode Cast(string input, int type, string output) =>
        Samples.Node("Cast", [input], output, ("to", OnnxAttribute.NewInteger(type)));
}
