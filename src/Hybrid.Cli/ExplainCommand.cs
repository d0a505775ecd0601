using System.CommandLine;
using System.Text.Json.Nodes;

namespace Hybrid.Cli;

/// <summary>hybrid explain: what a model's answers depend on, in the columns of its data.</summary>
sealed class ExplainCommand
{
    public const string Name = "explain";

    public const string Examples = """
        Examples:
          hybrid explain model.onnx iris                            which columns matter, with intervals
          hybrid explain model.onnx houses.csv --figures pictures   and how the answer changes with each of them
          hybrid explain model.onnx houses.csv --row 12             the gradient of one prediction, in the table's units
          hybrid explain model.onnx houses.csv --row 12 --counterfactual --value 200000 --fixed area
          hybrid explain model.onnx iris --row 3 --counterfactual --class virginica
        """;

    readonly Terminal terminal;
    readonly Model model;
    readonly Selection selection;
    readonly ModelData read;
    readonly string data;

    ExplainCommand(string path, string data, TableOptions table, bool json)
    {
        this.data = data;
        terminal = new Terminal(json);
        read = ModelData.Load(path, data, table);
        model = read.Model;
        var (training, heldOut) = read.SelectTraining();
        selection = heldOut ?? training;
        Warnings.Print(model);
        Words.Notes(read.Examples.Notes).ForEach(terminal.Line);
    }

