using Google.Protobuf;
using Hybrid.Onnx.Wire;
using AttributeType = Hybrid.Onnx.Wire.AttributeProto.Types.AttributeType;
using DataType = Hybrid.Onnx.Wire.TensorProto.Types.DataType;

namespace Hybrid.Tests.Hostile;

/// <summary>Changes to a model by somebody who knows the meaning of its parts.</summary>
sealed class HostileGraphs(System.Random random)
{
    const int MostChanges = 4, LongestChain = 300;

    static readonly long[] extents =
        [0, 1, 2, 3, 5, 64, 1000, 1 << 16, 1 << 20, int.MaxValue, 1L << 31, 1L << 32, 1L << 62, long.MaxValue, -1, -2, long.MinValue];

    static readonly string[] operators = [.. Imported.operators, "Conv", "If", "Loop", ""];

    static readonly string[] attributes =
        ["axis", "axes", "perm", "to", "alpha", "beta", "transA", "transB", "keepdims", "start", "end", "starts", "ends", "steps",
         "shape", "value", "epsilon", "training_mode", "allowzero", "min", "max", "noop_with_empty_axes", "stash_type",
         "equation", "batch_dims", "num_groups", "reduction", "output_dtype", "k", "mode"];

    static readonly string[] texts =
    [
        "", "null", "[]", "{}", "[null]", "[1]", "[\"a\",\"a\"]", "[{}]", "[{\"name\":1}]", "[{\"name\":\"a\",\"name\":\"a\"}]", "{\"name\":\"a\"}", "0", "2", "squared",
        "regression", "\ud800", "[[[[[[[[[[", new string('[', 100_000), "[\"" + new string('a', 10_000) + "\"]", "../../etc/passwd",
        string.Concat(Enumerable.Repeat("[{\"name\":\"x1\",\"categories\":[\"a\",\"b\"]},", 50)) + "]",
    ];

    public byte[] Draw(byte[] whole)
    {
        var model = ModelProto.Parser.ParseFrom(whole);
        for (var changes = random.Next(1, MostChanges); changes > 0; changes--)
            Change(model);

        return model.ToByteArray();
    }

    void Change(ModelProto model)
    {
        var graph = model.Graph;
        var node = graph.Node.Count > 0 ? random.Pick(graph.Node) : null;
        var tensors = graph.Initializer.Concat(graph.Node.SelectMany(given => given.Attribute).Select(given => given.T).OfType<TensorProto>()).ToList();
        var tensor = tensors.Count > 0 ? random.Pick(tensors) : null;
        switch (random.Next(16))
        {
            case 0 when tensor is { Dims.Count: > 0 }:
                tensor.Dims[random.Next(tensor.Dims.Count)] = random.Pick(extents);
                break;
            case 1 when tensor is not null:
                tensor.Dims.Add(Enumerable.Range(0, random.Next(random.Next(9) == 0 ? 3000 : 4)).Select(_ => random.Pick(extents)));
                break;
            case 2 when tensor is not null:
                tensor.DataType = random.Next(20);
                break;
            case 3 when node is { Input.Count: > 0 }:
                node.Input[random.Next(node.Input.Count)] = Name(graph);
                break;
            case 4 when node is { Output.Count: > 0 }:
                node.Output[random.Next(node.Output.Count)] = Name(graph);
                break;
            case 5 when node is not null:
                node.OpType = random.Pick(operators);
                break;
            case 6 when node is not null:
                node.Attribute.Add(Attribute());
                break;
            case 7 when node is { Attribute.Count: > 0 }:
                node.Attribute[random.Next(node.Attribute.Count)] = Attribute();
                break;
            case 8:
                Chain(graph, random.Next(10) == 0 ? random.Next(LongestChain) : random.Next(1, 5));
                break;
            case 9:
                Blow(graph);
                break;
            case 10 when graph.Node.Count > 1:
                // an order in which they cannot run, or a circle
                graph.Node.Insert(random.Next(graph.Node.Count), graph.Node[^1]);
                graph.Node.RemoveAt(graph.Node.Count - 1);
                break;
            case 11 when model.OpsetImport.Count > 0:
                model.OpsetImport[0].Version = random.Next(4) == 0 ? random.Pick(extents) : random.Next(1, 25);
                break;
            case 12 when model.MetadataProps.Count > 0:
                random.Pick(model.MetadataProps).Value = random.Pick(texts);
                break;
            case 13 when graph.Input.Count > 0:
                Dimension(random.Pick(graph.Input));
                break;
            case 14 when graph.Output.Count > 0:
                random.Pick(graph.Output).Name = Name(graph);
                break;
            default:
                Integers(graph);
                break;
        }
    }

