using System.Text.Json.Nodes;

namespace Hybrid.Cli;

/// <summary>Cross-validation before a training: what is asked for, and how it is shown.</summary>
sealed record Folding(int Folds, int Repeats, string? OutOfFold, string[]? Metrics)
{
    public CrossValidationReport Run(TableData examples, bool isTimed, TrainingOptions options, Terminal terminal, CancellationToken cancellation)
    {
        var trainings = Folds * Repeats;
        var report = Trainer.CrossValidate(
            examples, options, Folds, Repeats, Metrics,
            finished => terminal.Progress($"{finished} of {trainings} folds"), cancellation);
        terminal.Line(
            $"Folds: {Words.Count(Folds, "fold")}{(Repeats > 1 ? $", dealt {Repeats} times" : "")}, {Words.Count(trainings, "training")}"
            + (isTimed ? "; each learns from the rows before those that it holds out" : ""));
        if (options.From is not null)
            terminal.Line("Each fold starts from the model of --from, which has not learned from these rows, as far as its file tells.");
        return report;
    }

    public static void Print(CrossValidationReport report, Terminal terminal, int? rows = null)
    {
        terminal.Table(
            ["metric", "mean", "sd", "95 % from", "to"],
            report.Metrics.Where(one => one.Mean is not null).Select(one => (string[])[
                one.Name, Words.Number(one.Mean!.Value), Words.Number(one.StandardDeviation!.Value), Words.Number(one.Lower!.Value),
                Words.Number(one.Upper!.Value)]));
        foreach (var one in report.Metrics.Where(one => one.Mean is null))
            terminal.Line($"{one.Name}: no value, because {one.Reason}");

        // with times, whose folds are dealt once
        if (rows - report.Predictions.Count is > 0 and var first && report.Repeats == 1)
            terminal.Line($"The earliest {Words.Count(first, "row")} are held out by no fold.");

        terminal.Line(
            $"On rows held out, over {report.Folds * report.Repeats} folds. The interval of the mean is Student's t, corrected for training parts that "
            + "overlap (Nadeau and Bengio 2003).");
    }

    /// <summary>A row per example and repeat, in the order of the data, with the numbers of their rows in it: what is true of it, and what predict
    /// would print with the model of its fold.</summary>
    public static void Write(CrossValidationReport report, TableData examples, string path) => OutputFile.Write(path, writer =>
    {
        PredictionColumns[] columns = [.. report.FoldModels.Select(model => new PredictionColumns(model, name => name))];
        var targets = report.FoldModels[0].Targets;
        string[] names = targets.Count == 1 ? columns[0].Names : [.. columns[0].Names.Select(name => $"predicted {name}")];
        writer.WriteLine(OutputFile.Row(["row", "repeat", "fold", .. targets.Select(target => target.Name), .. names]));

        foreach (var one in report.Predictions)
            writer.WriteLine(OutputFile.Row([
                Text(examples.RowNumber(one.Row)), Text(one.Repeat), Text(one.Fold), .. targets.Zip(one.Actuals, Actual),
                .. columns[(one.Repeat - 1) * report.Folds + one.Fold - 1].Fields([.. one.Outputs])]));
    });

    static string Actual(ColumnInfo target, double value) =>
        double.IsNaN(value) ? "" : target.Categories?[(int)value] ?? (target.Offset == 0 ? Text((float)value) : Text(value));

    static string Text(float value) => value.ToString("R", Arguments.Culture);

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
