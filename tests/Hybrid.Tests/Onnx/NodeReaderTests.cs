using Google.Protobuf;
using Hybrid.Onnx.Wire;
using Xunit;
using AttributeType = Hybrid.Onnx.Wire.AttributeProto.Types.AttributeType;

namespace Hybrid.Tests.Onnx;

public sealed class NodeReaderTests
{
    [Fact]
    public void ANodeOfAnotherDomainIsRefusedByNameAndDomain()
    {
        Refused("the node that makes «y» («Relu») is of another domain, «ai.onnx.ml»", node =>
            node.Domain = "ai.onnx.ml");
        Refused("node «first» («Relu») is of another domain", node =>
        {
            node.Name = "first";
            node.Domain = "com.microsoft";
        });
        Samples.Read(model => model.Graph.Node[0].Domain = "ai.onnx");
    }

    [Theory]
    [InlineData(5, "Graph, which is not read")]
    [InlineData(8, "Strings, which is not read")]
    [InlineData(9, "Tensors, which is not read")]
    [InlineData(11, "SparseTensor, which is not read")]
    [InlineData(77, "77, which is not read")]
    [InlineData(0, "states no type")]
    [InlineData(4, "holds no tensor")]
    public void AnAttributeOfAnotherTypeIsRefusedByNameAndNode(int type, string expected)
    {
        var attribute = new AttributeProto { Name = "body", Type = type };
        Refused("attribute «body» of the node that makes «y» («Relu»)", node => node.Attribute.Add(attribute));
        Refused(expected, node => node.Attribute.Add(attribute));
    }

    [Fact]
    public void AnAttributeThatStandsForAFunctionsIsRefused() =>
        Refused("attribute of a function", node => node.Attribute.Add(
            new AttributeProto { Name = "alpha", Type = (int)AttributeType.Float, RefAttrName = "a" }));

    [Fact]
    public void ATextThatIsNotUtf8IsRefused() =>
        Refused("«mode» of the node that makes «y» («Relu») is not UTF-8", node => node.Attribute.Add(new AttributeProto
        {
            Name = "mode",
            Type = (int)AttributeType.String,
            S = ByteString.CopyFrom(0xff, 0xfe),
        }));

    static void Refused(string expected, Action<NodeProto> change) => Assert.Contains(
        expected, Samples.Refusal(model => change(model.Graph.Node[0])), StringComparison.Ordinal);
}
