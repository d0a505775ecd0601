using System.Text.Json.Nodes;
using Hybrid.Data;
using Hybrid.Onnx;
using Microsoft.FSharp.Core;

namespace Hybrid;

/// <summary>Models as ONNX files (IR 8, opset 17): the graph with its preprocessing, the weights, and the names of columns and
/// classes as metadata. They open in every ONNX runtime and viewer; there is no other format.</summary>
static class ModelFile
{
    /// <summary>Writes a model, to a temporary name first, so that a file that stands there is replaced whole or not at all.</summary>
    /// <exception cref="OnnxException">The file cannot be written.</exception>
    public static void Save(Model model, string path) => OnnxFile.Write(path, ToOnnx(model));

    /// <summary>Reads a model: one that this project wrote, or an ONNX file from elsewhere, whose columns are then called x1,
    /// x2, … and its classes 0, 1, …</summary>
    /// <exception cref="OnnxException">There is no such file, it is not a whole ONNX file, or it has what is not read.</exception>
    public static Model Load(string path) => Open(path) switch
    {
        ({ } own, _) => own,
        var (_, foreign) => foreign!.Unnamed(),
    };

    /// <summary>A file as a model of this project, or as one from elsewhere.</summary>
    /// <exception cref="OnnxException">As for Load.</exception>
    public static (Model? Own, ForeignFile? Foreign) Open(string path)
    {
        var file = OnnxFile.Read(path);
        var isOwn = file.Metadata.Any(entry => entry.Item1.StartsWith(Prefix, StringComparison.Ordinal));
        return Understood<(Model?, ForeignFile?)>(path, () => isOwn ? (FromOnnx(file), null) : (null, new ForeignFile(file)));
    }

    /// <summary>What is made of a file, with the file named where that fails.</summary>
    /// <exception cref="OnnxException">It fails.</exception>
    public static T Understood<T>(string path, Func<T> understand)
    {
        try
        {
            return understand();
        }
        catch (Exception error) when (error is InvalidOperationException or KeyNotFoundException or OverflowException
            or (HybridException and not OnnxException))
        {
            throw new OnnxException(
                path, $"it is not a model that hybrid can use: {error.Message.TrimEnd('.')}",
                "Give a file that a model was saved to, or a feed-forward ONNX file from elsewhere.", error);
        }
    }

    const string Version = "1";
    const string Prefix = "hybrid.";
    const string OptionPrefix = Prefix + "option.";
    public const int Opset = 17;

    static OnnxModel ToOnnx(Model model)
    {
        var columns = new JsonArray([.. model.Schema.Columns.Select(column => (JsonNode)new JsonObject
        {
            ["name"] = column.Name,
            ["categories"] = column.Kind is ColumnKind.Category category ? Texts(category.Item) : null,
        })]);

        IEnumerable<Tuple<string, string>> metadata =
        [
            Tuple.Create("hybrid.version", Version),
            Tuple.Create("hybrid.task", model.Classes is null ? "regression" : "classification"),
            Tuple.Create("hybrid.columns", columns.ToJsonString()),
            Tuple.Create("hybrid.target", model.Schema.TargetName),
            Tuple.Create("hybrid.classes", model.Classes is { } classes ? Texts(classes).ToJsonString() : "null"),
            Tuple.Create("hybrid.loss", model.Loss),
            .. model.Options.Select(option => Tuple.Create(OptionPrefix + option.Key, option.Value)),
        ];

        var graph = Exported.graph("hybrid", model.Inputs, model.OutputName, model.Network.Value);
        return new OnnxModel(graph, Opset, "hybrid", ListModule.OfSeq(metadata));
    }

    static Model FromOnnx(OnnxModel file)
    {
        var metadata = file.Metadata.ToDictionary(entry => entry.Item1, entry => entry.Item2);

        string Entry(string key) => metadata.TryGetValue(key, out var value)
            ? value
            : throw new HybridException($"its metadata have no {key}");

        if (Entry("hybrid.version") != Version)
            throw new HybridException($"it is of version {Entry("hybrid.version")}, and this program reads version {Version}");

        var columns = Parsed("hybrid.columns", Entry("hybrid.columns"), ColumnsOf);
        var classes = Parsed("hybrid.classes", Entry("hybrid.classes"), node => node is JsonArray names ? Strings(names) : null);
        var schema = new Schema(columns, Entry("hybrid.target"), OptionModule.OfObj(classes));
        var options = file.Metadata
            .Where(entry => entry.Item1.StartsWith(OptionPrefix, StringComparison.Ordinal))
            .Select(entry => KeyValuePair.Create(entry.Item1[OptionPrefix.Length..], entry.Item2))
            .ToArray();

        var model = new Model(Imported.network(file.Opset, file.Graph), schema, LossModule.named(Entry("hybrid.loss")).Name, options);
        // there may be none, not even one of examples
        var width = file.Graph.Inputs.Single().Dimensions.AsEnumerable().LastOrDefault();
        var outputs = model.Network.Outputs;

        if (width is not OnnxDimension.Fixed { Item: var inputs } || inputs != model.Inputs)
            throw new HybridException($"its graph does not take the {model.Inputs} columns that its metadata name");

        return outputs == (classes?.Length ?? 1)
            ? model
            : throw new HybridException($"its graph answers {outputs} numbers, which are not one for each class");
    }

    /// <summary>JSON out of the metadata. Whatever its parser throws, and its nodes when they are looked into, says that the file
    /// is damaged.</summary>
    /// <exception cref="HybridException">It is not JSON, or not what stands there in a model of ours.</exception>
    static T Parsed<T>(string key, string text, Func<JsonNode?, T> read)
    {
        try
        {
            return read(JsonNode.Parse(text));
        }
        catch (Exception error) when (error is not HybridException)
        {
            throw new HybridException($"{key} in its metadata is damaged", error);
        }
    }

    static Column[] ColumnsOf(JsonNode? described) => described is JsonArray { Count: > 0 } columns
        ? [.. columns.Select(column => new Column(
            Name(column?["name"]),
            column?["categories"] is JsonArray categories ? ColumnKind.NewCategory(Strings(categories)) : ColumnKind.Numeric))]
        : throw new HybridException("its metadata list no columns");

    static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    /// <exception cref="HybridException">One is missing, or is there twice.</exception>
    static string[] Strings(JsonArray texts)
    {
        string[] names = [.. texts.Select(Name)];
        return names.Distinct().Count() == names.Length
            ? names
            : throw new HybridException("two of the names that its metadata list are the same");
    }

    static string Name(JsonNode? text) =>
        text?.GetValue<string>() ?? throw new HybridException("a name is missing in what its metadata list");
}
