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
    [InlineData("conv4x3,pool2,conv8x3,16", 4)]
    [InlineData("conv4x3:valid,norm,conv8x3/2:groups2,flatten", 3)]
    [InlineData("conv4x3,conv8x3:dilated2:depthwise,average2,flatten", 3)]
    public void Convolutions_have_integers_and_are_the_same_when_they_are_read(string layers, int count)
    {
        var data = TableData.Load("digits");
        var trained = Trainer.Train(data, options with { Hidden = null, Layers = layers }).Model;
        // as it was trained, and as it is in a file, where channels come first
        foreach (var model in new[] { trained, Model.Load(trained.ToBytes()) })
        {
            var found = model.ToInt8(data);
            Assert.Equal(count, found.Layers);
            Assert.Empty(found.Kept);
            Assert.InRange(found.After.Accuracy!.Value, found.Before.Accuracy!.Value - 0.03, 1);
            Assert.InRange(found.LargestDifference, 1e-6, found.ProvedDifference);
            Assert.True(double.IsFinite(found.ProvedDifference));
            Assert.InRange(found.SameClass!.Value, 0.8 * found.Rows, found.Rows);

            var again = Model.Load(found.Model.ToBytes());
            Assert.Equal(2, again.Network.Value.Layers.Count(layer => layer.Kind == "conv-int8"));
            Assert.Equal(found.Model.Predict(data), again.Predict(data));
            Assert.Equal(again.ToBytes(), Model.Load(again.ToBytes()).ToBytes());
        }
    }

    [Theory]
    [InlineData("relu", "128,64")]
    [InlineData("tanh", "128,64")]
    [InlineData("relu", "conv4x3,pool2,conv8x3,16")]
    [InlineData("relu", "conv4x3:valid,norm,conv8x3/2:groups2,flatten")]
    [InlineData("tanh", "conv4x3,conv8x3:dilated2:depthwise,flatten")]
    public void ONNX_Runtime_has_the_same_results_but_for_single_steps(string activation, string layers)
    {
        var data = TableData.Load("digits");
        var plain = options with { Hidden = null, Layers = layers, Activations = [activation] };
        var converted = Trainer.Train(data, plain).Model.ToInt8(data).Model;
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
    public void Layers_of_other_kinds_stay_as_they_are()
    {
        var data = TableData.Load("digits");
        var model = Trainer.Train(data, options with { Hidden = null, Layers = "conv4x3,norm,residual(conv4x3),pool2,12", Epochs = 2 }).Model;
        var found = model.ToInt8(data);
        Assert.Equal(3, found.Layers);
        Assert.Equal(["residual"], found.Kept);
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
        Assert.Contains("neither a dense layer nor a convolution", Assert.Throws<HybridException>(() => plain.ToInt8(rows)).Message);
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

    /// <summary>As onnxruntime.quantization writes convolutions: uint8 with a zero, a bias of int32, and a scale for each channel.</summary>
    [Theory]
    [InlineData(100, 0, 0.05f, "NOTSET", 1, true)]
    [InlineData(0, 0, 0.05f, "NOTSET", 2, true)]
    [InlineData(7, 0, 0.05f, "SAME_UPPER", 1, true)]
    // as many zeros as needed, the larger part before the axis; scaled back otherwise; weights with a zero: the same results
    [InlineData(7, 0, 0.05f, "SAME_LOWER", 1, false)]
    [InlineData(7, 0, 0.1f, "NOTSET", 1, false)]
    [InlineData(7, 3, 0.05f, "NOTSET", 1, false)]
    public void Quantized_convolutions_of_other_programs_are_convolutions_of_integers(
        byte zero, sbyte weightZero, float back, string padding, int groups, bool isOurs)
    {
        var (channels, outputs, size) = (2 * groups, 2 * groups, 2 * groups * 2 * 2 * 3);
        var weights = Enumerable.Range(0, size).Select(i => (sbyte)(i * 37 % 256 - 128)).ToArray();
        var scales = Enumerable.Range(1, outputs).Select(i => 0.01f * i).ToArray();
        OnnxTensor[] constants =
        [
            Samples.Floats("s", [], 0.05f), Samples.Floats("t", [], back), new("z", Samples.List<int>(), OnnxValues.NewBytes([zero])),
            new("W", Samples.List(outputs, 2, 2, 3), OnnxValues.NewSignedBytes(weights)), Samples.Floats("S", [outputs], scales),
            new("Z", Samples.List(outputs), OnnxValues.NewSignedBytes([.. Enumerable.Repeat(weightZero, outputs)])),
            Samples.Integers("B", [outputs], [.. Enumerable.Range(0, outputs).Select(i => 300L - 200 * i)]),
            Samples.Floats("sS", [outputs], [.. scales.Select(scale => 0.05f * scale)]),
        ];
        (string, OnnxAttribute)[] attributes = [("group", OnnxAttribute.NewInteger(groups)), ("strides", Integers(2, 1))];
        attributes = padding == "NOTSET"
            ? [.. attributes, ("pads", Integers(1, 0, 0, 2)), ("dilations", Integers(2, 1))]
            : [.. attributes, ("auto_pad", OnnxAttribute.NewText(padding))];
        OnnxNode[] nodes =
        [
            Samples.Node("QuantizeLinear", ["x", "s", "z"], "q"), Samples.Node("DequantizeLinear", ["q", "t", "z"], "d"),
            Samples.Node("DequantizeLinear", ["W", "S", "Z"], "w", ("axis", OnnxAttribute.NewInteger(0))),
            Samples.Node("Cast", ["B"], "B32", ("to", OnnxAttribute.NewInteger(6))),
            Samples.Node("DequantizeLinear", ["B32", "sS"], "b", ("axis", OnnxAttribute.NewInteger(0))),
            Samples.Node("Conv", ["d", "w", "b"], "r", attributes),
            Samples.Node("Relu", ["r"], "p"), Samples.Node("GlobalAveragePool", ["p"], "g"), Samples.Node("Flatten", ["g"], "y"),
        ];
        var graph = new OnnxGraph(
            "quantized",
            Samples.List(new OnnxPort("x", OnnxType.Real, Samples.List(
                OnnxDimension.NewFree("batch"), OnnxDimension.NewFixed(channels), OnnxDimension.NewFixed(5), OnnxDimension.NewFixed(6)))),
            Samples.List(Samples.Port("y", outputs)),
            Samples.List(constants), Samples.List(nodes));
        var bytes = OnnxFile.ToBytes(new OnnxModel(graph, 17, "test", Samples.List<Tuple<string, string>>()));
        var model = Model.Load(bytes);
        Assert.Equal(isOurs, model.Network.Value.Layers.Any(layer => layer.Kind == "conv-int8"));

        var x = Fixture.Draw(10 * channels * 30).Select(value => 5 * value).ToArray();
        using var runtime = new OnnxRuntime(bytes);
        var theirs = Assert.Single(runtime.Run("x", x, [10, channels, 5, 6], "y")).Values;
        Assert.All(model.Predict(x).Zip(theirs), pair => Assert.Equal(pair.First, pair.Second, 1e-3));

        using var rewritten = new OnnxRuntime(model.ToBytes());
        Assert.All(
            Assert.Single(rewritten.Run("input", x, [10, channels * 30], model.OutputName)).Values.Zip(theirs),
            pair => Assert.Equal(pair.First, pair.Second, 1e-3));
    }

    static OnnxAttribute Integers(params long[] values) => OnnxAttribute.NewIntegerList(Samples.List(values));

    static IEnumerable<QuantizedNeurons> Neurons(Model model) =>
        model.Network.Value.Layers.Select(layer => layer.Form).OfType<LayerForm.Quantized>().Select(form => form.Item);

    static int Best(float[] outputs) => Array.IndexOf(outputs, outputs.Max());
}
