using System.CommandLine;

namespace Hybrid.Cli;

/// <summary>The arguments of cross-validation.</summary>
sealed class FoldArguments
{
    readonly Option<int?> folds = Arguments.Whole(
        "--folds", "First deal the examples into K folds, train once per fold on the others, and measure on it. The network that is written "
        + "then learns from all examples.", "k");

    readonly Option<int?> repeats = Arguments.Whole("--repeats", "With --folds: deal R times, each time with the next seed. Default: 1.", "r");

    readonly Option<string?> outOfFold = Arguments.Text(
        "--out-of-fold", "file.csv", "With --folds: write what the fold that did not learn from a row predicts for it.");

    readonly Option<string[]?> metric = Arguments.Metrics(
        "--metric", "With --folds: what to measure, separated by commas. Default: the usual metrics that have a value.");

    public IEnumerable<Option> Options => [folds, repeats, outOfFold, metric];

    /// <summary>The cross-validation that is asked for, if any.</summary>
    /// <exception cref="UsageException">Something of it is given without --folds.</exception>
    public Folding? Value(ParseResult parsed)
    {
        if (parsed.GetValue(folds) is { } count)
            // the parser gives an empty list for an absent option
            return new(
                count, parsed.GetValue(repeats) ?? 1, parsed.GetValue(outOfFold), parsed.GetResult(metric) is null ? null : parsed.GetValue(metric));
        if (Options.FirstOrDefault(option => parsed.GetResult(option) is not null) is { } alone)
            throw new UsageException($"{alone.Name} needs --folds.");

        return null;
    }
}
