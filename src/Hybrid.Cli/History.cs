using System.Text.Json.Nodes;

namespace Hybrid.Cli;

/// <summary>The epochs of one or several trainings, as a table.</summary>
sealed class History(bool withSeeds)
{
    readonly List<(ulong Seed, EpochReport Report)> rows = [];

    public bool IsEmpty => rows.Count == 0;

    public void Add(ulong seed, EpochReport report) => rows.Add((seed, report));

    public void Write(string path) => OutputFile.Write(path, writer =>
    {
        var regression = rows.Any(row => row.Report.Validation?.RootMeanSquareError is not null);
        var monitored = rows.Any(row => row.Report.Units is not null);
        var stopped = rows.Any(row => row.Report.StopBy is not null);
        string[] header =
        [
            "epoch", "training_loss", "validation_loss", regression ? "validation_rmse" : "validation_accuracy",
            "learning_rate", "seconds", .. monitored ? (string[])["dead_units", "saturated_outputs"] : [],
            .. stopped ? (string[])["stop_by"] : [],
        ];

        writer.WriteLine(OutputFile.Row(withSeeds ? ["seed", .. header] : header));

        foreach (var (seed, report) in rows)
        {
            string[] fields =
            [
                report.Epoch.ToString(Arguments.Culture), Number(report.TrainingLoss), Number(report.Validation?.Loss),
                Number(report.Validation?.Accuracy ?? report.Validation?.RootMeanSquareError),
                Number(report.LearningRate), Number(report.Elapsed.TotalSeconds),
                .. report.Units is { } units ? (string[])[Number(units.Dead), Number(units.Saturated)] : [],
                .. stopped ? (string[])[Number(report.StopBy)] : [],
            ];

            writer.WriteLine(OutputFile.Row(withSeeds ? [seed.ToString(Arguments.Culture), .. fields] : fields));
        }
    });

    /// <summary>The epochs of one training, with the state of its hidden units.</summary>
    public JsonArray ToJson(ulong seed) => Json.Array(rows.Where(row => row.Seed == seed).Select(row => new JsonObject
    {
        ["epoch"] = row.Report.Epoch,
        ["trainingLoss"] = Json.Number(row.Report.TrainingLoss),
        ["validationLoss"] = Json.Number(row.Report.Validation?.Loss),
        ["dead"] = Json.Number(row.Report.Units?.Dead),
        ["saturated"] = Json.Number(row.Report.Units?.Saturated),
    }));

    /// <summary>An unmeasured value is left empty.</summary>
    static string Number(double? value) => value is { } number && double.IsFinite(number)
        ? number.ToString("R", Arguments.Culture)
        : "";
}
