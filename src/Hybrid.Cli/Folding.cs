using System.Text.Json.Nodes;

namespace Hybrid.Cli;

/// <summary>Cross-validation before a training: what is asked for, and how it is shown.</summary>
sealed record Folding(int Folds, int Repeats, string? OutOfFold, string[]? Metrics)
{
    public CrossValidationReport Run(TableData examples, TrainingOptions options, Terminal terminal, CancellationToken cancellation)
    {
        var trainings = Folds * Repeats;
        terminal.Line(
            $"Folds: {Words.Count(Folds, "fold")}{(Repeats > 1 ? $", dealt {Repeats} times" : "")}, {Words.Count(trainings, "training")}");
        return Trainer.CrossValidate(
            examples, options, Folds, Repeats, Metrics,
            finished => terminal.Progress($"{finished} of {trainings} folds"), cancellation);
    }

    public static void Print(CrossValidationReport report, Terminal terminal)
    {
        terminal.Table(
            ["metric", "mean", "sd", "95 % from", "to"],
            report.Metrics.Where(one => one.Mean is not null).Select(one => (string[])[
                one.Name, Words.Number(one.Mean!.Value), Words.Number(one.StandardDeviation!.Value), Words.Number(one.Lower!.Value),
                Words.Number(one.Upper!.Value)]));
        foreach (var one in report.Metrics.Where(one => one.Mean is null))
            terminal.Line($"{one.Name}: no value, because {one.Reason}");

        terminal.Line(
            $"On rows held out, over {report.Folds * report.Repeats} folds. The interval of the mean is Student's t, corrected for training parts that "
            + "overlap (Nadeau and Bengio 2003).");
    }

    /// <summary>A row per example and repeat, in the order of the data, with rows counted from 1.</summary>
    public static void Write(CrossValidationReport report, TableData examples, string path) => OutputFile.Write(path, writer =>
    {
        var classes = examples.Classes;
        string Actual(double value) => classes?[(int)value] ?? Text(value);
        string[] header = ["row", "repeat", "fold", examples.TargetName, "predicted", .. classes ?? []];
        writer.WriteLine(OutputFile.Row(header));

        foreach (var one in report.Predictions)
            writer.WriteLine(OutputFile.Row([
                Text(one.Row + 1), Text(one.Repeat), Text(one.Fold), Actual(one.Actual),
                classes is null ? Text(one.Outputs[0]) : classes[Best(one.Outputs)], .. classes is null ? [] : one.Outputs.Select(Text)]));
    });

    static int Best(IReadOnlyList<double> outputs) => outputs.Select((value, index) => (value, index)).MaxBy(one => (one.value, -one.index)).index;

    static string Text(double value) => value.ToString("R", Arguments.Culture);

    public static JsonObject ToJson(CrossValidationReport report) => new()
    {
        ["folds"] = report.Folds,
        ["repeats"] = report.Repeats,
        ["metrics"] = Json.Array(report.Metrics.Select(one => new JsonObject
        {
            ["name"] = one.Name,
            ["mean"] = Json.Number(one.Mean),
            ["sd"] = Json.Number(one.StandardDeviation),
            ["lower"] = Json.Number(one.Lower),
            ["upper"] = Json.Number(one.Upper),
            ["values"] = Json.Array(one.Values.Select(value => Json.Number(value))),
        })),
    };
}
