using System.CommandLine;
using Hybrid.Data;

namespace Hybrid.Cli;

/// <summary>The arguments of how a table is read to learn from: its names, its target, and what its columns hold.</summary>
sealed class TableArguments
{
    readonly Option<string[]> target = new("--target")
    {
        HelpName = "column",
        Description = "The column to predict, or several, separated by commas: all quantities, or all yes or no. A name that contains "
            + "commas is enclosed in double quotes then. May be repeated. Default: the last column.",
    };

    readonly Option<string?> weight = Arguments.Text(
        "--weight", "column", "The column of the examples' weights: weight 2 counts as the row twice. Default: all count alike.");

    readonly Option<string[]> ignore = new("--ignore")
    {
        HelpName = "column",
        Description = "A column to ignore, such as a name or row number. May be repeated.",
    };

    readonly Option<bool> header = Arguments.Header();

    readonly Option<bool> noHeader = Arguments.NoHeader();

    readonly Option<string[]> categorical = Columns(
        "--categorical", "A column of categories, even if they are numbers or many. May be repeated.");

    public Option<string[]> Embed { get; } = new("--embed")
    {
        HelpName = "column[=width]",
        Description = "A column of categories to learn as vectors of this width; =0 for a feature for each category. May be repeated. "
            + "Default: columns of many categories, with a width that suits their number.",
    };

    readonly Option<string[]> numeric = Columns(
        "--numeric", "A column of quantities, even if they look like identifiers or codes. May be repeated.");

    readonly Option<string[]> missing = new("--missing")
    {
        HelpName = "text",
        Description = "A text that stands for a missing value, besides the usual ones such as NA, null and ?. May be repeated.",
    };

    readonly Option<string?> group = Arguments.Text(
        "--group", "column", "A column of groups, such as patients: no group is torn apart by a split. It is not learned from.");

    readonly Option<string?> split = Arguments.Text(
        "--split", "time:column", "A column of numbers or dates: what is learned from is the earliest, what tests the latest. It is not "
        + "learned from.");

    readonly Option<bool> stream = Arguments.Stream();

    readonly Option<int?> buffer = Arguments.Whole(
        "--buffer", "With --stream: how many rows are read ahead, and of a table shuffled together. With all of them, and with images, the "
        + "result is that without --stream. "
        + "Default: the rows of 32 MiB.", "rows");

    readonly Option<string?> task = Arguments.Choice(
        "--task", "What to learn. Default: inferred from the target's values, and reported.", "classification", "regression");

    public Option<string?> OnError { get; } = Arguments.OnError(
        "What to do about a row of a file for --validation, --test or --from that does not fit, such as one with an unknown category: fail; "
        + "skip it; or take what does not fit as missing. Rows are counted. Default: fail.");

    /// <summary>The options but for what is done about rows that do not fit, in the order of the help.</summary>
    public IEnumerable<Option> Options =>
        [target, ignore, weight, categorical, Embed, numeric, missing, group, split, stream, buffer, header, noHeader, task];

    /// <summary>Those of a search, which holds its rows in memory.</summary>
    public IEnumerable<Option> OfSearch => Options.Except([stream, buffer]);

    /// <summary>How a table is read.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="isOfQuantities">Whether what is learned are quantities, unless --task says otherwise.</param>
    public TableOptions Value(ParseResult parsed, bool isOfQuantities) => new()
    {
        Header = Arguments.HasHeader(parsed, header, noHeader),
        Categorical = parsed.GetValue(categorical) ?? [],
        Embedded = [.. Embedded(parsed)],
        Numeric = parsed.GetValue(numeric) ?? [],
        Missing = parsed.GetValue(missing) ?? [],
        Targets = parsed.GetValue(target) ?? [],
        Group = parsed.GetValue(group),
        Time = Time(parsed.GetValue(split)),
        Weight = parsed.GetValue(weight),
        Ignore = parsed.GetValue(ignore) ?? [],
        Task = parsed.GetValue(task) is { } named ? Enum.Parse<TaskKind>(named, ignoreCase: true)
            : isOfQuantities ? TaskKind.Regression
            : TaskKind.Guess,
        OnError = Arguments.RowErrors(parsed.GetValue(OnError)),
        Stream = parsed.GetValue(stream),
        Buffer = parsed.GetValue(buffer),
    };

    /// <summary>The columns that are learned as vectors: they are categories, even if they are numbers.</summary>
    IEnumerable<string> Embedded(ParseResult parsed) =>
        from text in parsed.GetValue(Embed) ?? []
        let choice = EmbeddingChoiceModule.parse(nameof(TrainingOptions.Embed), text)
        where choice.Width?.Value != 0
        select choice.Column;

    /// <summary>The column of time:column.</summary>
    static string? Time(string? text) => text switch
    {
        null => null,
        _ when text.StartsWith("time:", StringComparison.Ordinal) && text.Length > "time:".Length => text["time:".Length..],
        _ => throw new UsageException($"--split must be time:column, such as time:date, not {Printable.quote(text)}."),
    };

    static Option<string[]> Columns(string name, string description) => new(name) { HelpName = "column", Description = description };
}
