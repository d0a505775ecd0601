using System.CommandLine;
using System.Text.Json.Nodes;

namespace Hybrid.Cli;

/// <summary>hybrid evaluate: measures a model on data with known targets.</summary>
static class EvaluateCommand
{
    /// <summary>A matrix of more classes is unreadable.</summary>
    const int WidestMatrix = 20;

    public static Command Create()
    {
        var model = ModelArgument.Create();
        var data = new Argument<string>("DATA")
        {
            Description = "Data with the same columns as the training data: a name, a table or a folder.",
        };
        var target = Arguments.Target();
        var weight = Arguments.Text(
            "--weight", "column", "The column of the rows' weights. Default: that of the training, if the table has it.");
        var part = Arguments.Choice(
            "--part", "The part of the training data to measure on, split again with the model's seed. Default: all "
            + "rows; of a folder of images its test part.", Enum.GetValues<DataPart>().Select(Words.Part));
        var metric = Arguments.Metrics(
            "--metric", "What to measure, separated by commas. Default: the usual metrics that have a value.");
        var header = Arguments.Header();
        var noHeader = Arguments.NoHeader();
        var onError = Arguments.OnErrorOfData();
        var stream = Arguments.Stream();
        var json = Arguments.Json();

        var command = new Command("evaluate", "Measure a model on data with known targets.")
        {
            model, data, target, weight, header, noHeader, part, metric, onError, stream, json,
        };
        command.SetAction(parsed => Run(
            ModelData.Load(parsed.GetRequiredValue(model), parsed.GetRequiredValue(data), new()
            {
                Targets = parsed.GetValue(target) ?? [],
                Weight = parsed.GetValue(weight),
                Header = Arguments.HasHeader(parsed, header, noHeader),
                OnError = Arguments.RowErrors(parsed.GetValue(onError)),
                Stream = parsed.GetValue(stream),
            }),
            parsed.GetRequiredValue(data),
            parsed.GetValue(part) is { } name ? Enum.Parse<DataPart>(name, ignoreCase: true) : null,
            parsed.GetValue(target) ?? [], parsed.GetValue(metric) ?? [], new Terminal(parsed.GetValue(json))));
        return command;
    }

    static int Run(ModelData read, string data, DataPart? part, string[] target, string[] metrics, Terminal terminal)
    {
        var (model, selection) = (read.Model, read.Select(part));
        Warnings.Print(model);
        var measures = model.Evaluate(selection.Examples);
        var values = model.Measure(selection.Examples, metrics);
        var coverage = model.Interval is null ? null : model.EvaluateIntervals(selection.Examples);

        if (terminal.IsSilent)
        {
            var result = ToJson(model, selection, measures, values);
            if (coverage is not null)
                result["interval"] = Json.Intervals(model, coverage);

            Json.Print(result);
            return ExitCode.Done;
        }

        terminal.Line($"Data: {data}, {Describe(selection, measures.Examples)}");
        terminal.Line($"Task: {Words.Goal(target is [] ? model.TargetName : string.Join(", ", target), model)}");
        Words.Notes(read.Examples.Notes).ForEach(terminal.Line);
        terminal.Line($"Result: {Words.Describe(measures)}");
        Print(values, metrics.Length > 0, terminal);
        if (coverage is not null)
            terminal.Line($"{Words.Calibration(model)} {Words.Coverage(coverage, model)}");

        if (measures.Targets is { } targets)
            Words.Table(targets, terminal);

        if (measures.Classes is { } classes)
        {
            terminal.Table(
                ["class", "precision", "recall", "F1", "examples"],
                classes.Select(one => (string[])[
                    one.Name, Share(one.Precision), Share(one.Recall), Share(one.F1),
                    one.Support.ToString(Arguments.Culture)]));
            PrintConfusion(terminal, model.Classes!, measures.Confusion!);
        }

        return ExitCode.Done;
    }

    /// <summary>Those that were asked for in lines of their own, others in one.</summary>
    static void Print(IReadOnlyList<MetricValue> values, bool asked, Terminal terminal)
    {
        if (asked)
            foreach (var one in values)
                terminal.Line(one.Value is { } value
                    ? $"{one.Name}: {Words.Number(value)} ({Metric.Named(one.Name).Description})"
                    : $"{one.Name}: no value, because {one.Reason}");
        else if (values.Count > 0)
            terminal.Line($"Metrics: {string.Join(", ", values.Select(one => $"{one.Name} {Words.Number(one.Value!.Value)}"))}");
    }

    static string Share(double value) => value.ToString("F3", Arguments.Culture);

    /// <summary>Which examples these are, and whether the model was trained on them.</summary>
    static string Describe(Selection selection, int examples)
    {
        var some = $"{examples:N0} of {Words.Count(selection.Available, "example")}";

        return (selection.Part, selection.TrainedOn) switch
        {
            (DataPart.All, 0) => some,
            (DataPart.All, var trained) =>
                $"{some}; if this is the training data, it includes the {trained:N0} training examples "
                + "(--part test excludes them)",
            (DataPart.Train, _) => $"{some}: the training examples",
            (DataPart.Validation, _) => $"{some}: the validation examples, which chose the epoch",
            (DataPart.Calibration, _) => $"{some}: the examples that intervals were calibrated on",
            _ => $"{some}: the test examples, held out from training",
        };
    }

    static void PrintConfusion(Terminal terminal, IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<double>> confusion)
    {
        if (names.Count > WidestMatrix)
        {
            terminal.Line($"The confusion matrix of {names.Count} classes is too wide for text; use --json.");
            return;
        }

        terminal.Line("Examples by true class (rows) and predicted class (columns):");
        terminal.Table(["", .. names], names.Select((name, i) =>
            (string[])[name, .. names.Select((_, j) => confusion[i][j].ToString(Arguments.Culture))]));
    }

    static JsonObject ToJson(Model model, Selection selection, Metrics measures, IReadOnlyList<MetricValue> values)
    {
        var result = Json.Of(measures);
        result["task"] = Words.Task(model);
        result["part"] = Words.Part(selection.Part);
        result["available"] = selection.Available;
        result["notes"] = Json.Array(selection.Examples.Notes.Select(note => (JsonNode?)JsonValue.Create(Words.Note(note))));
        result["metrics"] = new JsonObject(values.Select(one => KeyValuePair.Create(one.Name, Json.Number(one.Value))));

        if (measures.Classes is { } classes)
        {
            result["classes"] = Json.Array(classes.Select(one => new JsonObject
            {
                ["name"] = one.Name,
                ["precision"] = Json.Number(one.Precision),
                ["recall"] = Json.Number(one.Recall),
                ["f1"] = Json.Number(one.F1),
                ["support"] = one.Support,
            }));
            result["confusion"] = Json.Array(measures.Confusion!.Select(row =>
                Json.Array(row.Select(count => (JsonNode?)JsonValue.Create(count)))));
        }

        return result;
    }
}
