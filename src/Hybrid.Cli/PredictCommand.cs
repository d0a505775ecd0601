using System.CommandLine;

namespace Hybrid.Cli;

/// <summary>hybrid predict: a model's predictions as a table.</summary>
static class PredictCommand
{
    public static Command Create()
    {
        var model = ModelArgument.Create();
        var data = new Argument<string>("DATA")
        {
            Description = "Data with the model's columns: a name, a table (columns are matched by name, others are ignored, "
                + "the target is optional) or a folder.",
        };
        var output = Arguments.Output(
            "file.csv", "The file for the predictions, with class names verbatim. Default: stdout, where control "
            + "characters in names are escaped as in JSON.");

        var keep = new Option<string[]>("--keep")
        {
            HelpName = "column",
            Description = "A column of the table to write before the prediction, such as an identifier. May be repeated.",
        };
        var onError = Arguments.Choice(
            "--on-error", "What to do about a row that does not fit the model: fail; skip it; or take a text that is no number, or an "
            + "unknown category, as missing. Rows are counted on stderr. Default: fail.",
            Enum.GetNames<RowErrors>().Select(name => name.ToLowerInvariant()));

        var command = new Command("predict", "Predict each example of the data: a CSV table with a header.")
        {
            model, data, output, keep, onError,
        };
        command.SetAction(parsed =>
        {
            var options = new PredictionOptions
            {
                Keep = parsed.GetValue(keep) ?? [],
                OnError = parsed.GetValue(onError) is { } policy ? Enum.Parse<RowErrors>(policy, ignoreCase: true) : RowErrors.Fail,
            };
            Run(parsed.GetRequiredValue(model), parsed.GetRequiredValue(data), parsed.GetValue(output), options);
            return ExitCode.Done;
        });
        return command;
    }

    static void Run(string modelPath, string data, string? output, PredictionOptions options)
    {
        if (output is not null)
            OutputFile.EnsureWritable("--output", output, data, modelPath);

        // a table's columns may be found by position, other data need names
        var isTable = (data == "-" || File.Exists(data)) && !TableData.BuiltIn.Contains(data);
        if (!isTable && options.Keep.Count > 0)
            throw new OptionException(nameof(options.Keep), $"applies only to CSV and TSV files, and {Printable.quote(data)} is neither");

        var read = isTable ? null : ModelData.Load(modelPath, data);
        var model = read?.Model ?? Model.LoadFor(modelPath, data);
        Warnings.Print(model);
        using var interruption = new Interruption();

        PredictionCount Predict(Action<PredictedRows> each)
        {
            if (read is null)
                return model.PredictFile(data, each, options);

            var examples = read.Examples.TestPart ?? read.Examples;
            each(new PredictedRows(model.Predict(examples), [.. Enumerable.Repeat<string[]>([], examples.Count)]));
            return new PredictionCount(examples.Count, 0, 0);
        }

        void WriteTo(TextWriter writer, Func<string, string> text) =>
            Say(Write(Predict, model, options.Keep, text, writer, interruption.Token));

        if (output is not null)
        {
            OutputFile.Write(output, writer => WriteTo(writer, name => name));
            return;
        }

        using var stdout = StandardOutput.Open();
        WriteTo(stdout, Printable.text);
    }

    static PredictionCount Write(
        Func<Action<PredictedRows>, PredictionCount> predict, Model model, IReadOnlyList<string> keep, Func<string, string> text,
        TextWriter writer, CancellationToken cancellation)
    {
        var isFirst = true;
        var width = model.Network.Outputs;
        var columns = new PredictionColumns(model, text);

        return predict(rows =>
        {
            cancellation.ThrowIfCancellationRequested();
            // a reader that refuses the first predictions does not want the last
            StandardOutput.Check();

            // only now is it certain that the data fit the model
            if (isFirst)
                writer.WriteLine(OutputFile.Row([.. keep.Select(text), .. columns.Names]));

            isFirst = false;

            for (var row = 0; row < rows.Kept.Count; row++)
                writer.WriteLine(OutputFile.Row(
                    [
                        .. rows.Kept[row].Select(text),
                        .. columns.Fields(rows.Outputs[(row * width)..((row + 1) * width)]),
                    ]));
        });
    }

    static void Say(PredictionCount count)
    {
        if (count.Skipped > 0)
            Failures.Say(
                $"{Words.Count((int)count.Skipped, "row")} skipped, which {(count.Skipped == 1 ? "does" : "do")} not fit the model; "
                + $"{count.Predicted.ToString("N0", Arguments.Culture)} predicted.");
        if (count.Mended > 0)
            Failures.Say($"{Words.Count((int)count.Mended, "row")} predicted with a missing value in place of one that does not fit.");
    }
}
