using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Hybrid.Figures;
using Hybrid.Lecture;
using Microsoft.FSharp.Core;

namespace Hybrid.Cli;

/// <summary>hybrid lecture: tests the lecture's claims, one by one or all together.</summary>
static class LectureCommand
{
    public const string Name = "lecture";

    const string List = "list";

    /// <summary>The pictures of the slides; with it --all means all pictures.</summary>
    const string Pictures = "figures";

    /// <summary>The outcome of an experiment and its duration.</summary>
    sealed record Result(Experiment Experiment, Outcome Outcome, double Seconds, IReadOnlyList<string> Files);

    public static Command Create()
    {
        var name = new Argument<string?>("NAME")
        {
            HelpName = "NAME",
            Arity = ArgumentArity.ZeroOrOne,
            Description = "An experiment, by name or by row such as R14; list shows them all.",
        };
        name.CompletionSources.Add([List, .. Lecture.Lecture.experiments.Select(experiment => experiment.Name)]);
        var all = new Option<bool>("--all") { Description = "Run every experiment, in the order of the lecture." };
        var quick = new Option<bool>("--quick") { Description = "Fewer seeds and smaller data; verdicts may become \"too few runs\"." };
        var seed = Arguments.Natural("--seed", "The first random seed. Default: 1.");
        var seeds = Arguments.Whole("--seeds", "The number of seeds. Default: each experiment's own.");
        var data = Arguments.Text("--data", "path", "Points (a CSV file with x, y, label) or a folder of images, instead of the experiment's data.");
        var outFolder = Arguments.Text("--out", "dir", "Write the figures as SVG files to this folder.");
        var json = Arguments.Json();

        var command = new Command(Name, "Run the lecture's claims as experiments: measured and published numbers, a verdict, figures.")
        {
            name, all, quick, seed, seeds, data, outFolder, json,
        };
        command.SetAction(parsed =>
        {
            var setting = new Setting(
                parsed.GetValue(seed) ?? 1, Seeds(parsed.GetValue(seeds)), parsed.GetValue(quick),
                parsed.GetValue(data) is { } path ? FSharpOption<string>.Some(path) : null);
            return Run(
                parsed.GetValue(name), parsed.GetValue(all), setting, parsed.GetValue(outFolder),
                new Terminal(parsed.GetValue(json)));
        });
        return command;
    }

    static FSharpOption<int>? Seeds(int? seeds) => seeds switch
    {
        null => null,
        >= 1 and <= 1000 => FSharpOption<int>.Some(seeds.Value),
        _ => throw new UsageException($"--seeds must be from 1 to 1000, not {seeds}."),
    };

    static int Run(string? name, bool all, Setting setting, string? folder, Terminal terminal)
    {
        if (name == List && !all)
        {
            PrintList(terminal);
            return ExitCode.Done;
        }

        var experiments = Chosen(name, all);

        if (folder is not null)
            CreateFolder(folder);

        List<Result> results = [];

        foreach (var experiment in experiments)
        {
            var result = Run(experiment, all ? ForOne(experiment, setting) : setting, folder, results);
            results.Add(result);
            Print(result, terminal);
        }

        if (terminal.IsSilent)
            Json.Print(ToJson(results));
        else if (results.Count > 1)
            PrintRows(results, terminal);

        return ExitCode.Done;
    }

    /// <summary>The verdict of every row, and the count of each verdict.</summary>
    static void PrintRows(IEnumerable<Result> results, Terminal terminal)
    {
        var rows = results.GroupBy(result => result.Experiment.Row).Select(row => (Row: row.Key, Verdict: Verdict([.. row]))).ToArray();

        foreach (var (row, verdict) in rows)
            terminal.Line($"{row,-4} {VerdictModule.name(verdict)}{Because(verdict)}");

        terminal.Line(string.Join(", ", rows.GroupBy(row => VerdictModule.name(row.Verdict))
            .Select(group => $"{group.Count()} × {group.Key}")) + ".");
    }

    static Verdict Verdict(IReadOnlyList<Result> row) =>
        VerdictModule.ofParts(ListModule.OfSeq(row.Select(result => result.Outcome.Verdict)));

    /// <summary>The reason of a verdict in parentheses, or nothing.</summary>
    static string Because(Verdict verdict) => VerdictModule.reason(verdict) is { Length: > 0 } reason ? $" ({reason})" : "";

    static IReadOnlyList<Experiment> Chosen(string? name, bool all)
    {
        if (all && name is null)
            return [.. Lecture.Lecture.rows.SelectMany(row => row.Item2)];
        if (all && name != Pictures)
            throw new UsageException($"--all runs every experiment: omit {Printable.quote(name)} or --all.");
        if (name is null)
            throw new UsageException($"no experiment is named. Give a name, or --all. '{About.Name} {Name} {List}' shows them.");

        var row = Lecture.Lecture.rows.FirstOrDefault(row => string.Equals(row.Item1, name, StringComparison.OrdinalIgnoreCase));
        if (row is not null)
            return [.. row.Item2];

        var experiments = Lecture.Lecture.experiments;
        return experiments.FirstOrDefault(experiment => experiment.Name == name) is { } known
            ? [known]
            : throw new UsageException(
                $"there is no experiment {Printable.quote(name)}.{UnknownWords.Suggest(name, [.. experiments.Select(experiment => experiment.Name)])} "
                + $"'{About.Name} {Name} {List}' shows them.");
    }

