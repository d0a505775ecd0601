using Hybrid.Onnx;
using Hybrid.Tests.Onnx;
using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests;

/// <summary>Models with integers of 8 bits: their files, and the same in ONNX Runtime.</summary>
public sealed class Int8Tests
{
    static readonly TrainingOptions options = new() { Epochs = 8, Threads = 1, Hidden = [128, 64] };

    [Theory]
    [InlineData("relu")]
    [InlineData("tanh")]
    public void A_converted_model_is_smaller_close_and_the_same_when_it_is_read(string activation)
    {
        var data = TableData.Load("digits");
        var model = Trainer.Train(data, options with { Activations = [activation] }).Model;
        var found = model.ToInt8(data);

        Assert.Equal(3, found.Layers);
        Assert.Empty(found.Kept);
        Assert.InRange(found.SizeAfter, 1, 0.5 * found.SizeBefore);
        Assert.InRange(found.After.Accuracy!.Value, found.Before.Accuracy!.Value - 0.03, 1);
        Assert.InRange(found.LargestDifference, 1e-6, found.ProvedDifference);
        Assert.True(double.IsFinite(found.ProvedDifference));
        Assert.InRange(found.SameClass!.Value, 0.9 * found.Rows, found.Rows);

        var again = Model.Load(found.Model.ToBytes());
        Assert.Equal(
            found.Model.Network.Value.Layers.Select(layer => layer.Kind), again.Network.Value.Layers.Select(layer => layer.Kind));
        Assert.Equal(3, again.Network.Value.Layers.Count(layer => layer.Kind == "linear-int8"));
        Assert.Equal(found.Model.Predict(data), again.Predict(data));
        Assert.Equal(found.Model.ToBytes(), again.ToBytes());
    }

