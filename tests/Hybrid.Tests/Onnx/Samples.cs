using Google.Protobuf;
using Hybrid.Onnx;
using Hybrid.Onnx.Wire;
using Microsoft.FSharp.Collections;
using Xunit;
using DataType = Hybrid.Onnx.Wire.TensorProto.Types.DataType;

namespace Hybrid.Tests.Onnx;

/// <summary>Small models, as records and as messages of a file.</summary>
static class Samples
{
    public static FSharpList<T> List<T>(params T[] items) => ListModule.OfSeq(items);

    public static OnnxPort Port(string name, int features) =>
        new(name, OnnxType.Real, List(OnnxDimension.NewFree("batch"), OnnxDimension.NewFixed(features)));

    public static OnnxTensor Floats(string name, int[] dimensions, params float[] values) =>
        new(name, List(dimensions), OnnxValues.NewFloats(values));

    public static OnnxTensor Integers(string name, int[] dimensions, params long[] values) =>
        new(name, List(dimensions), OnnxValues.NewIntegers(values));

    public static OnnxNode Node(
        string operatorName, string[] inputs, string output, params (string, OnnxAttribute)[] attributes) =>
        new("", operatorName, List(inputs), List(output),
            ListModule.OfSeq(attributes.Select(attribute => attribute.ToTuple())));

    /// <summary>softmax(relu(x W₁ᵀ + b₁) W₂ᵀ + b₂), of 2 features, 3 neurons and 2 classes.</summary>
    public static OnnxModel Network() => new(
        new OnnxGraph(
            "network",
            List(Port("input", 2)),
            List(Port("probabilities", 2)),
            List(
                Floats("0.weight", [3, 2], 1f, -2f, 0.5f, 0.25f, -1f, 3f),
                Floats("0.bias", [3], 0.1f, -0.2f, 0.3f),
                Floats("2.weight", [2, 3], 0.5f, -0.25f, 1f, -1f, 0.75f, 0.125f),
                Floats("2.bias", [2], 0.05f, -0.05f)),
            List(
                Node("Gemm", ["input", "0.weight", "0.bias"], "sum", ("transB", OnnxAttribute.NewInteger(1))),
                Node("Relu", ["sum"], "hidden"),
                Node("Gemm", ["hidden", "2.weight", "2.bias"], "scores", ("transB", OnnxAttribute.NewInteger(1))),
                Node("Softmax", ["scores"], "probabilities", ("axis", OnnxAttribute.NewInteger(-1))))),
        17,
        "hybrid",
        List(Tuple.Create("classes", "[\"grün\",\"赤\"]"), Tuple.Create("a", "")));

    /// <summary>A model of every kind of attribute, value and dimension; its operators need not exist.</summary>
    public static OnnxModel Everything() => new(
        new OnnxGraph(
            "everything",
            List(
                new OnnxPort("x", OnnxType.Real, List(OnnxDimension.NewFree("batch"), OnnxDimension.NewFree(""))),
                new OnnxPort("scalar", OnnxType.Double, FSharpList<OnnxDimension>.Empty)),
            List(Port("y", 0), new OnnxPort("scalar", OnnxType.Real, FSharpList<OnnxDimension>.Empty)),
            List(
                Floats("odd", [2, 3], float.NegativeInfinity, -0f, float.Epsilon, float.MaxValue, 1f / 3f, 1e-20f),
                Integers("axes", [2], long.MinValue, long.MaxValue),
                Floats("alone", [], 7f),
                Floats("none", [0, 4]),
                new OnnxTensor("precise", List(2), OnnxValues.NewDoubles([1.0 / 3.0, 1_700_001_852.5])),
                new OnnxTensor("small", List(3), OnnxValues.NewBFloats([0x3f80, 0xff80, 1])),
                new OnnxTensor("names", List(2), OnnxValues.NewTexts(["grün", ""]))),
            List(
                Node("Constant", [], "c", ("value", OnnxAttribute.NewTensor(Integers("", [1], -1)))),
                new OnnxNode("named", "Many", List("x", "", "c"), List("y", "", "z"), ListModule.OfSeq([
                    Tuple.Create("integer", OnnxAttribute.NewInteger(long.MinValue)),
                    Tuple.Create("integers", OnnxAttribute.NewIntegerList(List(0L, -1L))),
                    Tuple.Create("nothing", OnnxAttribute.NewIntegerList(FSharpList<long>.Empty)),
                    Tuple.Create("number", OnnxAttribute.NewFloat(0.1f)),
                    Tuple.Create("numbers", OnnxAttribute.NewFloatList(List(0.1f, float.PositiveInfinity))),
                    Tuple.Create("text", OnnxAttribute.NewText("größer")),
                    Tuple.Create("texts", OnnxAttribute.NewTextList(List("a", "größer"))),
                    Tuple.Create("tensor", OnnxAttribute.NewTensor(Floats("inner", [1, 2], 1f, 2f)))])))),
        13,
        "",
        FSharpList<Tuple<string, string>>.Empty);

    /// <summary>The smallest model that is read, as messages: y = Relu(x).</summary>
    public static ModelProto Message()
    {
        var model = new ModelProto { IrVersion = 8, Graph = new GraphProto { Name = "small" } };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 17 });
        model.Graph.Input.Add(MessagePort("x"));
        model.Graph.Output.Add(MessagePort("y"));
        model.Graph.Node.Add(MessageNode("Relu", "x", "y"));
        return model;
    }

    public static ValueInfoProto MessagePort(string name, DataType type = DataType.Float)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = "batch" });
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } },
        };
    }

    public static NodeProto MessageNode(string operatorName, string input, string output)
    {
        var node = new NodeProto { OpType = operatorName };
        node.Input.Add(input);
        node.Output.Add(output);
        return node;
    }

    public static TensorProto MessageTensor(string name, DataType type, params long[] dimensions)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type };
        tensor.Dims.Add(dimensions);
        return tensor;
    }

    /// <summary>Reads the smallest model after a change.</summary>
    public static OnnxModel Read(Action<ModelProto> change)
    {
        var model = Message();
        change(model);
        return OnnxFile.Parse(model.ToByteArray(), "changed.onnx");
    }

    /// <summary>The message with which the smallest model is refused after a change; it names the file.</summary>
    public static string Refusal(Action<ModelProto> change)
    {
        var refusal = Assert.Throws<OnnxException>(() => Read(change));
        Assert.Equal("changed.onnx", refusal.File);
        Assert.StartsWith("changed.onnx: ", refusal.Message, StringComparison.Ordinal);
        return refusal.Message;
    }
}
