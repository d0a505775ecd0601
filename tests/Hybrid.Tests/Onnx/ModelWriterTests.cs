using Hybrid.Onnx;
using Microsoft.FSharp.Collections;
using Xunit;

namespace Hybrid.Tests.Onnx;

public sealed class ModelWriterTests
{
    [Fact]
    public void A_tensor_whose_shape_and_values_differ_is_refused()
    {
        RefusedTensor("initializer «w» of shape [2; 3] holds 5 elements", Samples.Floats("w", [2, 3], new float[5]));
        RefusedTensor("initializer «w» of shape [-1; -5] holds 5", Samples.Integers("w", [-1, -5], new long[5]));
        RefusedTensor("holds 0 elements", Samples.Floats("w", [1 << 16, 1 << 16, 1 << 16, 1 << 16, 1 << 16]));
    }

    [Fact]
    public void A_negative_dimension_of_a_port_is_refused() =>
        Refused("«x» has a dimension of -1", model => With(model, inputs: Samples.List(Samples.Port("x", -1))));

    [Fact]
    public void A_duplicate_metadata_key_is_refused() => Refused("the metadata has «seed» twice", model => new OnnxModel(
        model.Graph, model.Opset, model.Producer, Samples.List(Tuple.Create("seed", "1"), Tuple.Create("seed", "2"))));

    static void RefusedTensor(string expected, OnnxTensor tensor) =>
        Refused(expected, model => With(model, initializers: Samples.List(tensor)));

    static OnnxModel With(
        OnnxModel model, FSharpList<OnnxPort>? inputs = null, FSharpList<OnnxTensor>? initializers = null) => new(
            new OnnxGraph(
                "changed",
                inputs ?? model.Graph.Inputs,
                inputs ?? model.Graph.Inputs,
                initializers ?? model.Graph.Initializers,
                FSharpList<OnnxNode>.Empty),
            model.Opset,
            model.Producer,
            model.Metadata);

    static void Refused(string expected, Func<OnnxModel, OnnxModel> change)
    {
        var refusal = Assert.Throws<OnnxException>(() => OnnxFile.ToBytes(change(Samples.Network())));
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
    }
}
