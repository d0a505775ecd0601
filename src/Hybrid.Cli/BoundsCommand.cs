using System.CommandLine;
using System.Text.Json.Nodes;

namespace Hybrid.Cli;

/// <summary>hybrid bounds: the range of a model's outputs over a box of its inputs.</summary>
static class BoundsCommand
{
    public const string Name = "bounds";

    public const string Examples = """
        Examples:
          hybrid bounds houses.onnx --box "area in [40, 160], rooms = 3"
          hybrid bounds houses.onnx --box houses.csv --box "rooms = 3, colour in {red, blue}"
          hybrid bounds model.onnx --box iris --timeout 10 --json

        Every column needs a range, a number or categories. The name of data gives all columns the values that they have there;
        of a column that is named twice, the last counts.
        """;

    public static Command Create()
    {
        var model = ModelArgument.Create();
        var box = ProofArguments.Box("The inputs: conditions such as \"area in [40, 160], rooms = 3, colour in {red, blue}\", or data, "
            + "whose ranges columns have. May be given several times.");
        box.Required = true;
        var shared = new ProofArguments();
        var json = Arguments.Json();
        var command = new Command(Name, "Prove the range of a model's outputs over a box of its inputs.")
        {
            model, box, shared.Timeout, shared.Boxes, shared.Arithmetic, shared.Threads, json,
        };
        command.SetAction(parsed => Run(
            Model.Load(parsed.GetRequiredValue(model)), parsed.GetRequiredValue(box)!, shared.Read(parsed),
            new Terminal(parsed.GetValue(json))));
        return command;
    }

    static int Run(Model model, string[] box, CertificationOptions options, Terminal terminal)
    {
        Warnings.Print(model);
        using var interruption = new Interruption();
        var ranges = RowProgress.Show(terminal, "bounds", progress =>
            Robustness.Bounds(model, box, options, progress, interruption.Token));

        if (terminal.IsSilent)
            Json.Print(new JsonObject
            {
                ["arithmetic"] = options.Arithmetic,
                ["output"] = model.OutputName,
                ["outputs"] = Json.Array(ranges.Select(range => new JsonObject
                {
                    ["name"] = range.Name,
                    ["proved"] = Json.Of(range.Proved),
                    ["computed"] = Json.Of(range.Computed),
                })),
            });
        else
        {
            terminal.Line($"Range of {(model.Classes is null ? Printable.text(model.TargetName) : model.OutputName)}, proved {ProofArguments.Meaning(options.Arithmetic)}:");
            terminal.Table(
                ["", "at least", "computed from", "to", "at most"],
                ranges.Select(range => (string[])[
                    range.Name, Words.AtLeast(range.Proved.Lower), Computed(range.Computed.Lower),
                    Computed(range.Computed.Upper), Words.AtMost(range.Proved.Upper)]));

            if (ranges.Any(range => double.IsNaN(range.Computed.Lower)))
                terminal.Line("Stopped before these were bounded. Give more time with --timeout, or a smaller box.");
        }

        return interruption.Token.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Done;
    }

    /// <summary>An end of the outputs that were met; none is NaN.</summary>
    static string Computed(double value) => double.IsNaN(value) ? "-" : Words.Number(value);
}
