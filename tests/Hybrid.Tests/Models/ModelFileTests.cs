using Hybrid.Onnx;
using Hybrid.Tests.Onnx;
using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests;

public class ModelFileTests
{
    static readonly int[] BatchSizes = [1, 5, 128];

    /// <summary>Every kind of network that the options allow.</summary>
    static IEnumerable<(TrainingOptions Options, bool Classes)> Networks()
    {
        var small = new TrainingOptions { Hidden = [7, 5], Epochs = 2, Threads = 1 };

        foreach (var (name, _) in Activation.functions.Select(function => (function.Item1, function.Item2)))
            yield return (small with { Activations = [name] }, true);

        yield return (small with { MaxoutPieces = 3 }, true);
        yield return (small with { Hidden = [] }, true);
        yield return (small with { Dropout = 0.3, InputNoise = 0.2 }, true);
        yield return (small with { Loss = "hinge" }, true);
        yield return (small with { Activations = ["tanh", "elu"] }, false);
        yield return (small with { Hidden = [], Loss = "absolute" }, false);
        yield return (small with { MaxoutPieces = 2, Loss = "huber" }, false);
    }

    static float[] Predictions(Model model, TableData data) => model.Predict(data.Value.Features);

    static void Near(float[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        var worst = expected.Zip(actual, (a, b) => Math.Abs(a - b) / Math.Max(1, Math.Abs(a))).Max();
        Assert.True(worst <= tolerance, $"the maximum difference is {worst:R}");
    }

    /// <summary>A model of a table, trained and written to a file.</summary>
    static (TableData Data, Model Model, string Path) Written(TemporaryFolder folder, TrainingOptions options, bool classes)
    {
        var data = Tables.Mixed(150, classes);
        var model = Trainer.Train(data, options).Model;
        var path = folder.File("model.onnx");
        model.Save(path);
        return (data, model, path);
    }

    [Fact]
    public void A_model_read_back_predicts_like_the_written_one()
    {
        using var folder = new TemporaryFolder();

        foreach (var (options, classes) in Networks())
        {
            var (data, model, path) = Written(folder, options, classes);
            var read = Model.Load(path);

            Near(Predictions(model, data), Predictions(read, data), 1e-6);
            Assert.Equal(model.Value.Schema, read.Value.Schema);
            Assert.Equal(model.Value.Training, read.Value.Training);
            Assert.Equal(model.Options, read.Options);
            Assert.Equal(model.Describe().Parameters, read.Describe().Parameters);
            Assert.Equal(model.Describe().Neurons, read.Describe().Neurons);
        }
    }

    [Fact]
    public void The_real_runtime_gives_the_same_numbers_for_batches_of_every_size()
    {
        using var folder = new TemporaryFolder();

        foreach (var (options, classes) in Networks())
        {
            var (data, model, path) = Written(folder, options, classes);
            using var runtime = OnnxRuntime.Open(path);
            var expected = Predictions(model, data);

            foreach (var rows in BatchSizes)
            {
                var answer = runtime.Run(
                    "input", data.Value.Features[..(rows * model.Inputs)], [rows, model.Inputs], model.OutputName)[0];
                var outputs = expected.Length / data.Count;
                Assert.Equal([rows, outputs], answer.Dimensions);
                Near(expected[..(rows * outputs)], answer.Values, 1e-5);
            }
        }
    }

    [Fact]
    public void Every_file_is_valid_onnx()
    {
        using var folder = new TemporaryFolder();

        foreach (var ((options, classes), index) in Networks().Select((network, index) => (network, index)))
            Trainer.Train(Tables.Mixed(60, classes), options with { Epochs = 1 }).Model
                .Save(Path.Combine(folder.Path, $"{index}.onnx"));

        FormatChecker.AcceptsAll(folder);
    }

    [Fact]
    public void A_file_without_this_projects_metadata_has_numbers_as_names()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "foreign.onnx");
        var graph = Exported.graph("foreign", 3, "output", Activation.relu);
        OnnxFile.Write(path, new Exchange.OnnxModel(graph, 17, "elsewhere", Microsoft.FSharp.Collections.FSharpList<Tuple<string, string>>.Empty));

