using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Hybrid.Cli.Serving;

/// <summary>POST /predict: a JSON object or array of values is a row, an array of rows is a batch.</summary>
sealed class PredictEndpoint(ModelWatch watch, ServingOptions options, ServingMetrics metrics)
{
    /// <summary>Rows have values, and values no parts.</summary>
    static readonly JsonDocumentOptions reading = new() { MaxDepth = 4 };

    int running;

    /// <exception cref="RequestException">The request is wrong, or too many are under way.</exception>
    public async Task Handle(HttpContext context)
    {
        try
        {
            if (Interlocked.Increment(ref running) > options.MaxRequests)
                throw new RequestException(503, $"{options.MaxRequests} requests are under way. Try again later.");

            RequireJson(context.Request);
            var onError = OnError(context.Request);
            using var body = await Read(context).ConfigureAwait(false);
            await ModelServer.Write(context, ServedModel.Bytes(Answer(body.RootElement, onError)), "application/json").ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref running);
        }
    }

    static void RequireJson(HttpRequest request)
    {
        // curl's own type is taken for a forgotten one
        var type = request.ContentType?.Split(';')[0].Trim() ?? "";
        if (type.Length > 0 && !type.EndsWith("json", StringComparison.OrdinalIgnoreCase) && type != "application/x-www-form-urlencoded")
            throw new RequestException(415, $"The content type is {Printable.quote(type)}. Send application/json.");
    }

    RowErrors OnError(HttpRequest request)
    {
        if (!request.Query.TryGetValue("on-error", out var given))
            return options.OnError;

        return Enum.TryParse<RowErrors>(given, ignoreCase: true, out var policy) && !int.TryParse(given, out _)
            ? policy
            : throw new RequestException(400, $"on-error must be fail, skip or missing, not {Printable.quote(given.ToString())}.");
    }

    static async Task<JsonDocument> Read(HttpContext context)
    {
        try
        {
            return await JsonDocument.ParseAsync(context.Request.Body, reading, context.RequestAborted).ConfigureAwait(false);
        }
        catch (JsonException error)
        {
            // line and position are in the message
            throw new RequestException(400, $"The body is not a JSON row or array of rows: {error.Message}");
        }
    }

    JsonObject Answer(JsonElement body, RowErrors onError)
    {
        var isBatch = body.ValueKind == JsonValueKind.Array
            && (body.GetArrayLength() == 0 || body[0].ValueKind is JsonValueKind.Object or JsonValueKind.Array);
        if (!isBatch && body.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
            throw new RequestException(400, $"The body is a JSON {body.ValueKind}. Send an object or an array.");

        JsonElement[] rows = isBatch ? [.. body.EnumerateArray()] : [body];
        if (rows.Length > options.MaxRows)
            throw new RequestException(413, $"There are {rows.Length} rows, more than {options.MaxRows}. Send them in parts.");

        var model = watch.Current.Model;
        var predicted = RowPrediction.Of(model, rows, onError);
        metrics.Rows(rows.Length - predicted.Skipped, predicted.Skipped);

        if (!isBatch)
            return Row(model, predicted.Outputs[0]) ?? throw new RequestException(422, predicted.Problems[0].Detail, predicted.Problems);

        var result = new JsonObject
        {
            ["predictions"] = Json.Array(predicted.Outputs.Select(outputs => (JsonNode?)Row(model, outputs))),
            ["predicted"] = rows.Length - predicted.Skipped,
            ["skipped"] = predicted.Skipped,
            ["mended"] = predicted.Mended,
        };
        if (predicted.Problems.Count > 0)
            result["problems"] = Problem.Of(predicted.Problems);
        return result;
    }

    static JsonObject? Row(Model model, double[]? outputs)
    {
        if (outputs is null)
            return null;

        var result = new JsonObject();
        PredictionJson.Add(result, model, outputs);
        return result;
    }
}
