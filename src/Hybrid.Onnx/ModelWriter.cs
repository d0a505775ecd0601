using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Hybrid.Onnx.Wire;
using AttributeType = Hybrid.Onnx.Wire.AttributeProto.Types.AttributeType;
using DataType = Hybrid.Onnx.Wire.TensorProto.Types.DataType;

namespace Hybrid.Onnx;

/// <summary>From the records of the core to the messages of a file; what could not be read back is refused.</summary>
sealed class ModelWriter(ModelSource source)
{
    const int FormatVersion = 8, ClassicalVersion = 3;
    const string ClassicalPrefix = NodeReader.ClassicalDomain + ".";
    const string ModelAdvice = "The model was not built correctly.";

    // The format counts in 31 bits; the rest is for names and nodes.
    const long MostTensorBytes = int.MaxValue - (64L << 20);

    long tensorBytes;

    public ModelProto Write(OnnxModel model)
    {
        GraphCheck.Run(model.Graph, source);
        if (model.Opset <= 0)
            throw source.Refuse($"the opset is {model.Opset}", ModelAdvice);

        var proto = new ModelProto { IrVersion = FormatVersion, ProducerName = model.Producer };
        proto.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = model.Opset });
        if (model.Graph.Nodes.Any(node => node.Operator.StartsWith(ClassicalPrefix, StringComparison.Ordinal)))
            proto.OpsetImport.Add(new OperatorSetIdProto { Domain = NodeReader.ClassicalDomain, Version = ClassicalVersion });

        proto.MetadataProps.Add(model.Metadata.Select(
            entry => new StringStringEntryProto { Key = entry.Item1, Value = entry.Item2 }));
        GraphCheck.Keys(model.Metadata, source);

        proto.Graph = Graph(model.Graph);
        return proto;
    }

    GraphProto Graph(OnnxGraph graph)
    {
        var proto = new GraphProto { Name = graph.Name };
        proto.Node.Add(graph.Nodes.Select(Node));
        proto.Initializer.Add(graph.Initializers.Select(
            tensor => Tensor(tensor, $"initializer {Printable.quote(tensor.Name)}")));
        proto.Input.Add(graph.Inputs.Select(Port));
        proto.Output.Add(graph.Outputs.Select(Port));
        return proto;
    }

    NodeProto Node(OnnxNode node)
    {
        var described = ModelSource.Describe(node.Name, node.Operator, node.Outputs);
        var proto = node.Operator.StartsWith(ClassicalPrefix, StringComparison.Ordinal)
            ? new NodeProto { OpType = node.Operator[ClassicalPrefix.Length..], Domain = NodeReader.ClassicalDomain }
            : new NodeProto { OpType = node.Operator };
        if (node.Name.Length > 0)
            proto.Name = node.Name;

        proto.Input.Add(node.Inputs);
        proto.Output.Add(node.Outputs);
        proto.Attribute.Add(node.Attributes.Select(
            attribute => Attribute(attribute.Item1, attribute.Item2, described)));
        return proto;
    }

    AttributeProto Attribute(string name, OnnxAttribute value, string node)
    {
        var proto = new AttributeProto { Name = name };
        switch (value)
        {
            case OnnxAttribute.Integer integer:
                proto.Type = (int)AttributeType.Int;
                proto.I = integer.Item;
                break;
            case OnnxAttribute.IntegerList integers:
                proto.Type = (int)AttributeType.Ints;
                proto.Ints.Add(integers.Item);
                break;
            case OnnxAttribute.Float number:
                proto.Type = (int)AttributeType.Float;
                proto.F = number.Item;
                break;
            case OnnxAttribute.FloatList numbers:
                proto.Type = (int)AttributeType.Floats;
                proto.Floats.Add(numbers.Item);
                break;
            case OnnxAttribute.Text text:
                proto.Type = (int)AttributeType.String;
                proto.S = ByteString.CopyFromUtf8(text.Item);
                break;
            case OnnxAttribute.TextList texts:
                proto.Type = (int)AttributeType.Strings;
                proto.Strings.Add(texts.Item.Select(ByteString.CopyFromUtf8));
                break;
            case OnnxAttribute.Tensor tensor:
                proto.Type = (int)AttributeType.Tensor;
                proto.T = Tensor(tensor.Item, $"attribute {Printable.quote(name)} of {node}");
                break;
            default:
                throw new UnreachableException();
        }

        return proto;
    }

    TensorProto Tensor(OnnxTensor tensor, string owner)
    {
        var proto = new TensorProto();
        proto.Dims.Add(tensor.Dimensions.Select(extent => (long)extent));
        if (tensor.Name.Length > 0)
            proto.Name = tensor.Name;

        var (type, bytes, count) = tensor.Values switch
        {
            OnnxValues.Floats floats => (DataType.Float, Bytes(floats.Item, owner), floats.Item.Length),
            OnnxValues.Doubles doubles => (DataType.Double, Bytes(doubles.Item, owner), doubles.Item.Length),
            OnnxValues.BFloats bits => (DataType.Bfloat16, Bytes(bits.Item, owner), bits.Item.Length),
            OnnxValues.Integers integers => (DataType.Int64, Bytes(integers.Item, owner), integers.Item.Length),
            OnnxValues.SignedBytes integers => (DataType.Int8, Bytes(integers.Item, owner), integers.Item.Length),
            OnnxValues.Bytes integers => (DataType.Uint8, Bytes(integers.Item, owner), integers.Item.Length),
            OnnxValues.Texts texts => (DataType.String, null, texts.Item.Length),
            _ => throw new UnreachableException(),
        };

        if (TensorReader.Count(proto.Dims) != count)
            throw source.Refuse(
                $"{owner} of shape [{string.Join("; ", tensor.Dimensions)}] holds {count} elements", ModelAdvice);

        proto.DataType = (int)type;
        if (bytes is not null)
            proto.RawData = bytes;
        else if (tensor.Values is OnnxValues.Texts { Item: var texts })
            proto.StringData.Add(texts.Select(ByteString.CopyFromUtf8));

        return proto;
    }

    /// <summary>Numbers in little-endian order.</summary>
    ByteString Bytes<T>(T[] values, string owner)
        where T : unmanaged
    {
        tensorBytes += (long)values.Length * Unsafe.SizeOf<T>();
        if (tensorBytes > MostTensorBytes)
            throw source.Refuse(
                $"with {owner} the tensors exceed 2 GiB, the limit of the format", "Use fewer weights.");

        // all weights a second time would be much
        if (BitConverter.IsLittleEndian)
            return UnsafeByteOperations.UnsafeWrap(new BytesOf<T>(values).Memory);

        var bytes = MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
        for (var start = 0; start < bytes.Length; start += Unsafe.SizeOf<T>())
            bytes.AsSpan(start, Unsafe.SizeOf<T>()).Reverse();

        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    ValueInfoProto Port(OnnxPort port)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(port.Dimensions.Select(dimension => Dimension(dimension, port.Name)));
        return new ValueInfoProto
        {
            Name = port.Name,
            Type = new TypeProto
            {
                TensorType = new TypeProto.Types.Tensor { ElemType = (int)PortType(port), Shape = shape },
            },
        };
    }

    DataType PortType(OnnxPort port) =>
        port.Type.IsReal ? DataType.Float
        : port.Type.IsDouble ? DataType.Double
        : port.Type.IsWhole ? DataType.Int64
        : port.Type.IsText ? DataType.String
        : throw source.Refuse($"{Printable.quote(port.Name)} is not a tensor", ModelAdvice);

    TensorShapeProto.Types.Dimension Dimension(OnnxDimension dimension, string port) => dimension switch
    {
        OnnxDimension.Fixed { Item: >= 0 } extent => new() { DimValue = extent.Item },
        OnnxDimension.Fixed extent => throw source.Refuse(
            $"{Printable.quote(port)} has a dimension of {extent.Item}", ModelAdvice),
        OnnxDimension.Free { Item: "" } => new(),
        OnnxDimension.Free name => new() { DimParam = name.Item },
        _ => throw new UnreachableException(),
    };
}
