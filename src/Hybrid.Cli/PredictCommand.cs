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

        var command = new Command("predict", "Predict each example of the data: a CSV table with a header.")
        {
            model, data, output,
        };
        command.SetAction(parsed =>
        {
            Run(parsed.GetRequiredValue(model), parsed.GetRequiredValue(data), parsed.GetValue(output));
            return ExitCode.Done;
        });
        return command;
    }

    static void Run(string modelPath, string data, string? output)
    {
        if (output is not null)
            OutputFile.EnsureWritable("--output", output, data, modelPath);

        // a table's columns may be found by position, other data need names
        var isTable = File.Exists(data) && !TableData.BuiltIn.Contains(data);
        var read = isTable ? null : ModelData.Load(modelPath, data);
        var model = read?.Model ?? Model.Load(modelPath);
        using var interruption = new Interruption();

        void Outputs(Action<float[]> each)
        {
            if (read is null)
                model.PredictFile(data, each);
            else
                each(model.Predict(read.Examples.TestPart ?? read.Examples));
        }

        if (output is not null)
        {
            OutputFile.Write(output, writer => Write(Outputs, model, model.Classes, writer, interruption.Token));
            return;
        }

        using var stdout = StandardOutput.Open();
        Write(Outputs, model, model.Classes?.Select(Printable.text).ToArray(), stdout, interruption.Token);
    }

    static void Write(
        Action<Action<float[]>> forEach, Model model, IReadOnlyList<string>? classes, TextWriter writer,
        CancellationToken cancellation)
    {
        var isFirst = true;
        var width = model.Network.Outputs;

        forEach(outputs =>
        {
            cancellation.ThrowIfCancellationRequested();
            // a reader that closes the pipe after the first predictions does not want the last
            StandardOutput.Check();

            // only now is it certain that the data fits the model
            if (isFirst)
                writer.WriteLine(OutputFile.Row(["prediction", .. classes ?? []]));

            isFirst = false;

            for (var start = 0; start < outputs.Length; start += width)
                writer.WriteLine(OutputFile.Row(Fields(classes, outputs.AsSpan(start, width))));
        });
    }

    static string[] Fields(IReadOnlyList<string>? classes, ReadOnlySpan<float> outputs)
    {
        var fields = new List<string>(outputs.Length + 1);

        if (classes is not null)
            fields.Add(classes[MetricsModule.predictedClass(outputs)]);

        foreach (var output in outputs)
            fields.Add(output.ToString("R", Arguments.Culture));

        return [.. fields];
    }
}
