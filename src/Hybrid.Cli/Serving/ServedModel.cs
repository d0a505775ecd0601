using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hybrid.Cli.Serving;

/// <summary>A model that is being served. Immutable: a request keeps the one that it began with.</summary>
/// <param name="path">The file that it is from.</param>
/// <param name="model">The model.</param>
sealed class ServedModel(string path, Model model)
{
    /// <summary>Letters are themselves: what is sent is never read as HTML.</summary>
    static readonly JsonWriterOptions writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly Lazy<byte[]> document = new(() => Bytes(OpenApiDocument.Of(model)));

    public Model Model => model;

    public DateTimeOffset Loaded { get; } = DateTimeOffset.UtcNow;

    /// <summary>Loads a file, and predicts once, so that no request waits for what the first prediction prepares.</summary>
    /// <exception cref="HybridException">It is no model, or damaged.</exception>
    public static ServedModel Load(string path)
    {
        var model = Model.Load(path);

        try
        {
            model.Predict((double[])[.. model.Columns.Select(column => column.Categories is null ? column.Offset : 0)]);
        }
        catch (HybridException)
        {
            // zeros are no example, and need not have a finite result
        }

        return new ServedModel(path, model);
    }

    /// <summary>The OpenAPI document.</summary>
    public byte[] Document => document.Value;

    /// <summary>What is served.</summary>
    public JsonObject Describe()
    {
        var result = new JsonObject
        {
            ["file"] = path,
            ["loaded"] = Loaded.ToString("O", Arguments.Culture),
            ["task"] = Words.Task(model),
            ["targets"] = Json.Array(model.Targets.Select(target => (JsonNode?)JsonValue.Create(target.Name))),
            ["columns"] = Json.Array(model.Columns.Select(Column)),
        };

        if (model.Classes is { } classes)
            result["classes"] = Json.Array(classes.Select(name => (JsonNode?)JsonValue.Create(name)));
        if (model.Interval is not null)
            result["interval"] = Json.Intervals(model, null);
        if (model.Warnings.Count > 0)
            result["warnings"] = Json.Array(model.Warnings.Select(warning => (JsonNode?)JsonValue.Create(warning)));

        return result;
    }

    static JsonNode? Column(ColumnInfo column)
    {
        var result = new JsonObject { ["name"] = column.Name };
        if (column.Categories is { } categories)
            result["categories"] = Json.Array(categories.Select(name => (JsonNode?)JsonValue.Create(name)));
        if (column.HasDates)
            result["dates"] = true;
        return result;
    }

    /// <summary>A JSON value as UTF-8.</summary>
    public static byte[] Bytes(JsonNode value)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, writing))
            value.WriteTo(writer);

        return stream.ToArray();
    }
}
