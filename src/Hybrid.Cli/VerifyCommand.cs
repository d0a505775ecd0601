using System.CommandLine;
using System.Text.Json.Nodes;

namespace Hybrid.Cli;

/// <summary>hybrid verify: proves a property of a network for whole boxes of inputs, or finds a violation.</summary>
sealed class VerifyCommand
{
    public const string Name = "verify";

    public const string Examples = """
        Examples:
          hybrid verify model.onnx property.vnnlib
          hybrid verify model.onnx property.vnnlib --timeout 60 --results results.txt
          hybrid verify model.onnx property.vnnlib --arithmetic real --json
          hybrid verify houses.onnx --monotone area=up --monotone age=down --box houses.csv
          hybrid verify model.onnx property.vnnlib --proof proof.hybrid

        The file describes violations, so the property holds where it is unsatisfiable. The first line is the verdict: unsat
        (it holds: exit code 0), sat (it is violated: 1), unknown or timeout (3). Errors have exit code 2.

        With --monotone instead of a file: a larger value of the column never lowers (up) or raises (down) the answer, wherever
        the other columns are in the box. It is proved in real arithmetic, and violated by two rows in float32.
        """;

    readonly string model, property;
    readonly string? results;
    readonly VerifierOptions options;
    readonly Terminal terminal;

    VerifyCommand(string model, string property, VerifierOptions options, string? results, Terminal terminal)
    {
        this.model = model;
        this.property = property;
        this.options = options;
        this.results = results;
        this.terminal = terminal;
    }

