using Google.Protobuf;
using Hybrid.Onnx.Wire;
using Xunit;
using AttributeType = Hybrid.Onnx.Wire.AttributeProto.Types.AttributeType;

namespace Hybrid.Tests.Onnx;

public sealed class NodeReaderTests
{
    [Fact]
    public void A_node_of_a_different_domain_is_refused_with_name_and_domain()
    {
        Refused("the node that computes «y» («Relu») is of a different domain, «com.example»", node =>
            node.Domain = "com.example");
        Refused("node «first» («Relu») is of a different domain", node =>
        {
            node.Name = "first";
            node.Domain = "com.microsoft";
        });
        Samples.Read(model => model.Graph.Node[0].Domain = "ai.onnx");
    }

    [Fact]
    public void An_operator_of_the_second_domain_begins_with_the_name_of_the_domain() => Assert.Equal(
        "ai.onnx.ml.Scaler",
        Samples.Read(model =>
        {
            model.Graph.Node[0].OpType = "Scaler";
            model.Graph.Node[0].Domain = "ai.onnx.ml";
        }).Graph.Nodes.Head.Operator);

    [Theory]
    [InlineData(5, "Graph, which is not supported")]
    [InlineData(9, "Tensors, which is not supported")]
    [InlineData(11, "SparseTensor, which is not supported")]
    [InlineData(77, "77, which is not supported")]
    [InlineData(0, "states no type")]
    [InlineData(4, "holds no tensor")]
    public void An_attribute_of_an_unsupported_type_is_refused_with_name_and_node(int type, string expected)
    {
        var attribute = new AttributeProto { Name = "body", Type = type };
        Refused("attribute «body» of the node that computes «y» («Relu»)", node => node.Attribute.Add(attribute));
        Refused(expected, node => node.Attribute.Add(attribute));
    }

    [Fact]
    public void An_attribute_that_refers_to_a_function_is_refused() =>
        Refused("attribute of a function", node => node.Attribute.Add(
            new AttributeProto { Name = "alpha", Type = (int)AttributeType.Float, RefAttrName = "a" }));

    [Fact]
    public void Text_that_is_not_utf8_is_refused() =>
        Refused("«mode» of the node that computes «y» («Relu») is not UTF-8", node => node.Attribute.Add(new AttributeProto
        {
            Name = "mode",
            Type = (int)AttributeType.String,
            S = ByteString.CopyFrom(0xff, 0xfe),
        }));

    static void Refused(string expected, Action<NodeProto> change) => Assert.Contains(
        expected, Samples.Refusal(model => change(model.Graph.Node[0])), StringComparison.Ordinal);
}
