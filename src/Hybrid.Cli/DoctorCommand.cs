using System.CommandLine;
using System.Text.Json.Nodes;

namespace Hybrid.Cli;

/// <summary>hybrid doctor: checks a model against the lecture's advice.</summary>
static class DoctorCommand
{
    public static Command Create()
    {
        var model = ModelArgument.Create();
        var data = new Argument<string>("DATA")
        {
            Description = "The training data: a name, a table or a folder. With other data all rows are used, and overfitting is "
                + "not judged.",
        };
        var target = Arguments.Target();
        var onError = Arguments.OnErrorOfData();
        var activations = Arguments.Text(
            "--activations", "file.svg", "Draw what the convolutions return for an example: a picture for each channel.");
        var example = Arguments.Whole("--example", "With --activations: the example of the data, from 1. Default: 1.");
        var json = Arguments.Json();

        var command = new Command(
            "doctor", "Look for dead and saturated units, vanishing gradients and other training problems.")
        {
            model, data, target, onError, activations, example, json,
        };
        command.SetAction(parsed =>
        {
            var (file, source, drawn) = (parsed.GetRequiredValue(model), parsed.GetRequiredValue(data), parsed.GetValue(activations));
            if (drawn is not null)
                OutputFile.EnsurePicture("--activations", drawn, file, source);
            else if (parsed.GetValue(example) is not null)
                throw new UsageException("--example needs --activations.");

            var read = ModelData.Load(file, source, new()
            {
                Targets = parsed.GetValue(target) ?? [],
                OnError = Arguments.RowErrors(parsed.GetValue(onError)),
            });
            var terminal = new Terminal(parsed.GetValue(json));
            var number = parsed.GetValue(example) ?? 1;
            if (number < 1 || number > read.Examples.Count)
                throw new UsageException($"--example must be from 1 to {read.Examples.Count}, the number of examples, not {number}.");

            var code = Run(read, source, terminal);
            if (drawn is not null)
                Draw(read, number, drawn, terminal);
            return code;
        });
        return command;
    }

    static void Draw(ModelData read, int example, string path, Terminal terminal)
    {
        var picture = read.Model.ActivationsToSvg(read.Examples[example - 1]);
        OutputFile.Write(path, writer => writer.Write(picture));
        terminal.Line($"Wrote {path}.");
    }

    static int Run(ModelData read, string data, Terminal terminal)
    {
        var (training, heldOut) = read.SelectTraining();
        Warnings.Print(read.Model);
        var diagnosis = Doctor.Examine(read.Model, training.Examples, heldOut?.Examples);

        if (terminal.IsSilent)
            Json.Print(ToJson(diagnosis, training, heldOut, read.Notes));
        else
            Print(diagnosis, training, heldOut, read.Notes, data, terminal);

        return ExitCode.Done;
    }

    static void Print(
        Diagnosis diagnosis, Selection training, Selection? heldOut, IReadOnlyList<TableNote> notes, string data, Terminal terminal)
    {
        terminal.Line(
            $"Data: {data}, {diagnosis.Examples:N0} of {Words.Count(training.Available, "example")}"
            + (training.TrainedOn > 0 ? ": the training examples" : "; not known to be the training examples"));
        Words.Notes(notes).ForEach(terminal.Line);
        terminal.Line($"Training: {Words.Describe(diagnosis.Training)}");
        if (diagnosis.HeldOut is { } measures)
            terminal.Line($"Held out: {Words.Describe(measures)}, on the {Words.Part(heldOut!.Part)} part");

        terminal.Table(
            ["layer", "units", "dead", "no gradient", "saturated", "mean", "sd", "gradient", "update / weights"],
            diagnosis.Layers.Select(layer => (string[])[
                $"{layer.Layer} {layer.Kind}{(layer.IsHidden ? "" : " (output)")}", layer.Units.ToString("N0", Arguments.Culture) + (layer.Places > 1 ? " channels" : ""),
                Units(layer.Dead, layer.Units), NoGradient(layer),
                layer.Saturated is { } share ? Words.Percent(share) : "", Words.Number(layer.Mean), Words.Number(layer.Deviation),
                Words.Number(layer.GradientNorm), layer.UpdateRatio is { } ratio ? Words.Number(ratio) : ""]));

        if (diagnosis.Findings.Count == 0)
            terminal.Line("No findings.");

        foreach (var rule in diagnosis.Findings.GroupBy(finding => finding.Kind))
        {
            foreach (var finding in rule)
                terminal.Line(
                    $"{finding.Kind}{(finding.Layer is { } layer ? $", layer {layer}" : "")}: {finding.Found} "
                    + $"({Words.Number(finding.Value)}; the limit is {Words.Number(finding.Threshold)})");

            terminal.Line($"  {rule.First().Says}");
            foreach (var advice in rule.Select(Advice).Distinct())
                terminal.Line($"  {advice}");
        }
    }

    static string Advice(DiagnosedFinding finding) => Remedy.Sentence(finding.Remedies, Flags.With);

    /// <summary>Units (of maxout, pieces) that no gradient reaches.</summary>
    static string NoGradient(DiagnosedLayer layer) => layer.Pieces == 0
        ? Units(layer.NoGradient, layer.Units)
        : Units(layer.UnusedPieces, layer.Pieces) + " pieces";

    /// <summary>A number of units and its share of all.</summary>
    static string Units(int count, int all) => count == 0 ? "0" : $"{count:N0} ({Words.Percent((double)count / all)})";

    static JsonObject ToJson(
        Diagnosis diagnosis, Selection training, Selection? heldOut, IReadOnlyList<TableNote> notes) => new()
        {
            ["notes"] = Json.Array(notes.Select(note => (JsonNode?)JsonValue.Create(Words.Note(note)))),
            ["examples"] = diagnosis.Examples,
            ["available"] = training.Available,
            ["part"] = Words.Part(training.Part),
            ["layers"] = Json.Array(diagnosis.Layers.Select(ToJson)),
            ["findings"] = Json.Array(diagnosis.Findings.Select(ToJson)),
            ["train"] = Json.Of(diagnosis.Training),
            ["heldOut"] = diagnosis.HeldOut is { } measures ? Json.Of(measures) : null,
            ["heldOutPart"] = heldOut is null ? null : Words.Part(heldOut.Part),
        };

    static JsonObject ToJson(DiagnosedLayer layer) => new()
    {
        ["layer"] = layer.Layer,
        ["kind"] = layer.Kind,
        ["hidden"] = layer.IsHidden,
        ["units"] = layer.Units,
        ["places"] = layer.Places,
        ["notFinite"] = layer.NotFinite,
        ["dead"] = layer.Dead,
        ["noGradient"] = layer.NoGradient,
        ["pieces"] = layer.Pieces,
        ["unusedPieces"] = layer.UnusedPieces,
        ["saturated"] = Json.Number(layer.Saturated),
        ["mean"] = Json.Number(layer.Mean),
        ["deviation"] = Json.Number(layer.Deviation),
        ["gradientNorm"] = Json.Number(layer.GradientNorm),
        ["updateRatio"] = Json.Number(layer.UpdateRatio),
    };

    static JsonObject ToJson(DiagnosedFinding finding) => new()
    {
        ["kind"] = finding.Kind,
        ["layer"] = finding.Layer,
        ["value"] = Json.Number(finding.Value),
        ["threshold"] = Json.Number(finding.Threshold),
        ["found"] = finding.Found,
        ["says"] = finding.Says,
        ["advice"] = Advice(finding),
    };
}