    static void CreateFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new HybridException($"--out {folder}: the folder cannot be created ({error.Message.TrimEnd('.')}). Choose a different one.", error);
        }
    }

    /// <summary>With --all, a folder is for the experiments that take images, a file for those that take points.</summary>
    static Setting ForOne(Experiment experiment, Setting setting)
    {
        var isFor = Directory.Exists(setting.Data?.Value) ? experiment.Data.IsImages : experiment.Data.IsPoints;
        return isFor ? setting : new Setting(setting.Seed, setting.Seeds, setting.Quick, null);
    }

    /// <summary>Runs an experiment; the slides' pictures reuse those of the experiments already run, if any.</summary>
    static Result Run(Experiment experiment, Setting setting, string? folder, IReadOnlyCollection<Result> before)
    {
        var stopwatch = Stopwatch.StartNew();
        var outcome = experiment.Name == Pictures && before.Count > 0
            ? SlidePictures.gather(ListModule.OfSeq(before.Select(result => Tuple.Create(result.Experiment.Name, result.Outcome))))
            : Lecture.Lecture.run(setting, experiment);
        var seconds = stopwatch.Elapsed.TotalSeconds;
        List<string> files = [];

        if (folder is not null)
            foreach (var (figure, picture) in outcome.Figures)
            {
                var path = Path.Combine(folder, figure + ".svg");
                OutputFile.EnsureWritable("--out", path, setting.Data?.Value);
                OutputFile.Write(path, writer => writer.Write(FigureModule.toSvg(picture)));
                files.Add(path);
            }

        return new Result(experiment, outcome, seconds, files);
    }

    static void PrintList(Terminal terminal)
    {
        if (terminal.IsSilent)
        {
            Json.Print(new JsonObject(Lecture.Lecture.rows.Select(row => KeyValuePair.Create(row.Item1, (JsonNode?)Json.Array(
                row.Item2.Select(experiment => new JsonObject
                {
                    ["name"] = experiment.Name,
                    ["title"] = experiment.Title,
                    ["claim"] = experiment.Claim,
                    ["source"] = experiment.Source,
                }))))));
            return;
        }

        var width = Lecture.Lecture.experiments.Max(experiment => experiment.Name.Length) + 2;

        foreach (var experiment in Lecture.Lecture.rows.SelectMany(row => row.Item2))
            terminal.Line($"{experiment.Row,-5}{experiment.Name.PadRight(width)}{experiment.Title}");
    }

    static void Print(Result result, Terminal terminal)
    {
        var (experiment, outcome) = (result.Experiment, result.Outcome);
        terminal.Line($"{experiment.Row} {experiment.Name}: {experiment.Title}");
        terminal.Line($"  Claim: {experiment.Claim}");
        terminal.Line($"  Source: {experiment.Source}");

        foreach (var one in outcome.Conditions)
        {
            terminal.Line($"  {(one.Holds ? "Holds" : "Fails")}: {one.Says}.");
            terminal.Line($"    {Words.Number(one.Measured)}; the limit is {ConditionModule.limit(one)}: {one.Reason}.");
        }

        if (!outcome.Measurements.IsEmpty)
            terminal.Table(["measured", "here", "published"], outcome.Measurements.Select(one => (string[])[
                one.Name, Words.Number(one.Measured), one.Published is { } published ? Words.Number(published.Value) : ""]));

        foreach (var note in outcome.Notes)
            terminal.Line($"  {note}");
        foreach (var file in result.Files)
            terminal.Line($"  Drew {file}.");
        if (result.Files.Count == 0 && !outcome.Figures.IsEmpty)
            terminal.Line($"  {Words.Count(outcome.Figures.Length, "figure")}: use --out DIR to write them.");

        terminal.Line(
            $"  Verdict: {VerdictModule.name(outcome.Verdict)}{Because(outcome.Verdict)}; "
            + $"{(outcome.Seeds > 0 ? Words.Count(outcome.Seeds, "seed") : "nothing random")}, {result.Seconds.ToString("F1", Arguments.Culture)} s");
        terminal.Line();
    }

    static JsonObject ToJson(IEnumerable<Result> results) => new(results
        .GroupBy(result => result.Experiment.Row)
        .Select(row => KeyValuePair.Create(row.Key, (JsonNode?)RowToJson([.. row]))));

    /// <summary>A row; if it has several experiments, each number carries its experiment's name.</summary>
    static JsonObject RowToJson(IReadOnlyList<Result> row)
    {
        var verdict = Verdict(row);
        var numbers = row.SelectMany(result => result.Outcome.Measurements.Select(one =>
            (Name: row.Count == 1 ? one.Name : $"{result.Experiment.Name}: {one.Name}", one.Measured, one.Published))).ToArray();

        return new()
        {
            ["name"] = string.Join(", ", row.Select(result => result.Experiment.Name)),
            ["verdict"] = VerdictModule.name(verdict),
            ["reason"] = VerdictModule.reason(verdict),
            ["conditions"] = Json.Array(row.SelectMany(result => result.Outcome.Conditions.Select(one => new JsonObject
            {
                ["experiment"] = result.Experiment.Name,
                ["says"] = one.Says,
                ["measured"] = Json.Number(one.Measured),
                ["limit"] = ConditionModule.limit(one),
                ["holds"] = one.Holds,
                ["because"] = one.Reason,
            }))),
            ["measured"] = new JsonObject(numbers.Select(one => KeyValuePair.Create(one.Name, Json.Number(one.Measured)))),
            ["published"] = new JsonObject(numbers.Where(one => one.Published is not null)
                .Select(one => KeyValuePair.Create(one.Name, Json.Number(one.Published.Value)))),
            ["seeds"] = row.Max(result => result.Outcome.Seeds),
            ["seconds"] = Math.Round(row.Sum(result => result.Seconds), 3),
            ["notes"] = Json.Array(row.SelectMany(result => result.Outcome.Notes).Select(note => (JsonNode?)JsonValue.Create(note))),
            ["figures"] = Json.Array(row.SelectMany(result => result.Files).Select(file => (JsonNode?)JsonValue.Create(file))),
        };
    }
}
