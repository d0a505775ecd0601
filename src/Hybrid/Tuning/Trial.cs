using Hybrid.Tuning;

namespace Hybrid;

/// <summary>A configuration of a search, and how good it is on examples that it did not learn from.</summary>
/// <param name="Number">From 1; the first one is that of the options as they are.</param>
/// <param name="Options">The options that the search gave it, by their names at the shell; others are as they were given.</param>
/// <param name="Reached">The number of epochs that it was trained for, at most.</param>
/// <param name="Epoch">The best epoch; null if the training failed.</param>
/// <param name="Value">The mean of the metric, or of the loss, over the parts held out, at that epoch; null if the training
/// failed.</param>
/// <param name="Parts">The metric on each of these parts.</param>
/// <param name="Failure">Why it went no further; null if it did not fail.</param>
public sealed record Trial(
    int Number, IReadOnlyDictionary<string, string> Options, int Reached, int? Epoch, double? Value, IReadOnlyList<double> Parts,
    string? Failure)
{
    /// <summary>Whether the time was over before it had the epochs that the search gives a trial.</summary>
    public bool IsCut { get; init; }

    internal static Trial Of(Tuning.FSharpTrial trial)
    {
        var score = trial.Score?.Value;
        return new(
            trial.Number, trial.Configuration.Values.ToDictionary(pair => pair.Item1, pair => AxisValueModule.text(pair.Item2)),
            trial.Reached, score?.Epoch, score?.Value, [.. score?.Parts ?? []], trial.Failure?.Value)
        {
            IsCut = trial.Results.Any(result => result.IsCut),
        };
    }

    /// <summary>Such as "trial 7: 0.0312 in epoch 120; hidden 32, l2 0.01".</summary>
    public override string ToString() => FormattableString.Invariant(
        $"trial {Number}: {(Value is null ? (FormattableString)$"failed" : $"{Value:G4} in epoch {Epoch}")}; {OptionText}");

    string OptionText => Options.Count == 0
        ? "the options as they are"
        : string.Join(", ", Options.Select(pair => $"{pair.Key} {pair.Value}"));
}