    public static Command Create()
    {
        var defaults = new VerifierOptions();
        var model = ModelArgument.Create();
        var property = new Argument<string?>("PROPERTY")
        {
            Description = "A VNN-LIB file, which describes violations. Not with --monotone.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var monotone = new Option<string[]?>("--monotone")
        {
            HelpName = "column=up|down",
            Description = "Claim that the answer rises or falls with a column. May be given several times.",
        };
        var box = ProofArguments.Box(
            "Where --monotone is claimed: data, whose ranges columns have, or conditions such as \"area in [40, 160], rooms = 3\". May be "
            + "given several times.");
        var name = Arguments.Text("--class", "name", "The class whose probability --monotone is about. Default: the last of two.");
        var timeout = Arguments.Number("--timeout", "Give up after this time. Default: never.", "seconds");
        var arithmetic = Arguments.Choice(
            "--arithmetic", "What the network is computed in: float32, in any order of summation, or real. Default: float32.",
            VerifierOptions.Arithmetics);
        var threads = Arguments.Whole("--threads", "The number of threads. Default: one per processor.");
        var results = Arguments.Text("--results", "file", "Write verdict and violation to this file, as competitions of verifiers ask for.");
        var proof = Arguments.Text("--proof", "file", "Write a proof of the verdict to this file, for hybrid check-proof.");
        var json = Arguments.Json();

        var command = new Command(Name, "Prove a property of a network for whole boxes of inputs, or find a violation.")
        {
            model, property, monotone, box, name, timeout, arithmetic, threads, results, proof, json,
        };
        command.SetAction(parsed =>
        {
            var options = defaults with
            {
                Timeout = ProofArguments.Seconds(parsed.GetValue(timeout)),
                Arithmetic = parsed.GetValue(arithmetic) ?? defaults.Arithmetic,
                Threads = parsed.GetValue(threads) ?? defaults.Threads,
                Proof = parsed.GetValue(proof),
            };
            var terminal = new Terminal(parsed.GetValue(json));
            var (file, claims) = (parsed.GetValue(property), parsed.GetValue(monotone) ?? []);
            if (file is null == (claims.Length == 0))
                throw new UsageException("hybrid verify needs a property, a VNN-LIB file, or --monotone, such as --monotone area=up; not both.");

            if (claims.Length == 0)
                return new VerifyCommand(parsed.GetRequiredValue(model), file!, options, parsed.GetValue(results), terminal).Run();
            if (parsed.GetValue(box) is not { Length: > 0 } boxes)
                throw new UsageException("--monotone needs --box, such as --box houses.csv or --box \"area in [40, 160], rooms = 3\".");

            if (options.Proof is not null)
                throw new UsageException("--proof is about a property of a VNN-LIB file, not about --monotone.");

            return new MonotoneClaims(
                new() { Timeout = options.Timeout, Arithmetic = options.Arithmetic, Threads = options.Threads }, terminal)
                .Run(parsed.GetRequiredValue(model), claims, boxes, parsed.GetValue(name));
        });
        return command;
    }

    int Run()
    {
        if (results is not null)
            OutputFile.EnsureWritable("--results", results, model, property);
        if (options.Proof is not null)
            OutputFile.EnsureWritable("--proof", options.Proof, model, property, results);

        using var interruption = new Interruption();
        VerificationReport report;

        try
        {
            report = Verifier.Verify(NeuralNetwork.Load(model), property, options, interruption.Token);
        }
        catch (PrecisionException error)
        {
            throw new UsageException(
                $"{model}: it subtracts {error.Offset.ToString("R", Arguments.Culture)} from {Printable.quote(error.Column)} (or adds it, where that "
                + "is predicted) in float64, and a property file is about float32. Prove it in the table's own columns: "
                + $"hybrid bounds {Flags.Word(model)} --box \"{error.Column} in [from, to], …\" for the range of the answers, hybrid certify for rows "
                + "and their surroundings, or hybrid verify --monotone.");
        }
        catch (HybridException error) when (error is not OptionException)
        {
            // exit code 1 says that a violation was found
            throw new UsageException(error.Message);
        }

        if (results is not null)
            OutputFile.Write(results, writer =>
            {
                writer.WriteLine(Word(report));
                if (report.Inputs is not null)
                    writer.WriteLine($"({string.Join("\n", Values(report).Select(value => $"({value.Name} {Number(value.Value)})"))})");
            });

        if (terminal.IsSilent)
            Json.Print(ToJson(report));
        else
            Print(report);

        return report.Verdict switch
        {
            _ when report.Proof?.Reason is not null => ExitCode.Undecided,
            PropertyVerdict.Holds => ExitCode.Done,
            PropertyVerdict.Violated => ExitCode.Failed,
            _ => ExitCode.Undecided,
        };
    }

    static string Word(VerificationReport report) => report.Verdict switch
    {
        PropertyVerdict.Holds => "unsat",
        PropertyVerdict.Violated => "sat",
        PropertyVerdict.TimedOut => "timeout",
        _ => "unknown",
    };

    static IEnumerable<(string Name, float Value)> Values(VerificationReport report) =>
        report.Inputs!.Select((value, i) => ($"X_{i}", value)).Concat(report.Outputs!.Select((value, i) => ($"Y_{i}", value)));

    static string Number(float value) => value.ToString("R", Arguments.Culture);

    void Print(VerificationReport report)
    {
        terminal.Line(Word(report));
        if (report.Inputs is not null)
            foreach (var (name, value) in Values(report))
                terminal.Line($"{name} = {Number(value)}");

        var meant = options.Arithmetic == "real" ? "in real arithmetic" : "for float32, in any order of summation";
        var boxes = $"{report.Boxes.ToString("N0", Arguments.Culture)} {(report.Boxes == 1 ? "box" : "boxes")}";
        terminal.Line(report.Verdict switch
        {
            PropertyVerdict.Holds => $"Proved {meant}: no violation, by bounding {boxes}.",
            PropertyVerdict.Violated => $"The violation is proved {meant}; {boxes} were bounded.",
            _ => $"Proved {meant} for {report.Proved.ToString("P1", Arguments.Culture)} of the inputs, by bounding {boxes}.{(report.Reason is null ? "" : $" Not proved: {report.Reason}")}",
        });

        foreach (var remark in report.Remarks)
            terminal.Line(remark);

        if (options.Proof is not null)
            terminal.Line(report.Proof switch
            {
                null => $"There is nothing to prove: {options.Proof} was not written.",
                { Reason: { } reason } => $"{options.Proof} was not written. {reason}",
                { Verdict: PropertyVerdict.Holds } proof => $"Proof: {options.Proof}, {CheckProofCommand.Sizes(proof)}.",
                _ => $"Proof: {options.Proof}, the violation.",
            });
    }

    JsonObject ToJson(VerificationReport report) => new()
    {
        ["verdict"] = Word(report),
        ["arithmetic"] = options.Arithmetic,
        ["inputs"] = report.Inputs is { } inputs ? Json.Array(inputs.Select(value => Json.Number(value))) : null,
        ["outputs"] = report.Outputs is { } outputs ? Json.Array(outputs.Select(value => Json.Number(value))) : null,
        ["boxes"] = report.Boxes,
        ["proved"] = Json.Number(report.Proved),
        ["reason"] = report.Reason,
        ["remarks"] = Json.Array(report.Remarks.Select(remark => (JsonNode?)JsonValue.Create(remark))),
        ["proof"] = report.Proof is { } proof ? CheckProofCommand.ToJson(proof) : null,
    };
}
