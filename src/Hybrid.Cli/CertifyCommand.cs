using System.CommandLine;
using System.Text.Json.Nodes;

namespace Hybrid.Cli;

/// <summary>hybrid certify: proves how far the columns of rows may change before a model's answer does.</summary>
sealed class CertifyCommand
{
    public const string Name = "certify";

    public const string Examples = """
        Examples:
          hybrid certify model.onnx iris --radius 0.1                           every column of numbers by at most 0.1
          hybrid certify model.onnx digits --radius 2%                          2 % of the range of pixels, 0 to 16
          hybrid certify houses.onnx houses.csv --radius area=2,rooms=0         how far the price can move
          hybrid certify model.onnx cars.csv --radius weight=5%,colour=any
          hybrid certify model.onnx iris --margin --figure margins.svg          how far each row may move

        Radii are in the units of the data. A category and a missing value stay as they are, unless a radius says any. Columns
        in one unit, such as pixels, are clipped to the range from 0 to the largest number of the data.
        """;

    /// <summary>Rows of more columns are not printed.</summary>
    const int PrintedColumns = 8;

    readonly Terminal terminal;
    readonly string data, radius;
    readonly string? output, figure;
    readonly CertificationOptions options;
    Func<int, int> numberOf = row => row + 1;

    CertifyCommand(string data, string radius, CertificationOptions options, string? output, string? figure, Terminal terminal)
    {
        this.data = data;
        this.radius = radius;
        this.options = options;
        this.output = output;
        this.figure = figure;
        this.terminal = terminal;
    }

    public static Command Create()
    {
        var model = ModelArgument.Create();
        var data = new Argument<string>("DATA")
        {
            Description = "Data with the same columns as the training data: a name, a table or a folder (its test files).",
        };
        var radius = Arguments.Text(
            "--radius", "radius", "By how much columns of numbers may change: 0.01, 1% of their ranges in the data, or by name, "
            + "such as area=2,rooms=5%,colour=any. Required, but with --margin 1.");
        var margin = new Option<bool>("--margin")
        {
            Description = "Find for each row the largest multiple of the radius that is proved, and the smallest that is attacked.",
        };
        var target = Arguments.Target();
        var onError = Arguments.OnErrorOfData();
        var part = Arguments.Choice(
            "--part", "The part of the training data to certify, split again with the model's seed. Default: all rows; of a folder of "
            + "images its test part.", Enum.GetValues<DataPart>().Select(Words.Part));
        var shared = new ProofArguments();
        var output = Arguments.Output("file.csv", "Write what was found about each row to this table.");
        var figure = Arguments.Text("--figure", "file.svg", "Draw certified and attacked accuracy over the radius. Implies --margin.");
        var json = Arguments.Json();

        var command = new Command(Name, "Prove how far the columns of rows may change before a model's answer does.")
        {
            model, data, radius, margin, target, onError, part, shared.Timeout, shared.Boxes, shared.Arithmetic, shared.Threads, output, figure,
            json,
        };
        command.SetAction(parsed =>
        {
            var drawn = parsed.GetValue(figure);
            var margins = parsed.GetValue(margin) || drawn is not null;
            if (parsed.GetValue(radius) is null && !margins)
                throw new UsageException("hybrid certify needs --radius, such as --radius 0.01 or --radius area=2,rooms=0, or --margin.");

            var options = shared.Read(parsed) with { Margin = margins };
            var (read, path) = (parsed.GetRequiredValue(data), parsed.GetRequiredValue(model));
            var written = parsed.GetValue(output);
            if (written is not null)
                OutputFile.EnsureWritable("--output", written, path, read);
            if (drawn is not null)
                OutputFile.EnsurePicture("--figure", drawn, path, read, written);

            return new CertifyCommand(
                read, parsed.GetValue(radius) ?? "1", options, written, drawn, new Terminal(parsed.GetValue(json)))
                .Run(
                    ModelData.Load(path, read, new()
                    {
                        Targets = parsed.GetValue(target) ?? [],
                        OnError = Arguments.RowErrors(parsed.GetValue(onError)),
                    }),
                    parsed.GetValue(part) is { } name ? Enum.Parse<DataPart>(name, ignoreCase: true) : null);
        });
        return command;
    }