    /// <summary>A name that exists, or one that does not.</summary>
    string Name(GraphProto graph)
    {
        string[] known =
        [
            .. graph.Input.Select(input => input.Name), .. graph.Initializer.Select(tensor => tensor.Name),
            .. graph.Node.SelectMany(node => node.Output), "", "nothing",
        ];
        return random.Pick(known);
    }

    AttributeProto Attribute()
    {
        var attribute = new AttributeProto { Name = random.Pick(attributes), I = random.Pick(extents), F = random.Pick([0f, 1f, -1f, float.NaN, float.MaxValue]) };
        attribute.Ints.Add(Enumerable.Range(0, random.Next(4)).Select(_ => random.Pick(extents)));
        attribute.Type = (int)random.Pick([AttributeType.Int, AttributeType.Ints, AttributeType.Float, AttributeType.String, AttributeType.Tensor, AttributeType.Graph]);
        attribute.T = random.Next(2) == 0 ? null : Shape("");
        attribute.S = ByteString.CopyFromUtf8(random.Pick(["", "ab,bc->ac", "...a,a", "aa->a", "add", "edge"]));
        return attribute;
    }

    TensorProto Shape(string name)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)DataType.Int64 };
        tensor.Int64Data.Add(Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Pick(extents)));
        tensor.Dims.Add(tensor.Int64Data.Count);
        return tensor;
    }

    /// <summary>Puts nodes between the graph and its outputs.</summary>
    void Chain(GraphProto graph, int length)
    {
        for (var i = 0; i < length; i++)
        {
            var output = graph.Output[0].Name;
            var made = graph.Node.LastOrDefault(node => node.Output.Contains(output));
            if (made is null)
                return;

            var inner = $"inner{graph.Node.Count}";
            made.Output[made.Output.IndexOf(output)] = inner;
            var node = new NodeProto { OpType = random.Pick(operators) };
            node.Input.Add(inner);
            if (random.Next(2) == 0)
                node.Input.Add(random.Next(2) == 0 ? inner : Name(graph));

            node.Output.Add(output);
            graph.Node.Add(node);
        }
    }

    /// <summary>Makes something large of something small.</summary>
    void Blow(GraphProto graph)
    {
        var shape = Shape($"shape{graph.Initializer.Count}");
        graph.Initializer.Add(shape);
        var node = new NodeProto { OpType = random.Pick(["Expand", "Reshape", "Gather", "Slice", "Unsqueeze", "Concat"]) };
        node.Input.Add([Name(graph), shape.Name]);
        if (node.OpType == "Concat")
            node.Input.Add(Enumerable.Repeat(node.Input[0], random.Next(200)));

        node.Output.Add($"large{graph.Node.Count}");
        var reader = graph.Node.Count > 0 ? random.Pick(graph.Node) : null;
        if (reader is { Input.Count: > 0 })
            reader.Input[random.Next(reader.Input.Count)] = node.Output[0];

        graph.Node.Insert(reader is null ? 0 : graph.Node.IndexOf(reader), node);
    }

    void Dimension(ValueInfoProto port)
    {
        if (port.Type?.TensorType?.Shape is not { Dim.Count: > 0 } shape)
            return;

        shape.Dim[random.Next(shape.Dim.Count)] = random.Next(4) == 0
            ? new TensorShapeProto.Types.Dimension { DimParam = "n" }
            : new TensorShapeProto.Types.Dimension { DimValue = random.Pick(extents) };
        if (random.Next(4) == 0)
            shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = random.Next(1, 5) });
    }

    /// <summary>Wrong axes, shapes and bounds.</summary>
    void Integers(GraphProto graph)
    {
        foreach (var tensor in graph.Initializer.Where(tensor => tensor.Int64Data.Count > 0))
            tensor.Int64Data[random.Next(tensor.Int64Data.Count)] = random.Pick(extents);

        foreach (var attribute in graph.Node.SelectMany(node => node.Attribute).Where(_ => random.Next(3) == 0))
            attribute.I = random.Pick(extents);
    }
}
