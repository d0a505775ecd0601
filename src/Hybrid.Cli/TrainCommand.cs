using System.CommandLine;
using System.Text.Json.Nodes;

namespace Hybrid.Cli;

/// <summary>hybrid train: trains a model on data and writes it to a file.</summary>
sealed class TrainCommand
{
    public const string DefaultOutput = "model.onnx";
    const string Trained = "the trained model";
    const int MostSeeds = 10_000;

    readonly Terminal terminal;
    readonly string data, output;
    readonly string? history, from, validation, test;
    readonly int? seeds, freeze, grains;
    readonly bool guessed;
    readonly TableOptions table;
    readonly Folding? folding;
    readonly History log;
    readonly List<TrainingReport> reports = [];
    TrainingOptions options;
    TrainingRun? run;
    CrossValidationReport? folded;
    IReadOnlyList<TableNote> notes = [];

    TrainCommand(TrainArguments arguments, ParseResult parsed)
    {
        terminal = new Terminal(parsed.GetValue(arguments.Json));
        data = parsed.GetRequiredValue(arguments.Data);
        output = parsed.GetValue(arguments.Output) ?? DefaultOutput;
        history = parsed.GetValue(arguments.History);
        seeds = parsed.GetValue(arguments.Seeds);
        log = new History(seeds is not null);
        from = parsed.GetValue(arguments.From);
        validation = parsed.GetValue(arguments.Validation)?.File;
        test = parsed.GetValue(arguments.Test)?.File;
        freeze = parsed.GetValue(arguments.Freeze);
        grains = arguments.Grains(parsed);
        table = arguments.Table(parsed);
        options = arguments.Training(parsed);
        guessed = table.Task == TaskKind.Guess && !TableData.BuiltIn.Contains(data) && !Directory.Exists(data);

        folding = arguments.Folding.Value(parsed);
        if (folding is not null && seeds is not null)
            throw new UsageException("--folds and --seeds cannot be combined: --repeats counts the seeds on. Omit one of them.");

        if ((options.Checkpoint ?? options.Resume) is not null && (seeds > 1 || folding is not null))
            throw new UsageException(
                $"{(options.Checkpoint is null ? "--resume" : "--checkpoint")} is for one training, not for {(seeds > 1 ? "--seeds" : "--folds")}. Omit one of them.");

        if (Ranks.AreLaunched && seeds is null or 1)
            Shared.Check();

        if (seeds is < 1 or > MostSeeds)
            throw new UsageException($"--seeds must be from 1 to {MostSeeds}, not {seeds}.");
    }

    public static Command Create()
    {
        var arguments = new TrainArguments();
        var command = new Command("train", "Train a network on data and write it to a model file.");
        arguments.AddTo(command);
        command.SetAction(parsed =>
        {
            var train = new TrainCommand(arguments, parsed);
            return Ranks.Together(ranks => ranks is { Rank: > 0 } ? train.Follow(ranks) : train.Run(ranks));
        });
        return command;
    }

