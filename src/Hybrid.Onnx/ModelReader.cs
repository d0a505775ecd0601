using Google.Protobuf.Collections;
using Hybrid.Onnx.Wire;
using Microsoft.FSharp.Collections;
using DataType = Hybrid.Onnx.Wire.TensorProto.Types.DataType;

namespace Hybrid.Onnx;

/// <summary>From the messages of a file to the records of the core; what the records cannot express is refused.</summary>
sealed class ModelReader(ModelSource source)
{
    /// <summary>The newest supported versions of operators and messages: those of ONNX 1.19.</summary>
    const int NewestOpset = 24, NewestFormat = 12;

    const string PlainAdvice = "Export the model with ONNX's own operators only.";
    const string PortAdvice = "Export the model with tensors of numbers as inputs and outputs.";

    /// <summary>Parts of the names of operators with weights.</summary>
    static readonly string[] weighted = ["MatMul", "Gemm", "Conv", "Einsum", "Linear", "TreeEnsemble", "SVM"];

    readonly TensorReader tensors = new(source);

    public OnnxModel Read(ModelProto model)
    {
        // almost any bytes parse as some message, so these three conditions make a file a model
        if (model.IrVersion <= 0)
            throw source.Refuse("is not an ONNX file: it states no format version", "Check that the path is right.");

        if (model.IrVersion > NewestFormat)
            throw source.Refuse(
                $"has format version (IR) {model.IrVersion}; the newest supported is {NewestFormat}",
                $"Export the model for opset {NewestOpset} or below.");

        if (model.Graph is not { } graph)
            throw source.Refuse("holds no graph", "Check that the file was copied whole, or export it again.");

        if (graph.Output.Count == 0)
            throw source.Refuse("the graph has no output", "Export the model with at least one output.");

        var opset = Opset(model.OpsetImport, graph);
        RefuseExtensions(model, graph);

        var initializers = graph.Initializer.Select(Initializer).ToList();
        var constants = initializers.Select(initializer => initializer.Name).ToHashSet();
        var nodes = new NodeReader(source, tensors, Types(graph));
        var computed = Computed(graph);

        var read = new OnnxGraph(
            graph.Name,
            // up to format version 3 every initializer is also listed as an input, whose value may be replaced
            ListModule.OfSeq(graph.Input.Where(input => !constants.Contains(input.Name))
                .Select(input => Port(input, "input"))),
            // indices and booleans are also numbers, but a reader of the first output wants the real ones; names come last
            ListModule.OfSeq(graph.Output.Select(output => Port(output, "output"))
                .OrderBy(port => port.Type.IsText ? 2 : port.Type.IsWhole ? 1 : 0)
                .ThenBy(port => computed.Contains(port.Name) ? 0 : 1)),
            ListModule.OfSeq(initializers),
            ListModule.OfSeq(graph.Node.Select(nodes.Read)));

        GraphCheck.Run(read, source);
        var metadata = ListModule.OfSeq(model.MetadataProps.Select(entry => Tuple.Create(entry.Key, entry.Value)));
        GraphCheck.Keys(metadata, source);
        return new OnnxModel(read, opset, model.ProducerName, metadata);
    }

    /// <summary>The results that depend on weights: ML.NET's files return their inputs too.</summary>
    static HashSet<string> Computed(GraphProto graph)
    {
        var computed = new HashSet<string>();
        foreach (var node in graph.Node)
            if (node.Input.Any(computed.Contains) || HasWeights(node.OpType))
                computed.UnionWith(node.Output);

        return computed;
    }

    static bool HasWeights(string operatorName) =>
        weighted.Any(part => operatorName.Contains(part, StringComparison.Ordinal));

    /// <summary>The types of the constants that a graph holds, by their names.</summary>
    static Dictionary<string, int> Types(GraphProto graph)
    {
        var types = new Dictionary<string, int>();
        foreach (var tensor in graph.Initializer)
            types[tensor.Name] = tensor.DataType;

        foreach (var node in graph.Node)
            if (node.OpType == "Constant" && node.Output.Count == 1 && node.Attribute is [{ T: { } tensor }])
                types[node.Output[0]] = tensor.DataType;

        return types;
    }

    int Opset(RepeatedField<OperatorSetIdProto> imports, GraphProto graph)
    {
        var versions = imports.Where(import => NodeReader.IsDefaultDomain(import.Domain))
            .Select(import => import.Version).Distinct().ToList();
        return versions switch
        {
            [> 0 and <= NewestOpset] => (int)versions[0],
            [> NewestOpset] => throw source.Refuse(
                $"states opset {versions[0]}; the newest supported is {NewestOpset}",
                $"Export the model for opset {NewestOpset} or below."),
            // without operators that have one
            [] when imports.Count > 0 && graph.Node.All(node => !NodeReader.IsDefaultDomain(node.Domain)) => NewestOpset,
            [] => throw source.Refuse("states no version of the operators (opset)", "Export the model again."),
            [var version] => throw source.Refuse($"states opset {version}", "Export the model again."),
            _ => throw source.Refuse("states several versions of the operators (opset)", "Export the model again."),
        };
    }

    void RefuseExtensions(ModelProto model, GraphProto graph)
    {
        if (model.Functions.FirstOrDefault(function => NodeReader.IsDefaultDomain(function.Domain)) is { } function)
            throw source.Refuse($"defines the operator {Printable.quote(function.Name)} itself", PlainAdvice);

        if (graph.SparseInitializer.Count > 0)
            throw source.Refuse("holds sparse initializers", "Export the model with dense tensors.");
    }

    OnnxTensor Initializer(TensorProto tensor) =>
        tensors.Read(tensor, $"initializer {Printable.quote(tensor.Name)}");

    OnnxPort Port(ValueInfoProto port, string kind)
    {
        var described = $"the {kind} {Printable.quote(port.Name)}";
        var tensor = port.Type?.TensorType;
        var dimensions = tensor?.Shape is { } shape
            ? shape.Dim.Select(dimension => Dimension(dimension, described))
            // rows of as many numbers as the graph takes
            : [OnnxDimension.NewFree(""), OnnxDimension.NewFree("")];
        return new OnnxPort(port.Name, PortType(tensor, described), ListModule.OfSeq(dimensions));
    }

    OnnxType PortType(TypeProto.Types.Tensor? tensor, string described) => (DataType?)tensor?.ElemType switch
    {
        null => OnnxType.Other,
        DataType.Float or DataType.Float16 or DataType.Bfloat16 => OnnxType.Real,
        DataType.Double => OnnxType.Double,
        DataType.Bool or DataType.Int8 or DataType.Int16 or DataType.Int32 or DataType.Int64 or DataType.Uint8
            or DataType.Uint16 or DataType.Uint32 or DataType.Uint64 => OnnxType.Whole,
        DataType.String => OnnxType.Text,
        var other => throw source.Refuse($"{described} is of type {TensorReader.TypeName((int)other)}", PortAdvice),
    };

    OnnxDimension Dimension(TensorShapeProto.Types.Dimension dimension, string described) =>
        dimension.ValueCase != TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue || dimension.DimValue == -1
            // a dimension may be free without a name, and ML.NET calls it -1
            ? OnnxDimension.NewFree(dimension.DimParam)
            : dimension.DimValue is >= 0 and <= int.MaxValue
                ? OnnxDimension.NewFixed((int)dimension.DimValue)
                : throw source.Refuse($"{described} has a dimension of {dimension.DimValue}", PortAdvice);
}
