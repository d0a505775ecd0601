using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Hybrid.Cli.Serving;

/// <summary>The values of some meters' instruments in Prometheus' text format (0.0.4), as they add up from the start.</summary>
sealed class PrometheusText : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Upper ends of a histogram's buckets, in seconds.</summary>
    static readonly double[] buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

    readonly MeterListener listener = new();
    readonly Lock gate = new();
    readonly SortedDictionary<string, Family> families = new(StringComparer.Ordinal);

    /// <param name="meters">The meters' names.</param>
    public PrometheusText(params IReadOnlyCollection<string> meters)
    {
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (meters.Contains(instrument.Meter.Name))
                listening.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Record(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        listener.Start();
    }

    /// <summary>All values now.</summary>
    public override string ToString()
    {
        listener.RecordObservableInstruments();
        var text = new StringBuilder();
        lock (gate)
            foreach (var family in families.Values)
                family.WriteTo(text);

        return text.ToString();
    }

    public void Dispose() => listener.Dispose();

    void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = Labels(tags);
        lock (gate)
        {
            var name = Family.NameOf(instrument);
            if (!families.TryGetValue(name, out var family))
                families[name] = family = new Family(name, instrument);
            family.Record(labels, value);
        }
    }

    static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
            return "";

        var text = new StringBuilder();
        foreach (var (name, value) in tags)
            text.Append(text.Length == 0 ? "" : ",").Append(Sane(name)).Append("=\"").Append(
                Convert.ToString(value, CultureInfo.InvariantCulture)!
                    .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
                    .Replace("\n", "\\n", StringComparison.Ordinal)).Append('"');

        return text.ToString();
    }

    static string Sane(string name) => string.Concat(name.Select(sign => char.IsAsciiLetterOrDigit(sign) ? sign : '_'));

    /// <summary>The series of an instrument, by their labels.</summary>
    sealed class Family(string name, Instrument instrument)
    {
        readonly SortedDictionary<string, Series> series = new(StringComparer.Ordinal);

        /// <summary>Prometheus' name of an instrument, with its unit, and _total where it only grows.</summary>
        public static string NameOf(Instrument instrument) => Sane(instrument.Name)
            + instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" }
            + (IsCounter(instrument) ? "_total" : "");

        public void Record(string labels, double value)
        {
            if (!series.TryGetValue(labels, out var one))
                series[labels] = one = new Series();

            one.Value = instrument.IsObservable || IsGauge ? value : one.Value + value;
            if (!IsHistogram)
                return;

            one.Count++;
            for (var bucket = 0; bucket < buckets.Length; bucket++)
                if (value <= buckets[bucket])
                    one.UpTo[bucket]++;
        }

        public void WriteTo(StringBuilder text)
        {
            if (instrument.Description is { Length: > 0 } description)
                text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {description.ReplaceLineEndings(" ")}\n");
            text.Append(CultureInfo.InvariantCulture, $"# TYPE {name} {(IsCounter(instrument) ? "counter" : IsHistogram ? "histogram" : "gauge")}\n");

            foreach (var (labels, one) in series)
                if (IsHistogram)
                {
                    var more = labels.Length == 0 ? "" : labels + ",";
                    for (var bucket = 0; bucket < buckets.Length; bucket++)
                        text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{more}le=\"{buckets[bucket]}\"}} {one.UpTo[bucket]}\n");
                    text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{more}le=\"+Inf\"}} {one.Count}\n");
                    text.Append(CultureInfo.InvariantCulture, $"{name}_sum{Braced(labels)} {one.Value:R}\n");
                    text.Append(CultureInfo.InvariantCulture, $"{name}_count{Braced(labels)} {one.Count}\n");
                }
                else
                    text.Append(CultureInfo.InvariantCulture, $"{name}{Braced(labels)} {one.Value:R}\n");
        }

        static string Braced(string labels) => labels.Length == 0 ? "" : $"{{{labels}}}";

        static bool IsCounter(Instrument instrument) =>
            instrument is Counter<long> or Counter<double> or Counter<int>
                or ObservableCounter<long> or ObservableCounter<double> or ObservableCounter<int>;

        bool IsGauge => instrument is Gauge<long> or Gauge<double> or Gauge<int>;

        bool IsHistogram => instrument is Histogram<double> or Histogram<long> or Histogram<int>;
    }

    sealed class Series
    {
        public double Value { get; set; }

        public long Count { get; set; }

        public long[] UpTo { get; } = new long[buckets.Length];
    }
}
