using System.CommandLine;
using Hybrid.Data;

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
                + "the target is optional), a folder, or images without classes: a PNG or JPEG file, or a folder of them.",
        };
        var output = Arguments.Output(
            "file.csv", "The file for the predictions, with class names verbatim. Default: stdout, where control "
            + "characters in names are escaped as in JSON.");

        var keep = new Option<string[]>("--keep")
        {
            HelpName = "column",
            Description = "A column of the table to write before the prediction, such as an identifier. May be repeated.",
        };
        var onError = Arguments.OnError(
            "What to do about a row that does not fit the model: fail; skip it; or take a text that is no number, or an unknown category, "
            + "as missing. Rows are counted on stderr. Default: fail.");

        var header = Arguments.Header();
        var noHeader = Arguments.NoHeader();
        var interval = Arguments.Number(
            "--interval", "Require intervals of this level, or sets of classes. Files that were trained with --interval have them: they are "
            + "printed as lower and upper, or as set.", "level");
        var json = Arguments.Json();

        var command = new Command("predict", "Predict each example of the data: a CSV table with a header.")
        {
            model, data, output, keep, onError, header, noHeader, interval, json,
        };
        command.SetAction(parsed =>
        {
            var options = new PredictionOptions
            {
                Keep = parsed.GetValue(keep) ?? [],
                OnError = Arguments.RowErrors(parsed.GetValue(onError)),
                Header = Arguments.HasHeader(parsed, header, noHeader),
            };
            Run(parsed.GetRequiredValue(model), parsed.GetRequiredValue(data), parsed.GetValue(output), options,
                parsed.GetValue(interval), parsed.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }

    static void Run(string modelPath, string data, string? output, PredictionOptions options, double? level, bool json)
    {
        if (output is not null)
            OutputFile.EnsureWritable("--output", output, data, modelPath);

        // a table's columns may be found by position, other data need names
        var areImages = ImageFolder.unlabelled(Images.ImageFiles.Decoder, data).Length > 0;
        if (areImages && options.Keep.Count == 0)
            options = options with { Keep = ["file"] };

        var isTable = areImages || (data == "-" || File.Exists(data)) && !TableData.BuiltIn.Contains(data);
        if (!isTable && options.Keep.Count > 0)
            DataSource.requireTable(nameof(options.Keep), data);

        var read = isTable ? null : ModelData.Load(modelPath, data);
        var model = read?.Model ?? Model.LoadFor(modelPath, data);
        RequireInterval(modelPath, model, level);
        Warnings.Print(model);
        using var interruption = new Interruption();

        PredictionCount Predict(Action<PredictedRows> each)
        {
            if (read is null)
                return model.PredictFile(data, each, options);

            var examples = read.Examples.TestPart ?? read.Examples;
            each(new PredictedRows(model.Predict(examples), [.. Enumerable.Repeat<string[]>([], examples.Count)]));
            return new PredictionCount(examples.Count, 0, 0, 0, examples.Notes);
        }

        void WriteTo(TextWriter writer, Func<string, string> text)
        {
            var predictions = json ? new PredictionJson(writer, model, options.Keep) : null;
            Action<PredictedRows> write =
                predictions is null ? new PredictionTable(writer, model, options.Keep, text).Write : predictions.Write;

            var count = Predict(rows =>
            {
                interruption.Token.ThrowIfCancellationRequested();
                // a reader that refuses the first predictions does not want the last
                StandardOutput.Check();
                write(rows);
            });

            predictions?.End(count);
            SayNotes(count);
            RequireOne(data, count);
            Say(count);
        }

        if (output is not null)
        {
            OutputFile.Write(output, writer => WriteTo(writer, name => name));
            return;
        }

        using var stdout = StandardOutput.Open();
        WriteTo(stdout, Printable.text);
    }

    /// <exception cref="HybridException">The model has no intervals of the level that is asked for.</exception>
    static void RequireInterval(string path, Model model, double? level)
    {
        if (level is not { } asked)
            return;
        if (asked is not (> 0 and < 1))
            throw new UsageException($"--interval must be a level above 0 and below 1, such as 0.9, not {Words.Number(asked)}.");

        if (model.Interval is not { } interval)
            throw new HybridException(
                $"{path}: it was trained without intervals: it kept no examples to calibrate them on. Train it with --interval {Words.Number(asked)}.");

        if (interval.Level != asked)
            throw new HybridException(
                $"{path}: its intervals have the level {Words.Number(interval.Level)}, not {Words.Number(asked)}. Ask for that level, or train with "
                + $"--interval {Words.Number(asked)}.");
    }

    static void SayNotes(PredictionCount count)
    {
        foreach (var note in count.Notes)
            Failures.Say($"note: {Words.Note(note)}");
    }

    static void Say(PredictionCount count)
    {
        var predicted = $"{count.Predicted.ToString("N0", Arguments.Culture)} predicted.";
        if (count.Skipped > 0)
            Failures.Say($"Skipped {NotFitting(count)}; {predicted}");
        if (count.NonFinite > 0)
            Failures.Say($"Skipped {NotFinite(count)}; {predicted}");
        if (count.Mended > 0)
            Failures.Say($"Predicted {Words.Count(count.Mended, "row")} with a missing value in place of one that does not fit.");
    }

    static string NotFitting(PredictionCount count) =>
        $"{Words.Count(count.Skipped, "row")} that {(count.Skipped == 1 ? "does" : "do")} not fit the model";

    static string NotFinite(PredictionCount count) =>
        $"{Words.Count(count.NonFinite, "row")} whose result is NaN or infinite";

    /// <exception cref="HybridException">All rows were skipped.</exception>
    static void RequireOne(string data, PredictionCount count)
    {
        if (count.Predicted > 0 || count.Skipped + count.NonFinite == 0)
            return;

        var skipped = (string[])[
            .. count.Skipped > 0 ? [NotFitting(count)] : (string[])[], .. count.NonFinite > 0 ? [NotFinite(count)] : (string[])[]];
        throw new HybridException(
            $"{data}: nothing was predicted, of {string.Join(" and ", skipped)}. Without --on-error the first of them is named.");
    }
}
