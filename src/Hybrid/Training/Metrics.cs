namespace Hybrid;

/// <summary>How good a model's predictions are on some examples.</summary>
public sealed record Metrics
{
    /// <summary>The number of examples.</summary>
    public required int Examples { get; init; }

    /// <summary>The mean of the loss over the examples, without regularisation: nats for softmax, the square of the target's
    /// unit for squared.</summary>
    public required double Loss { get; init; }

    /// <summary>The share of examples whose most probable class is theirs; null for a quantity.</summary>
    public double? Accuracy { get; init; }

    /// <summary>How well each class is recognised; null for a quantity.</summary>
    public IReadOnlyList<ClassMetrics>? Classes { get; init; }

    /// <summary>How many examples of each class (the first index) are predicted to be of each class (the second); null for a
    /// quantity.</summary>
    public IReadOnlyList<IReadOnlyList<int>>? Confusion { get; init; }

    /// <summary>√(mean (p - t)²), in the target's unit; null for classes.</summary>
    public double? RootMeanSquareError { get; init; }

    /// <summary>mean |p - t|, in the target's unit; null for classes.</summary>
    public double? MeanAbsoluteError { get; init; }

    /// <summary>R² = 1 - Σ(t - p)² / Σ(t - t̄)², the share of the target's variance that is explained; null for
    /// classes.</summary>
    public double? RSquared { get; init; }

    /// <summary>Such as "accuracy 96.9 %, loss 0.06855, 449 examples".</summary>
    public override string ToString() => FormattableString.Invariant(Accuracy is { } accuracy
        ? (FormattableString)$"accuracy {100 * accuracy:F1} %, loss {Loss:G4}, {Examples:N0} examples"
        : $"RMSE {RootMeanSquareError:G4}, MAE {MeanAbsoluteError:G4}, R² {RSquared:F4}, loss {Loss:G4}, {Examples:N0} examples");

    internal static Metrics Of(Core.Measures measures, IReadOnlyList<string>? classes) => measures.Quality switch
    {
        Quality.Classified { accuracy: var accuracy, confusion: var confusion } => new()
        {
            Examples = measures.Examples,
            Loss = measures.Loss,
            Accuracy = accuracy,
            Classes = [.. MetricsModule.perClass(confusion).Select((one, index) =>
                new ClassMetrics(classes![index], one.Precision, one.Recall, one.F1, one.Support))],
            Confusion = [.. Enumerable.Range(0, classes!.Count).Select(actual =>
                (int[])[.. Enumerable.Range(0, classes.Count).Select(predicted => confusion[actual, predicted])])],
        },
        Quality.Estimated { rmse: var rmse, mae: var mae, r2: var r2 } => new()
        {
            Examples = measures.Examples,
            Loss = measures.Loss,
            RootMeanSquareError = rmse,
            MeanAbsoluteError = mae,
            RSquared = r2,
        },
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