    int Run(ModelData read, DataPart? part)
    {
        var (model, selection) = (read.Model, read.Select(part));
        Warnings.Print(model);
        // a test part that comes with the data follows it
        numberOf = row => row < read.Examples.Count ? read.Examples.RowNumber(row) : row + 1;
        using var interruption = new Interruption();
        var report = RowProgress.Show(terminal, "rows", progress =>
            Robustness.Certify(model, selection.Examples, radius, options, progress, interruption.Token));

        if (output is not null)
            OutputFile.Write(output, writer => WriteRows(report, writer));
        if (figure is not null)
            OutputFile.Write(figure, writer => writer.Write(report.ToSvg()));

        if (terminal.IsSilent)
            Json.Print(ToJson(report));
        else
            Print(model, selection, report);

        return interruption.Token.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Done;
    }

    static string Number(double value) => Words.Number(value);

    void Print(Model model, Selection selection, CertificationReport report)
    {
        terminal.Line($"Data: {data}, {report.Rows.Count:N0} of {Words.Count(selection.Available, "row")}; radius {radius}");
        Words.Notes(selection.Examples.Notes).ForEach(terminal.Line);
        if (report.Range is { } range)
            terminal.Line($"Unit: columns range from {Number(range.Lower)} to {Number(range.Upper)} in the data, and boxes are clipped to that.");
        if (!report.IsComplete)
            terminal.Line($"Stopped early: {Words.Count(report.Rows.Count(row => !row.IsReached), "row")} not reached.");

        if (report.Total is { } total)
            PrintClasses(model, total, report);
        else
            PrintQuantity(model, report);

        foreach (var (path, what) in ((string?, string)[])[(output, "What was found about each row"), (figure, "The figure")])
            if (path is not null)
                terminal.Line($"{what} is in {path}.");
    }

    void PrintClasses(Model model, CertifiedShares total, CertificationReport report)
    {
        terminal.Line($"Clean accuracy: {Words.Percent(total.CleanAccuracy)}");

        if (report.Quantiles is { } quantiles)
        {
            terminal.Line($"Margins of the rows with the right class, proved {ProofArguments.Meaning(options.Arithmetic)}:");
            terminal.Table(
                ["rows up to", "proved", "attacked"],
                quantiles.Select(one => (string[])[Words.Percent(one.Share), Number(one.Proved), Number(one.Attacked)]));
        }
        else
        {
            terminal.Line($"Under attack: at most {Words.Percent(total.AttackedAccuracy)}: {Words.Count(total.Attacked, "row")} attacked");
            terminal.Line(
                $"Certified: {Words.Percent(total.CertifiedAccuracy)}, {Words.Count(total.Certified, "row")}, proved "
                + $"{ProofArguments.Meaning(options.Arithmetic)}; {total.Undecided:N0} undecided");
            terminal.Table(
                ["class", "rows", "clean", "under attack", "certified", "undecided"],
                report.ByClass!.Select(one => (string[])[
                    one.Name, one.Rows.ToString("N0", Arguments.Culture), Share(one.CleanAccuracy), Share(one.AttackedAccuracy),
                    Share(one.CertifiedAccuracy), one.Undecided.ToString("N0", Arguments.Culture)]));
        }

        if (report.Hardest is { Count: > 0 } hardest)
            terminal.Line("Nearest to a different class:");
        foreach (var row in report.Hardest!)
            terminal.Line($"  row {numberOf(row.Row)}, {Printable.text(row.Class!)}: {Describe(row)}{Attack(model, row)}");
    }

    static string Share(double share) => double.IsNaN(share) ? "" : Words.Percent(share);

    static string Describe(CertifiedRow row) => row.Verdict switch
    {
        null => $"proved up to {(row.ProvedMargin is { } proved ? Number(proved) : "nothing")}, "
            + (row.AttackedMargin is { } attacked ? $"attacked at {Number(attacked)}" : "not attacked"),
        RowVerdict.Attacked => "attacked",
        RowVerdict.Certified => "certified",
        _ => "undecided",
    };

    static string Attack(Model model, CertifiedRow row) => row.Attack is { } attack && attack.Count <= PrintedColumns
        ? $", at {string.Join(", ", attack.Select((value, i) => $"{Printable.text(model.Columns[i].Name)} = {ProofArguments.Value(model, i, value)}"))}"
        : "";

