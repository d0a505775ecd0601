using Hybrid.Onnx;
using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests.Onnx;

/// <summary>A file that is read can be written again: for any number of examples, and with ONNX Runtime's results of the first one.</summary>
public sealed class RewrittenFilesTests
{
    const int Channels = 2, Side = 4, Opset = 13;

    static readonly (string, OnnxAttribute)[] nearest =
    [
        ("mode", OnnxAttribute.NewText("nearest")), ("nearest_mode", OnnxAttribute.NewText("floor")),
        ("coordinate_transformation_mode", OnnxAttribute.NewText("asymmetric")),
    ];

    /// <summary>Operators on images of 2 × 4 × 4 numbers, x, with their constants.</summary>
    static readonly Dictionary<string, (OnnxNode[] Nodes, OnnxTensor[] Constants, int Opset)> cases = new()
    {
        ["zeros around images"] = Padded("constant", [0, 0, 1, 2, 0, 0, 0, 1], 0f),
        ["threes around images"] = Padded("constant", [0, 0, 1, 2, 0, 0, 0, 1], 3f),
        ["minus infinity around images"] = Padded("constant", [0, 0, 1, 1, 0, 0, 1, 1], float.NegativeInfinity),
        ["numbers added and left out"] = Padded("constant", [0, 0, -1, 2, 0, 0, 1, -1], 3f),
        ["numbers left out"] = Padded("constant", [0, 0, -1, 0, 0, 0, 0, -1], 3f),
        ["channels of zeros"] = Padded("constant", [0, 1, 0, 0, 0, 2, 0, 0], 0f),
        ["edges repeated"] = Padded("edge", [0, 0, 1, 2, 0, 0, 0, 1], 0f),
        ["reflections"] = Padded("reflect", [0, 0, 1, 2, 0, 0, 0, 1], 0f),
        ["images twice as large"] = Resized("Resize", Opset, ["x", "", "scales"], [1, 1, 2, 2], nearest),
        ["images stretched"] = Resized("Resize", Opset, ["x", "", "scales"], [1, 1, 1, 3], nearest),
        ["images of half the size"] = Resized("Resize", Opset, ["x", "", "scales"], [1, 1, 0.5f, 0.5f], nearest),
        ["images three times as large, before version 10"] =
            Resized("Upsample", 9, ["x", "scales"], [1, 1, 3, 3], ("mode", OnnxAttribute.NewText("nearest"))),
        ["tiles"] = (
            [Samples.Node("Tile", ["x", "repeats"], "z")], [Samples.Integers("repeats", [4], 1, 2, 1, 3)], Opset),
        ["maxima spread over images"] = (
            [Samples.Node("GlobalMaxPool", ["x"], "m"), Samples.Node("Expand", ["m", "shape"], "z")],
            [Samples.Integers("shape", [4], 1, Channels, 3, 5)], Opset),
        ["running sums"] = ([Samples.Node("CumSum", ["x", "axis"], "z")], [Samples.Integers("axis", [], 2)], Opset),
    };

    public static TheoryData<string> Names => [.. cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_that_is_read_is_written_again(string name)
    {
        var (nodes, constants, opset) = cases[name];
        var graph = new OnnxGraph(
            "images",
            Samples.List(new OnnxPort("x", OnnxType.Real, Samples.List(
                OnnxDimension.NewFree("batch"), OnnxDimension.NewFixed(Channels), OnnxDimension.NewFixed(Side), OnnxDimension.NewFixed(Side)))),
            Samples.List(new OnnxPort("y", OnnxType.Real, Samples.List(OnnxDimension.NewFree("batch"), OnnxDimension.NewFree("numbers")))),
            Samples.List(constants), Samples.List([.. nodes, Samples.Node("Flatten", ["z"], "y")]));
        using var folder = new TemporaryFolder();
        var (from, to) = (folder.File("from.onnx"), folder.File("to.onnx"));
        OnnxFile.Write(from, new OnnxModel(graph, opset, "test", Samples.List<Tuple<string, string>>()));
        ModelConverter.Convert(from, to);

        using var before = OnnxRuntime.Open(from);
        using var after = OnnxRuntime.Open(to);
        foreach (var rows in (long[])[1, 3])
        {
            var x = Fixture.Draw((int)rows * Channels * Side * Side);
            var expected = before.Run("x", x, [rows, Channels, Side, Side], "y")[0].Values;
            Assert.Equal(expected, after.Run("input", x, [rows, Channels * Side * Side], "y")[0].Values);
            if (expected.All(float.IsFinite))
                Assert.Equal(expected, NeuralNetwork.Load(to).Predict(x));
        }
    }

    [Theory]
    [InlineData(13)]
    [InlineData(19)]
    public void Sizes_that_are_stated_for_one_image_are_those_of_any_number(int opset)
    {
        var graph = new OnnxGraph(
            "images",
            Samples.List(new OnnxPort("x", OnnxType.Real, Samples.List(
                OnnxDimension.NewFree("batch"), OnnxDimension.NewFixed(Channels), OnnxDimension.NewFixed(Side), OnnxDimension.NewFixed(Side)))),
            Samples.List(new OnnxPort("y", OnnxType.Real, Samples.List(OnnxDimension.NewFree("batch"), OnnxDimension.NewFree("numbers")))),
            Samples.List(Samples.Integers("sizes", [4], 1, Channels, 7, 3)),
            Samples.List(Samples.Node("Resize", ["x", "", "", "sizes"], "z", nearest), Samples.Node("Flatten", ["z"], "y")));
        using var folder = new TemporaryFolder();
        var (from, to) = (folder.File("from.onnx"), folder.File("to.onnx"));
        OnnxFile.Write(from, new OnnxModel(graph, opset, "test", Samples.List<Tuple<string, string>>()));
        ModelConverter.Convert(from, to);

        const int width = Channels * Side * Side;
        var x = Fixture.Draw(3 * width);
        using var before = OnnxRuntime.Open(from);
        float[] expected = [.. x.Chunk(width).SelectMany(row => before.Run("x", row, [1, Channels, Side, Side], "y")[0].Values)];
        using var after = OnnxRuntime.Open(to);
        Assert.Equal(expected, after.Run("input", x, [3, width], "y")[0].Values);
        Assert.Equal(expected, NeuralNetwork.Load(from).Predict(x));
        Assert.Empty(Model.Load(from).Warnings);
    }

    static (OnnxNode[], OnnxTensor[], int) Padded(string mode, long[] pads, float value) => (
        [Samples.Node("Pad", ["x", "pads", "value"], "z", ("mode", OnnxAttribute.NewText(mode)))],
        [Samples.Integers("pads", [pads.Length], pads), Samples.Floats("value", [], value)], Opset);

    static (OnnxNode[], OnnxTensor[], int) Resized(
        string name, int opset, string[] inputs, float[] scales, params (string, OnnxAttribute)[] attributes) =>
        ([Samples.Node(name, inputs, "z", attributes)], [Samples.Floats("scales", [scales.Length], scales)], opset);
}
