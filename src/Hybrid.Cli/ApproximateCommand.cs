using System.CommandLine;
using System.Text.Json.Nodes;

namespace Hybrid.Cli;

/// <summary>hybrid approximate: turns a formula and a distance into a network and its proof.</summary>
sealed class ApproximateCommand
{
    public const string Name = "approximate";

    public const string Examples = """
        Examples:
          hybrid approximate "sin(2*pi*x)"                              rectified units, within 0.01 on [0, 1]
          hybrid approximate "sin(2*pi*x)" --method sigmoid --figure f.svg
          hybrid approximate "exp(-x^2)" --from -3 --to 3 --epsilon 1e-3 --method trained --output net.onnx
          hybrid approximate "x*y" --from -1,0 --to 1,2 --epsilon 0.1 --method kuhn
          hybrid approximate "abs(x)" --from -1 --lipschitz 1 --method bumps --json

        The written file is a model like any other: use it with hybrid describe, hybrid predict.
        """;

    readonly Terminal terminal;
    readonly string formula;
    readonly string? output, figure;
    readonly ApproximationOptions options;

    ApproximateCommand(string formula, ApproximationOptions options, string? output, string? figure, Terminal terminal)
    {
        this.formula = formula;
        this.options = options;
        this.output = output;
        this.figure = figure;
        this.terminal = terminal;
    }

    public static Command Create()
    {
        var defaults = new ApproximationOptions();
        var formula = new Argument<string>("FORMULA")
        {
            Description = "A formula in x, or in x and y: sin cos exp log sqrt abs, + - * / ^, pi, e; such as \"sin(2*pi*x)\".",
        };
        var from = Arguments.Numbers("--from", "Where each variable starts: one number, or one per variable, separated by commas. Default: 0.");
        var to = Arguments.Numbers("--to", "Where each variable ends. Default: 1.");
        var epsilon = Arguments.Number("--epsilon", "The maximum distance between formula and network. Default: 0.01.");
        var method = Arguments.Choice(
            "--method", "How the network is built; towers, kuhn and trained also take two variables. Default: relu.", Approximator.Methods);
        var lipschitz = Arguments.Number("--lipschitz", "A bound on the slope. Default: from the formula's derivative.");
        var curvature = Arguments.Number("--curvature", "A bound on the second derivative. Default: from the formula's second derivative.");
        var output = Arguments.Output("file.onnx", "Write the network to this model file.");
        var figure = Arguments.Text("--figure", "file.svg", "Draw formula, network and error to this file.");
        var json = Arguments.Json();

        var command = new Command(
            Name, "Build a network that stays within a given distance of a formula everywhere, and prove it.")
        {
            formula, from, to, epsilon, method, lipschitz, curvature, output, figure, json,
        };
        command.SetAction(parsed => new ApproximateCommand(
            parsed.GetRequiredValue(formula),
            new ApproximationOptions
            {
                Method = parsed.GetValue(method) ?? defaults.Method,
                From = parsed.GetValue(from) is { Length: > 0 } starts ? starts : defaults.From,
                To = parsed.GetValue(to) is { Length: > 0 } ends ? ends : defaults.To,
                Epsilon = parsed.GetValue(epsilon) ?? defaults.Epsilon,
                Lipschitz = parsed.GetValue(lipschitz),
                Curvature = parsed.GetValue(curvature),
            },
            parsed.GetValue(output), parsed.GetValue(figure), new Terminal(parsed.GetValue(json))).Run());
        return command;
    }

    int Run()
    {
        if (output is not null)
            OutputFile.EnsureWritable("--output", output);
        if (figure is not null)
            OutputFile.EnsurePicture("--figure", figure, output);

        using var interruption = new Interruption();
        terminal.Line($"Function: {formula}");
        var (report, others) = interruption.Abandonable(
            () =>
            {
                var report = Approximator.Approximate(formula, options);
                return (report, Approximator.Compare(report));
            });

        // an unproved network must not replace a proved one
        var problems = new List<string>();
        var isWritten = report.Certificate.Holds && output is not null
            && Kept.Write("the network", output, report.Model.Save, problems);
        var isDrawn = report.Certificate.Holds && figure is not null && Kept.Write(
            "the figure", figure, path => OutputFile.Write(path, writer => writer.Write(report.ToSvg())), problems);

        if (!terminal.IsSilent)
            Print(report, others, isWritten, isDrawn);
        else if (problems.Count == 0)
            Json.Print(ToJson(report, others));
        if (problems.Count > 0)
            throw new HybridException(string.Join(' ', problems));

        return report.Certificate.Holds ? ExitCode.Done : ExitCode.Failed;
    }

