namespace Hybrid;

/// <summary>The spread of a result over trainings that differ by their seeds.</summary>
/// <param name="Part">The test part, or where there is none the validation part, or the training part.</param>
/// <param name="Metric">accuracy, or r2 for a quantity.</param>
/// <param name="Mean">The mean.</param>
/// <param name="StandardDeviation">The sample standard deviation, with n - 1 in the denominator.</param>
/// <param name="Minimum">The minimum.</param>
/// <param name="Maximum">The maximum.</param>
public sealed record SeedSummary(DataPart Part, string Metric, double Mean, double StandardDeviation, double Minimum, double Maximum)
{
    /// <summary>The spread over some trainings.</summary>
    /// <param name="reports">At least one.</param>
    public static SeedSummary Of(IReadOnlyList<TrainingReport> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        var summary = Models.Seeds.summary(ListModule.OfSeq(reports.Select(report => report.Value)));
        return new SeedSummary(
            Selection.PartOf(summary.Part), summary.Metric, summary.Mean, summary.Deviation, summary.Minimum, summary.Maximum);
    }
}
