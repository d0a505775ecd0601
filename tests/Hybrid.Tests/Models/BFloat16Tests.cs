using Hybrid.Onnx;
using Hybrid.Tests.Onnx;
using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests;

/// <summary>Models with weights in bfloat16: their files, and the same in ONNX Runtime.</summary>
public sealed class BFloat16Tests
{
    static readonly TrainingOptions options = new() { Epochs = 8, Threads = 1, Hidden = [128, 64] };

    [Theory]
    [InlineData("relu")]
    [InlineData("tanh")]
    public void A_converted_model_is_half_as_large_close_and_the_same_when_it_is_read(string activation)
    {
        var data = TableData.Load("digits");
        var model = Trainer.Train(data, options with { Activations = [activation] }).Model;
        var found = model.ToBFloat16(data);

        Assert.Equal(3, found.Layers);
        Assert.Empty(found.Kept);
        Assert.InRange(found.SizeAfter, 0.5 * found.SizeBefore, 0.6 * found.SizeBefore);
        Assert.InRange(found.After.Accuracy!.Value, found.Before.Accuracy!.Value - 0.01, 1);
        Assert.InRange(found.LargestDifference, 1e-6, found.ProvedDifference);
        Assert.InRange(found.ProvedDifference, 0, model.ToInt8(data).ProvedDifference);
        Assert.InRange(found.SameClass!.Value, 0.99 * found.Rows, found.Rows);

        Assert.Equal(3, Kinds(found.Model).Count(kind => kind == "linear-bfloat16"));
        var again = Model.Load(found.Model.ToBytes());
        Assert.Equal(Kinds(found.Model), Kinds(again));
        Assert.Equal(found.Model.Predict(data), again.Predict(data));
        Assert.Equal(found.Model.ToBytes(), again.ToBytes());
    }

    [Theory]
    [InlineData("relu")]
    [InlineData("tanh")]
    public void ONNX_Runtime_has_the_same_results(string activation)
    {
        var data = TableData.Load("digits");
        var converted = Trainer.Train(data, options with { Activations = [activation] }).Model.ToBFloat16(data).Model;
        var features = data.Value.Features.AsSpan(0, 64 * 500).ToArray();
        using var runtime = new OnnxRuntime(converted.ToBytes());
        var theirs = Assert.Single(runtime.Run("input", features, [500, 64], "probabilities")).Values;
        Assert.All(converted.Predict(features).Zip(theirs), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void Layers_that_are_not_dense_stay_as_they_are()
    {
        var data = TableData.Load("digits");
        var model = Trainer.Train(data, options with { Hidden = null, Layers = "conv4x3,norm,pool2,12", Epochs = 2 }).Model;
        var found = model.ToBFloat16(data);
        Assert.Equal(2, found.Layers);
        Assert.Equal(["conv"], found.Kept);
        Assert.InRange(found.LargestDifference, 0, found.ProvedDifference);

        var features = data.Value.Features.AsSpan(0, 64 * 50).ToArray();
        using var runtime = new OnnxRuntime(found.Model.ToBytes());
        var theirs = Assert.Single(runtime.Run("input", features, [50, 64], "probabilities")).Values;
        Assert.All(Model.Load(found.Model.ToBytes()).Predict(features).Zip(theirs), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void A_converted_model_can_be_trained_on_and_has_float32_weights_then()
    {
        var data = TableData.Load("iris");
        var model = Trainer.Train(data, new() { Epochs = 4, Hidden = [8], Threads = 1 }).Model;
        var converted = model.ToBFloat16(data).Model;
        var trained = Trainer.Train(data, new() { From = converted, Epochs = 2, Threads = 1 }).Model;
        Assert.DoesNotContain("linear-bfloat16", Kinds(trained));
        Assert.Equal(model.ToBytes().Length, trained.ToBytes().Length, 500.0);
        Assert.Equal(2, converted.ToInt8(data).Layers);
    }

    [Fact]
    public void What_cannot_be_converted_is_refused()
    {
        var data = TableData.Load("iris");
        var model = Trainer.Train(data, new() { Epochs = 2, Hidden = [4], Threads = 1 }).Model;
        Refused("bfloat16 already", model.ToBFloat16(data).Model, data);
        Refused("8 bits", model.ToInt8(data).Model, data);

        var rows = TableData.FromArrays(new[] { new[] { 1f, 2f, 3f, 4f } }, ["2"], ["a", "b", "c", "d"]);
        Refused("no dense layer", Plain(NeuralNetwork.WithInputs(4).Activation("relu")), rows);
        var large = NeuralNetwork.WithInputs(4).Linear(new float[4, 4] { { 0, 0, 0, 0 }, { 0, 3.4e38f, 0, 0 }, { 0, 0, 0, 0 }, { 0, 0, 0, 0 } });
        Refused("3.4E+38, beyond the largest number of bfloat16", Plain(large), rows);

        static Model Plain(NeuralNetwork network) => Model.Create(network, ["a", "b", "c", "d"], ["1", "2", "3", "4"]);

        static void Refused(string message, Model model, TableData data) =>
            Assert.Contains(message, Assert.Throws<HybridException>(() => model.ToBFloat16(data)).Message);
    }

    /// <summary>Weights [inputs, outputs] in bfloat16, as other programs write them.</summary>
    [Theory]
    [InlineData("Gemm", false)]
    [InlineData("Gemm", true)]
    [InlineData("MatMul", false)]
    public void Layers_of_other_programs_keep_their_bfloat16(string product, bool isTurned)
    {
        var nodes = Samples.List(
            Samples.Node("Cast", ["W"], "w", ("to", OnnxAttribute.NewInteger(1))),
            isTurned
                ? Samples.Node(product, ["x", "w"], "r", ("transB", OnnxAttribute.NewInteger(1)))
                : Samples.Node(product, ["x", "w"], "r"),
            Samples.Node("Relu", ["r"], "y"));
        ushort[] weights = [0x3f80, 0xc040, 0x3f81, 0x4000, 0xbe99, 0x0001];
        var shape = Samples.List(isTurned ? [2, 3] : (int[])[3, 2]);
        var bytes = OnnxFile.ToBytes(new OnnxModel(
            new OnnxGraph(
                "halved", Samples.List(Samples.Port("x", 3)), Samples.List(Samples.Port("y", 2)),
                Samples.List(new OnnxTensor("W", shape, OnnxValues.NewBFloats(weights))), nodes),
            17, "test", Samples.List<Tuple<string, string>>()));
        var model = Model.Load(bytes);
        Assert.Equal(["linear-bfloat16", "relu"], Kinds(model));

        var x = Fixture.Draw(30).Select(value => 5 * value).ToArray();
        foreach (var file in new[] { bytes, model.ToBytes() })
        {
            var graph = OnnxFile.Parse(file, "test").Graph;
            Assert.Contains(graph.Initializers, tensor => tensor.Values.IsBFloats);
            using var runtime = new OnnxRuntime(file);
            var theirs = Assert.Single(runtime.Run(graph.Inputs.Head.Name, x, [10, 3], graph.Outputs.Head.Name)).Values;
            Assert.All(model.Predict(x).Zip(theirs), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }
    }

    static IEnumerable<string> Kinds(Model model) => model.Describe().Layers.Select(layer => layer.Kind);
}
