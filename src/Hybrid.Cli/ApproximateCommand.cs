using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Hybrid.Figures;
using Microsoft.FSharp.Core;

namespace Hybrid.Cli;

/// <summary>hybrid approximate: a formula and a distance to a network and its proof.</summary>
static class ApproximateCommand
{
    public const string Name = "approximate";

    sealed record Request(
        string Formula, string From, string To, double Epsilon, string Method, double? Lipschitz, double? Curvature,
        string? Output, string? Figure);

    public static Command Create()
    {
        var formula = new Argument<string>("FORMULA")
        {
            Description = "Of x, or of x and y: sin cos exp log sqrt abs, + - * / ^, pi, e; such as \"sin(2*pi*x)\".",
        };
        var from = Arguments.Text("--from", "x", "Where each variable begins: one number, or one a variable, with a comma. Default: 0.");
        var to = Arguments.Text("--to", "x", "Where each variable ends. Default: 1.");
        var epsilon = Arguments.Number("--epsilon", "The greatest distance between formula and network. Default: 0.01.");
        var method = Arguments.Choice(
            "--method", "How it is built; towers, kuhn and trained also take two variables. Default: relu.", Approximator.Methods);
        var lipschitz = Arguments.Number("--lipschitz", "A bound of the slope. Default: what the formula's derivative gives.");
        var curvature = Arguments.Number("--curvature", "A bound of the second derivative. Default: what the formula's gives.");
        var output = Arguments.Text("--output", "file.onnx", "Write the network to this model file.");
        var figure = Arguments.Text("--figure", "file.svg", "Draw formula, network and error into this file.");
        var json = Arguments.Json();

        var command = new Command(
            Name, "Build a network that is within a distance of a formula everywhere, and prove it.")
        {
            formula, from, to, epsilon, method, lipschitz, curvature, output, figure, json,
        };
        command.SetAction(parsed => Run(
            new Request(
                parsed.GetRequiredValue(formula), parsed.GetValue(from) ?? "0", parsed.GetValue(to) ?? "1",
                parsed.GetValue(epsilon) ?? 0.01, parsed.GetValue(method) ?? "relu", parsed.GetValue(lipschitz),
                parsed.GetValue(curvature), parsed.GetValue(output), parsed.GetValue(figure)),
            new Terminal(parsed.GetValue(json))));
        return command;
    }

    static int Run(Request request, Terminal terminal)
    {
        if (!(request.Epsilon > 0 && double.IsFinite(request.Epsilon)))
            throw new UsageException($"--epsilon must be a number above 0, not {request.Epsilon}.");

        RequireNotNegative("--lipschitz", request.Lipschitz);
        RequireNotNegative("--curvature", request.Curvature);
        var expression = Approximator.Parse(request.Formula);
        var box = Box(request, expression.Variables.Length);

        if (request.Output is not null)
            OutputFile.EnsureWritable("--output", request.Output);
        if (request.Figure is not null)
            OutputFile.EnsureWritable("--figure", request.Figure, request.Output);

        var result = Construction.build(
            request.Method, expression, box, request.Epsilon, Optional(request.Lipschitz), Optional(request.Curvature));
        var model = Approximator.ToModel(result, expression);

        if (request.Output is not null)
            ModelFile.Save(model, request.Output);
        if (request.Figure is not null)
            OutputFile.Write(
                request.Figure, writer => writer.Write(FigureModule.toSvg(Approximations.draw(result, expression))));

        if (terminal.IsSilent)
            Json.Print(ToJson(result, model));
        else
            Print(request, result, model, Compact(request, expression, box), terminal);

        return result.Certificate.Holds ? ExitCode.Done : ExitCode.Failed;
    }

    static void RequireNotNegative(string option, double? value)
    {
        if (value is { } given && !(given >= 0 && double.IsFinite(given)))
            throw new UsageException($"{option} must be a number of at least 0, not {given.ToString(Arguments.Culture)}.");
    }

