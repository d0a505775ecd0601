using Microsoft.FSharp.Core;

namespace Hybrid;

/// <summary>A measure of predictions, by its name and with scikit-learn's conventions: roc-auc, f1-macro, top-3, rmse, pinball-0.9 and
/// so on. Of two classes the second, in the order of their names, is the positive one.</summary>
public sealed class Metric
{
    Metric(Models.FSharpMetric value) => Value = value;

    /// <summary>The names, with top-k and pinball-q for those that take a number: k of at least 1, q between 0 and 1.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Models.MetricModule.names];

    /// <summary>The metric of a name, in any case and with any dashes.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="HybridException">There is no such metric; the message lists the names.</exception>
    public static Metric Named(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new Metric(Models.MetricModule.named(name));
    }

    /// <summary>Its name.</summary>
    public string Name => Value.Name;

    /// <summary>What it is, in a few words.</summary>
    public string Description => Value.Says;

    /// <summary>Whether a higher value is better.</summary>
    public bool IsHigherBetter => Value.IsHigherBetter;

    /// <summary>Whether it measures classes; a quantity otherwise.</summary>
    public bool IsOfClasses => Value.IsOfClasses;

    /// <summary>Measures predictions of classes.</summary>
    /// <param name="classes">The number of classes, at least 2.</param>
    /// <param name="probabilities">[examples; classes].</param>
    /// <param name="labels">[examples]: the true classes, as indices.</param>
    /// <param name="weights">[examples]: how often each one counts, at least 0 and not all 0. Empty: once.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or a number is out of range.</exception>
    public MetricValue Measure(
        int classes, ReadOnlySpan<double> probabilities, ReadOnlySpan<int> labels, ReadOnlySpan<double> weights = default) =>
        Of(Models.OutcomesModule.ofClasses(
            [.. Enumerable.Range(0, Math.Max(classes, 0)).Select(one => one.ToString(System.Globalization.CultureInfo.InvariantCulture))],
            true, probabilities.ToArray(), labels.ToArray(), Some(weights)));

    /// <summary>Measures predictions of a quantity.</summary>
    /// <param name="predicted">[examples].</param>
    /// <param name="actual">[examples], in the same unit.</param>
    /// <param name="weights">As for classes.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a number is out of range.</exception>
    public MetricValue Measure(ReadOnlySpan<double> predicted, ReadOnlySpan<double> actual, ReadOnlySpan<double> weights = default) =>
        Of(Models.OutcomesModule.ofQuantity(predicted.ToArray(), actual.ToArray(), Some(weights)));

    /// <summary>Its name.</summary>
    public override string ToString() => Name;

    /// <summary>The same in F#.</summary>
    internal Models.FSharpMetric Value { get; }

    MetricValue Of(Models.Outcomes outcomes) => MetricValue.Of(Name, Models.MetricModule.value(Value, outcomes));

    static FSharpOption<double[]>? Some(ReadOnlySpan<double> weights) =>
        weights.IsEmpty ? null : FSharpOption<double[]>.Some(weights.ToArray());
}
