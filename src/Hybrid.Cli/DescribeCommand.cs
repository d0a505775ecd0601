using System.CommandLine;
using System.Text.Json.Nodes;

namespace Hybrid.Cli;

/// <summary>hybrid describe: the layers, neurons and parameters of a network.</summary>
static class DescribeCommand
{
    public static Command Create()
    {
        var network = new Argument<string>("MODEL|SIZES")
        {
            Description = "A model file, or sizes such as 3-4-4-1: inputs, hidden layers with relu, outputs.",
        };
        var filters = Arguments.Text(
            "--filters", "file.svg", "Draw what the units of the first layer of a model of images look for: of a convolution its windows.");
        var json = Arguments.Json();

        var command = new Command(
            "describe", "List the layers, neurons and parameters of a network; of images, channels × height × width and multiply-adds.")
        {
            network, filters, json,
        };
        command.SetAction(parsed =>
        {
            Run(parsed.GetRequiredValue(network), parsed.GetValue(filters), new Terminal(parsed.GetValue(json)));
            return ExitCode.Done;
        });
        return command;
    }

    static void Run(string name, string? filters, Terminal terminal)
    {
        if (filters is not null)
            OutputFile.EnsurePicture("--filters", filters, name);

        var sizes = File.Exists(name) ? null : SizesText.Parse(name);
        if (sizes is null && !File.Exists(name) && !Directory.Exists(name))
            throw new HybridException(
                $"{name}: there is no such file, and it is not a list of sizes. Give a model file such as "
                + $"{TrainCommand.DefaultOutput}, or sizes such as 3-4-4-1.");

        var model = sizes is null ? Model.Load(name) : null;
        if (model is not null)
            Warnings.Print(model);

        var summary = model?.Describe() ?? SizesText.Describe(sizes!);

        if (filters is not null)
        {
            var picture = model?.FiltersToSvg() ?? throw new UsageException("--filters needs a model file: sizes have no weights.");
            OutputFile.Write(filters, writer => writer.Write(picture));
        }

        if (terminal.IsSilent)
        {
            Json.Print(ToJson(summary, model));
            return;
        }

        var hasImages = summary.Layers.Any(layer => layer.Shape.Count > 1);
        terminal.Line(
            $"{name}: {Title(summary)}, {Words.Count(summary.Inputs, "input")}, {Words.Count(summary.Neurons, "neuron")}, "
            + Words.Count(summary.Parameters, "parameter")
            + (hasImages ? $", {summary.MultiplyAdds.ToString("N0", Arguments.Culture)} multiply-adds" : ""));

        string[] columns = ["layer", "output shape", "neurons", "parameters"];
        terminal.Table(
            hasImages ? [.. columns, "multiply-adds"] : columns,
            summary.Layers.Select(layer => (string[])[
                layer.Kind, Shape(layer), layer.Neurons == 0 ? "" : layer.Neurons.ToString("N0", Arguments.Culture),
                layer.Parameters.ToString("N0", Arguments.Culture),
                .. hasImages ? [layer.MultiplyAdds == 0 ? "" : layer.MultiplyAdds.ToString("N0", Arguments.Culture)] : Array.Empty<string>()]));
        if (hasImages)
            terminal.Line("Shapes of images are channels × height × width.");

        if (model is not null)
            Describe(model, terminal);
        if (filters is not null)
            terminal.Line($"Wrote {filters}.");
    }

    /// <summary>Several outputs without names of classes may be either: the file does not say.</summary>
    static string Task(Model model) => !IsStated(model)
        ? $"not stated; {model.Network.Outputs:N0} quantities or scores of classes"
        : Words.Goal(model.TargetName, model);

    static bool IsStated(Model model) => model.Classes is not null || model.Network.Outputs == model.OutputNames.Count;

    /// <summary>The lecture does not count the input as a layer.</summary>
    static string Title(NetworkDescription summary) => $"{summary.Depth}-layer network";

    static string Shape(LayerDescription layer) => string.Join('×', layer.Shape);

    /// <summary>What is subtracted from columns and the target, as float64.</summary>
    static (string Name, double Value)[] Offsets(Model model) =>
    [
        .. model.Columns.Concat(model.Targets).Select(column => (column.Name, column.Offset)).Where(column => column.Offset != 0),
    ];

    static void Describe(Model model, Terminal terminal)
    {
        terminal.Line($"Columns: {Words.List([.. model.Columns.Select(column => column.Name)])}");
        if (Offsets(model) is { Length: > 0 } offsets)
            terminal.Line($"Float64: {string.Join(", ", offsets.Select(offset =>
                $"{Printable.quote(offset.Name)} less {offset.Value.ToString("R", Arguments.Culture)}"))}");
        terminal.Line($"Task: {Task(model)}");
        terminal.Line($"Output: {model.OutputName}");
        if (Words.Thresholds(model) is { } thresholds)
            terminal.Line(thresholds);
        if (model.Options.Count > 0)
            terminal.Line($"Options: {string.Join(", ", model.Options.Select(option => $"{option.Key} {option.Value}"))}");
    }

    static JsonObject ToJson(NetworkDescription summary, Model? model)
    {
        var result = new JsonObject
        {
            ["name"] = Title(summary),
            ["inputs"] = summary.Inputs,
            ["neurons"] = summary.Neurons,
            ["parameters"] = summary.Parameters,
            ["multiplyAdds"] = summary.MultiplyAdds,
            ["layers"] = Json.Array(summary.Layers.Select(layer => new JsonObject
            {
                ["kind"] = layer.Kind,
                ["shape"] = Json.Array(layer.Shape.Select(extent => (JsonNode?)JsonValue.Create(extent))),
                ["neurons"] = layer.Neurons,
                ["parameters"] = layer.Parameters,
                ["multiplyAdds"] = layer.MultiplyAdds,
            })),
        };

        if (model is null)
            return result;

        result["task"] = IsStated(model) ? Words.Task(model) : null;
        result["columns"] = Json.Array(model.Columns.Select(column => (JsonNode?)JsonValue.Create(column.Name)));
        if (Offsets(model) is { Length: > 0 } offsets)
            result["offsets"] = new JsonObject(offsets.Select(offset =>
                KeyValuePair.Create(offset.Name, (JsonNode?)JsonValue.Create(offset.Value))));
        result["target"] = model.TargetName;
        if (model.Targets.Count > 1)
            result["targets"] = Json.Array(model.Targets.Select(target => (JsonNode?)JsonValue.Create(target.Name)));
        result["classes"] = model.Classes is { } classes
            ? Json.Array(classes.Select(name => (JsonNode?)JsonValue.Create(name)))
            : null;
        if (model.Thresholds is { } thresholds)
            result["thresholds"] = Json.Thresholds(model, thresholds);
        result["loss"] = model.Loss;
        result["options"] = new JsonObject(model.Options.Select(option =>
            KeyValuePair.Create(option.Key, (JsonNode?)JsonValue.Create(option.Value))));
        return result;
    }
}
