using System.CommandLine;

namespace Hybrid.Cli;

/// <summary>The arguments of a search: those of a training that are not searched, and its own.</summary>
sealed class TuneArguments
{
    public const string Examples = """
        Examples:
          hybrid tune iris                                     a minute, everything chosen for you
          hybrid tune houses.csv --target price --budget 5m    five minutes
          hybrid tune wine.csv --budget 40-trials --folds 5    the same result everywhere; the search measured by folds
          hybrid tune digits --metric accuracy --optimizer adam    what is given is not searched
          hybrid tune wine.csv --space space.json              a space of your own, such as
                {
                  "hidden": [[32], [64, 32]],
                  "learning-rate": { "from": 0.0001, "to": 0.1, "scale": "log" }
                }

        Ctrl-C keeps the trials so far, writes no network and has exit code 130. The same command goes on where it was interrupted, and with
        a larger budget from where it ended; with a smaller one, it writes the best network of the trials that there are.
        """;

    public TrainArguments Training { get; } = new();

    readonly Option<SearchBudget?> budget = new("--budget")
    {
        HelpName = "60s|40-trials",
        Description = "A time for all trials, such as 60s, 5m or 2h, which decides how many there are; those that take a tenth longer are cut. Or their number, "
            + "such as 40-trials, with --folds that of each search. Default: 60s.",
    };

    readonly Option<string?> space = Arguments.Text(
        "--space", "file.json", "Where to search: options with lists of values or ranges, as is printed. The options are "
        + $"{string.Join(", ", SearchSpace.Names)}. Options that are given are not searched. Default: about the usual values of the others.");

    readonly Option<string?> metric = Arguments.OneMetric(
        "--metric", "What trials are compared by, such as accuracy or rmse; see hybrid evaluate --metric. Default: the loss.");

    readonly Option<int?> folds = Arguments.Whole(
        "--folds", "Measure the whole search by K folds, each with a search of its own that sees the other folds only. The network that is "
        + "written then learns from all examples. Default: a test part measures it.", "k");

    readonly Option<string?> outOfFold = Arguments.Text(
        "--out-of-fold", "file.csv", "With --folds: write what the fold that did not learn from a row predicts for it.");

    readonly Option<string?> trials = Arguments.Text(
        "--trials", "file.jsonl",
        "The file of the trials, a line each, from which an interrupted search goes on. Default: beside the network.");

    readonly Option<string?> figure = Arguments.Text(
        "--figure", "file.svg", "The figure of the trials. Default: beside the network.");

    public TuneArguments() => budget.CustomParser = result =>
    {
        if (SearchBudget.Parse(result.Tokens[0].Value) is { } value)
            return value;

        result.AddError(
            "--budget must be a time above 0 such as 60s, 5m or 2h, or a number of trials such as 40-trials, not "
            + $"{Printable.quote(result.Tokens[0].Value)}.");
        return null;
    };

    public void AddTo(Command command)
    {
        command.Add(Training.Data);
        foreach (var option in (IEnumerable<Option>)[budget, folds, metric, space, trials, figure, outOfFold, .. Training.OfSearch])
            command.Add(option);
    }

    public string? OutOfFold(ParseResult parsed) => parsed.GetValue(outOfFold) is { } path && parsed.GetValue(folds) is null
        ? throw new UsageException("--out-of-fold needs --folds.")
        : parsed.GetValue(outOfFold);

    public string Journal(ParseResult parsed, string output) => parsed.GetValue(trials) ?? Path.ChangeExtension(output, ".trials.jsonl");

    public bool HasJournal(ParseResult parsed) => parsed.GetValue(trials) is not null;

    public string Figure(ParseResult parsed, string output) => parsed.GetValue(figure) ?? Path.ChangeExtension(output, ".trials.svg");

    /// <summary>How to search.</summary>
    /// <exception cref="HybridException">An option or the space is refused.</exception>
    public TuneOptions Options(ParseResult parsed, string output) => new()
    {
        Training = Training.Training(parsed),
        Space = parsed.GetValue(space) is { } path ? SearchSpace.Load(path) : null,
        Given = Training.Given(parsed),
        Metric = parsed.GetValue(metric),
        Trials = parsed.GetValue(budget)?.Trials,
        Time = parsed.GetValue(budget)?.Time,
        Folds = parsed.GetValue(folds),
        Journal = Journal(parsed, output),
    };
}