    static Interval[] Box(Request request, int axes)
    {
        var (from, to) = (Numbers("--from", request.From, axes), Numbers("--to", request.To, axes));
        var box = from.Zip(to, (lower, upper) => new Interval(lower, upper)).ToArray();

        foreach (var (lower, upper) in from.Zip(to))
            if (!(lower < upper))
                throw new UsageException(
                    $"the interval from {lower.ToString(Arguments.Culture)} to {upper.ToString(Arguments.Culture)} is empty. Give --from below --to.");

        return box;
    }

    static double[] Numbers(string option, string text, int axes)
    {
        double[] numbers = [.. text.Split(',').Select(part =>
            double.TryParse(part, NumberStyles.Float, Arguments.Culture, out var number) && double.IsFinite(number)
                ? number
                : throw new UsageException($"{option} must be a number, or one a variable with commas between, not '{text}'."))];

        return numbers.Length == axes ? numbers
            : numbers.Length == 1 ? [.. Enumerable.Repeat(numbers[0], axes)]
            : throw new UsageException($"{option} has {numbers.Length} numbers, and the formula has {Words.Count(axes, "variable")}.");
    }

    static FSharpOption<double>? Optional(double? value) => value is { } given ? FSharpOption<double>.Some(given) : null;

    /// <summary>What training needs for the same: constructions are wasteful.</summary>
    static ConstructionResult? Compact(Request request, Expression expression, Interval[] box)
    {
        if (request.Method == "trained")
            return null;

        try
        {
            return Construction.build("trained", expression, box, request.Epsilon, null, null);
        }
        catch (ApproximationException)
        {
            // no small network was found: then there is nothing to compare with
            return null;
        }
    }

    static void Print(Request request, ConstructionResult result, Model model, ConstructionResult? compact, Terminal terminal)
    {
        var certificate = result.Certificate;
        var known = string.Join(", ", new[] { ("slope", result.Lipschitz), ("second derivative", result.Curvature) }
            .Where(constant => double.IsFinite(constant.Item2))
            .Select(constant => $"{constant.Item1} at most {Words.Number(constant.Item2)}"));

        if (known.Length > 0)
            terminal.Line($"Function: {request.Formula}; {known}");

        terminal.Line(
            $"Network: {request.Method}, {Words.Count(result.Approximation.Neurons, "neuron")}, "
            + Words.Count(model.Summary.Parameters, "parameter"));
        terminal.Line(
            $"Distance: at most {Words.Number(certificate.Bound)}, of which {Words.Number(certificate.Rounding)} for float32; "
            + $"measured {Words.Number(certificate.Measured)} at {Place(certificate.Point)}");
        terminal.Line(certificate.Holds
            ? $"Proved: within {Words.Number(certificate.Epsilon)} everywhere, by bounding {certificate.Boxes:N0} boxes."
            : $"Not proved: {Words.Number(certificate.Epsilon)} is not certain in "
                + $"{string.Join(" × ", certificate.Box.Select(x => $"[{Words.Number(x.Lower)}, {Words.Number(x.Upper)}]"))}. Check --lipschitz and --curvature.");

        if (compact is not null)
            terminal.Line(
                $"A trained network does it with {Words.Count(compact.Approximation.Neurons, "neuron")}, proved too: --method trained.");
        if (request.Output is not null)
            terminal.Line($"Wrote {request.Output}.");
        if (request.Figure is not null)
            terminal.Line($"Drew {request.Figure}.");
    }

    static string Place(double[] point) => string.Join(", ", point.Select(Words.Number));

    static JsonObject ToJson(ConstructionResult result, Model model) => new()
    {
        ["method"] = result.Approximation.Method,
        ["neurons"] = result.Approximation.Neurons,
        ["parameters"] = model.Summary.Parameters,
        ["epsilon"] = Json.Number(result.Certificate.Epsilon),
        ["bound"] = Json.Number(result.Certificate.Bound),
        ["rounding"] = Json.Number(result.Certificate.Rounding),
        ["measured"] = Json.Number(result.Certificate.Measured),
        ["certified"] = result.Certificate.Holds,
        ["boxes"] = result.Certificate.Boxes,
        ["lipschitz"] = Json.Number(result.Lipschitz),
        ["curvature"] = Json.Number(result.Curvature),
    };
}
