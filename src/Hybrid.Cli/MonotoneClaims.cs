using System.Text.Json.Nodes;

namespace Hybrid.Cli;

/// <summary>hybrid verify --monotone: whether answers rise or fall with columns.</summary>
sealed class MonotoneClaims(CertificationOptions options, Terminal terminal)
{
    /// <summary>Proves claims over a box, or finds pairs of rows that violate them.</summary>
    public int Run(string path, string[] claims, string[] box, string? name)
    {
        using var interruption = new Interruption();
        Model model;
        IReadOnlyList<MonotoneClaim> found;

        try
        {
            model = Model.Load(path);
            found = Robustness.Monotone(model, claims, box, name, options, interruption.Token);
        }
        catch (HybridException error) when (error is not OptionException)
        {
            // exit code 1 says that a violation was found
            throw new UsageException(error.Message);
        }

        if (terminal.IsSilent)
            Json.Print(ToJson(found));
        else
            Print(model, found);

        return found.Any(claim => claim.Verdict == PropertyVerdict.Violated) ? ExitCode.Failed
            : found.All(claim => claim.Verdict == PropertyVerdict.Holds) ? ExitCode.Done
            : ExitCode.Undecided;
    }

    static string Word(PropertyVerdict verdict) => verdict switch
    {
        PropertyVerdict.Holds => "holds",
        PropertyVerdict.Violated => "violated",
        _ => "unknown",
    };

    void Print(Model model, IReadOnlyList<MonotoneClaim> found)
    {
        foreach (var claim in found)
        {
            terminal.Line($"{Printable.text(claim.Column)}={claim.Direction}: {Word(claim.Verdict)}");
            terminal.Line(claim.Verdict switch
            {
                PropertyVerdict.Holds =>
                    $"  Proved in real arithmetic, by bounding the derivative on {Boxes(claim)}. Float32 may round answers that are nearly equal "
                    + "against it.",
                PropertyVerdict.Violated => $"  Proved {ProofArguments.Meaning(options.Arithmetic)}, at two rows:",
                _ => $"  Proved for {Words.Percent(claim.Proved)} of the box, by bounding the derivative on {Boxes(claim)}.",
            });

            if (claim is not { Lower: { } lower, Upper: { } upper, Answers: { } answers })
                continue;

            terminal.Line($"  {Row(model, lower)}: {answers.Lower.ToString("R", Arguments.Culture)}");
            terminal.Line($"  {Row(model, upper)}: {answers.Upper.ToString("R", Arguments.Culture)}");
        }
    }

    static string Boxes(MonotoneClaim claim) => $"{claim.Boxes.ToString("N0", Arguments.Culture)} {(claim.Boxes == 1 ? "box" : "boxes")}";

    static string Row(Model model, IReadOnlyList<double> row) => string.Join(
        ", ", row.Select((value, i) => $"{Printable.text(model.Columns[i].Name)} = {ProofArguments.Value(model, i, value)}"));

    JsonObject ToJson(IReadOnlyList<MonotoneClaim> found) => new()
    {
        ["arithmetic"] = options.Arithmetic,
        ["claims"] = Json.Array(found.Select(claim => new JsonObject
        {
            ["column"] = claim.Column,
            ["direction"] = claim.Direction,
            ["verdict"] = Word(claim.Verdict),
            ["lower"] = claim.Lower is { } lower ? Json.Array(lower.Select(value => Json.Number(value))) : null,
            ["upper"] = claim.Upper is { } upper ? Json.Array(upper.Select(value => Json.Number(value))) : null,
            ["answers"] = claim.Answers is { } answers ? Json.Array([Json.Number(answers.Lower), Json.Number(answers.Upper)]) : null,
            ["boxes"] = claim.Boxes,
            ["proved"] = Json.Number(claim.Proved),
        })),
    };
}
