namespace Hybrid;

/// <summary>How good trainings are on examples that they held out.</summary>
/// <param name="Folds">The number of parts that the examples were dealt into.</param>
/// <param name="Repeats">How often they were dealt.</param>
/// <param name="Metrics">The metrics over all folds of all repeats.</param>
/// <param name="Predictions">What the fold that did not learn from an example predicts for it: every example once per repeat, in the
/// order of the data; with times, without the earliest ones, which no fold holds out.</param>
public sealed record CrossValidationReport(
    int Folds, int Repeats, IReadOnlyList<FoldMetric> Metrics, IReadOnlyList<OutOfFold> Predictions)
{
    /// <summary>The model of each fold, in the order of repeats and folds.</summary>
    public IReadOnlyList<Model> FoldModels { get; init; } = [];

    /// <summary>The report of trainings by folds.</summary>
    /// <param name="folds">As for the report.</param>
    /// <param name="repeats">As for the report.</param>
    /// <param name="metrics">Null for the usual ones that have a value in every fold.</param>
    /// <param name="results">The trainings.</param>
    internal static CrossValidationReport Of(
        int folds, int repeats, IReadOnlyList<Models.FSharpMetric>? metrics, FSharpList<Models.FoldResult> results) => new(
            folds, repeats, [.. (metrics ?? [.. Models.Folds.usual(results)]).Select(metric => Summary(metric, results))],
            [.. results.SelectMany(Predicted).OrderBy(one => one.Repeat).ThenBy(one => one.Row)])
        {
            FoldModels = [.. results.OrderBy(result => (result.Repeat, result.Fold)).Select(result => new Model(result.Report.Model))],
        };

    static FoldMetric Summary(Models.FSharpMetric metric, FSharpList<Models.FoldResult> results)
    {
        var summary = Models.Folds.summary(metric, results);
        return summary.IsOk
            ? new(
                metric.Name, [.. summary.ResultValue.Values], summary.ResultValue.Mean, summary.ResultValue.Deviation,
                summary.ResultValue.Lower, summary.ResultValue.Upper, null)
            : new(metric.Name, [], null, null, null, null, summary.ErrorValue);
    }

    static IEnumerable<OutOfFold> Predicted(Models.FoldResult result)
    {
        double[][] Rows(double[] values) => [.. values.Chunk(values.Length / result.Held.Length)];
        return result.Held.Zip(Rows(result.Actual), Rows(result.Predicted)).Select(row =>
            new OutOfFold(row.First, result.Repeat, result.Fold, row.Second, row.Third));
    }

    /// <summary>The mean of a metric and its 95 % interval; see <see cref="FoldMetric"/>.</summary>
    public override string ToString() => string.Join("; ", Metrics);
}

/// <summary>A metric over folds.</summary>
/// <param name="Name">The metric's name.</param>
/// <param name="Values">One per fold; empty where it has no value in some fold.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="StandardDeviation">Their sample standard deviation, with n - 1 in the denominator.</param>
/// <param name="Lower">The lower end of the 95 % interval of the mean: Student's t, with the variance of Nadeau and Bengio (2003), which
/// allows for training parts that overlap.</param>
/// <param name="Upper">The upper end.</param>
/// <param name="Reason">Why it has no value; null where it has.</param>
public sealed record FoldMetric(
    string Name, IReadOnlyList<double> Values, double? Mean, double? StandardDeviation, double? Lower, double? Upper, string? Reason)
{
    /// <summary>Such as "accuracy 0.953, 95 % interval 0.921 to 0.985".</summary>
    public override string ToString() => FormattableString.Invariant(Mean is null
        ? (FormattableString)$"{Name} has no value: {Reason}"
        : $"{Name} {Mean:G4}, 95 % interval {Lower:G4} to {Upper:G4}");
}

/// <summary>A prediction for an example by a model that did not learn from it.</summary>
/// <param name="Row">The example, from 0.</param>
/// <param name="Repeat">From 1.</param>
/// <param name="Fold">From 1.</param>
/// <param name="Actuals">The index of its class, or its quantities, or 1 for labels that are yes and 0 for others; NaN for a missing
/// one.</param>
/// <param name="Outputs">What the fold's model returns: probabilities or scores of classes or labels, or quantities.</param>
public sealed record OutOfFold(int Row, int Repeat, int Fold, IReadOnlyList<double> Actuals, IReadOnlyList<double> Outputs)
{
    /// <summary>The first of <see cref="Actuals"/>.</summary>
    public double Actual => Actuals[0];
}
