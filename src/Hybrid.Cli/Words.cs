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
    public static string Count(long number, string one)
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

    /// <summary>The notes of a file of its own for a part, with its name.</summary>
    public static IEnumerable<TableNote> Of(TableData? own) =>
        own?.Notes.Select(note => note with { Says = $"of {own.Source}, {note.Says}" }) ?? [];

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
        ? measures.MicroF1 is { } micro
            ? $"every label right {Percent(accuracy)}, micro F1 {micro.ToString("F4", Arguments.Culture)}"
            : $"accuracy {Percent(accuracy)}"
        : double.IsNaN(measures.RSquared!.Value) ? "R² undefined for a single example"
        : $"R² {measures.RSquared!.Value.ToString("F4", Arguments.Culture)}";

    public static string Describe(Metrics measures)
    {
        if (double.IsNaN(measures.Loss))
            return "not measured, because a result is NaN or infinite";

        string[] missing = [.. (measures.Targets ?? []).Where(HasNone).Select(target => Printable.quote(target.Name))];
        if (missing.Length > 0)
            return $"no mean over the targets, because no row has {string.Join(", ", missing)}, loss {Number(measures.Loss)}";

        var errors = measures.Accuracy is null
            ? $"RMSE {Number(measures.RootMeanSquareError!.Value)}, MAE {Number(measures.MeanAbsoluteError!.Value)}, "
            : "";
        var labels = measures.MacroF1 is { } macro ? $", macro F1 {macro.ToString("F4", Arguments.Culture)}" : "";
        var means = measures.Targets is { } targets && measures.MicroF1 is null ? $" (means of {targets.Count} targets)" : "";
        return $"{errors}{Short(measures)}{labels}{means}, loss {Number(measures.Loss)}";
    }

    /// <summary>Whether no row has a target of several, which is a quantity.</summary>
    static bool HasNone(TargetMetrics target) => target.RootMeanSquareError is { } error && double.IsNaN(error);

    /// <summary>From which probability on labels are yes; null where there are none.</summary>
    public static string? Thresholds(Model model) => model.Thresholds is { } thresholds
        ? "Labels are yes from these probabilities on: " + string.Join(", ", model.Targets.Select((target, label) =>
            $"{Printable.text(target.Name)} {thresholds[label].ToString("R", Arguments.Culture)}"))
        : null;

    /// <summary>What intervals, or sets of classes, are and were calibrated on.</summary>
    public static string Calibration(Model model)
    {
        var interval = model.Interval!;
        static string By(IntervalCalibration interval) => $"by {Count(interval.Examples, "calibration example")}";
        if (model.Intervals.Count > 1)
            return $"Intervals: level {Number(interval.Level)} each, so at least {Number(model.JointLevel!.Value)} for all "
                + $"{model.Intervals.Count} together; {string.Join(", ", model.Targets.Zip(model.Intervals, (target, one) =>
                    $"{Printable.text(target.Name)} ±{Number(one.Threshold)} {By(one)}"))}.";

        return model.Classes is not null
            ? $"Sets: level {Number(interval.Level)}, the classes whose output is at least {Number(interval.Threshold)}, {By(interval)}."
            : $"Interval: level {Number(interval.Level)}, ±{Number(interval.Threshold)}, {By(interval)}.";
    }

    /// <summary>How often intervals or sets held the truth.</summary>
    public static string Coverage(IntervalCoverage coverage, Model model)
    {
        var of = $"{Percent(coverage.Share)} of {Count(coverage.Examples, "example")}";
        return coverage.Targets.Count > 0
            ? $"They hold {string.Join(", ", model.Targets.Zip(coverage.Targets, (target, one) => $"{Printable.text(target.Name)} {Percent(one.Share)}"))}, "
                + $"and all together {of}."
            : $"They hold {of}" + (model.Classes is not null ? $", with {Number(coverage.Size)} classes on average." : ".");
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

    /// <summary>The measures of each of several targets.</summary>
    public static void Table(IReadOnlyList<TargetMetrics> targets, Terminal terminal)
    {
        string Share(double? value) => value!.Value.ToString("F4", Arguments.Culture);

        if (targets[0].Accuracy is null)
            terminal.Table(["target", "RMSE", "MAE", "R²"], targets.Select(target => HasNone(target) ? (string[])[target.Name, "no row", "", ""] : [
                target.Name, Number(target.RootMeanSquareError!.Value), Number(target.MeanAbsoluteError!.Value),
                double.IsNaN(target.RSquared!.Value) ? "undefined" : Share(target.RSquared)]));
        else
            terminal.Table(["label", "accuracy", "precision", "recall", "F1", "yes"], targets.Select(target => (string[])[
                target.Name, Share(target.Accuracy), Share(target.Precision), Share(target.Recall), Share(target.F1),
                target.Support!.Value.ToString(Arguments.Culture)]));
    }

    public static bool HasLabels(IReadOnlyList<ColumnInfo> targets) =>
        targets.Count > 1 && targets.All(target => target.Categories is not null);

    /// <summary>The task as the model's file names it.</summary>
    public static string Task(Model model) => model.HasLabels ? "labels" : model.Classes is null ? "regression" : "classification";

    /// <summary>What is predicted: quantities, labels or classes.</summary>
    public static string Goal(string target, Model model) => Goal(target, model.Classes, model.Targets);

    public static string Goal(TableData data) => Goal(data.TargetName, data.Classes, data.Targets);

    static string Goal(string target, IReadOnlyList<string>? classes, IReadOnlyList<ColumnInfo> targets)
    {
        var (names, ofTargets) = (Printable.quote(target), targets.Count == 1 ? "" : $"{targets.Count} targets, ");
        return HasLabels(targets) ? $"labels, each yes or no: {names}"
            : classes is null ? $"regression of {ofTargets}{names}"
            : $"classification of {names} into {Count(classes.Count, "class")} ({List(classes)})";
    }
}
