namespace Hybrid;

/// <summary>How good a model's predictions are on some examples.</summary>
public sealed record Metrics
{
    /// <summary>The number of examples.</summary>
    public required int Examples { get; init; }

    /// <summary>The sum of their weights: their number, if all count alike.</summary>
    public double Weight { get; init; }

    /// <summary>The mean of the loss over the examples, without regularisation: nats for softmax, the square of the target's
    /// unit for squared.</summary>
    public required double Loss { get; init; }

    /// <summary>The share of examples whose most probable class is theirs or, of several labels, that have every label right; null
    /// for quantities.</summary>
    public double? Accuracy { get; init; }

    /// <summary>How well each class is recognised; null for quantities and labels.</summary>
    public IReadOnlyList<ClassMetrics>? Classes { get; init; }

    /// <summary>How many examples of each class (the first index) are predicted to be of each class (the second); with
    /// weights, their sum; null for quantities and labels.</summary>
    public IReadOnlyList<IReadOnlyList<double>>? Confusion { get; init; }

    /// <summary>√(mean (p - t)²), in the target's unit; of several targets, the mean over them. Null for classes and
    /// labels.</summary>
    public double? RootMeanSquareError { get; init; }

    /// <summary>mean |p - t|, in the target's unit; of several targets, the mean over them. Null for classes and labels.</summary>
    public double? MeanAbsoluteError { get; init; }

    /// <summary>R² = 1 - Σ(t - p)² / Σ(t - t̄)², the share of the target's variance that is explained; of several
    /// targets, the mean over them. Null for classes and labels.</summary>
    public double? RSquared { get; init; }

    /// <summary>F1 of yes over all labels together: 2a / (2a + b), with the number a of labels that are yes and predicted so, and b
    /// of those that are one of the two; null where there are no labels.</summary>
    public double? MicroF1 { get; init; }

    /// <summary>The mean of the labels' F1; null where there are no labels.</summary>
    public double? MacroF1 { get; init; }

    /// <summary>Each of several targets, on the examples that have it; null for a single one.</summary>
    public IReadOnlyList<TargetMetrics>? Targets { get; init; }

    /// <summary>Such as "accuracy 96.9 %, loss 0.06855, 449 examples".</summary>
    public override string ToString() => FormattableString.Invariant(Accuracy is { } accuracy
        ? (FormattableString)$"{(MicroF1 is null ? "accuracy" : "exact match")} {100 * accuracy:F1} %, loss {Loss:G4}, {Examples:N0} examples"
        : $"RMSE {RootMeanSquareError:G4}, MAE {MeanAbsoluteError:G4}, R² {RSquared:F4}, loss {Loss:G4}, {Examples:N0} examples");

    internal static Metrics Of(Core.Measures measures, Data.Schema schema) => measures.Quality switch
    {
        Quality.Classified { accuracy: var accuracy, confusion: var confusion } when schema.HasLabels => new()
        {
            Examples = measures.Examples,
            Weight = measures.Weight,
            Loss = measures.Loss,
            Accuracy = accuracy,
            MicroF1 = MetricsModule.perClass(confusion)[1].F1,
            MacroF1 = measures.Each.IsEmpty ? double.NaN : TargetMetrics.Of(measures, schema)!.Average(label => label.F1),
            Targets = TargetMetrics.Of(measures, schema),
        },
        Quality.Classified { accuracy: var accuracy, confusion: var confusion } => Classified(measures, accuracy, confusion, schema.Classes.Value),
        Quality.Estimated { rmse: var rmse, mae: var mae, r2: var r2 } => new()
        {
            Examples = measures.Examples,
            Weight = measures.Weight,
            Loss = measures.Loss,
            RootMeanSquareError = rmse,
            MeanAbsoluteError = mae,
            RSquared = r2,
            Targets = TargetMetrics.Of(measures, schema),
        },
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    static Metrics Classified(Core.Measures measures, double accuracy, double[,] confusion, string[] classes) => new()
    {
        Examples = measures.Examples,
        Weight = measures.Weight,
        Loss = measures.Loss,
        Accuracy = accuracy,
        Classes = [.. MetricsModule.perClass(confusion).Select((one, index) =>
            new ClassMetrics(classes[index], one.Precision, one.Recall, one.F1, one.Support))],
        Confusion = [.. Enumerable.Range(0, classes.Length).Select(actual =>
            (double[])[.. Enumerable.Range(0, classes.Length).Select(predicted => confusion[actual, predicted])])],
    };
}
