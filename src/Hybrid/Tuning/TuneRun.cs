using System.Diagnostics;
using Hybrid.Data;
using Hybrid.Kernels;
using Hybrid.Tuning;
using Microsoft.FSharp.Core;

namespace Hybrid;

/// <summary>A search, which runs once.</summary>
public sealed class TuneRun : IDisposable
{
    /// <summary>When searches are cut, in terms of their time.</summary>
    const double Late = 1.1;

    readonly TableData data;
    readonly TuneOptions options;
    readonly TrainingOptions training;
    readonly TimeSpan time;
    readonly TuneTask task;
    readonly TrialJournal journal;
    readonly ICommunicator communicator;
    int begun;

    internal TuneRun(TableData data, TuneOptions options, TimeSpan time)
    {
        this.data = data;
        this.options = options;
        this.time = time;
        training = options.Training ?? new();
        training.CheckSeveral();
        task = Tuning.Tune.prepare(
            training.Value(GradientSources.Named(training.Gradients)),
            ListModule.OfSeq(options.Given),
            options.Space is { } space ? FSharpOption<Tuning.FSharpSearchSpace>.Some(space.Value) : null,
            OptionModule.OfObj(options.CustomMetric?.Core ?? (options.Metric is { } metric ? Models.MetricModule.named(metric) : null)),
            options.Folds ?? 0,
            new Sets(data.Whole(), data.TestPart is { } test ? FSharpOption<Table>.Some(test.Whole()) : null));
        communicator = training.Communicator ?? Core.Communicator.alone;
        journal = new TrialJournal(communicator.Rank == 0 ? options.Journal : null, task);
    }

    /// <summary>Where is searched.</summary>
    public SearchSpace Space => new(task.Space);

    /// <summary>What may make results look better than they are, such as repeated rows in two parts.</summary>
    public IReadOnlyList<TableNote> Notes => TableNote.Of(task.Notes);

    /// <summary>The largest number of epochs of a trial.</summary>
    public int Epochs => task.Epochs;

    /// <summary>The number of epochs after which trials are compared, ascending.</summary>
    public IReadOnlyList<int> Rungs => [.. Halving.rungs(task.Epochs)];

    /// <summary>The number of trainings of a trial, each of which holds out another part of the examples.</summary>
    public int Parts => task.Parts;

    /// <summary>The number of examples that the search sees.</summary>
    public int Examples => task.Examples;

    /// <summary>The number of results in the journal when it was opened.</summary>
    public int Known => journal.Count;

    /// <summary>Whether the last line of the journal was not whole, and was left out.</summary>
    public bool HasDropped => journal.HasDropped;

    /// <summary>Searches, trains a model with the best options, and measures it.</summary>
    /// <param name="progress">As for <see cref="Tuner.Tune"/>.</param>
    /// <param name="cancellation">As for <see cref="Tuner.Tune"/>.</param>
    /// <exception cref="InvalidOperationException">It has run already.</exception>
    /// <exception cref="HybridException">As for <see cref="Tuner.Tune"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public TuneReport Run(Action<TuneProgress>? progress = null, CancellationToken cancellation = default)
    {
        if (Interlocked.Exchange(ref begun, 1) != 0)
            throw new InvalidOperationException("A search can run only once; start a new one.");

        using var engine = CpuEngine.Create(training.Threads);
        var clock = Stopwatch.StartNew();
        var cancelled = FuncConvert.FromFunc(() => cancellation.IsCancellationRequested);
        var best = new Dictionary<int, TrialScore>();
        var (cut, isTimed) = (0, options.Trials is null);

        void Finished(int fold, TrialResult result)
        {
            // another run need not come as far
            if (result.IsCut)
                cut++;
            else
                journal.Add(fold, result);

            var score = result.Outcome.IsOk ? result.Outcome.ResultValue : null;
            if (score is not null && (!best.TryGetValue(fold, out var other) || IsBetter(score, other)))
                best[fold] = score;

            progress?.Invoke(new(fold, result.Trial, result.Reached, score?.Value, best.GetValueOrDefault(fold)?.Value));
        }

        // the searches of K folds, each on (K - 1) / K of the examples, and the first one take K times as long as that one
        var share = time.TotalSeconds / Math.Max(1, task.Folds);
        var budget = options.Trials is { } count
            ? FuncConvert.FromFunc<SearchProgress, bool>(state => Tuning.Budget.trials(count, state))
            : Tuning.Budget.time(FuncConvert.FromFunc(() => clock.Elapsed.TotalSeconds), share, task.Epochs);
        var trials = Tuning.Tune.search(
            engine, communicator, training.Threads, cancelled, Until(Late * share), budget, FuncConvert.FromAction<TrialResult>(result => Finished(0, result)),
            journal.Known(0), task);

        var chosen = Tuning.Tune.best(task, trials);
        var searched = clock.Elapsed;
        var (prepared, report) = Tuning.Tune.train(engine, cancelled, task, chosen);
        var trained = TrainingReport.Of(
            prepared, report, new Model(report.Model), clock.Elapsed - searched, data, null, training.TestData ?? data.TestPart);
        var score = task.Folds == 0 ? null : Nested(trials.Length);
        return new(task, trials, chosen, trained) { Score = score, Cut = cut };

        FSharpFunc<Unit, bool> Until(double seconds) => FuncConvert.FromFunc(() => isTimed && clock.Elapsed.TotalSeconds > seconds);

        // what is left of the time is shared by the searches to come
        FSharpFunc<Unit, bool> UntilEndOf(int fold)
        {
            var now = clock.Elapsed.TotalSeconds;
            return Until(now + (Late * time.TotalSeconds - now) / (task.Folds - fold + 1));
        }

        CrossValidationReport Nested(int trials) => CrossValidationReport.Of(
            task.Folds, 1, null,
            Tuning.Tune.evaluate(
                engine, communicator, training.Threads, cancelled, FuncConvert.FromFunc<int, FSharpFunc<Unit, bool>>(UntilEndOf), FuncConvert.FromAction<int, TrialResult>(Finished),
                FuncConvert.FromFunc<int, FSharpList<TrialResult>>(journal.Known), trials, task));
    }

    /// <summary>Closes the journal.</summary>
    public void Dispose() => journal.Dispose();

    bool IsBetter(TrialScore one, TrialScore other) => TrialModule.compare(
        task.Metric, FSharpOption<TrialScore>.Some(one), FSharpOption<TrialScore>.Some(other)) < 0;
}