    int Run(ICommunicator? ranks)
    {
        if (ranks is { Size: > 1 } && seeds > 1 && (history is not null || options.Monitor))
            throw new UsageException("--history and --monitor show the epochs of one process, and --seeds is shared by several. Omit one of them.");

        // the model of --from may be the output: it is replaced as a whole, at the end
        OutputFile.EnsureWritable("--output", output, data, validation, test);
        if (history is not null)
            OutputFile.EnsureWritable("--history", history, data, output, from, validation, test);

        if ((options.Checkpoint ?? options.Resume) is { } checkpoint)
            OutputFile.EnsureWritable("--checkpoint", checkpoint, data, output, history, from, validation, test);

        if (folding?.OutOfFold is { } outOfFold)
            OutputFile.EnsureWritable("--out-of-fold", outOfFold, data, output, history, from, validation, test);

        using var interruption = new Interruption();
        var examples = interruption.Abandonable(() => Load(ranks));
        options = options with { Communicator = ranks };
        Introduce(examples);
        var problems = new List<string>();
        Fold(examples, interruption, problems);
        Share(ranks);

        try
        {
            TrainProgress.Show(terminal, options.StopBy, report => Train(examples, report, interruption));
        }
        catch (Exception)
        {
            // earlier results are kept, and the history shows what led to the error
            if ((reports.Count > 0 ? Best.Model : run?.Trained) is { } model)
                problems.Add(Kept.Elsewhere(Trained, output, model.Save));

            WriteHistory(problems);
            problems.ForEach(Failures.Say);
            throw;
        }

        // those of other ranks came last
        if (ranks is not null)
            reports.Sort((one, other) => one.Seed.CompareTo(other.Seed));
        var isWritten = Kept.Write(Trained, output, Best.Model.Save, problems);
        WriteHistory(problems);
        var isInterrupted = interruption.Token.IsCancellationRequested;
        Conclude();
        SayNotes();
        if (isWritten)
            SayNext();
        if (terminal.IsSilent && problems.Count == 0)
            Json.Print(ToJson(isInterrupted));
        if (problems.Count > 0)
            throw new HybridException(string.Join(' ', problems));
        if (!isInterrupted)
            return ExitCode.Done;

        var rest = (options.Checkpoint ?? options.Resume) is { } state ? $" The same command with --resume {Flags.Word(state)} goes on." : "";
        Failures.Say($"interrupted; the best network so far was saved to {output}.{rest}");
        Ranks.End(ExitCode.Interrupted);
        return ExitCode.Interrupted;
    }

    /// <summary>The same on a rank that neither speaks nor writes.</summary>
    int Follow(ICommunicator ranks)
    {
        using var interruption = new Interruption();
        var examples = Load(ranks);
        options = options with { Communicator = ranks };
        Fold(examples, interruption, []);
        Share(ranks);
        Train(examples, _ => { }, interruption);
        interruption.Token.ThrowIfCancellationRequested();
        return ExitCode.Done;
    }

    /// <summary>The options of a training that ranks share.</summary>
    TrainingOptions Shared => options with { Grains = grains ?? Ranks.Grains };

    /// <summary>A single training is that of all ranks: each computes its grains of each batch. Of several, each is that of one
    /// rank.</summary>
    void Share(ICommunicator? ranks)
    {
        if (ranks is null)
            return;

        if (seeds > 1)
        {
            terminal.Line($"Ranks: {ranks.Size}, which share the seeds");
            return;
        }

        options = Shared;
        terminal.Line($"Ranks: {ranks.Size}, which share the {options.Grains} grains of each batch");
    }

    TrainingReport Best => TrainingReport.Best(reports);

    void WriteHistory(List<string> problems)
    {
        if (history is not null && !log.IsEmpty)
            Kept.Write("the history", history, log.Write, problems);
    }

    /// <summary>Measures by folds, after which nothing has to be held out.</summary>
    void Fold(TableData examples, Interruption interruption, List<string> problems)
    {
        if (folding is null)
            return;

        RequireWritable();
        folded = interruption.Abandonable(() => folding.Run(examples, table.Time is not null, options, terminal, interruption.Token));
        Folding.Print(folded, terminal, examples.Count);
        if (folding.OutOfFold is { } path && !Ranks.IsFollower)
            Kept.Write("the out-of-fold predictions", path, place => Folding.Write(folded, examples, place), problems);

        options = options with { TestFraction = 0 };
    }

    /// <summary>The data, and the model to start from, if any.</summary>
    TableData Load(ICommunicator? ranks)
    {
        var examples = from is null ? TableData.Load(data, table with { Communicator = ranks }) : LoadForModel(from);
        TableData? Like(string? file) => file is null ? null : examples.LoadLike(file, table.Header, table.OnError);
        options = options with { ValidationData = Like(validation), TestData = Like(test) };
        return examples;
    }

    TableData LoadForModel(string from)
    {
        var read = ModelData.Load(from, data, table);
        Warnings.Print(read.Model);
        options = options with { From = read.Model, Freeze = freeze ?? 0 };
        options.Check();
        return read.Examples;
    }

