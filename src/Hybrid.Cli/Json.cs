using System.Text.Json.Nodes;

namespace Hybrid.Cli;

/// <summary>Results as JSON, for programs.</summary>
static class Json
{
    /// <summary>JSON has no word for what is not finite: it is null.</summary>
    public static JsonNode? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    /// <summary>The same of a number that there may not be.</summary>
    public static JsonNode? Number(double? value) => value is { } number ? Number(number) : null;

    /// <summary>Examples, loss, and accuracy or the errors of a quantity.</summary>
    public static JsonObject Of(Measures measures)
    {
        var result = new JsonObject
        {
            ["examples"] = measures.Examples,
            ["loss"] = Number(measures.Loss),
        };

        switch (measures.Quality)
        {
            case Quality.Classified classified:
                result["accuracy"] = Number(classified.accuracy);
                break;
            case Quality.Estimated estimated:
                result["rmse"] = Number(estimated.rmse);
                result["mae"] = Number(estimated.mae);
                result["r2"] = Number(estimated.r2);
                break;
        }

        return result;
    }

    public static JsonArray Array(IEnumerable<JsonNode?> items) => new([.. items]);

    public static void Print(JsonObject result) => Console.Out.WriteLine(result.ToJsonString());
}
