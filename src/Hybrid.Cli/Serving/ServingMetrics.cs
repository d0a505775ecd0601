using System.Diagnostics.Metrics;

namespace Hybrid.Cli.Serving;

/// <summary>What is counted and measured while a model is served, by instruments of the meter Hybrid.</summary>
sealed class ServingMetrics : IDisposable
{
    public const string MeterName = "Hybrid";

    readonly Meter meter = new(MeterName);
    readonly Counter<long> requests, rows, reloads;
    readonly UpDownCounter<long> active;
    readonly Histogram<double> duration;

    /// <param name="loaded">When the model that is served was loaded.</param>
    public ServingMetrics(Func<DateTimeOffset> loaded)
    {
        requests = meter.CreateCounter<long>("hybrid.requests", "{request}", "Requests for predictions, by the status of their responses.");
        rows = meter.CreateCounter<long>("hybrid.rows", "{row}", "Rows of requests: predicted, or skipped.");
        reloads = meter.CreateCounter<long>("hybrid.reloads", "{reload}", "Changes of the model's file: loaded, or refused as damaged.");
        active = meter.CreateUpDownCounter<long>("hybrid.requests.active", "{request}", "Requests for predictions under way.");
        duration = meter.CreateHistogram<double>("hybrid.request.duration", "s", "Time from a request's headers to its response.");
        meter.CreateObservableGauge(
            "hybrid.model.loaded", () => loaded().ToUnixTimeMilliseconds() / 1000.0, "s", "When the model was loaded, in Unix time.");
    }

    public void Begin() => active.Add(1);

    public void End(int status, TimeSpan elapsed)
    {
        active.Add(-1);
        requests.Add(1, new KeyValuePair<string, object?>("status", status));
        duration.Record(elapsed.TotalSeconds);
    }

    public void Rows(int predicted, int skipped)
    {
        rows.Add(predicted, new KeyValuePair<string, object?>("outcome", "predicted"));
        if (skipped > 0)
            rows.Add(skipped, new KeyValuePair<string, object?>("outcome", "skipped"));
    }

    public void Reloaded(bool isLoaded) => reloads.Add(1, new KeyValuePair<string, object?>("outcome", isLoaded ? "loaded" : "refused"));

    public void Dispose() => meter.Dispose();
}