    /// <summary>Training must not be lost at its end: whether a network can be written does not depend on its weights.</summary>
    void RequireWritable()
    {
        try
        {
            options.From?.Save(Stream.Null);
        }
        catch (NotExportableException error)
        {
            throw new HybridException($"{from}: it can be used, but not trained further, because it could not be written again. {error.Message}");
        }
    }

    /// <summary>One training per seed, until interrupted.</summary>
    bool Train(TableData examples, Action<EpochReport> show, Interruption interruption)
    {
        try
        {
            using var runs = Trainer.StartSeeds(examples, options, seeds ?? 1).GetEnumerator();

            while (!(run is not null && interruption.Token.IsCancellationRequested) && interruption.Abandonable(runs.MoveNext))
                Train(run = runs.Current, show, interruption);
        }
        catch (OperationCanceledException) when (reports.Count > 0)
        {
            // a seed that had not started does not affect the finished ones
        }

        return true;
    }

    void Train(TrainingRun run, Action<EpochReport> show, Interruption interruption)
    {
        if (reports.Count == 0)
        {
            // a network that has learned nothing must not replace an existing one
            interruption.Token.ThrowIfCancellationRequested();
            RequireWritable();
            Introduce(run.Plan);
        }

        if (seeds is not null)
            terminal.Line($"Seed {run.Seed}:");

        foreach (var epoch in run.Epochs(interruption.Token))
        {
            log.Add(run.Seed, epoch);
            show(epoch);
        }

        var report = run.Report;

        reports.Add(report);
        if (seeds is not null)
            terminal.Line($"  {(report.Test is null ? "training" : "test")}: {Words.Describe(report.Test ?? report.Train)}");
    }

    void Introduce(TableData examples)
    {
        TrainLines.Of(examples, guessed).ForEach(terminal.Line);
        notes = [.. examples.Notes, .. Words.Of(options.ValidationData), .. Words.Of(options.TestData)];
        Words.Notes(notes).ForEach(terminal.Line);
    }

    void Introduce(TrainingPlan plan)
    {
        TrainLines.Of(plan).ForEach(terminal.Line);
        notes = [.. notes, .. plan.Notes];
        Words.Notes(plan.Notes).ForEach(terminal.Line);
    }

    void Conclude()
    {
        var best = Best;

        if (seeds is not null)
        {
            terminal.Line($"{Words.Count(TrainingReport.Counted(reports).Count, "seed")}, {Words.Summary(SeedSummary.Of(reports))}");
            terminal.Line(
                $"Best {(best.Validation is null ? "training" : "validation")} loss with seed {best.Seed}:");
        }

        terminal.Line(
            $"Trained {Words.Count(best.Epochs, "epoch")} in {best.Elapsed.TotalSeconds.ToString("F1", Arguments.Culture)} s; "
            + $"the network is that of epoch {best.BestEpoch}{(best.StopBy is { } stop ? $", with {stop} in validation" : "")}{Decided(best)}.");
        terminal.Line(best.Test is { } test
            ? $"Test: {Words.Describe(test)}, on {Words.Count(test.Examples, "example")} held out from training."
            : $"Training: {Words.Describe(best.Train)}; no examples were held out for testing.");

        if ((best.Test ?? best.Train).Targets is { } targets)
            Words.Table(targets, terminal);
        if (options.LabelThresholds)
            terminal.Line(Words.Thresholds(best.Model)! + ".");
        if (best.Temperature is { } fit)
            terminal.Line(
                $"Temperature: {Words.Number(fit.Temperature)}, by the validation part; expected calibration error of the "
                + $"{(best.Test is null ? "validation" : "test")} part {Words.Number(fit.Before)} without and {Words.Number(fit.After)} with it.");

        if (best.Model.Interval is not null)
            terminal.Line(Words.Calibration(best.Model) + (best.Coverage is { } coverage ? $" {Words.Coverage(coverage, best.Model)}" : ""));

        if (best.Certified is not { } certified)
            return;

        terminal.Line(certified.Total is { } total
            ? $"Certified: {Words.Percent(total.CertifiedAccuracy)} of them keep the right class within {options.Certify}, in any order of "
                + $"summation; for {Words.Percent(total.AttackedAccuracy)} no change of it was found."
            : $"Certified: within {options.Certify} their answers move by at most {Words.AtMost(certified.MeanProved!.Value)} on average and "
                + $"{Words.AtMost(certified.MaximumProved!.Value)} in the worst row, in any order of summation.");
    }

