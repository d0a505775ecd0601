using System.Text.Json.Nodes;

namespace Hybrid.Cli.Serving;

/// <summary>The OpenAPI document (3.1) of a served model: rows have its columns, and predictions its targets.</summary>
static class OpenApiDocument
{
    /// <summary>Of more categories none are listed.</summary>
    const int MostCategories = 100;

    public static JsonObject Of(Model model) => new()
    {
        ["openapi"] = "3.1.0",
        ["info"] = new JsonObject { ["title"] = $"Predictions of {Printable.text(model.TargetName)}", ["version"] = About.Version },
        ["paths"] = new JsonObject
        {
            ["/predict"] = new JsonObject { ["post"] = Predict() },
            ["/model"] = Get("The model: columns, categories, targets.", "application/json"),
            ["/openapi.json"] = Get("This document.", "application/json"),
            ["/health/live"] = Get("Whether the process runs.", "text/plain"),
            ["/health/ready"] = Get("Whether to send it requests: 503 when it is about to stop.", "text/plain"),
            ["/metrics"] = Get("Counts and times in Prometheus' text format.", "text/plain"),
        },
        ["components"] = new JsonObject
        {
            ["schemas"] = new JsonObject
            {
                ["Row"] = Row(model),
                ["Values"] = Values(model),
                ["Prediction"] = Prediction(model),
                ["Predictions"] = Predictions(),
                ["Problem"] = ProblemDetails(),
            },
        },
    };

    static JsonObject Predict() => new()
    {
        ["operationId"] = "predict",
        ["summary"] = "Predicts a row, or an array of rows.",
        ["parameters"] = new JsonArray(new JsonObject
        {
            ["name"] = "on-error",
            ["in"] = "query",
            ["description"] = "What to do about a row that does not fit: fail the request; return null for it; or take a text that is no "
                + "number, or an unknown category, as missing.",
            ["schema"] = new JsonObject { ["enum"] = Texts("fail", "skip", "missing") },
        }),
        ["requestBody"] = new JsonObject
        {
            ["required"] = true,
            ["content"] = Content("application/json", OneOf(
                Reference("Row"), Reference("Values"), ArrayOf(OneOf(Reference("Row"), Reference("Values"))))),
        },
        ["responses"] = new JsonObject
        {
            ["200"] = new JsonObject
            {
                ["description"] = "What is predicted: for a row, or for each of an array.",
                ["content"] = Content("application/json", OneOf(Reference("Prediction"), Reference("Predictions"))),
            },
            ["default"] = new JsonObject
            {
                ["description"] = "What is wrong: 400 no JSON, 413 too large, 415 another type, 422 rows that do not fit, 503 too many at once.",
                ["content"] = Content("application/problem+json", Reference("Problem")),
            },
        },
    };

    static JsonObject Row(Model model) => new()
    {
        ["type"] = "object",
        ["description"] = "Values by the names of columns, in any case; others are ignored.",
        ["required"] = Texts([.. model.Columns.Select(column => column.Name)]),
        ["properties"] = new JsonObject(model.Columns.Select(column => KeyValuePair.Create(column.Name, (JsonNode?)Value(column)))),
    };

    static JsonObject Values(Model model) => new()
    {
        ["type"] = "array",
        ["description"] = "The same values, in the order of the columns.",
        ["prefixItems"] = Json.Array(model.Columns.Select(column => (JsonNode?)Value(column))),
        ["minItems"] = model.Columns.Count,
        ["maxItems"] = model.Columns.Count,
    };

    static JsonObject Value(ColumnInfo column) => column switch
    {
        { Categories: { Count: <= MostCategories } categories } => new()
        {
            ["description"] = "A category; null where it is missing.",
            ["enum"] = Json.Array(categories.Select(name => (JsonNode?)JsonValue.Create(name)).Append(null)),
        },
        { Categories: not null } => new() { ["description"] = "A category; null where it is missing.", ["type"] = Texts("string", "null") },
        { HasDates: true } => new()
        {
            ["description"] = "A date as in the table, or days since 1970; null where it is missing.",
            ["type"] = Texts("string", "number", "null"),
        },
        _ => new() { ["description"] = "A number; null where it is missing.", ["type"] = Texts("number", "null") },
    };

