using System.Text.Json.Nodes;

namespace Hybrid.Cli;

/// <summary>Results as JSON, for programs.</summary>
static class Json
{
    /// <summary>JSON has no NaN or infinity: they become null.</summary>
    public static JsonNode? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    /// <summary>The same for an optional number.</summary>
    public static JsonNode? Number(double? value) => value is { } number ? Number(number) : null;

    /// <summary>Examples, loss, and accuracy or the errors of a quantity.</summary>
    public static JsonObject Of(Metrics measures)
    {
        var result = new JsonObject
        {
            ["examples"] = measures.Examples,
            ["loss"] = Number(measures.Loss),
        };

        if (measures.Accuracy is { } accuracy)
        {
            result["accuracy"] = Number(accuracy);
            return result;
        }

        result["rmse"] = Number(measures.RootMeanSquareError);
        result["mae"] = Number(measures.MeanAbsoluteError);
        result["r2"] = Number(measures.RSquared);
        return result;
    }

    /// <summary>The spread over several seeds.</summary>
    public static JsonObject Of(SeedSummary summary) => new()
    {
        ["part"] = Words.Part(summary.Part),
        ["metric"] = summary.Metric,
        ["mean"] = Number(summary.Mean),
        ["sd"] = Number(summary.StandardDeviation),
        ["min"] = Number(summary.Minimum),
        ["max"] = Number(summary.Maximum),
    };

    /// <summary>The ends of an interval.</summary>
    public static JsonArray Of(Interval interval) => Array([Number(interval.Lower), Number(interval.Upper)]);

    public static JsonArray Array(IEnumerable<JsonNode?> items) => new([.. items]);

    public static void Print(JsonObject result) => Console.Out.WriteLine(result.ToJsonString());
}
