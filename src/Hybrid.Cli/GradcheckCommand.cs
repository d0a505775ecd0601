using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Hybrid.Cli;

/// <summary>hybrid gradcheck: checks the gradients that train a model.</summary>
static class GradcheckCommand
{
    static readonly GradientCheckOptions defaults = new();

    public static Command Create()
    {
        var model = ModelArgument.Create();
        var data = new Argument<string>("DATA")
        {
            Description = "Data with the same columns as the training data: a name, a table or a folder (its test files).",
        };
        var target = Arguments.Target();
        var onError = Arguments.OnErrorOfData();
        var examples = Arguments.Whole(
            "--examples", "The maximum number of examples in the loss; 0 for all. Default: 64, fewer for large networks.");
        var parameters = Arguments.Whole(
            "--parameters", "The maximum number of entries to check per weight or bias; 0 for all. Default: 200, fewer for large "
            + "networks.");
        var against = Arguments.Choice(
            "--against", "What to compare with: central differences, or DiffSharp's gradients if the package Hybrid.DiffSharp "
            + $"is installed next to the program. Default: {defaults.Against}.", GradientCheckOptions.Comparisons);
        var seed = Arguments.Natural("--seed", $"Chooses examples and parameters. Default: {defaults.Seed}.");
        var threshold = Arguments.Number(
            "--threshold", "The maximum relative error that passes; above it the exit code is 1. Default: 1e-4.");
        var json = Arguments.Json();

        var command = new Command("gradcheck", "Compare a model's gradients with differences or DiffSharp's, in double precision.")
        {
            model, data, target, onError, against, examples, parameters, seed, threshold, json,
        };
        command.SetAction(parsed =>
        {
            var options = new GradientCheckOptions
            {
                Against = parsed.GetValue(against) ?? defaults.Against,
                Examples = parsed.GetValue(examples),
                Parameters = parsed.GetValue(parameters),
                Seed = parsed.GetValue(seed) ?? defaults.Seed,
                Threshold = parsed.GetValue(threshold) ?? defaults.Threshold,
            };
            // before any file is read
            options.Check();
            return Run(
                ModelData.Load(parsed.GetRequiredValue(model), parsed.GetRequiredValue(data), new()
                {
                    Targets = parsed.GetValue(target) ?? [],
                    OnError = Arguments.RowErrors(parsed.GetValue(onError)),
                }),
                parsed.GetRequiredValue(data), options, new Terminal(parsed.GetValue(json)));
        });
        return command;
    }

    static int Run(ModelData read, string data, GradientCheckOptions options, Terminal terminal)
    {
        var selection = read.Select();
        Warnings.Print(read.Model);
        var report = Watched(terminal, progress => GradientChecker.Check(read.Model, selection.Examples, options, progress));

        if (terminal.IsSilent)
            Json.Print(ToJson(report, selection, options));
        else
            Print(report, selection, data, options, terminal);

        return report.Passed ? ExitCode.Done : ExitCode.Failed;
    }

    /// <summary>Runs a check with a moving line on a terminal.</summary>
    static GradientCheckReport Watched(Terminal terminal, Func<Action<int, int>?, GradientCheckReport> check) => !terminal.IsLive
        ? check(null)
        : terminal.Live.Progress()
            .AutoClear(true)
            .Columns(new ProgressBarColumn { Width = 16 }, new PercentageColumn(), new TaskDescriptionColumn())
            .Start(context =>
            {
                var task = context.AddTask("checking gradients", maxValue: 1);
                return check((done, all) => task.Value = (double)done / all);
            });

    static void Print(
        GradientCheckReport report, Selection selection, string data, GradientCheckOptions options, Terminal terminal)
    {
        var isDifferences = options.Against == defaults.Against;
        terminal.Line($"Data: {data}, {report.Examples:N0} of {Words.Count(selection.Available, "example")}");
        Words.Notes(selection.Examples.Notes).ForEach(terminal.Line);
        terminal.Line(
            $"Checked: {report.Checked:N0} of {Words.Count(report.Parameters, "parameter")}, derivative rules compared with "
            + $"{(isDifferences ? "central differences" : "DiffSharp's")}, in double precision"
            + (report.Checked + report.Kinks.Count < report.Parameters ? "; a sample, or give --parameters 0 for all" : ""));

        if (report.Kinks.Count > 0)
            terminal.Line(
                $"Kinks: at {Words.Count(report.Kinks.Count, "more parameter")} the step crosses a kink, so the "
                + $"difference is meaningless ({Words.List([.. report.Kinks.Select(Place)])})");

        terminal.Table(
            ["largest differences", "rules", isDifferences ? "differences" : "DiffSharp", "relative error"],
            report.Worst.Select(pair => (string[])[
                Place(pair), Words.Number(pair.Analytic), Words.Number(pair.Numeric), Words.Number(pair.RelativeError)]));
        terminal.Line(
            $"Result: {(report.Passed ? "passed" : "failed")}, the maximum relative error is {Words.Number(report.MaxRelativeError)}; "
            + $"the limit is {Words.Number(options.Threshold)}");
    }

    /// <summary>A parameter of the model, such as 2.weight[3, 0]: neuron 3's weight of input 0, in layer 2.</summary>
    static string Place(CheckedDerivative pair) => $"{pair.Parameter}[{string.Join(", ", pair.Index)}]";

    static JsonObject ToJson(GradientCheckReport report, Selection selection, GradientCheckOptions options) => new()
    {
        ["against"] = options.Against,
        ["maxRelativeError"] = Json.Number(report.MaxRelativeError),
        ["checked"] = report.Checked,
        ["parameters"] = report.Parameters,
        ["kinks"] = report.Kinks.Count,
        ["examples"] = report.Examples,
        ["available"] = selection.Available,
        ["threshold"] = options.Threshold,
        ["passed"] = report.Passed,
        ["worst"] = Json.Array(report.Worst.Select(ToJson)),
        ["atKinks"] = Json.Array(report.Kinks.Select(ToJson)),
    };

    static JsonObject ToJson(CheckedDerivative pair) => new()
    {
        ["parameter"] = pair.Parameter,
        ["index"] = Json.Array(pair.Index.Select(i => (JsonNode?)JsonValue.Create(i))),
        ["analytic"] = Json.Number(pair.Analytic),
        ["numeric"] = Json.Number(pair.Numeric),
        ["relativeError"] = Json.Number(pair.RelativeError),
    };
}
