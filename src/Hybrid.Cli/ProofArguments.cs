using System.CommandLine;

namespace Hybrid.Cli;

/// <summary>Options of commands that prove something about a model in the columns of its data.</summary>
sealed class ProofArguments
{
    public Option<double?> Timeout { get; } = Arguments.Number("--timeout", "Stop after this time, with what is proved by then. Default: never.", "seconds");

    public Option<string?> Arithmetic { get; } = Arguments.Choice(
        "--arithmetic", "What the network is computed in: float32, in any order of summation, or real. Default: float32.",
        VerifierOptions.Arithmetics);

    public Option<int?> Threads { get; } = Arguments.Whole("--threads", "The number of threads. Default: one per processor.");

    public Option<int?> Boxes { get; } = Arguments.Whole(
        "--boxes", "The maximum number of boxes for what its whole box does not decide. Default: by the model's size.");

    public static Option<string[]?> Box(string description)
    {
        var option = new Option<string[]?>("--box") { HelpName = "box", Description = description };
        option.CustomParser = result => [.. result.Tokens.Select(token => token.Value)];
        option.Arity = ArgumentArity.OneOrMore;
        return option;
    }

    public CertificationOptions Read(ParseResult parsed) => new()
    {
        Timeout = Seconds(parsed.GetValue(Timeout)),
        Arithmetic = parsed.GetValue(Arithmetic) ?? "float32",
        Threads = parsed.GetValue(Threads) ?? 0,
        Boxes = parsed.GetValue(Boxes),
    };

    public static TimeSpan? Seconds(double? seconds) => seconds switch
    {
        null => null,
        > 0 and < 1e9 => TimeSpan.FromSeconds(seconds.Value),
        _ => throw new UsageException("--timeout must be a number of seconds above 0."),
    };

    /// <summary>What a proof is about.</summary>
    public static string Meaning(string arithmetic) =>
        arithmetic == "real" ? "in real arithmetic" : "for float32, in any order of summation";

    /// <summary>Values of a row's columns, by name.</summary>
    public static string Value(Model model, int column, double value) =>
        double.IsNaN(value) ? "missing"
        : model.Columns[column].Categories is { } categories ? Printable.text(categories[(int)value])
        : model.Columns[column].Offset == 0 ? value.ToString("G9", Arguments.Culture)
        : value.ToString("R", Arguments.Culture);
}
