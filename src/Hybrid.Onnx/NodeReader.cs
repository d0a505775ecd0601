using Hybrid.Onnx.Wire;
using Microsoft.FSharp.Collections;
using AttributeType = Hybrid.Onnx.Wire.AttributeProto.Types.AttributeType;

namespace Hybrid.Onnx;

/// <summary>Nodes and their attributes.</summary>
/// <param name="source">The file, for errors.</param>
/// <param name="tensors">Reads their constants.</param>
/// <param name="types">The types of the graph's constants, by their names.</param>
sealed class NodeReader(ModelSource source, TensorReader tensors, IReadOnlyDictionary<string, int> types)
{
    const string OutputType = "output_dtype";

    /// <summary>ONNX's second domain: preprocessing and classical models, as scikit-learn and ML.NET export them.</summary>
    public const string ClassicalDomain = "ai.onnx.ml";

    public static bool IsDefaultDomain(string domain) => domain is "" or "ai.onnx";

    public OnnxNode Read(NodeProto node)
    {
        var described = ModelSource.Describe(node.Name, node.OpType, node.Output);
        var isDefault = IsDefaultDomain(node.Domain);
        return isDefault || node.Domain == ClassicalDomain
            ? new OnnxNode(
                node.Name,
                isDefault ? node.OpType : $"{ClassicalDomain}.{node.OpType}",
                ListModule.OfSeq(node.Input),
                ListModule.OfSeq(node.Output),
                ListModule.OfSeq(node.Attribute.Select(
                    attribute => Tuple.Create(attribute.Name, Attribute(attribute, described))).Concat(Quantized(node))))
            : throw source.Refuse(
                $"{described} is of a different domain, {Printable.quote(node.Domain)}",
                "Export the model with ONNX's own operators only.");
    }

    /// <summary>The type that a node quantizes to, as an attribute: otherwise only the type of its zero point says so.</summary>
    IEnumerable<Tuple<string, OnnxAttribute>> Quantized(NodeProto node)
    {
        var zero = node.OpType switch { "QuantizeLinear" => 2, "QLinearMatMul" => 7, _ => int.MaxValue };
        if (zero < node.Input.Count && node.Input[zero].Length > 0 && node.Attribute.All(attribute => attribute.Name != OutputType))
            yield return Tuple.Create(OutputType, OnnxAttribute.NewInteger(types.GetValueOrDefault(node.Input[zero])));
    }

    OnnxAttribute Attribute(AttributeProto attribute, string node)
    {
        var described = $"attribute {Printable.quote(attribute.Name)} of {node}";
        return (AttributeType)attribute.Type switch
        {
            _ when attribute.RefAttrName.Length > 0 => throw source.Refuse(
                $"{described} refers to an attribute of a function", "Export the model with its functions expanded."),
            AttributeType.Int => OnnxAttribute.NewInteger(attribute.I),
            AttributeType.Ints => OnnxAttribute.NewIntegerList(ListModule.OfSeq(attribute.Ints)),
            AttributeType.Float => OnnxAttribute.NewFloat(attribute.F),
            AttributeType.Floats => OnnxAttribute.NewFloatList(ListModule.OfSeq(attribute.Floats)),
            AttributeType.String => OnnxAttribute.NewText(tensors.Text(attribute.S, described)),
            AttributeType.Strings => OnnxAttribute.NewTextList(
                ListModule.OfSeq(attribute.Strings.Select(text => tensors.Text(text, described)))),
            AttributeType.Tensor when attribute.T is { } tensor =>
                OnnxAttribute.NewTensor(tensors.Read(tensor, described)),
            AttributeType.Tensor => throw source.Refuse($"{described} holds no tensor", "Export the model again."),
            AttributeType.Undefined => throw source.Refuse($"{described} states no type", "Export the model again."),
            var type => throw source.Refuse(
                $"{described} is of type {type}, which is not supported",
                "Export the model without control flow, sequences and sparse tensors."),
        };
    }
}