    public static Command Create()
    {
        var model = ModelArgument.Create();
        var data = new Argument<string>("DATA")
        {
            Description = "Data with the model's columns and target: a name, a table or a folder. Of the training data the held-out rows are taken.",
        };
        var target = Arguments.Target();
        var repeats = Arguments.Whole("--repeats", "How often each column is shuffled. Default: 10.");
        var seed = Arguments.Natural("--seed", "Of the shuffles. Default: 1.");
        var figures = Arguments.Text(
            "--figures", "folder", "Draw how the answer changes with each column, an SVG file each: a curve per row, and their mean.");
        var row = Arguments.Whole(
            "--row", "A row of the data, from 1, below the names: the gradient of its answer by each column, in the units of both; exact.");
        var output = Arguments.Text(
            "--class", "name", "The class, or the target of several, whose output is explained; or the class that --counterfactual wants. "
            + "Default: the last class, or the first target.");
        var counterfactual = new Option<bool>("--counterfactual")
        {
            Description = "With --row: the nearest row that is given --class, or that reaches --value. It has been predicted; numbers stay in "
                + "the range of the data, whole numbers stay whole.",
        };
        var value = Arguments.Number("--value", "The quantity that --counterfactual reaches.");
        var keep = new Option<string[]>("--fixed")
        {
            HelpName = "column",
            Description = "A column that --counterfactual leaves as it is. May be repeated.",
        };
        var onError = Arguments.OnErrorOfData();
        var json = Arguments.Json();

        var command = new Command(Name, "What a model's answers depend on: importance, dependence, gradients, counterfactuals.")
        {
            model, data, target, repeats, seed, figures, row, output, counterfactual, value, keep, onError, json,
        };
        command.SetAction(parsed =>
        {
            var asked = parsed.GetValue(row);
            if (parsed.GetValue(counterfactual) && asked is null)
                throw new UsageException("--counterfactual needs --row: the row that is to be different.");
            if (!parsed.GetValue(counterfactual) && (parsed.GetValue(value) is not null || parsed.GetValue(keep) is { Length: > 0 }))
                throw new UsageException("--value and --fixed need --counterfactual.");

            var table = new TableOptions
            {
                Targets = parsed.GetValue(target) ?? [],
                OnError = Arguments.RowErrors(parsed.GetValue(onError)),
            };
            var run = new ExplainCommand(parsed.GetRequiredValue(model), parsed.GetRequiredValue(data), table, parsed.GetValue(json));
            if (asked is not { } number)
                run.Columns(parsed.GetValue(repeats) ?? 10, parsed.GetValue(seed) ?? 1, parsed.GetValue(figures), parsed.GetValue(output));
            else if (parsed.GetValue(counterfactual))
                run.Counterfactual(run.Row(number), parsed.GetValue(output), parsed.GetValue(value), parsed.GetValue(keep) ?? []);
            else
                run.Gradient(run.Row(number), parsed.GetValue(output));

            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>The example of a row that is counted from 1 in the data.</summary>
    int Row(int number)
    {
        var last = read.Examples.RowNumber(read.Examples.Count - 1);
        if (number < 1 || number > last)
            throw new UsageException($"--row must be from 1 to {last}, the last row with a target, not {number}.");

        var row = Enumerable.Range(0, read.Examples.Count).FirstOrDefault(example => read.Examples.RowNumber(example) == number, -1);
        return row >= 0
            ? row
            : throw new UsageException($"--row {number} has no target, or the weight 0, and is left out. Give another row.");
    }

    static string Number(double value) => Words.Number(value);

    void Columns(int repeats, ulong seed, string? figures, string? output)
    {
        var report = Explainer.Importance(model, selection.Examples, repeats, seed);
        var files = figures is null ? [] : Draw(figures, output);

        if (terminal.IsSilent)
        {
            JsonArray Of(IReadOnlyList<ColumnImportance> columns) => Json.Array(columns.Select(one => new JsonObject
            {
                ["columns"] = Json.Array(one.Columns.Select(name => (JsonNode?)JsonValue.Create(name))),
                ["rise"] = Json.Number(one.Rise),
                ["lower"] = Json.Number(one.Lower),
                ["upper"] = Json.Number(one.Upper),
            }));

            Json.Print(new JsonObject
            {
                ["rows"] = report.Examples,
                ["repeats"] = report.Repeats,
                ["loss"] = Json.Number(report.Loss),
                ["importance"] = Of(report.Columns),
                ["together"] = Of(report.Groups),
                ["figures"] = Json.Array(files.Select(name => (JsonNode?)JsonValue.Create(name))),
            });
            return;
        }

        terminal.Line(
            $"Data: {data}, {report.Examples:N0} of {Words.Count(selection.Available, "row")}, "
            + (selection.TrainedOn > 0 ? "which the model learned from" : "which the model did not learn from, as far as can be told"));
        terminal.Line(
            $"Importance: by how much the {model.Loss} loss, {Number(report.Loss)}, rises if a column is shuffled "
            + $"({Words.Count(report.Repeats, "time")}); intervals of 95 %:");
        Print(report.Columns);

        if (report.Groups.Count > 0)
        {
            terminal.Line("Columns that go together (association of at least 0.9), each of which can stand in for the others:");
            Print(report.Groups);
        }

        if (figures is not null)
            terminal.Line(
                $"Wrote {Words.Count(files.Count, "figure")} to {figures}"
                + (model.OutputNames.Count > 1 ? $", of {output ?? (model.Classes is { } classes ? classes[^1] : model.OutputNames[0])}." : "."));
    }

    void Print(IReadOnlyList<ColumnImportance> columns) => terminal.Table(
        ["column", "rise", "from", "to", ""],
        columns.Select(one => (string[])[
            string.Join(" + ", one.Columns.Select(Named)), Number(one.Rise), Number(one.Lower), Number(one.Upper),
            one.Lower <= 0 && one.Upper >= 0 ? "may be noise" : ""]));

    List<string> Draw(string folder, string? output)
    {
        Directory.CreateDirectory(folder);
        var files = new List<string>();

        foreach (var (column, place) in model.Columns.Select((column, place) => (column, place + 1)))
        {
            var letters = string.Concat(column.Name.Select(sign => char.IsLetterOrDigit(sign) ? sign : '-'));
            var file = Path.Combine(folder, $"{place}-{letters}.svg");
            OutputFile.Write(file, writer =>
                writer.Write(Explainer.Dependence(model, selection.Examples, column.Name, output).ToSvg()));
            files.Add(file);
        }

        return files;
    }

    void Gradient(int row, string? output)
    {
        var gradient = Explainer.Gradient(model, read.Examples, row, output);

        if (terminal.IsSilent)
        {
            Json.Print(new JsonObject
            {
                ["row"] = read.Examples.RowNumber(row),
                ["output"] = gradient.Output,
                ["answer"] = Json.Number(gradient.Answer),
                ["columns"] = Json.Array(gradient.Columns.Select(one => new JsonObject
                {
                    ["column"] = one.Column,
                    ["value"] = Value(one.Column, one.Value),
                    ["slope"] = Json.Number(one.Slope),
                    ["perDeviation"] = Json.Number(one.PerDeviation),
                    ["categories"] = new JsonObject(one.Categories.Select(pair => KeyValuePair.Create(pair.Key, Json.Number(pair.Value)))),
                })),
            });
            return;
        }

        terminal.Line($"Row {read.Examples.RowNumber(row)} of {data}: {gradient.Output} is {Number(gradient.Answer)}. Its derivatives, exact, in the units of both:");
        terminal.Table(
            ["column", "value", "slope", "per deviation"],
            gradient.Columns.Where(one => one.Slope is not null).Select(one => (string[])[
                Named(one.Column), Text(one.Column, one.Value, Words.Number), Number(one.Slope!.Value), Number(one.PerDeviation)]));

        if (gradient.Columns.Any(one => Column(one.Column).HasDates))
            terminal.Line("The slope of a date is the change per day.");

        foreach (var one in gradient.Columns.Where(one => one.Slope is null))
            terminal.Line(
                $"{one.Column}: {string.Join(", ", one.Categories.Take(20).Select(pair => $"{pair.Key} {Signed(pair.Value)}"))}");
    }

    static string Signed(double value) => (value < 0 ? "" : "+") + Number(value);

    void Counterfactual(int row, string? output, double? value, string[] unchanged)
    {
        var found = (model.Classes, output, value) switch
        {
            (null, null, { } number) => Explainer.Counterfactual(model, read.Examples, row, number, unchanged),
            (null, _, _) => throw new UsageException("--counterfactual of a quantity needs --value, and no --class."),
            (not null, { } name, null) => Explainer.Counterfactual(model, read.Examples, row, name, unchanged),
            _ => throw new UsageException("--counterfactual of classes needs --class, and no --value."),
        };

        if (found is null)
            throw new HybridException(
                $"{data}, row {read.Examples.RowNumber(row)}: no row with that answer was found in the range of the data. Ask for a nearer one, or fix fewer columns.");

        if (terminal.IsSilent)
        {
            Json.Print(new JsonObject
            {
                ["row"] = read.Examples.RowNumber(row),
                ["distance"] = Json.Number(found.Distance),
                ["changes"] = Json.Array(found.Changes.Select(change => new JsonObject
                {
                    ["column"] = change.Column,
                    ["from"] = Value(change.Column, change.From),
                    ["to"] = Value(change.Column, change.To),
                })),
                ["outputs"] = Json.Array(found.Outputs.Select(Json.Number)),
            });
            return;
        }

        terminal.Line(
            $"Row {read.Examples.RowNumber(row)} of {data}: {model.TargetName} is {Answer(found.Outputs)} with {Words.Count(found.Changes.Count, "change")}, "
            + $"{Number(found.Distance)} standard deviations away; predicted, not estimated:");
        terminal.Table(["column", "from", "to"], found.Changes.Select(change => (string[])[
            Named(change.Column), Text(change.Column, change.From, Shortest), Text(change.Column, change.To, Shortest)]));
    }

    /// <summary>A column; of images with its place, from 1.</summary>
    string Named(string name)
    {
        if (read.Examples.Image is not { } image)
            return name;

        var at = model.Columns.Select(column => column.Name).ToList().IndexOf(name);
        var (channel, pixel) = (at % image.Channels, at / image.Channels);
        return $"{name} (channel {channel + 1}, row {(pixel / image.Width) + 1}, column {(pixel % image.Width) + 1})";
    }

    ColumnInfo Column(string name) => model.Columns.First(column => column.Name == name);

    /// <summary>A value as the table has it, but for numbers.</summary>
    string Text(string name, double value, Func<double, string> number)
    {
        var column = Column(name);
        return double.IsNaN(value) ? "missing" : column.HasDates || column.Categories is not null ? column.Text(value) : number(value);
    }

    static string Shortest(double value) => ((float)value).ToString("R", Arguments.Culture);

    /// <summary>A number, or the text of a date or category.</summary>
    JsonNode? Value(string name, double value)
    {
        var column = Column(name);
        return double.IsNaN(value) || (column.Categories is null && !column.HasDates) ? Json.Number(value) : JsonValue.Create(column.Text(value));
    }

    string Answer(IReadOnlyList<double> outputs) => model.Classes is { } classes
        ? $"{classes[MetricsModule.predictedClass([.. outputs.Select(output => (float)output)])]}"
        : Number(outputs[0]);
}
