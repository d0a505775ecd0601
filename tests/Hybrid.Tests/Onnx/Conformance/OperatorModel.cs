using Google.Protobuf;
using Hybrid.Kernels;
using Hybrid.Onnx;
using Hybrid.Onnx.Wire;
using Hybrid.Tests.Support;
using AttributeType = Hybrid.Onnx.Wire.AttributeProto.Types.AttributeType;
using DataType = Hybrid.Onnx.Wire.TensorProto.Types.DataType;

namespace Hybrid.Tests.Onnx.Conformance;

/// <summary>The file that a case becomes, some of whose operands are, or are taken from, the input of the graph.</summary>
sealed class OperatorModel
{
    const string X = "x", Y = "y", Result = "result";

    readonly OperatorCase test;
    readonly int[] varying;
    readonly double[][] values;
    readonly ModelProto model = new() { IrVersion = 8, Graph = new GraphProto { Name = "case" } };

    public OperatorModel(OperatorCase test, int[] varying)
    {
        (this.test, this.varying) = (test, varying);
        values = [.. test.Operands.Select((operand, i) => operand?.Draw(new System.Random(i + 1)) ?? [])];
        model.OpsetImport.Add(new OperatorSetIdProto { Version = test.Opset });
        if (IsClassical)
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = NodeReader.ClassicalDomain, Version = 3 });
        if (varying.Length > 0)
            model.Graph.Input.Add(Port(X, DataType.Float, Shape));

        string[] operands = [.. test.Operands.Select((operand, i) => operand is null ? "" : Operand(operand, i))];
        string[] outputs = [.. Enumerable.Range(0, test.Outputs).Select(i => i == test.Output ? Y : $"other{i}")];
        var node = Node(IsClassical ? test.Operator[(NodeReader.ClassicalDomain.Length + 1)..] : test.Operator, operands, outputs);
        node.Domain = IsClassical ? NodeReader.ClassicalDomain : "";
        node.Attribute.Add(test.Attributes.Select(attribute => Attribute(attribute.Name, attribute.Value)));
        if (test.IsCastBack)
            Node("Cast", [Y], [Result]).Attribute.Add(Attribute("to", (long)DataType.Float));

        model.Graph.Output.Add(new ValueInfoProto { Name = test.IsCastBack ? Result : Y });
    }

    /// <summary>The numbers of the input and its shape: the operand's where there is one, else all in a row.</summary>
    float[] Input => varying.Length == 0 ? [0] : [.. varying.SelectMany(i => values[i]).Select(value => (float)value)];

    bool IsClassical => test.Operator.StartsWith(NodeReader.ClassicalDomain, StringComparison.Ordinal);

    int[] Shape => varying is [var only] ? test.Operands[only]!.Shape : [Input.Length];

    /// <summary>Fails unless Hybrid's result has the shape of ONNX Runtime's and its numbers, or is refused, as the case
    /// says.</summary>
    /// <exception cref="HybridException">Hybrid refuses the model and should not, or the results differ.</exception>
    /// <exception cref="InvalidOperationException">Hybrid reads the model and should not, or ONNX Runtime refuses it.</exception>
    public void Check()
    {
        if (test.IsRefused)
            Refuse();
        else
            Compare();
    }

    void Refuse()
    {
        try
        {
            Computed(DataType.Float, []);
        }
        catch (HybridException)
        {
            return;
        }

        throw new InvalidOperationException("it is not refused");
    }

    void Compare()
    {
        using var runtime = new OnnxRuntime(model.ToByteArray());
        var name = model.Graph.Output[0].Name;
        var expected = (varying.Length == 0
            ? runtime.Run(name)
            : runtime.Run(X, Input, [.. Shape.Select(extent => (long)extent)], name))[0];
        int[] shape = [.. expected.Dimensions.Select(extent => (int)extent)];
        var (y, answer) = Computed(expected.Type, shape);
        Agreement.Require("it", shape, expected.Values, y, answer);
    }

    /// <summary>What Hybrid computes.</summary>
    /// <exception cref="HybridException">Hybrid refuses the model.</exception>
    (Tensor Y, float[] Values) Computed(DataType type, int[] shape)
    {
        var stated = model.Clone();
        stated.Graph.Output[0] = Port(model.Graph.Output[0].Name, type, shape);
        var file = OnnxFile.Parse(stated.ToByteArray(), "case.onnx");
        var network = Imported.network(file.Opset, file.Graph);
        var y = NetworkModule.forward(network, TensorModule.input(X, Samples.List(varying.Length == 0 ? [1] : Shape)));
        return (y, Eager.evaluate(CpuEngine.Create(1), Samples.List(Tuple.Create(X, Input)), Samples.List(y)).Head);
    }

    public override string ToString() =>
        $"{test}, {(varying.Length == 0 ? "constants only" : $"operands {string.Join(", ", varying)} from the input")}";

    /// <summary>The name of an operand: a constant, the input, or elements of it.</summary>
    string Operand(Given operand, int i)
    {
        var name = $"operand{i}";
        if (!varying.Contains(i))
        {
            model.Graph.Initializer.Add(operand.Tensor(name, values[i]));
            return name;
        }

        var number = varying.Length == 1 ? X : Taken(operand, i);
        if (operand.Type != DataType.Bool)
            return number;

        Node("Cast", [number], [name]).Attribute.Add(Attribute("to", (long)DataType.Bool));
        return name;
    }

    string Taken(Given operand, int i)
    {
        var first = varying.TakeWhile(before => before != i).Sum(before => (long)values[before].Length);
        var places = Given.Wholes(operand.Shape, [.. Enumerable.Range(0, operand.Count).Select(place => first + place)]);
        model.Graph.Initializer.Add(places.Tensor($"places{i}", places.Draw(new System.Random(0))));
        Node("Gather", [X, $"places{i}"], [$"taken{i}"]);
        return $"taken{i}";
    }

    NodeProto Node(string operatorName, string[] inputs, string[] outputs)
    {
        var node = new NodeProto { OpType = operatorName };
        node.Input.Add(inputs);
        node.Output.Add(outputs);
        model.Graph.Node.Add(node);
        return node;
    }

    static ValueInfoProto Port(string name, DataType type, int[] shape)
    {
        var extents = new TensorShapeProto();
        extents.Dim.Add(shape.Select(extent => new TensorShapeProto.Types.Dimension { DimValue = extent }));
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = extents } },
        };
    }

    static AttributeProto Attribute(string name, object value)
    {
        var attribute = value switch
        {
            long integer => new AttributeProto { Type = (int)AttributeType.Int, I = integer },
            float number => new AttributeProto { Type = (int)AttributeType.Float, F = number },
            string text => new AttributeProto { Type = (int)AttributeType.String, S = ByteString.CopyFromUtf8(text) },
            long[] => new AttributeProto { Type = (int)AttributeType.Ints },
            float[] => new AttributeProto { Type = (int)AttributeType.Floats },
            TensorProto tensor => new AttributeProto { Type = (int)AttributeType.Tensor, T = tensor },
            _ => throw new ArgumentException($"{value}", nameof(value)),
        };
        attribute.Name = name;
        if (value is long[] integers)
            attribute.Ints.Add(integers);
        if (value is float[] numbers)
            attribute.Floats.Add(numbers);
        return attribute;
    }
}
