using Google.Protobuf;
using Hybrid.Onnx;
using Hybrid.Onnx.Wire;
using Hybrid.Tests.Support;
using Xunit;
using DataType = Hybrid.Onnx.Wire.TensorProto.Types.DataType;

namespace Hybrid.Tests.Onnx;

/// <summary>Files in the forms that other programs write; see Foreign/README.md.</summary>
public sealed class ForeignFilesTests
{
    static readonly string folder = Path.Combine(AppContext.BaseDirectory, "Onnx", "Foreign");

    static readonly string[] all =
        [.. Directory.GetFiles(folder, "*.onnx").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    /// <summary>Those whose results depend on how many rows are computed at once.</summary>
    static readonly string[] dependent = ["bn-trainmode", "quantized-dynamic"];

    static readonly string[] independent = [.. all.Except(dependent)];

    public static TheoryData<string> Names => [.. independent];

    public static string File(string name) => Path.Combine(folder, $"{name}.onnx");

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_gives_the_results_of_the_runtime(string name)
    {
        const int rows = 6;
        var model = Model.Load(File(name));
        var x = Fixture.Draw(rows * model.Inputs);
        if (name == "scikit-columns")
            for (var row = 0; row < rows; row++)
                (x[3 * row], x[3 * row + 2]) = (row == 2 ? float.NaN : 40 + x[3 * row], row % 5 + 1);

        var expected = Expected(name, x, rows);
        // a single probability is that of the second of two classes
        if (expected.Length == rows && model.Classes is { Count: 2 })
            expected = [.. expected.SelectMany(p => new[] { 1 - p, p })];

        Fixture.Near(name, expected, model.Predict(x));
    }

    /// <summary>What ONNX Runtime computes as the first output of real numbers.</summary>
    static float[] Expected(string name, float[] x, int rows)
    {
        var model = ModelProto.Parser.ParseFrom(System.IO.File.ReadAllBytes(File(name)));
        // a map of probabilities is not compared, but the tensor that it is made of
        if (model.Graph.Node.FirstOrDefault(node => node.OpType == "ZipMap") is { } zip)
        {
            model.Graph.Node.Remove(zip);
            var port = model.Graph.Output.Single(output => output.Name == zip.Output[0]);
            (port.Name, port.Type) = (zip.Input[0], Samples.MessagePort("p").Type);
            port.Type.TensorType.Shape.Dim.Add(new TensorShapeProto.Types.Dimension());
        }

        var wanted = model.Graph.Output.First(output => output.Type.TensorType.ElemType == (int)DataType.Float).Name;
        using var runtime = new OnnxRuntime(model.ToByteArray());
        var isSingle = model.Graph.Input[0].Type.TensorType.Shape.Dim is [{ DimValue: 1 }, ..];
        var width = x.Length / rows;
        return isSingle
            ? [.. x.Chunk(width).SelectMany(row => runtime.Run(Given(model.Graph, row, 1), wanted).Values)]
            : runtime.Run(Given(model.Graph, x, rows), wanted).Values;
    }

    /// <summary>The inputs of a graph: their columns follow each other in the rows, and those that only pass through are 0.</summary>
    static (string, DataType, float[], long[])[] Given(GraphProto graph, float[] x, int rows)
    {
        var (first, width) = (0, x.Length / rows);
        return [.. graph.Input.Select(input =>
        {
            var stated = input.Type.TensorType.Shape.Dim.Select(extent => extent.DimValue).ToArray();
            var extents = graph.Input.Count == 1 && stated is [_, _] ? [width] : stated[1..];
            var count = (int)extents.Aggregate(1L, (product, extent) => product * extent);
            var start = first;
            first += count;
            var values = Enumerable.Range(0, rows).SelectMany(row =>
                Enumerable.Range(start, count).Select(column => column < width ? x[row * width + column] : 0)).ToArray();
            return (input.Name, (DataType)input.Type.TensorType.ElemType, values, (long[])[rows, .. extents]);
        })];
    }

    [Fact]
    public void Names_of_classes_and_columns_are_those_of_the_file()
    {
        Assert.Equal(["setosa", "versicolor", "virginica"], Model.Load(File("scikit-names")).Classes);
        Assert.Equal(["2", "7"], Model.Load(File("scikit-normalizer")).Classes);
        Assert.Equal(["0", "1"], Model.Load(File("sklearn-mlp-zipmap")).Classes);
        Assert.Equal(["age", "height", "city"], Model.Load(File("scikit-columns")).Columns.Select(column => column.Name));
        Assert.Equal(["a", "b_", "c", "d"], Model.Load(File("column-inputs")).Columns.Select(column => column.Name));
    }

    [Fact]
    public void A_residual_network_of_images_is_written_with_its_convolutions()
    {
        static float[] Drawn(int count) => Fixture.Draw(count);
        var pads = ("pads", OnnxAttribute.NewIntegerList(Samples.List(1L, 1L, 1L, 1L)));
        var graph = new OnnxGraph(
            "residual",
            Samples.List(new OnnxPort("x", OnnxType.Real, Samples.List(
                OnnxDimension.NewFree("batch"), OnnxDimension.NewFixed(2), OnnxDimension.NewFixed(4), OnnxDimension.NewFixed(4)))),
            Samples.List(Samples.Port("y", 3)),
            Samples.List(
                Samples.Floats("w1", [2, 2, 3, 3], Drawn(36)), Samples.Floats("b1", [2], 0.5f, -0.25f),
                Samples.Floats("w2", [2, 2, 3, 3], Drawn(36)), Samples.Floats("w3", [3, 2], Drawn(6))),
            Samples.List(
                Samples.Node("Conv", ["x", "w1", "b1"], "a", pads), Samples.Node("Relu", ["a"], "b"),
                Samples.Node("Conv", ["b", "w2"], "c", pads), Samples.Node("Add", ["c", "x"], "d"),
                Samples.Node("GlobalAveragePool", ["d"], "e"), Samples.Node("Flatten", ["e"], "f"),
                Samples.Node("Gemm", ["f", "w3"], "y", ("transB", OnnxAttribute.NewInteger(1)))));
        using var folder = new TemporaryFolder();
        OnnxFile.Write(folder.File("from.onnx"), new OnnxModel(graph, 13, "test", Samples.List<Tuple<string, string>>()));
        ModelConverter.Convert(folder.File("from.onnx"), folder.File("to.onnx"));

        var operators = OnnxFile.Read(folder.File("to.onnx")).Graph.Nodes.Select(node => node.Operator).ToArray();
        Assert.Equal(2, operators.Count(name => name == "Conv"));
        Assert.DoesNotContain("Gather", operators);
        Assert.DoesNotContain("MatMul", operators);
        var x = Drawn(3 * 32);
        Fixture.Near("residual", NeuralNetwork.Load(folder.File("from.onnx")).Predict(x), NeuralNetwork.Load(folder.File("to.onnx")).Predict(x));
        using var runtime = OnnxRuntime.Open(folder.File("to.onnx"));
        Fixture.Near("residual", NeuralNetwork.Load(folder.File("from.onnx")).Predict(x), runtime.Run("input", x, [3, 32], "y")[0].Values);
    }

    [Fact]
    public void Several_quantities_are_not_classes()
    {
        Assert.Null(Model.Load(File("scikit-quantities")).Classes);
        Assert.Equal("output", Model.Load(File("scikit-quantities")).OutputName);
        Assert.Equal(2, Model.Load(File("scikit-quantities")).Network.Outputs);
    }

    [Fact]
    public void A_result_that_depends_on_the_batch_is_warned_of()
    {
        Assert.All(dependent, name => Fixture.Near(name, Expected(name, [1, -2, 0.5f], 1), Model.Load(File(name)).Predict([1, -2, 0.5f])));
        Assert.All(dependent, name => Assert.Contains("depends on the other examples", Model.Load(File(name)).Warnings[0]));
        Assert.All(independent, name => Assert.DoesNotContain(
            Model.Load(File(name)).Warnings, warning => warning.Contains("depends on the other examples", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_conversion_gives_the_same_results()
    {
        using var converted = new TemporaryFolder();
        foreach (var name in independent)
        {
            var path = converted.File($"{name}.onnx");
            ModelConverter.Convert(File(name), path);
            var model = Model.Load(File(name));
            var x = Fixture.Draw(4 * model.Inputs);
            Fixture.Near(name, model.Network.Predict(x), Model.Load(path).Network.Predict(x));
        }
    }
}
