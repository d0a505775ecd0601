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

        if (measures.Targets is { } targets)
            result["targets"] = Array(targets.Select(Of));

        if (measures.Accuracy is { } accuracy)
        {
            result["accuracy"] = Number(accuracy);
            if (measures.MicroF1 is { } micro)
                result["microF1"] = Number(micro);
            if (measures.MacroF1 is { } macro)
                result["macroF1"] = Number(macro);
            return result;
        }

        result["rmse"] = Number(measures.RootMeanSquareError);
        result["mae"] = Number(measures.MeanAbsoluteError);
        result["r2"] = Number(measures.RSquared);
        return result;
    }

    /// <summary>One of several targets.</summary>
    static JsonObject Of(TargetMetrics target) => target.Accuracy is { } accuracy
        ? new()
        {
            ["name"] = target.Name,
            ["accuracy"] = Number(accuracy),
            ["precision"] = Number(target.Precision),
            ["recall"] = Number(target.Recall),
            ["f1"] = Number(target.F1),
            ["support"] = target.Support,
        }
        : new()
        {
            ["name"] = target.Name,
            ["rmse"] = Number(target.RootMeanSquareError),
            ["mae"] = Number(target.MeanAbsoluteError),
            ["r2"] = Number(target.RSquared),
        };

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

    /// <summary>From which probability on each label is yes.</summary>
    public static JsonObject Thresholds(Model model, IReadOnlyList<double> thresholds) => new(model.Targets.Select((target, label) =>
        KeyValuePair.Create(target.Name, Number(thresholds[label]))));

    /// <summary>The calibration of intervals or sets of classes, and how they did on some examples.</summary>
    public static JsonObject Intervals(Model model, IntervalCoverage? coverage)
    {
        var each = model.Intervals;
        if (each.Count == 1)
            return Of(each[0], coverage);

        return new()
        {
            ["level"] = each[0].Level,
            ["together"] = Number(model.JointLevel),
            ["coverage"] = Number(coverage?.Share),
            ["targets"] = Array(each.Select((one, target) =>
            {
                var result = Of(one, coverage?.Targets[target]);
                result.Insert(0, "name", model.Targets[target].Name);
                return result;
            })),
        };
    }

    static JsonObject Of(IntervalCalibration interval, IntervalCoverage? coverage) => new()
    {
        ["level"] = interval.Level,
        ["examples"] = interval.Examples,
        ["threshold"] = Number(interval.Threshold),
        ["coverage"] = Number(coverage?.Share),
        ["size"] = Number(coverage?.Size),
    };

    /// <summary>The ends of an interval.</summary>
    public static JsonArray Of(Interval interval) => Array([Number(interval.Lower), Number(interval.Upper)]);

    public static JsonArray Array(IEnumerable<JsonNode?> items) => new([.. items]);

    public static void Print(JsonObject result) => Console.Out.WriteLine(result.ToJsonString());
}