    void PrintQuantity(Model model, CertificationReport report)
    {
        if (report.MeanProved is not { } mean)
            return;

        terminal.Line(
            $"Answers ({Printable.text(model.TargetName)}) move by at most {Words.AtMost(mean)} on average and {Words.AtMost(report.MaximumProved!.Value)} "
            + $"in the worst row: proved {ProofArguments.Meaning(options.Arithmetic)}.");
        terminal.Line(
            $"They were moved by {Number(report.MeanComputed!.Value)} on average and {Number(report.MaximumComputed!.Value)} in the worst row.");
        terminal.Line("Rows that move most:");

        foreach (var row in report.Rows.Where(row => row.IsReached).OrderByDescending(row => row.Computed!.Value.Upper - row.Computed.Value.Lower).Take(5))
            terminal.Line(
                $"  row {numberOf(row.Row)}: {Number(row.Answer!.Value)}, proved [{Words.AtLeast(row.Proved!.Value.Lower)}, {Words.AtMost(row.Proved.Value.Upper)}], "
                + $"computed [{Number(row.Computed!.Value.Lower)}, {Number(row.Computed.Value.Upper)}]");
    }

    void WriteRows(CertificationReport report, TextWriter writer)
    {
        static string Text(double? value) => value?.ToString("R", Arguments.Culture) ?? "";
        var isClass = report.Total is not null;
        writer.WriteLine(isClass
            ? "row,class,predicted,verdict,bound,proved margin,attacked margin"
            : "row,answer,proved from,proved to,computed from,computed to");

        foreach (var row in report.Rows)
            writer.WriteLine(OutputFile.Row(isClass
                ? [
                    $"{numberOf(row.Row)}", row.Class!, row.Predicted!, row.IsReached ? $"{row.Verdict}".ToLowerInvariant() : "not reached",
                    Text(row.Bound), Text(row.ProvedMargin), Text(row.AttackedMargin)]
                : [
                    $"{numberOf(row.Row)}", Text(row.Answer), Text(row.Proved?.Lower), Text(row.Proved?.Upper), Text(row.Computed?.Lower),
                    Text(row.Computed?.Upper)]));
    }

    JsonObject ToJson(CertificationReport report)
    {
        var result = new JsonObject
        {
            ["radius"] = radius,
            ["arithmetic"] = options.Arithmetic,
            ["rows"] = report.Rows.Count,
            ["reached"] = report.Rows.Count(row => row.IsReached),
            ["range"] = report.Range is { } range ? Json.Of(range) : null,
        };

        if (report.Total is { } total)
        {
            Add(result, total, report.Quantiles is null);
            result["classes"] = Json.Array(report.ByClass!.Select(one =>
            {
                var shares = new JsonObject { ["name"] = one.Name, ["rows"] = one.Rows };
                Add(shares, one, report.Quantiles is null);
                return shares;
            }));
            result["hardest"] = Json.Array(report.Hardest!.Select(row => new JsonObject
            {
                ["row"] = numberOf(row.Row),
                ["class"] = row.Class,
                ["verdict"] = row.Verdict is { } verdict ? $"{verdict}".ToLowerInvariant() : null,
                ["bound"] = Json.Number(row.Bound),
                ["proved"] = Json.Number(row.ProvedMargin),
                ["attacked"] = Json.Number(row.AttackedMargin),
                ["attack"] = row.Attack is { } attack ? Json.Array(attack.Select(value => Json.Number(value))) : null,
            }));
            result["quantiles"] = report.Quantiles is { } quantiles
                ? Json.Array(quantiles.Select(one => new JsonObject
                {
                    ["share"] = one.Share,
                    ["proved"] = Json.Number(one.Proved),
                    ["attacked"] = Json.Number(one.Attacked),
                }))
                : null;
            return result;
        }

        result["meanProved"] = Json.Number(report.MeanProved);
        result["maximumProved"] = Json.Number(report.MaximumProved);
        result["meanComputed"] = Json.Number(report.MeanComputed);
        result["maximumComputed"] = Json.Number(report.MaximumComputed);
        return result;
    }

    static void Add(JsonObject result, CertifiedShares shares, bool verdicts)
    {
        result["clean"] = Json.Number(shares.CleanAccuracy);
        if (!verdicts)
            return;

        result["underAttack"] = Json.Number(shares.AttackedAccuracy);
        result["certified"] = Json.Number(shares.CertifiedAccuracy);
        result["undecided"] = shares.Undecided;
    }
}
