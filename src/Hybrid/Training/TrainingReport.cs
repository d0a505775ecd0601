namespace Hybrid;

/// <summary>The result of a training run. The measures are those of the final network on raw data, as it is used: without
/// dropout and noise, and in the target's own unit.</summary>
/// <param name="Model">The network of the best epoch by validation loss, or by the metric that decides, or of the last one where there is no validation part.</param>
/// <param name="Epochs">The number of epochs begun, with at least one step each.</param>
/// <param name="BestEpoch">The epoch that the network comes from.</param>
/// <param name="Elapsed">The time that the epochs took, validation included.</param>
/// <param name="Train">On the training part.</param>
/// <param name="Validation">On the validation part, if there is one; where cross-validation decided the number of epochs, on the
/// examples that it held out, by networks that did not learn from them.</param>
/// <param name="Test">On the test part, if there is one.</param>
/// <param name="Cancelled">Whether training was stopped before its end.</param>
/// <param name="TrainingData">The training examples.</param>
/// <param name="ValidationData">The examples that decided which epoch was best, if there are any.</param>
/// <param name="TestData">The examples that were held out, if there are any.</param>
public sealed record TrainingReport(
    Model Model, int Epochs, int BestEpoch, TimeSpan Elapsed, Metrics Train, Metrics? Validation, Metrics? Test,
    bool Cancelled, TableData TrainingData, TableData? ValidationData, TableData? TestData)
{
    /// <summary>The seed of the split, the initial weights and the steps.</summary>
    public ulong Seed => Value.Seed;

    /// <summary>The numbers of units of the hidden layers: of those that cross-validation found better, where it compared two networks. Null
    /// where the layers were given otherwise, or came from another model.</summary>
    public IReadOnlyList<int>? Hidden => Value.Model.Training.Value.Hidden is { Value: var sizes } ? [.. sizes] : null;

    /// <summary>The metric that decided which epoch was best, and its value on the validation part; null for the loss.</summary>
    public MetricValue? StopBy =>
        Value.StopBy is { } best && Value.Metric is { } metric ? new(metric.Value.Name, best.Value, null) : null;

    /// <summary>What the course of the training shows, such as a best epoch that was the last one.</summary>
    public IReadOnlyList<TableNote> Notes => TableNote.Of(Value.Notes);

    /// <summary>What is proved of the test part, or of the training part where there is none, for the radius that the training was
    /// certified for; null for an ordinary training.</summary>
    public CertificationReport? Certified { get; init; }

    /// <summary>The temperature of the model's probabilities, and their calibration without and with it; null without
    /// <see cref="TrainingOptions.Temperature"/>.</summary>
    public TemperatureFit? Temperature { get; init; }

    /// <summary>How often the model's intervals, or sets of classes, hold the truth of the test part, and how large they are; null
    /// without a test part or intervals.</summary>
    public IntervalCoverage? Coverage { get; init; }

    /// <summary>The examples that intervals were calibrated on; null without intervals.</summary>
    public TableData? CalibrationData { get; init; }

    /// <summary>The same in the F# core.</summary>
    internal Models.Report Value { get; init; } = null!;

    /// <summary>The report of a training.</summary>
    /// <param name="prepared">The training.</param>
    /// <param name="value">Its result.</param>
    /// <param name="model">The model of the result.</param>
    /// <param name="elapsed">How long it took.</param>
    /// <param name="data">The data that was split.</param>
    /// <param name="ownValidation">Data in place of a validation part.</param>
    /// <param name="ownTest">Data in place of a test part.</param>
    internal static TrainingReport Of(
        Models.Prepared prepared, Models.Report value, Model model, TimeSpan elapsed, TableData data, TableData? ownValidation,
        TableData? ownTest)
    {
        Metrics? Measured(Microsoft.FSharp.Core.FSharpOption<Core.Measures>? measures) =>
            measures is { } there ? Metrics.Of(there.Value, prepared.Schema) : null;

        TableData? Part(int[] rows) => rows.Length > 0 ? data.Subset(rows) : null;

        return new TrainingReport(
            model, value.Epochs, value.BestEpoch, elapsed, Metrics.Of(value.Train, prepared.Schema),
            Measured(value.Validation), Measured(value.Test), value.Cancelled, Part(prepared.Split.Training)!,
            ownValidation ?? Part(prepared.Split.Validation), prepared.OwnTest is null ? Part(prepared.Split.Test) : ownTest)
        {
            Value = value,
            Temperature = value.Temperature is { Value: var fit } ? new TemperatureFit(fit.Temperature, fit.Before, fit.After) : null,
            Coverage = value.Coverage is { } coverage ? new IntervalCoverage(coverage.Value) : null,
            CalibrationData = Part(prepared.Split.Calibration),
        };
    }

    /// <summary>The trainings that count among those that differ by their seeds: all but those that were cancelled; the first one,
    /// if all were.</summary>
    /// <param name="reports">At least one.</param>
    public static IReadOnlyList<TrainingReport> Counted(IReadOnlyList<TrainingReport> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        var counted = Models.Seeds.counted(ListModule.OfSeq(reports.Select(report => report.Value)));
        return [.. reports.Where(report => counted.Contains(report.Value))];
    }

    /// <summary>Of training runs that differ by their seeds, the one with the best value of the metric that decides, else with the
    /// lowest validation loss, or with the lowest training loss where there is no validation.</summary>
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

/// <summary>The temperature of a model's probabilities, and how well they are calibrated.</summary>
/// <param name="Temperature">Above 1 where the model was too certain, below 1 where it was not certain enough.</param>
/// <param name="Before">The expected calibration error without it, on the test part, or where there is none on the validation
/// part.</param>
/// <param name="After">The same with it.</param>
public sealed record TemperatureFit(double Temperature, double Before, double After);