    [Theory]
    [InlineData("relu")]
    [InlineData("tanh")]
    public void ONNX_Runtime_has_the_same_results_but_for_single_steps(string activation)
    {
        var data = TableData.Load("digits");
        var converted = Trainer.Train(data, options with { Activations = [activation] }).Model.ToInt8(data).Model;
        var features = data.Value.Features.AsSpan(0, 64 * 500).ToArray();
        var expected = converted.Predict(features);
        using var runtime = new OnnxRuntime(converted.ToBytes());
        var theirs = Assert.Single(runtime.Run("input", features, [500, 64], "probabilities")).Values;

        // where the last bit of a number differs, it may be rounded to the next integer: a step in each of a layer's numbers, and what comes
        // of it; softmax passes on at most the whole difference of two scores
        var difference = 1e-5;
        foreach (var layer in Neurons(converted))
        {
            var integers = Reference.value(layer.Integers);
            difference = Enumerable.Range(0, layer.Outputs).Max(neuron =>
                integers.Skip(neuron * layer.Inputs).Take(layer.Inputs).Sum(Math.Abs) * layer.Steps[neuron] * (difference + layer.Input.Step));
        }

        Assert.All(expected.Zip(theirs), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, Math.Min(difference, 0.02)));
        for (var row = 0; row < 500; row++)
        {
            var ours = expected.AsSpan(10 * row, 10).ToArray();
            var best = ours.OrderDescending().ToArray();
            if (best[0] - best[1] > 0.04)
                Assert.Equal(Array.IndexOf(ours, best[0]), Best(theirs.AsSpan(10 * row, 10).ToArray()));
        }
    }

    [Fact]
    public void Layers_that_are_not_dense_stay_as_they_are()
    {
        var data = TableData.Load("digits");
        var model = Trainer.Train(data, options with { Hidden = null, Layers = "conv4x3,norm,pool2,12", Epochs = 2 }).Model;
        var found = model.ToInt8(data);
        Assert.Equal(2, found.Layers);
        Assert.Equal(["conv"], found.Kept);
        Assert.InRange(found.LargestDifference, 0, found.ProvedDifference);

        var features = data.Value.Features.AsSpan(0, 64 * 50).ToArray();
        using var runtime = new OnnxRuntime(found.Model.ToBytes());
        var theirs = Assert.Single(runtime.Run("input", features, [50, 64], "probabilities")).Values;
        Assert.All(Model.Load(found.Model.ToBytes()).Predict(features).Zip(theirs), pair => Assert.Equal(pair.First, pair.Second, 0.02));
    }

    [Fact]
    public void What_cannot_be_converted_or_trained_is_refused()
    {
        var data = TableData.Load("iris");
        var model = Trainer.Train(data, new() { Epochs = 2, Hidden = [4], Threads = 1 }).Model;
        var converted = model.ToInt8(data).Model;
        Assert.Contains("8 bits already", Assert.Throws<HybridException>(() => converted.ToInt8(data)).Message);

        var plain = Model.Create(NeuralNetwork.WithInputs(4).Activation("relu"), ["a", "b", "c", "d"], ["1", "2", "3", "4"]);
        var rows = TableData.FromArrays(new[] { new[] { 1f, 2f, 3f, 4f } }, ["2"], ["a", "b", "c", "d"]);
        Assert.Contains("no dense layer", Assert.Throws<HybridException>(() => plain.ToInt8(rows)).Message);
        Assert.Contains("8 bits", Assert.Throws<OptionException>(() => Trainer.Train(data, new() { From = converted })).Message);
    }

    /// <summary>As onnxruntime.quantization writes them: uint8 with a zero, a bias of int32, and a scale for all weights.</summary>
    [Theory]
    [InlineData("Gemm", 100, 0.05f)]
    [InlineData("Gemm", 0, 0.05f)]
    [InlineData("MatMul", 7, 0.05f)]
    // numbers are scaled back otherwise: no such layer, and the same results
    [InlineData("MatMul", 7, 0.1f)]
    public void Quantized_layers_of_other_programs_are_layers_of_integers(string product, byte zero, float back)
    {
        sbyte[] weights = [1, -128, 127, 0, -5, 9];
        var isGemm = product == "Gemm";
        OnnxTensor[] constants =
        [
            Samples.Floats("s", [], 0.05f), Samples.Floats("t", [], back), new("z", Samples.List<int>(), OnnxValues.NewBytes([zero])),
            new("W", Samples.List(isGemm ? [2, 3] : (int[])[3, 2]), OnnxValues.NewSignedBytes(weights)), Samples.Floats("S", [], 0.01f),
            new("Z", Samples.List<int>(), OnnxValues.NewSignedBytes([0])),
            Samples.Integers("B", [2], 30, -70), Samples.Floats("sS", [], 0.05f * 0.01f),
        ];
        OnnxNode[] nodes =
        [
            Samples.Node("QuantizeLinear", ["x", "s", "z"], "q"), Samples.Node("DequantizeLinear", ["q", "t", "z"], "d"),
            Samples.Node("DequantizeLinear", ["W", "S", "Z"], "w"),
            .. isGemm
                ? (OnnxNode[])[
                    Samples.Node("DequantizeLinear", ["B32", "sS"], "b"),
                    Samples.Node("Gemm", ["d", "w", "b"], "r", ("transB", OnnxAttribute.NewInteger(1)))]
                : [Samples.Node("MatMul", ["d", "w"], "r")],
            Samples.Node("Relu", ["r"], "y"),
        ];
        if (isGemm)
            nodes = [Samples.Node("Cast", ["B"], "B32", ("to", OnnxAttribute.NewInteger(6))), .. nodes];

        var graph = new OnnxGraph(
            "quantized",
            Samples.List(new OnnxPort("x", OnnxType.Real, Samples.List(OnnxDimension.NewFree("batch"), OnnxDimension.NewFixed(3)))),
            Samples.List(new OnnxPort("y", OnnxType.Real, Samples.List(OnnxDimension.NewFree("batch"), OnnxDimension.NewFixed(2)))),
            Samples.List(constants), Samples.List(nodes));
        var bytes = OnnxFile.ToBytes(new OnnxModel(graph, 17, "test", Samples.List<Tuple<string, string>>()));
        var model = Model.Load(bytes);
        var kinds = model.Network.Value.Layers.Select(layer => layer.Kind);
        if (back == 0.05f)
            Assert.Equal(["linear-int8", "relu"], kinds);
        else
            Assert.DoesNotContain("linear-int8", kinds);

        var x = Fixture.Draw(30).Select(value => 5 * value).ToArray();
        using var runtime = new OnnxRuntime(bytes);
        var theirs = Assert.Single(runtime.Run("x", x, [10, 3], "y")).Values;
        Assert.All(model.Predict(x).Zip(theirs), pair => Assert.Equal(pair.First, pair.Second, 1e-5));

        using var rewritten = new OnnxRuntime(model.ToBytes());
        Assert.All(
            Assert.Single(rewritten.Run("input", x, [10, 3], model.OutputName)).Values.Zip(theirs),
            pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    static IEnumerable<QuantizedNeurons> Neurons(Model model) =>
        model.Network.Value.Layers.Select(layer => layer.Form).OfType<LayerForm.Quantized>().Select(form => form.Item);

    static int Best(float[] outputs) => Array.IndexOf(outputs, outputs.Max());
}