    void Print(ApproximationReport report, IReadOnlyList<ApproximationCost> others, bool isWritten, bool isDrawn)
    {
        var certificate = report.Certificate;
        var known = string.Join(", ", new[] { ("slope", report.Lipschitz), ("second derivative", report.Curvature) }
            .Where(constant => constant.Item2 is not null)
            .Select(constant => $"{constant.Item1} at most {Words.AtMost(constant.Item2!.Value)}"));

        terminal.Line($"Domain: {Place(report.Domain, Exact)}{(known.Length > 0 ? $"; {known}" : "")}");
        terminal.Line(
            $"Network: {report.Method}, {Words.Count(report.Neurons, "neuron")}, "
            + Words.Count(report.Parameters, "parameter"));
        terminal.Line(
            $"Distance: at most {Words.AtMost(certificate.Bound)}, of which {Words.AtMost(certificate.Rounding)} for float32; "
            + $"measured {Words.AtLeast(certificate.Measured)} at {string.Join(", ", certificate.Point.Select(Words.Number))}");
        terminal.Line(certificate.Holds
            ? $"Proved: within {Exact(certificate.Epsilon)} everywhere, for the numbers exactly as written, by bounding {certificate.Boxes:N0} boxes."
            : $"Not proved: {Exact(certificate.Epsilon)} is not proved on {Place(certificate.Box, Words.Number)}. "
                + (double.IsFinite(certificate.Bound)
                    ? ""
                    : "The formula or the network may have no finite value there. ")
                + (options.Lipschitz is null && options.Curvature is null
                    ? "Give a larger --epsilon."
                    : "Check --lipschitz and --curvature.")
                + (output is null && figure is null ? "" : " Nothing was written."));

        if (others.Count > 0)
            terminal.Line(
                $"For comparison{(report.Method == "trained" ? ", by their bounds alone" : "")}: {string.Join("; ", others.Select(other => $"{other.Method} {Words.Count(other.Neurons, "neuron")}, {Words.Count(other.Parameters, "parameter")}"))}.");

        if (isWritten)
            terminal.Line($"Wrote {output}.");
        if (isDrawn)
            terminal.Line($"Drew {figure}.");
    }

    /// <summary>The number exactly as given, since the proof is about it.</summary>
    static string Exact(double value) => value.ToString("R", Arguments.Culture);

    static string Place(IEnumerable<Interval> box, Func<double, string> number) =>
        string.Join(" × ", box.Select(x => $"[{number(x.Lower)}, {number(x.Upper)}]"));

    JsonObject ToJson(ApproximationReport report, IReadOnlyList<ApproximationCost> others)
    {
        var certificate = report.Certificate;
        var result = new JsonObject
        {
            ["method"] = report.Method,
            ["neurons"] = report.Neurons,
            ["parameters"] = report.Parameters,
            ["epsilon"] = Json.Number(certificate.Epsilon),
            ["bound"] = Json.Number(certificate.Bound),
            ["rounding"] = Json.Number(certificate.Rounding),
            ["measured"] = Json.Number(certificate.Measured),
            ["certified"] = certificate.Holds,
            ["boxes"] = certificate.Boxes,
            ["lipschitz"] = report.Lipschitz,
            ["curvature"] = report.Curvature,
            ["at"] = Json.Array(certificate.Point.Select(Json.Number)),
            ["box"] = Json.Array(certificate.Box.Select(x => Json.Array([Json.Number(x.Lower), Json.Number(x.Upper)]))),
        };

        var costs = others.Select(other => KeyValuePair.Create(other.Method, (JsonNode?)new JsonObject
        {
            ["neurons"] = other.Neurons,
            ["parameters"] = other.Parameters,
        }));

        if (options.Method == "trained")
            result["constructed"] = new JsonObject(costs);
        else
            result["trained"] = costs.Select(cost => cost.Value).FirstOrDefault();

        return result;
    }
}
