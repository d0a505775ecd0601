using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Hybrid.Cli;

/// <summary>hybrid tune: searches for the options of a training, and writes the network that they give.</summary>
sealed class TuneCommand
{
    public const string Name = "tune";
    const int Shown = 10;

    readonly Terminal terminal;
    readonly string data, output, journal, figure;
    readonly string? outOfFold, validation, test;
    readonly TableOptions table;
    readonly bool guessed, hasJournal;
    TuneOptions options;
    IReadOnlyList<TableNote> notes = [];

    TuneCommand(TuneArguments arguments, ParseResult parsed)
    {
        var training = arguments.Training;
        terminal = new Terminal(parsed.GetValue(training.Json));
        data = parsed.GetRequiredValue(training.Data);
        output = parsed.GetValue(training.Output) ?? TrainCommand.DefaultOutput;
        journal = arguments.Journal(parsed, output);
        hasJournal = arguments.HasJournal(parsed);
        figure = arguments.Figure(parsed, output);
        outOfFold = arguments.OutOfFold(parsed);
        validation = parsed.GetValue(training.Validation)?.File;
        test = parsed.GetValue(training.Test)?.File;
        table = training.Table(parsed);
        guessed = table.Task == TaskKind.Guess && !TableData.BuiltIn.Contains(data) && !Directory.Exists(data);
        options = arguments.Options(parsed, output);
        options.Check();
    }

    public static Command Create()
    {
        var arguments = new TuneArguments();
        var command = new Command(Name, "Search for the options of a training, and write the network that they give.");
        arguments.AddTo(command);
        command.SetAction(parsed =>
        {
            var tune = new TuneCommand(arguments, parsed);
            return Ranks.Together(ranks => tune.Run(ranks));
        });
        return command;
    }

    int Run(ICommunicator? ranks)
    {
        options = options with { Training = options.Training! with { Communicator = ranks } };
        return ranks is { Rank: > 0 } ? Follow() : Run();
    }

    /// <summary>The same on a rank that neither speaks nor writes.</summary>
    int Follow()
    {
        using var search = Tuner.Start(Load(), options);
        search.Run();
        return ExitCode.Done;
    }

    int Run()
    {
        OutputFile.EnsureWritable("--output", output, data, validation, test);
        OutputFile.EnsureWritable("--trials", journal, data, validation, test, output);
        OutputFile.EnsurePicture("--figure", figure, data, validation, test, output, journal);
        if (outOfFold is not null)
            OutputFile.EnsureWritable("--out-of-fold", outOfFold, data, validation, test, output, journal, figure);

        using var interruption = new Interruption();
        var examples = interruption.Abandonable(Load);
        TrainLines.Of(examples, guessed).ForEach(terminal.Line);
        notes = [.. examples.Notes, .. Words.Of(options.Training!.ValidationData), .. Words.Of(options.Training.TestData)];
        Words.Notes(notes).ForEach(terminal.Line);

        using var search = interruption.Abandonable(() => Start(examples));
        Introduce(search);
        var clock = Stopwatch.StartNew();
        TuneReport report;

        try
        {
            report = search.Run(Show, interruption.Token);
        }
        catch (OperationCanceledException)
        {
            Failures.Say($"interrupted; the results so far are in {journal}, and the same command goes on from there.");
            Ranks.End(ExitCode.Interrupted);
            return ExitCode.Interrupted;
        }

        var problems = new List<string>();
        var isWritten = Kept.Write("the trained model", output, report.Model.Save, problems);
        var svg = report.ToSvg();
        Kept.Write("the figure", figure, place => OutputFile.Write(place, writer => writer.Write(svg)), problems);
        if (outOfFold is not null)
            Kept.Write("the out-of-fold predictions", outOfFold, place => Folding.Write(report.Score!, examples, place), problems);

        Print(report, clock.Elapsed);
        if (isWritten)
            terminal.Line($"Wrote {output}, {journal} and {figure}. Next: {About.Name} describe {Flags.Word(output)}");
        if (terminal.IsSilent && problems.Count == 0)
            Json.Print(ToJson(report, clock.Elapsed));
        return problems.Count > 0 ? throw new HybridException(string.Join(' ', problems)) : ExitCode.Done;
    }

    TableData Load()
    {
        var examples = TableData.Load(data, table with { Communicator = options.Training!.Communicator });
        TableData? Like(string? file) => file is null ? null : examples.LoadLike(file, table.Header, table.OnError);
        options = options with { Training = options.Training! with { ValidationData = Like(validation), TestData = Like(test) } };
        return examples;
    }

    /// <summary>The search; a file of trials that is there by default gives way to one of another search.</summary>
    TuneRun Start(TableData examples)
    {
        try
        {
            return Tuner.Start(examples, options);
        }
        catch (OptionException error) when (
            error.Option == nameof(TuneOptions.Journal) && !hasJournal && Tuning.Journal.isJournal(File.ReadLines(journal).First()))
        {
            terminal.Line($"Replaced: {journal}, which {error.Problem.Split('.')[0]}.");
            File.Delete(journal);
            return Tuner.Start(examples, options);
        }
    }