        var model = Model.Load(path);
        Assert.Equal(["x1", "x2", "x3"], model.Columns.Select(column => column.Name));
        Assert.Empty(model.Options);
        // scores of classes or quantities: the file does not say
        Assert.Null(model.Classes);
        Assert.Equal("output", model.OutputName);
    }

    [Theory]
    [InlineData("hybrid.classes", """["low",null,"high"]""", "a name in its metadata is missing")]
    [InlineData("hybrid.classes", """["low","low","high"]""", "are the same")]
    [InlineData("hybrid.classes", """[1,2,3]""", "not a model that hybrid can use")]
    [InlineData("hybrid.columns", """[null,null,null,null]""", "a name in its metadata is missing")]
    [InlineData("hybrid.columns", """[{"nam3":"a"}]""", "a name in its metadata is missing")]
    [InlineData("hybrid.columns", """{"name":"a"}""", "not a model that hybrid can use")]
    [InlineData("hybrid.columns", """[{"name":"a","categories":["x","x"]}]""", "are the same")]
    public void Metadata_that_do_not_describe_a_model_are_refused(string key, string value, string part)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.onnx");
        Trainer.Train(Tables.Mixed(60, true), new TrainingOptions { Epochs = 1 }).Model.Save(path);
        var file = OnnxFile.Read(path);
        OnnxFile.Write(path, new Exchange.OnnxModel(file.Graph, file.Opset, file.Producer, Microsoft.FSharp.Collections.ListModule.OfSeq(
            file.Metadata.Select(entry => entry.Item1 == key ? Tuple.Create(key, value) : entry))));
        Assert.Contains(part, Assert.Throws<OnnxException>(() => Model.Load(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_some_of_this_projects_metadata_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "half.onnx");
        var graph = Exported.graph("half", 3, "output", Activation.relu);
        OnnxFile.Write(path, new Exchange.OnnxModel(
            graph, 17, "hybrid", Microsoft.FSharp.Collections.ListModule.OfSeq([Tuple.Create("hybrid.task", "regression")])));

        var error = Assert.Throws<OnnxException>(() => Model.Load(path));
        Assert.Contains(path, error.Message);
        Assert.Contains("hybrid.version", error.Message);
    }

    [Theory]
    [InlineData("hybrid.columns", "null")]
    [InlineData("hybrid.columns", "[]")]
    [InlineData("hybrid.columns", "[null]")]
    [InlineData("hybrid.columns", "[{\"name\":1}]")]
    [InlineData("hybrid.columns", "[{\"name\":\"a\",\"categories\":[null]}]")]
    [InlineData("hybrid.classes", "[null]")]
    public void Names_in_an_unknown_form_are_refused(string key, string value)
    {
        using var folder = new TemporaryFolder();
        var (_, _, path) = Written(folder, new TrainingOptions { Hidden = [], Epochs = 1, Threads = 1 }, classes: true);
        var file = OnnxFile.Read(path);
        var metadata = file.Metadata.Select(entry => entry.Item1 == key ? Tuple.Create(key, value) : entry);
        OnnxFile.Write(path, new Exchange.OnnxModel(
            file.Graph, file.Opset, file.Producer, Microsoft.FSharp.Collections.ListModule.OfSeq(metadata)));
        Assert.Contains(path, Assert.Throws<OnnxException>(() => Model.Load(path)).Message);
    }

    [Fact]
    public void An_input_without_axes_is_refused()
    {
        using var folder = new TemporaryFolder();
        var (_, _, path) = Written(folder, new TrainingOptions { Hidden = [], Epochs = 1, Threads = 1 }, classes: false);
        var (file, graph) = (OnnxFile.Read(path), OnnxFile.Read(path).Graph);
        var port = new OnnxPort(graph.Inputs.Head.Name, OnnxType.Real, Samples.List<OnnxDimension>());
        var bare = new OnnxGraph(graph.Name, Samples.List(port), graph.Outputs, graph.Initializers, graph.Nodes);
        OnnxFile.Write(path, new Exchange.OnnxModel(bare, file.Opset, file.Producer, file.Metadata));
        Assert.Contains("does not take the 4 columns", Assert.Throws<OnnxException>(() => Model.Load(path)).Message);
    }

    [Fact]
    public void A_single_example_is_predicted_if_its_axis_is_squeezed()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("squeezed.onnx");
        var graph = new OnnxGraph(
            "squeezed",
            Samples.List(Samples.Port("x", 2)),
            Samples.List(new OnnxPort("y", OnnxType.Real, Samples.List(OnnxDimension.NewFree("batch")))),
            Samples.List(Samples.Floats("w", [2, 1], 2f, 3f)),
            Samples.List(Samples.Node("MatMul", ["x", "w"], "h"), Samples.Node("Squeeze", ["h"], "y")));
        OnnxFile.Write(path, new Exchange.OnnxModel(graph, 17, "", Samples.List<Tuple<string, string>>()));
        var model = Model.Load(path);
        Assert.Equal([5f], model.Predict([1f, 1f]));
        Assert.Equal([5f, 2f], model.Predict([1f, 1f, 1f, 0f]));
    }

    [Fact]
    public void The_file_records_how_the_network_was_trained()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "model.onnx");
        var options = new TrainingOptions { Hidden = [4], Epochs = 3, Seed = 7, Optimizer = "momentum", Threads = 1 };
        ModelFile.Save(Trainer.Train(Tables.Mixed(80, true), options).Model, path);
        var model = Model.Load(path);

        Assert.Equal("7", model.Option("seed"));
        Assert.Equal("momentum", model.Option("optimizer"));
        Assert.Equal("4", model.Option("hidden"));
        Assert.Equal(["low", "middle", "high"], model.Classes);
        Assert.Equal("probabilities", model.OutputName);
        Assert.Null(model.Option("clip-norm"));
    }
}
