using Google.Protobuf;
using Hybrid.Onnx.Wire;
using Hybrid.Tests.Support;
using Xunit;
using DataType = Hybrid.Onnx.Wire.TensorProto.Types.DataType;
using Dimension = Hybrid.Onnx.Wire.TensorShapeProto.Types.Dimension;
using Kind = Hybrid.Onnx.Wire.AttributeProto.Types.AttributeType;

namespace Hybrid.Tests.Onnx;

/// <summary>Logistic regressions as scikit-learn's converter writes them: probabilities, divided by their sum, which is 1.</summary>
public sealed class LinearClassifierTests
{
    const int Inputs = 3;

    static readonly float[] row = [0.5f, -2, 1.25f];

    public static TheoryData<string> Transforms => ["SOFTMAX", "LOGISTIC"];

    [Theory]
    [MemberData(nameof(Transforms))]
    public void Its_outputs_are_probabilities_whose_loss_is_theirs(string transform)
    {
        // several classes, or two with opposite rows
        float[] coefficients = transform == "SOFTMAX" ? [.. row, 1, 0.25f, -1, 0, 3, -0.5f] : [.. row.Select(w => -w), .. row];
        float[] intercepts = transform == "SOFTMAX" ? [0.5f, -1, 2] : [-0.75f, 0.75f];
        var bytes = File(transform, coefficients, intercepts).ToByteArray();
        var classes = intercepts.Length;
        const int rows = 40;
        var x = Fixture.Draw(rows * Inputs);

        using var runtime = new OnnxRuntime(bytes);
        var expected = runtime.Run("x", x, [rows, Inputs], "p")[0].Values;
        var model = Model.Load(new MemoryStream(bytes));
        Fixture.Near(transform, expected, model.Predict(x));

        var labels = Enumerable.Range(0, rows).Select(i => i % classes).ToArray();
        var data = TableData.FromArrays([.. x.Chunk(Inputs)], [.. labels.Select(label => $"{label}")]);
        Assert.Equal(Enumerable.Range(0, rows).Average(Loss), model.Evaluate(data).Loss, 6);

        // in float64, since the runtime's probabilities next to 0 are rounded
        double Score(int i, int k) =>
            intercepts[k] + Enumerable.Range(0, Inputs).Sum(j => (double)coefficients[k * Inputs + j] * x[i * Inputs + j]);

        double Loss(int i) => transform == "SOFTMAX"
            ? Math.Log(Enumerable.Range(0, classes).Sum(k => Math.Exp(Score(i, k)))) - Score(i, labels[i])
            : Math.Log(1 + Math.Exp(-Score(i, labels[i])));
    }

    static ModelProto File(string transform, float[] coefficients, float[] intercepts)
    {
        var classifier = new NodeProto { Domain = "ai.onnx.ml", OpType = "LinearClassifier", Input = { "x" }, Output = { "label", "raw" } };
        classifier.Attribute.Add(new AttributeProto { Name = "coefficients", Type = (int)Kind.Floats, Floats = { coefficients } });
        classifier.Attribute.Add(new AttributeProto { Name = "intercepts", Type = (int)Kind.Floats, Floats = { intercepts } });
        classifier.Attribute.Add(new AttributeProto
        {
            Name = "classlabels_ints",
            Type = (int)Kind.Ints,
            Ints = { Enumerable.Range(0, intercepts.Length).Select(label => (long)label) },
        });
        classifier.Attribute.Add(new AttributeProto { Name = "post_transform", Type = (int)Kind.String, S = ByteString.CopyFromUtf8(transform) });
        var normalizer = new NodeProto { Domain = "ai.onnx.ml", OpType = "Normalizer", Input = { "raw" }, Output = { "p" } };
        normalizer.Attribute.Add(new AttributeProto { Name = "norm", Type = (int)Kind.String, S = ByteString.CopyFromUtf8("L1") });

        var graph = new GraphProto { Name = "regression", Node = { classifier, normalizer } };
        graph.Input.Add(Rows("x", Inputs));
        graph.Output.Add(Rows("p", intercepts.Length));
        var model = new ModelProto { IrVersion = 8, Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 17 });
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "ai.onnx.ml", Version = 1 });
        return model;
    }

    static ValueInfoProto Rows(string name, int width)
    {
        var port = Samples.MessagePort(name, DataType.Float);
        port.Type.TensorType.Shape.Dim.Add(new Dimension { DimValue = width });
        return port;
    }
}
