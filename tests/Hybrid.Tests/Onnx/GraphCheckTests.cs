using Hybrid.Onnx;
using Hybrid.Onnx.Wire;
using Xunit;
using DataType = Hybrid.Onnx.Wire.TensorProto.Types.DataType;

namespace Hybrid.Tests.Onnx;

public sealed class GraphCheckTests
{
    [Fact]
    public void An_input_that_is_not_computed_before_its_node_is_refused()
    {
        Refused("(«Relu») reads «z», which no node computes", graph => graph.Node[0].Input[0] = "z");
        Refused("(«Relu») reads «z» before it is computed. The nodes form a cycle or are in the wrong order", graph =>
        {
            graph.Node[0].Input[0] = "z";
            graph.Node.Add(Samples.MessageNode("Relu", "x", "z"));
        });
        Refused("reads «y» before it is computed", graph => graph.Node[0].Input[0] = "y");
    }

    [Fact]
    public void A_duplicate_name_is_refused()
    {
        Refused("«y» of an output of the node that computes «y» («Abs») is already taken", graph =>
            graph.Node.Add(Samples.MessageNode("Abs", "x", "y")));
        Refused("«x» of an output", graph => graph.Node[0].Output.Add("x"));
        Refused("«x» of an input is already taken", graph => graph.Input.Add(Samples.MessagePort("x")));
        Refused("«w» of an initializer is already taken", graph => graph.Initializer.Add(
            [Samples.MessageTensor("w", DataType.Float, 0), Samples.MessageTensor("w", DataType.Float, 0)]));
        Refused("the output «y» is listed twice", graph => graph.Output.Add(Samples.MessagePort("y")));
        Refused("two attributes «axis»", graph => graph.Node[0].Attribute.Add(Enumerable.Repeat(
            new AttributeProto { Name = "axis", Type = (int)AttributeProto.Types.AttributeType.Int }, 2)));
    }

    [Fact]
    public void A_missing_part_is_refused()
    {
        Refused("the output «z» is not computed by any node", graph => graph.Output[0].Name = "z");
        Refused("an input has no name", graph => graph.Input.Add(Samples.MessagePort("")));
        Refused("an initializer has no name", graph =>
            graph.Initializer.Add(Samples.MessageTensor("", DataType.Float, 0)));
        Refused("the node that computes «y» («») has no operator", graph => graph.Node[0].OpType = "");
    }

    [Fact]
    public void An_output_may_be_an_input_or_omitted()
    {
        Samples.Read(model => model.Graph.Output.Add(Samples.MessagePort("x")));
        Samples.Read(model => model.Graph.Node[0].Output.Add(["", ""]));
    }

    [Fact]
    public void A_graph_is_also_checked_before_it_is_written()
    {
        var sound = Samples.Network();
        var graph = sound.Graph;
        var turned = new OnnxGraph(graph.Name, graph.Inputs, graph.Outputs, graph.Initializers,
            Samples.List([.. graph.Nodes.Reverse()]));
        var refusal = Assert.Throws<OnnxException>(() =>
            OnnxFile.ToBytes(new OnnxModel(turned, sound.Opset, sound.Producer, sound.Metadata)));
        Assert.Contains("reads «scores» before it is computed", refusal.Message, StringComparison.Ordinal);
    }

    static void Refused(string expected, Action<GraphProto> change) => Assert.Contains(
        expected, Samples.Refusal(model => change(model.Graph)), StringComparison.Ordinal);
}
