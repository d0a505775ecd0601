using System.Text.Json.Nodes;

namespace Hybrid.Cli;

/// <summary>Predictions as one JSON object on one line, written as they come, so that any number of rows fits.</summary>
sealed class PredictionJson(TextWriter writer, Model model, IReadOnlyList<string> keep)
{
    readonly int width = model.Network.Outputs;
    bool hasBegun;

    public void Write(PredictedRows rows)
    {
        for (var row = 0; row < rows.Kept.Count; row++)
        {
            writer.Write(hasBegun ? "," : "{\"predictions\":[");
            writer.Write(Of(rows.Outputs[(row * width)..((row + 1) * width)], rows.Kept[row]).ToJsonString());
            hasBegun = true;
        }
    }

    public void End(PredictionCount count)
    {
        writer.Write(hasBegun ? "]" : "{\"predictions\":[]");
        writer.WriteLine(string.Create(
            Arguments.Culture,
            $",\"predicted\":{count.Predicted},\"skipped\":{count.Skipped},\"mended\":{count.Mended}"
            + $"{(count.NonFinite > 0 ? $",\"nonFinite\":{count.NonFinite}" : "")}}}"));
    }

    JsonObject Of(double[] outputs, IReadOnlyList<string> kept)
    {
        var result = new JsonObject();
        if (keep.Count > 0)
        {
            var texts = new JsonObject();
            for (var i = 0; i < keep.Count; i++)
                texts[keep[i]] = kept[i];
            result["kept"] = texts;
        }

        Add(result, model, outputs);
        return result;
    }

    /// <summary>Adds what is predicted by the outputs for a row.</summary>
    public static void Add(JsonObject result, Model model, double[] outputs)
    {
        var width = model.Network.Outputs;
        if (model.Classes is { } classes)
        {
            result["prediction"] = classes[MetricsModule.predictedClass(Array.ConvertAll(outputs, output => (float)output))];
            if (model.Interval is not null)
                result["set"] = Json.Array(model.SetOf(outputs).Select(name => (JsonNode?)JsonValue.Create(name)));

            var each = new JsonObject();
            for (var i = 0; i < classes.Count; i++)
                each[classes[i]] = Json.Number(outputs[i]);
            result[model.OutputName] = each;
            return;
        }

        if (width != 1)
        {
            result["prediction"] = width == model.OutputNames.Count
                ? new JsonObject(model.OutputNames.Select((name, i) => KeyValuePair.Create(name, Json.Number(outputs[i]))))
                : Json.Array(outputs.Select(Json.Number));
            if (model.Interval is not null)
            {
                JsonObject Ends(Func<PredictedInterval, double> end) => new(model.IntervalsAround(outputs).Zip(
                    model.OutputNames, (interval, name) => KeyValuePair.Create(name, Json.Number(end(interval)))));
                result["lower"] = Ends(interval => interval.Lower);
                result["upper"] = Ends(interval => interval.Upper);
            }

            if (model.Thresholds is { } thresholds)
                result["labels"] = new JsonObject(model.Targets.Select((target, i) =>
                    KeyValuePair.Create(target.Name, (JsonNode?)JsonValue.Create(target.Categories![outputs[i] >= thresholds[i] ? 1 : 0]))));
            return;
        }

        result["prediction"] = Json.Number(outputs[0]);
        if (model.Interval is null)
            return;

        var interval = model.IntervalAround(outputs[0]);
        result["lower"] = Json.Number(interval.Lower);
        result["upper"] = Json.Number(interval.Upper);
    }
}
