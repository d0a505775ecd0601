namespace Hybrid;

/// <summary>How good the predictions of one of several targets are, on the examples that have it.</summary>
/// <param name="Name">The target's name.</param>
public sealed record TargetMetrics(string Name)
{
    /// <summary>√(mean (p - t)²), in the target's unit; null for a label.</summary>
    public double? RootMeanSquareError { get; init; }

    /// <summary>mean |p - t|, in the target's unit; null for a label.</summary>
    public double? MeanAbsoluteError { get; init; }

    /// <summary>R² = 1 - Σ(t - p)² / Σ(t - t̄)²; null for a label.</summary>
    public double? RSquared { get; init; }

    /// <summary>The share of examples whose label is predicted right; null for a quantity.</summary>
    public double? Accuracy { get; init; }

    /// <summary>The share of the examples predicted to be yes that are; null for a quantity.</summary>
    public double? Precision { get; init; }

    /// <summary>The share of the examples that are yes that are predicted to be; null for a quantity.</summary>
    public double? Recall { get; init; }

    /// <summary>The harmonic mean of the two; null for a quantity.</summary>
    public double? F1 { get; init; }

    /// <summary>The number of examples that are yes; with weights, their sum. Null for a quantity.</summary>
    public double? Support { get; init; }

    /// <summary>None for a single target, whose measures are those of the whole.</summary>
    internal static TargetMetrics[]? Of(Core.Measures measures, Data.Schema schema) => schema.Targets.Length == 1
        ? null
        : [.. schema.Targets.Zip(measures.Each, (target, quality) => Of(target.Name, quality))];

    static TargetMetrics Of(string name, Quality quality) => quality switch
    {
        Quality.Classified { accuracy: var accuracy, confusion: var confusion } when MetricsModule.perClass(confusion)[1] is var yes => new(name)
        {
            Accuracy = accuracy,
            Precision = yes.Precision,
            Recall = yes.Recall,
            F1 = yes.F1,
            Support = yes.Support,
        },
        Quality.Estimated { rmse: var rmse, mae: var mae, r2: var r2 } => new(name)
        {
            RootMeanSquareError = rmse,
            MeanAbsoluteError = mae,
            RSquared = r2,
        },
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