    static JsonObject Prediction(Model model)
    {
        JsonObject ByName(IEnumerable<string> names, Func<string, JsonNode> each) =>
            Object(names.Select(name => (name, each(name))));

        if (model.Classes is { } classes)
        {
            List<(string, JsonNode)> parts = [("prediction", OneOfTexts(classes))];
            if (model.Interval is not null)
                parts.Add(("set", ArrayOf(OneOfTexts(classes))));
            return Object([.. parts, (model.OutputName, ByName(classes, _ => Number()))]);
        }

        var (width, names) = (model.Network.Outputs, model.OutputNames);
        JsonNode Quantities() => width == 1 ? Number() : width == names.Count ? ByName(names, _ => Number()) : ArrayOf(Number());

        List<(string, JsonNode)> quantities = [("prediction", Quantities())];
        if (model.Interval is not null)
            quantities.AddRange([("lower", Quantities()), ("upper", Quantities())]);
        if (model.HasLabels && width > 1)
            quantities.Add(("labels", Object(model.Targets.Select(target => (target.Name, (JsonNode)OneOfTexts(target.Categories!))))));
        return Object(quantities);
    }

    static JsonObject Predictions() => Object([
        ("predictions", ArrayOf(OneOf(Reference("Prediction"), new JsonObject { ["type"] = "null" }))),
        ("predicted", Integer()), ("skipped", Integer()), ("mended", Integer()),
    ], "problems");

    static JsonObject ProblemDetails() => Object([
        ("type", Text()), ("title", Text()), ("status", Integer()), ("detail", Text()),
    ], "rows");

    static JsonObject Get(string description, string type) => new()
    {
        ["get"] = new JsonObject
        {
            ["summary"] = description,
            ["responses"] = new JsonObject
            {
                ["200"] = new JsonObject { ["description"] = description, ["content"] = Content(type, new JsonObject()) },
            },
        },
    };

    static JsonObject Content(string type, JsonObject schema) => new() { [type] = new JsonObject { ["schema"] = schema } };

    static JsonObject Reference(string name) => new() { ["$ref"] = $"#/components/schemas/{name}" };

    static JsonObject OneOf(params JsonNode?[] schemas) => new() { ["oneOf"] = new JsonArray(schemas) };

    static JsonObject OneOfTexts(IReadOnlyList<string> texts) => new() { ["enum"] = Texts([.. texts]) };

    static JsonObject ArrayOf(JsonObject items) => new() { ["type"] = "array", ["items"] = items };

    static JsonObject Number() => new() { ["type"] = "number" };

    static JsonObject Integer() => new() { ["type"] = "integer" };

    static JsonObject Text() => new() { ["type"] = "string" };

    /// <summary>An object with all of these parts, and perhaps the reasons why rows do not fit.</summary>
    static JsonObject Object(IEnumerable<(string Name, JsonNode Schema)> parts, string? reasons = null)
    {
        (string Name, JsonNode Schema)[] all = [.. parts];
        var properties = new JsonObject(all.Select(part => KeyValuePair.Create(part.Name, (JsonNode?)part.Schema)));
        if (reasons is not null)
            properties[reasons] = ArrayOf(Object([("row", Integer()), ("detail", Text())]));

        return new()
        {
            ["type"] = "object",
            ["required"] = Texts([.. all.Select(part => part.Name)]),
            ["properties"] = properties,
        };
    }

    static JsonArray Texts(params string[] texts) => Json.Array(texts.Select(text => (JsonNode?)JsonValue.Create(text)));
}
