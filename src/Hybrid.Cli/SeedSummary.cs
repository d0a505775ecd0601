using System.Text.Json.Nodes;

namespace Hybrid.Cli;

/// <summary>The spread of a result over several seeds.</summary>
sealed record SeedSummary(string Part, string Metric, double Mean, double Deviation, double Least, double Most)
{
    /// <summary>Accuracy or R² on the test part, else on the validation part, else on the training part.</summary>
    public static SeedSummary Of(IReadOnlyList<TrainingReport> reports)
    {
        var (part, choose) = reports[0] switch
        {
            { Test: not null } => ("test", (Func<TrainingReport, Measures>)(report => report.Test!)),
            { Validation: not null } => ("validation", report => report.Validation!),
            _ => ("train", report => report.Train),
        };

        double[] values = [.. reports.Select(report => Value(choose(report)).Number)];
        var mean = values.Average();
        var squares = values.Sum(value => (value - mean) * (value - mean));

        return new SeedSummary(
            part, Value(choose(reports[0])).Name, mean, Math.Sqrt(squares / Math.Max(1, values.Length - 1)),
            values.Min(), values.Max());
    }

    public override string ToString()
    {
        string Text(double value) => value.ToString("F4", Arguments.Culture);
        return $"{Part} {Metric}: mean {Text(Mean)}, sd {Text(Deviation)}, min {Text(Least)}, max {Text(Most)}";
    }

    public JsonObject ToJson() => new()
    {
        ["part"] = Part,
        ["metric"] = Metric,
        ["mean"] = Json.Number(Mean),
        ["sd"] = Json.Number(Deviation),
        ["min"] = Json.Number(Least),
        ["max"] = Json.Number(Most),
    };

    static (string Name, double Number) Value(Measures measures) =>
        measures.Accuracy is { } accuracy ? ("accuracy", accuracy) : ("r2", measures.RSquared!.Value);
}
