namespace Hybrid;

/// <summary>What came of a training. The measures are those of the final network on raw data, as it is used: without
/// dropout and noise, and in the target's own unit.</summary>
/// <param name="Model">The network of the best epoch by validation loss, or of the last one where there is no validation.</param>
/// <param name="Epochs">How many were begun, with a step at least.</param>
/// <param name="BestEpoch">The one that the network is from.</param>
/// <param name="Elapsed">The time that the epochs took, validation included.</param>
/// <param name="Train">On the training part.</param>
/// <param name="Validation">On the validation part, if there is one.</param>
/// <param name="Test">On the test part, if there is one.</param>
/// <param name="Cancelled">Whether it was stopped before its end.</param>
/// <param name="TrainingData">The examples that were learned from.</param>
/// <param name="ValidationData">The examples that decided which epoch was best, if there are any.</param>
/// <param name="TestData">The examples that were kept apart, if there are any.</param>
public sealed record TrainingReport(
    Model Model, int Epochs, int BestEpoch, TimeSpan Elapsed, Measures Train, Measures? Validation, Measures? Test,
    bool Cancelled, DataSet TrainingData, DataSet? ValidationData, DataSet? TestData)
{
    /// <summary>What the split, the start and the steps followed from.</summary>
    public ulong Seed => Value.Seed;

    /// <summary>The same in the functional core.</summary>
    internal Models.Report Value { get; init; } = null!;

    /// <summary>Of trainings that differ by their seeds, the one of lowest validation loss, or of lowest training loss where there
    /// is no validation.</summary>
    /// <param name="reports">At least one.</param>
    public static TrainingReport Best(IReadOnlyList<TrainingReport> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        var best = Models.Seeds.best(ListModule.OfSeq(reports.Select(report => report.Value)));
        return reports.First(report => ReferenceEquals(report.Value, best));
    }

    /// <summary>Such as "86 epochs in 0.3 s, the best one 32; test: accuracy 96.9 %, loss 0.06855, 449 examples".</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Epochs} epochs in {Elapsed.TotalSeconds:F1} s, the best one {BestEpoch}; {(Test is null ? "training" : "test")}: {Test ?? Train}");
}