    void Introduce(TuneRun search)
    {
        terminal.Line(
            $"Trials: at most {Words.Count(search.Epochs, "epoch")}, compared after {string.Join(", ", search.Rungs)}, by "
            + $"{options.Metric ?? "loss"}; {Words.Count(search.Parts, "training")} each, on {search.Examples:N0} examples");
        if (options.Folds is { } folds)
            terminal.Line($"Folds: {folds}, each with a search of its own");

        notes = [.. notes, .. search.Notes];
        Words.Notes(search.Notes).ForEach(terminal.Line);
        terminal.Line("Space:");
        foreach (var line in search.Space.ToString().Split('\n'))
            terminal.Line(line);
        if (search.Known > 0)
            terminal.Line($"Goes on: {Words.Count(search.Known, "result")} of {journal}");
        if (search.HasDropped)
            terminal.Line($"Left out: the last line of {journal}, which was not whole");
    }

    void Show(TuneProgress progress) => terminal.Progress(
        $"{(progress.Fold == 0 ? "" : $"fold {progress.Fold}, ")}trial {progress.Trial} after {progress.Reached} epochs"
        + (progress.Best is { } best ? $", best {options.Metric ?? "loss"} {Words.Number(best)}" : ""));

    static IEnumerable<Trial> Ranked(TuneReport report)
    {
        var sign = report.Metric is { } metric && Metric.Named(metric).IsHigherBetter ? -1 : 1;
        return report.Trials
            .OrderBy(trial => trial != report.Best).ThenBy(trial => trial.Value is null).ThenBy(trial => sign * trial.Value);
    }

    /// <summary>The budget that gives the same result anywhere.</summary>
    static string Budget(TuneReport report) => $"{report.Trials.Count}-trial{(report.Trials.Count == 1 ? "" : "s")}";

    void Print(TuneReport report, TimeSpan elapsed)
    {
        string[] axes = [.. report.Trials.SelectMany(trial => trial.Options.Keys).Distinct()];
        terminal.Table(
            ["trial", report.Metric ?? "loss", "epoch", "of", .. axes],
            Ranked(report).Take(Shown).Select(trial => (string[])[
                trial.Number.ToString(Arguments.Culture), trial.Value is { } value ? Words.Number(value) : "failed",
                trial.Epoch?.ToString(Arguments.Culture) ?? "", trial.Reached.ToString(Arguments.Culture),
                .. axes.Select(axis => trial.Options.GetValueOrDefault(axis) ?? (trial.Number == 1 ? "as given" : ""))]));

        var failed = report.Trials.Count(trial => trial.Failure is not null);
        terminal.Line(
            $"{Words.Count(report.Trials.Count, "trial")}{(failed > 0 ? $", of which {failed} failed" : "")}, in "
            + $"{elapsed.TotalSeconds.ToString("F1", Arguments.Culture)} s in all; "
            + (report.Cut == 0
                ? $"--budget {Budget(report)} gives the same result."
                : $"{Words.Count(report.Cut, "trial")} ended early, since the time was over: another run may differ."));
        terminal.Line(
            $"Best: trial {report.Best.Number}, {report.Metric ?? "loss"} {Words.Number(report.Best.Value!.Value)}, which chose it and is "
            + "better than what it leads to.");
        terminal.Line($"Options: {Flagged(report)}");

        if (report.Score is { } score)
        {
            Folding.Print(score, terminal);
            terminal.Line("Each fold was measured by a network of a search that had not seen it.");
        }
        else
            terminal.Line(report.Training.Test is { } measured
                ? $"Test: {Words.Describe(measured)}, on {Words.Count(measured.Examples, "example")} that no trial saw."
                : "No examples were held out for testing.");
    }

    /// <summary>The options that were found, as train takes them.</summary>
    static string Flagged(TuneReport report) =>
        string.Concat(report.Best.Options.Select(pair => $"--{pair.Key} {Flags.Word(pair.Value)} "))
        + $"--epochs {report.Best.Epoch} --validation 0";

    JsonObject ToJson(TuneReport report, TimeSpan elapsed) => new()
    {
        ["task"] = Words.Task(report.Model),
        ["metric"] = report.Metric ?? "loss",
        ["space"] = JsonNode.Parse(report.Space.ToString()),
        ["trials"] = Json.Array(report.Trials.Select(trial => new JsonObject
        {
            ["trial"] = trial.Number,
            ["options"] = new JsonObject(
                trial.Options.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value)))),
            ["reached"] = trial.Reached,
            ["epoch"] = trial.Epoch,
            ["value"] = Json.Number(trial.Value),
            ["parts"] = Json.Array(trial.Parts.Select(Json.Number)),
            ["failure"] = trial.Failure,
        })),
        ["best"] = report.Best.Number,
        ["budget"] = Budget(report),
        ["cut"] = report.Cut,
        ["seconds"] = Json.Number(elapsed.TotalSeconds),
        ["train"] = Json.Of(report.Training.Train),
        ["test"] = report.Training.Test is { } test ? Json.Of(test) : null,
        ["folds"] = report.Score is { } score ? Folding.ToJson(score) : null,
        ["model"] = output,
        ["journal"] = journal,
        ["figure"] = figure,
        ["notes"] = Json.Array(notes.Select(note => (JsonNode?)JsonValue.Create(Words.Note(note)))),
    };
}
