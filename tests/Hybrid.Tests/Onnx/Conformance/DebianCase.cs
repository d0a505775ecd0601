using Google.Protobuf;
using Hybrid.Kernels;
using Hybrid.Onnx;
using Hybrid.Onnx.Wire;
using DataType = Hybrid.Onnx.Wire.TensorProto.Types.DataType;

namespace Hybrid.Tests.Onnx.Conformance;

/// <summary>A test from the ONNX project: a model, its inputs, and the outputs that it must return.</summary>
sealed class DebianCase
{
    readonly ModelProto model;
    readonly ValueInfoProto[] inputs;
    readonly TensorProto[] given, expected;

    public DebianCase(string folder)
    {
        Name = Path.GetFileName(folder);
        model = ModelProto.Parser.WithDiscardUnknownFields(true).ParseFrom(File.ReadAllBytes(Path.Combine(folder, "model.onnx")));
        var constants = model.Graph.Initializer.Select(tensor => tensor.Name).ToHashSet();
        inputs = [.. model.Graph.Input.Where(input => !constants.Contains(input.Name))];
        NotSupported = ReasonByType();
        given = NotSupported is null ? Read(folder, "input", inputs.Length) : [];
        expected = NotSupported is null ? Read(folder, "output", model.Graph.Output.Count) : [];
        NotSupported ??= ReasonByValue();
    }

    public string Name { get; }

    /// <summary>Why the test is none for this project, if it is none.</summary>
    public string? NotSupported { get; }

    /// <summary>Whether some operands are not float32 and were bound as constants.</summary>
    public bool IsBound => inputs.Any(input => TypeOf(input) != DataType.Float);

    /// <summary>Every output of the network that the model becomes, against the one that is expected.</summary>
    /// <exception cref="HybridException">The model is not read.</exception>
    public void Run()
    {
        for (var output = 0; output < expected.Length; output++)
        {
            var (network, values, shape) = Network(output);
            var x = TensorModule.input("x", Samples.List(shape));
            var y = NetworkModule.forward(network, x);
            var answer = Eager.evaluate(CpuEngine.Create(1), Samples.List(Tuple.Create("x", values)), Samples.List(y)).Head;
            Agreement.Require($"output {output}", Dimensions(expected[output]), Numbers(expected[output]), y, answer);
        }
    }

    /// <summary>The network of the model up to one output, and its first input, the others bound as constants.</summary>
    public (Core.Network Network, float[] Input, int[] Shape) Network(int output)
    {
        var bound = model.Clone();
        var wanted = bound.Graph.Output[output];
        bound.Graph.Output.Clear();
        bound.Graph.Output.Add(wanted);
        var first = Array.FindIndex(inputs, input => TypeOf(input) == DataType.Float);

        for (var i = 0; i < inputs.Length; i++)
            if (i != first)
            {
                var constant = given[i].Clone();
                constant.Name = inputs[i].Name;
                bound.Graph.Initializer.Add(constant);
            }

        var file = OnnxFile.Parse(bound.ToByteArray(), Name);
        var network = Imported.network(file.Opset, file.Graph);
        return first < 0 ? (network, [0f], [1]) : (network, Numbers(given[first]), Dimensions(given[first]));
    }

    string? ReasonByType()
    {
        if (model.Graph.Node.FirstOrDefault(node =>
            !NodeReader.IsDefaultDomain(node.Domain) || !Imported.operators.Contains(node.OpType)) is { } other)
            return $"made of other operators, such as {other.OpType}";

        foreach (var port in inputs.Concat(model.Graph.Output))
            if (TypeOf(port) is not (DataType.Float or DataType.Int64 or DataType.Bool))
                return TypeOf(port) is { } type
                    ? $"needs the type {TensorReader.TypeName((int)type)}"
                    : "needs values that are not tensors";

        if (inputs.Length > 0 && inputs.All(input => TypeOf(input) != DataType.Float))
            return "has no operand of float32";

        // numbers that say how many elements there are, and remainders that jump
        if (model.Graph.Node.FirstOrDefault(node => node.OpType is "Range" or "Mod" || (node.OpType == "OneHot"
            && inputs.FirstOrDefault(input => TypeOf(input) == DataType.Float)?.Name == node.Input[1])) is { } fixedOne)
            return $"needs real numbers where {fixedOne.OpType} takes constants";

        if (model.Graph.Node.FirstOrDefault(node => node.OpType is "Resize" or "Upsample"
            && node.Attribute.Any(one => one.Name == "mode" && one.S.ToStringUtf8() != "nearest")) is { } resize)
            return $"needs {resize.OpType} between elements";

        return model.Graph.Output.Any(output => TypeOf(output) == DataType.Int64)
            && model.Graph.Node.All(node => node.OpType != "ArgMax")
            ? "computes whole numbers that are not indices"
            : null;
    }

    /// <summary>A dropout that leaves out units in use draws them as numpy does.</summary>
    string? ReasonByValue()
    {
        bool IsNot0(string name) => Array.FindIndex(inputs, input => input.Name == name) is >= 0 and var i
            && Numbers(given[i]).Any(value => value != 0);

        return model.Graph.Node.Any(node => node is { OpType: "Dropout", Input.Count: 3 } && IsNot0(node.Input[2])
            && (node.Input[1].Length == 0 || IsNot0(node.Input[1])))
            ? "needs numpy's random numbers"
            : null;
    }

    static DataType? TypeOf(ValueInfoProto port) => (DataType?)port.Type?.TensorType?.ElemType;

    static TensorProto[] Read(string folder, string kind, int count) =>
    [
        .. Enumerable.Range(0, count).Select(i =>
            TensorProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(folder, "test_data_set_0", $"{kind}_{i}.pb")))),
    ];

    static int[] Dimensions(TensorProto tensor) => [.. tensor.Dims.Select(extent => (int)extent)];

    static float[] Numbers(TensorProto tensor) =>
        new TensorReader(new ModelSource("test", null)).Read(tensor, "tensor").Values switch
        {
            OnnxValues.Floats floats => floats.Item,
            OnnxValues.Doubles doubles => Array.ConvertAll(doubles.Item, value => (float)value),
            OnnxValues.Integers integers => Array.ConvertAll(integers.Item, value => (float)value),
            var other => throw new ArgumentException($"{other}", nameof(tensor)),
        };
}
