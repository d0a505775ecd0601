namespace Hybrid.Cli;

/// <summary>Results as text, for people.</summary>
static class Words
{
    const int ListedNames = 10, ListedNotes = 30, BoundDigits = 4;

    public static string Number(double value) => value.ToString("G4", Arguments.Culture);

    /// <summary>A proved upper bound, rounded upwards.</summary>
    public static string AtMost(double bound) => SignificantDigits.up(BoundDigits, bound);

    /// <summary>A proved lower bound, rounded downwards.</summary>
    public static string AtLeast(double bound) => SignificantDigits.down(BoundDigits, bound);

    public static string Percent(double share) => (100 * share).ToString("F1", Arguments.Culture) + " %";

    /// <summary>A number of things, with the plural in s, or es after an s, unless it is 1.</summary>
    public static string Count(int number, string one)
    {
        var ending = number == 1 ? "" : one.EndsWith('s') ? "es" : "s";
        return $"{number.ToString("N0", Arguments.Culture)} {one}{ending}";
    }

    /// <summary>The first few of some names.</summary>
    public static string List(IReadOnlyList<string> names) => names.Count <= ListedNames
        ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(ListedNames))} and {names.Count - ListedNames} more";

    /// <summary>What was decided about data, and what to do if that is not wanted.</summary>
    public static string Note(TableNote note)
    {
        var advice = Remedy.Sentence(note.Remedies, Flags.With);
        return $"{char.ToUpperInvariant(note.Says[0])}{note.Says[1..]}.{(advice.Length > 0 ? $" {advice}" : "")}";
    }

    /// <summary>One line for each of the first notes, and how many more there are.</summary>
    public static List<string> Notes(IReadOnlyList<TableNote> notes)
    {
        List<string> lines = [.. notes.Take(ListedNotes).Select(note => "- " + Note(note))];
        if (notes.Count > ListedNotes)
            lines.Add($"- And {Count(notes.Count - ListedNotes, "more note")}; --json prints all of them.");
        return lines;
    }

    /// <summary>The most telling number.</summary>
    public static string Short(Metrics measures) => measures.Accuracy is { } accuracy
        ? $"accuracy {Percent(accuracy)}"
        : $"R² {measures.RSquared!.Value.ToString("F4", Arguments.Culture)}";

    public static string Describe(Metrics measures)
    {
        if (double.IsNaN(measures.Loss))
            return "not measured, because a result is NaN or infinite";

        var errors = measures.Accuracy is null
            ? $"RMSE {Number(measures.RootMeanSquareError!.Value)}, MAE {Number(measures.MeanAbsoluteError!.Value)}, "
            : "";
        return $"{errors}{Short(measures)}, loss {Number(measures.Loss)}";
    }

    /// <summary>Such as "test accuracy: mean 0.9500, sd 0.0100, min 0.9400, max 0.9600".</summary>
    public static string Summary(SeedSummary summary)
    {
        string Text(double value) => value.ToString("F4", Arguments.Culture);
        return $"{Part(summary.Part)} {summary.Metric}: mean {Text(summary.Mean)}, sd {Text(summary.StandardDeviation)}, "
            + $"min {Text(summary.Minimum)}, max {Text(summary.Maximum)}";
    }

    /// <summary>The name of a part of the data, as on the command line.</summary>
    public static string Part(DataPart part) => part.ToString().ToLowerInvariant();

    /// <summary>What is predicted: a quantity, or classes.</summary>
    public static string Goal(string target, IReadOnlyList<string>? classes) => classes is null
        ? $"regression of {Printable.quote(target)}"
        : $"classification of {Printable.quote(target)} into {Count(classes.Count, "class")} ({List(classes)})";
}
