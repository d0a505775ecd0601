using Hybrid.Onnx;
using Hybrid.Onnx.Wire;
using Hybrid.Tests.Support;
using Microsoft.FSharp.Collections;
using Xunit;

namespace Hybrid.Tests.Onnx;

/// <summary>Models of PyTorch, and of the form of scikit-learn's, there and back.</summary>
public sealed class FixtureTests
{
    static readonly int[] BatchSizes = [1, 5, 128];

    [Fact]
    public void Every_model_gives_the_results_of_its_library()
    {
        Assert.InRange(Fixture.All.Count, 25, 100);
        foreach (var fixture in Fixture.All)
            Fixture.Near(fixture.Name, fixture.Outputs, Fixture.Answer(fixture.Network, fixture.Inputs, fixture.Shape(7)));
    }

    [Fact]
    public void Layers_are_named_by_their_kind()
    {
        static string[] Kinds(string name) => [.. new Fixture(name).Network.Layers.Select(layer => layer.Kind)];

        Assert.Equal(["linear", "gelu", "linear"], Kinds("torch-gelu"));
        Assert.Equal(["linear", "batch-normalization", "relu", "linear"], Kinds("torch-batch-norm"));
        Assert.Equal(["linear", "log-softmax"], Kinds("torch-log-softmax"));
        // the sum takes the input again, so that all before it is one layer
        Assert.Equal(["composite", "linear"], Kinds("torch-residual"));
        Assert.Equal(["sub", "div", "linear", "relu", "linear", "softmax"], Kinds("scikit-classifier"));
    }

    [Fact]
    public void Every_model_that_is_written_reads_back_the_same()
    {
        using var folder = new TemporaryFolder();
        foreach (var fixture in Fixture.All)
        {
            var path = folder.File("converted.onnx");
            ModelConverter.Convert(fixture.Path, path);
            var file = OnnxFile.Read(path);
            var again = Imported.network(file.Opset, file.Graph);
            foreach (var rows in BatchSizes)
            {
                var x = Fixture.Draw(rows * fixture.Width);
                Fixture.Near(
                    fixture.Name, Fixture.Answer(fixture.Network, x, fixture.Shape(rows)),
                    Fixture.Answer(again, x, [rows, fixture.Width]));
            }
        }
    }

    [Fact]
    public void The_real_runtime_agrees_with_the_file_and_with_its_conversion()
    {
        using var folder = new TemporaryFolder();
        foreach (var fixture in Fixture.All)
        {
            var path = folder.File("converted.onnx");
            ModelConverter.Convert(fixture.Path, path);
            var graph = fixture.File.Graph;
            using var converted = OnnxRuntime.Open(path);
            using var original = fixture.Name == "scikit-index" ? null : OnnxRuntime.Open(fixture.Path);

            foreach (var rows in BatchSizes)
            {
                var x = Fixture.Draw(rows * fixture.Width);
                var own = Fixture.Answer(fixture.Network, x, fixture.Shape(rows));
                var output = graph.Outputs.Head.Name;
                Fixture.Near(fixture.Name, converted.Run("input", x, [rows, fixture.Width], output)[0].Values, own);
                if (original is not null)
                {
                    var shape = Array.ConvertAll(fixture.Shape(rows), extent => (long)extent);
                    Fixture.Near(fixture.Name, original.Run(graph.Inputs.Head.Name, x, shape, output)[0].Values, own);
                }
            }
        }
    }

    [Fact]
    public void Every_conversion_is_valid_onnx_of_format_8_and_opset_17()
    {
        using var folder = new TemporaryFolder();
        foreach (var fixture in Fixture.All)
        {
            var path = folder.File($"{fixture.Name}.onnx");
            ModelConverter.Convert(fixture.Path, path);
            var written = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
            Assert.Equal((8, 17), (written.IrVersion, Assert.Single(written.OpsetImport).Version));
        }

        FormatChecker.AcceptsAll(folder);
    }

    [Fact]
    public void Gradients_of_imported_models_agree_with_differences()
    {
        foreach (var name in new[]
        {
            "torch-gelu", "torch-selu", "torch-prelu", "torch-silu", "torch-celu", "torch-batch-norm", "torch-residual",
            "torch-log-softmax", "scikit-classifier",
        })
        {
            var network = new Fixture(name).Network;
            var outputs = new Fixture(name).Outputs.Length / 7;
            var examples = ExamplesModule.all(4, Fixture.Draw(40), [.. Enumerable.Range(0, 10).Select(i => (float)(i % outputs))]);
            var report = GradientCheck.ofNetwork(
                GradientSourceModule.graph, 1, 0, 0, LearningTask.NewClassification(outputs), LossModule.softmax, network, examples);
            Assert.True(report.MaxRelativeError < 1e-6 && report.Checked > 10, $"{name}: {report.MaxRelativeError} {report.Checked}");
        }
    }

    /// <summary>Random layers of every kind that this project makes.</summary>
    static Core.Network Random(int seed, int inputs)
    {
        var random = new System.Random(seed);
        var layers = new List<Layer>();
        for (var depth = random.Next(1, 5); depth > 0; depth--)
        {
            var units = random.Next(1, 9);
            var key = (ulong)random.Next();
            if (random.Next(4) == 0)
                layers.Add(MaxoutModule.layer(MaxoutModule.create(Initializer.He, key, random.Next(2, 4), inputs, units)));
            else
            {
                layers.Add(LinearModule.layer(LinearModule.create(Initializer.He, key, inputs, units)));
                layers.Add(Activation.layer(Activation.functions[random.Next(Activation.functions.Length)].Item1));
            }

            inputs = units;
        }

        var network = new Core.Network(ListModule.OfSeq(layers));
        return random.Next(2) == 0 ? network : Core.Network.op_GreaterEqualsGreater(network, Activation.softmax);
    }

    static void EachRandomNetwork(Action<int, Core.Network, byte[]> check)
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var network = Random(seed, 3);
            var graph = Exported.graph("random", 3, "output", network);
            check(seed, network, OnnxFile.ToBytes(new OnnxModel(graph, 17, "hybrid", FSharpList<Tuple<string, string>>.Empty)));
        }
    }

    [Fact]
    public void Random_networks_read_back_as_they_were_written() => EachRandomNetwork((seed, network, bytes) =>
    {
        var file = OnnxFile.Parse(bytes, "random");
        var again = Imported.network(file.Opset, file.Graph);
        Assert.Equal(
            network.Layers.Select(layer => layer.Kind).Where(kind => kind != "identity"), again.Layers.Select(layer => layer.Kind));
        foreach (var rows in BatchSizes)
        {
            var x = Fixture.Draw(rows * 3);
            Fixture.Near($"seed {seed}", Fixture.Answer(network, x, [rows, 3]), Fixture.Answer(again, x, [rows, 3]));
        }
    });

    [Fact]
    public void The_real_runtime_agrees_with_random_networks() => EachRandomNetwork((seed, network, bytes) =>
    {
        using var runtime = new OnnxRuntime(bytes);
        foreach (var rows in BatchSizes)
        {
            var x = Fixture.Draw(rows * 3);
            Fixture.Near(
                $"seed {seed}", Fixture.Answer(network, x, [rows, 3]), runtime.Run("input", x, [rows, 3], "output")[0].Values);
        }
    });
}