    /// <summary>Of two networks that were compared, the options of the one that was trained.</summary>
    string Decided(TrainingReport best) => (run?.Plan.Alternative, best.Hidden) switch
    {
        ({ } other, { } hidden) => $", as of --hidden {string.Join(',', hidden)}"
            + (hidden.SequenceEqual(other.Sizes.Skip(1).SkipLast(1)) ? $" --l2 {Words.Number(other.L2)}" : ""),
        _ => "",
    };

    void SayNotes() => Words.Notes(Best.Notes).ForEach(terminal.Line);

    void SayNext()
    {
        var part = Best.Test is null || test is not null || (Directory.Exists(data) && options.TestFraction is null) ? "" : " --part test";
        terminal.Line($"Wrote {output}. Next: {About.Name} evaluate {Flags.Word(output)} {Flags.Word(test ?? data)}{part}");
    }

    JsonObject ToJson(bool isInterrupted)
    {
        var best = Best;
        var result = new JsonObject
        {
            ["task"] = Words.Task(best.Model),
            ["parameters"] = best.Model.Describe().Parameters,
            ["epochs"] = best.Epochs,
            ["bestEpoch"] = best.BestEpoch,
            ["stopBy"] = best.StopBy is { } stop
                ? new JsonObject { ["metric"] = stop.Name, ["value"] = Json.Number(stop.Value) }
                : null,
            ["seconds"] = Json.Number(best.Elapsed.TotalSeconds),
            ["secondsPerEpoch"] = Json.Number(best.Elapsed.TotalSeconds / best.Epochs),
        };

        AddParts(result, best);
        if (folded is not null)
            result["folds"] = Folding.ToJson(folded);
        result["model"] = output;
        result["interrupted"] = isInterrupted;
        result["notes"] = Json.Array(notes.Concat(best.Notes).Select(note => (JsonNode?)JsonValue.Create(Words.Note(note))));

        if (seeds is not null)
        {
            result["seed"] = best.Seed;
            result["seeds"] = Json.Array(TrainingReport.Counted(reports).Select(report =>
            {
                var one = new JsonObject { ["seed"] = report.Seed, ["epochs"] = report.Epochs };
                AddParts(one, report);
                return one;
            }));
            result["summary"] = Json.Of(SeedSummary.Of(reports));
        }

        return result;
    }

    void AddParts(JsonObject result, TrainingReport report)
    {
        result["train"] = Json.Of(report.Train);
        result["validation"] = report.Validation is { } validation ? Json.Of(validation) : null;
        result["test"] = report.Test is { } test ? Json.Of(test) : null;
        if (report.Temperature is { } fit)
            result["temperature"] = new JsonObject
            {
                ["temperature"] = Json.Number(fit.Temperature),
                ["calibrationErrorBefore"] = Json.Number(fit.Before),
                ["calibrationErrorAfter"] = Json.Number(fit.After),
            };
        if (report.Model.Thresholds is { } thresholds)
            result["thresholds"] = Json.Thresholds(report.Model, thresholds);
        if (report.Model.Interval is not null)
            result["interval"] = Json.Intervals(report.Model, report.Coverage);
        if (report.Certified is { } certified)
            result["certified"] = new JsonObject
            {
                ["radius"] = options.Certify,
                ["rows"] = certified.Rows.Count,
                ["certified"] = Json.Number(certified.Total?.CertifiedAccuracy),
                ["underAttack"] = Json.Number(certified.Total?.AttackedAccuracy),
                ["meanProved"] = Json.Number(certified.MeanProved),
                ["maximumProved"] = Json.Number(certified.MaximumProved),
            };
        if (options.Monitor)
            result["history"] = log.ToJson(report.Seed);
    }
}
