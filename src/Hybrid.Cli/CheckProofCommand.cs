using System.CommandLine;
using System.Text.Json.Nodes;

namespace Hybrid.Cli;

/// <summary>hybrid check-proof: recomputes a proof of hybrid verify, without the verifier.</summary>
static class CheckProofCommand
{
    public const string Name = "check-proof";

    public const string Examples = """
        Examples:
          hybrid verify model.onnx property.vnnlib --proof proof.hybrid
          hybrid check-proof model.onnx property.vnnlib proof.hybrid

        Nothing in the proof is believed: every bound is recomputed by outward rounding. Exit codes: 0 if the proof is right, 1 if
        it is refused, and 2 for other errors.
        """;

    public static Command Create()
    {
        var model = ModelArgument.Create();
        var property = new Argument<string>("PROPERTY") { Description = "A VNN-LIB file, which describes violations." };
        var proof = new Argument<string>("PROOF") { Description = "A file that hybrid verify --proof wrote." };
        var json = Arguments.Json();

        var command = new Command(Name, "Check a proof of hybrid verify, without the verifier.") { model, property, proof, json };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(model), parsed.GetRequiredValue(property), parsed.GetRequiredValue(proof),
            new Terminal(parsed.GetValue(json))));
        return command;
    }

    static int Run(string model, string property, string proof, Terminal terminal)
    {
        using var interruption = new Interruption();
        ProofReport report;

        try
        {
            report = ProofChecker.Check(NeuralNetwork.Load(model), property, proof, interruption.Token);
        }
        catch (HybridException error)
        {
            // exit code 1 says that the proof is refused
            throw new UsageException(error.Message);
        }

        if (terminal.IsSilent)
            Json.Print(ToJson(report));
        else
            Print(report, proof, terminal);

        return report.Reason is null ? ExitCode.Done : ExitCode.Failed;
    }

    static void Print(ProofReport report, string proof, Terminal terminal)
    {
        var meant = report.Arithmetic == "real" ? "in real arithmetic" : "for float32, in any order of summation";
        terminal.Line(Word(report));
        terminal.Line(report.Verdict switch
        {
            PropertyVerdict.Holds => $"The proof is right {meant}: no violation. Recomputed: {Sizes(report)}.",
            PropertyVerdict.Violated => $"The proof is right {meant}: the property is violated at its inputs.",
            _ => $"{proof}: {report.Reason}",
        });

        if (report.Inputs is { } inputs)
            foreach (var (i, value) in inputs.Index())
                terminal.Line($"X_{i} = {value.ToString("R", Arguments.Culture)}");
    }

    static string Word(ProofReport report) => report.Verdict switch
    {
        PropertyVerdict.Holds => "unsat",
        PropertyVerdict.Violated => "sat",
        _ => "refused",
    };

    /// <summary>How large a proof is.</summary>
    public static string Sizes(ProofReport report) =>
        $"{report.Boxes.ToString("N0", Arguments.Culture)} {(report.Boxes == 1 ? "box" : "boxes")}, "
        + $"{report.Leaves.ToString("N0", Arguments.Culture)} {(report.Leaves == 1 ? "leaf" : "leaves")}";

    public static JsonObject ToJson(ProofReport report) => new()
    {
        ["verdict"] = Word(report),
        ["arithmetic"] = report.Arithmetic,
        ["inputs"] = report.Inputs is { } inputs ? Json.Array(inputs.Select(value => Json.Number(value))) : null,
        ["boxes"] = report.Boxes,
        ["leaves"] = report.Leaves,
        ["reason"] = report.Reason,
    };
}
