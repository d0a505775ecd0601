using Google.Protobuf;
using Hybrid.Onnx.Wire;
using Xunit;
using DataType = Hybrid.Onnx.Wire.TensorProto.Types.DataType;
using Dimension = Hybrid.Onnx.Wire.TensorShapeProto.Types.Dimension;

namespace Hybrid.Tests.Onnx;

public sealed class ModelReaderTests
{
    [Fact]
    public void The_smallest_model_is_read()
    {
        var model = Samples.Read(_ => { });
        Assert.Equal(17, model.Opset);
        Assert.Equal("Relu", Assert.Single(model.Graph.Nodes).Operator);
    }

    [Fact]
    public void A_file_without_the_marks_of_a_model_is_refused()
    {
        Refused("states no format version", model => model.ClearIrVersion());
        Refused("states no format version", model => model.IrVersion = -1);
        Refused("format version (IR) 13; the newest supported is 12", model => model.IrVersion = 13);
        Refused("holds no graph", model => model.Graph = null);
        Refused("has no output", model => model.Graph.Output.Clear());
    }

    [Fact]
    public void The_opset_is_that_of_the_default_domain()
    {
        Assert.Equal(15, Samples.Read(model =>
        {
            model.OpsetImport[0].Domain = "ai.onnx";
            model.OpsetImport[0].Version = 15;
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = "com.example", Version = 3 });
        }).Opset);
        Refused("no version of the operators (opset)", model => model.OpsetImport.Clear());
        Refused("states opset -17", model => model.OpsetImport[0].Version = -17);
        Refused("states opset 25; the newest supported is 24", model => model.OpsetImport[0].Version = 25);
        Refused("states opset 9223372036854775807; the newest supported", model => model.OpsetImport[0].Version = long.MaxValue);
        Refused("several versions", model => model.OpsetImport.Add(new OperatorSetIdProto { Version = 13 }));
    }

    [Fact]
    public void A_graph_of_classical_operators_alone_needs_no_opset_of_the_others() =>
        Assert.Equal("ai.onnx.ml.TreeEnsembleClassifier", Assert.Single(Samples.Read(model =>
        {
            model.OpsetImport[0].Domain = "ai.onnx.ml";
            model.OpsetImport[0].Version = 1;
            model.Graph.Node[0].Domain = "ai.onnx.ml";
            model.Graph.Node[0].OpType = "TreeEnsembleClassifier";
        }).Graph.Nodes).Operator);

    /// <summary>As ML.NET writes them: all columns, the inputs too.</summary>
    [Fact]
    public void An_output_that_depends_on_weights_comes_before_a_copy_of_an_input()
    {
        var graph = Samples.Read(model =>
        {
            var weight = Samples.MessageTensor("w", DataType.Float, 1, 1);
            weight.FloatData.Add(2);
            model.Graph.Initializer.Add(weight);
            model.Graph.Node.Add(new NodeProto { OpType = "MatMul", Input = { model.Graph.Input[0].Name, "w" }, Output = { "score" } });
            model.Graph.Output.Add(Samples.MessagePort("score", DataType.Float));
        }).Graph;
        Assert.Equal("score", graph.Outputs.Head.Name);
    }

    [Fact]
    public void A_duplicate_metadata_key_is_refused() => Refused("the metadata has «seed» twice", model =>
    {
        model.MetadataProps.Add(new StringStringEntryProto { Key = "seed", Value = "1" });
        model.MetadataProps.Add(new StringStringEntryProto { Key = "seed", Value = "2" });
    });

    [Fact]
    public void An_input_that_is_an_initializer_is_not_an_input()
    {
        var graph = Samples.Read(model =>
        {
            var weight = Samples.MessageTensor("w", DataType.Int64, 1);
            weight.Int64Data.Add(5);
            model.Graph.Initializer.Add(weight);
            model.Graph.Input.Insert(0, Samples.MessagePort("w", DataType.Int64));
        }).Graph;
        Assert.Equal("x", Assert.Single(graph.Inputs).Name);
        Assert.Equal(Samples.Integers("w", [1], 5), Assert.Single(graph.Initializers));
    }

    [Fact]
    public void A_repeated_type_is_not_copied_each_time()
    {
        // each time a tensor whose shape has one more axis
        byte[] type = [0x0A, 4, 0x12, 2, 0x0A, 0];
        byte[] types = [.. Enumerable.Repeat(type, 20_000).SelectMany(bytes => bytes)];
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(20_000, TypeProto.Parser.ParseFrom(types).TensorType.Shape.Dim.Count);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
    }

    [Fact]
    public void A_port_of_an_unknown_type_or_an_absurd_dimension_is_refused()
    {
        Refused("the input «x» is of type COMPLEX64", model => Type(model.Graph.Input[0]).ElemType = (int)DataType.Complex64);
        Refused("the output «y» is of type number 99", model => Type(model.Graph.Output[0]).ElemType = 99);
        Refused("a dimension of -2", model => Type(model.Graph.Input[0]).Shape.Dim[0].DimValue = -2);
        Refused("a dimension of 4294967296", model => Type(model.Graph.Input[0]).Shape.Dim[0].DimValue = 1L << 32);
    }

    [Fact]
    public void The_type_of_a_port_is_that_of_its_elements()
    {
        static OnnxType Read(DataType type) =>
            Samples.Read(model => Type(model.Graph.Input[0]).ElemType = (int)type).Graph.Inputs.Head.Type;

        Assert.All(new[] { DataType.Float, DataType.Float16 }, type => Assert.Equal(OnnxType.Real, Read(type)));
        Assert.Equal(OnnxType.Double, Read(DataType.Double));
        Assert.All(new[] { DataType.Int64, DataType.Uint8, DataType.Bool }, type => Assert.Equal(OnnxType.Whole, Read(type)));
        Assert.Equal(OnnxType.Text, Read(DataType.String));
    }

    [Fact]
    public void An_output_that_is_not_a_tensor_has_another_type() => Assert.Equal(
        OnnxType.Other, Samples.Read(model => model.Graph.Output[0].Type = null).Graph.Outputs.Head.Type);

    [Fact]
    public void An_unstated_dimension_is_free()
    {
        OnnxDimension[] free = [OnnxDimension.NewFree(""), OnnxDimension.NewFree("")];
        Assert.Equal(free, Samples.Read(model => Type(model.Graph.Input[0]).Shape = null).Graph.Inputs.Head.Dimensions);
        Assert.Equal(
            [OnnxDimension.NewFree("")],
            Samples.Read(model => Type(model.Graph.Input[0]).Shape.Dim[0].DimValue = -1).Graph.Inputs.Head.Dimensions);
    }

    [Fact]
    public void Outputs_of_indices_and_booleans_follow_those_of_numbers()
    {
        var graph = Samples.Read(model =>
        {
            Type(model.Graph.Output[0]).ElemType = (int)DataType.Int64;
            model.Graph.Node.Add(Samples.MessageNode("Tanh", "x", "z"));
            model.Graph.Output.Add(Samples.MessagePort("z"));
        }).Graph;
        Assert.Equal(["z", "y"], graph.Outputs.Select(output => output.Name));
    }

    [Fact]
    public void A_dimension_is_fixed_or_free_with_or_without_a_name()
    {
        var port = Samples.Read(model => Type(model.Graph.Input[0]).Shape.Dim.Add(
            [new Dimension { DimValue = 3 }, new Dimension()])).Graph.Inputs.Head;
        OnnxDimension[] expected =
            [OnnxDimension.NewFree("batch"), OnnxDimension.NewFixed(3), OnnxDimension.NewFree("")];
        Assert.Equal(expected, port.Dimensions);
    }

    [Fact]
    public void An_extension_of_the_format_is_refused()
    {
        Refused("sparse initializers", model => model.Graph.SparseInitializer.Add(ByteString.Empty));
        Refused("defines the operator «Relu» itself", model =>
            model.Functions.Add(new FunctionProto { Name = "Relu" }));
    }

    static TypeProto.Types.Tensor Type(ValueInfoProto port) => port.Type.TensorType;

    static void Refused(string expected, Action<ModelProto> change) =>
        Assert.Contains(expected, Samples.Refusal(change), StringComparison.Ordinal);
}
