using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests;

/// <summary>Columns of many categories, from training to ONNX Runtime.</summary>
public sealed class EmbeddingTests
{
    static readonly TrainingOptions quick = new() { Hidden = [8], Epochs = 20, Threads = 1 };

    /// <summary>Shops of a town, each with a level of its own.</summary>
    static TableData Shops(TemporaryFolder folder, int shops, int examples)
    {
        var random = new System.Random(5);
        var levels = Enumerable.Range(0, shops).Select(_ => random.NextDouble()).ToArray();
        var rows = Enumerable.Range(0, examples).Select(row => (Shop: row % shops, Size: random.NextDouble()));
        File.WriteAllText(folder.File("shops.csv"), "shop,size,sales\n" + string.Concat(rows.Select(row =>
            FormattableString.Invariant($"s{row.Shop},{row.Size:F4},{levels[row.Shop] + row.Size:F4}\n"))));
        return TableData.FromCsv(folder.File("shops.csv"), new() { Categorical = ["shop"] });
    }

    [Fact]
    public void Many_categories_are_embedded_and_ONNX_Runtime_agrees()
    {
        using var folder = new TemporaryFolder();
        var data = Shops(folder, 50, 1000);
        var report = Trainer.Train(data, quick);
        report.Model.Save(folder.File("model.onnx"));
        var model = Model.Load(folder.File("model.onnx"));

        Assert.Equal("embedding", model.Describe().Layers[1].Kind);
        Assert.Equal(51 * 3, model.Describe().Layers[1].Parameters);
        Assert.Equal(report.Model.ToBytes(), model.ToBytes());
        Assert.True(report.Test!.RSquared > 0.9);

        float[] raw = [0, 0.5f, 49, 0.1f, float.NaN, 0.5f];
        using var runtime = OnnxRuntime.Open(folder.File("model.onnx"));
        var expected = runtime.Run(raw, [3, 2], "output");
        Assert.All(model.Predict(raw).Zip(expected), row => Assert.Equal(row.Second, row.First, 1e-5));
        Assert.Equal(
            model.PredictAll(new[] { new { shop = (string?)null, size = 0.5 } }),
            model.PredictAll(new[] { new { shop = "new", size = 0.5 } }, UnknownCategory.Missing));
        FormatChecker.AcceptsAll(folder);

        // tables are trained further
        var further = Trainer.Train(data, new() { From = model, Epochs = 1, Threads = 1 }).Model;
        Assert.Equal("embedding", further.Describe().Layers[1].Kind);
        Assert.NotEqual(model.Predict(raw), further.Predict(raw));
    }

    [Fact]
    public void Twenty_thousand_categories_take_no_feature_each()
    {
        using var folder = new TemporaryFolder();
        var data = Shops(folder, 20_000, 60_000);
        var model = Trainer.Train(data, quick with { Epochs = 1 }).Model;
        Assert.InRange(model.Describe().Parameters, 1, 250_000);
        Assert.InRange(model.Describe().Layers[1].Shape[0], 2, 13);
    }

    [Fact]
    public void The_caller_decides_what_is_embedded()
    {
        using var folder = new TemporaryFolder();
        var data = Shops(folder, 50, 1000);
        int Width(params string[] embed) =>
            Trainer.Train(data, quick with { Epochs = 1, Embed = embed }).Model.Describe().Layers
                .First(layer => layer.Neurons > 0 || layer.Kind == "embedding") is { Kind: "embedding" } layer ? layer.Shape[0] : 0;

        Assert.Equal(1 + 7, Width("shop=7"));
        Assert.Equal(1 + 3, Width());
        Assert.Equal(0, Width("shop=0"));
        Assert.Contains("size", Assert.Throws<OptionException>(() => Width("size")).Message);
    }
}
