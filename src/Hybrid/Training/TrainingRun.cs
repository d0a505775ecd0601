using System.Diagnostics;
using Hybrid.Data;
using Hybrid.Kernels;
using Microsoft.FSharp.Core;

namespace Hybrid;

/// <summary>A training run, computed epoch by epoch, once: with <c>await foreach</c>, where each epoch is computed by a thread of
/// the pool, or by <see cref="Epochs"/> on the calling thread. It ends when the caller stops enumerating.</summary>
public sealed class TrainingRun : IAsyncEnumerable<EpochReport>
{
    readonly Models.Prepared prepared;
    readonly TableData data;
    readonly Engine engine;
    readonly bool isMonitored;
    readonly string? certify;
    readonly int threads;
    readonly TableData? ownValidation, ownTest;
    readonly ICommunicator communicator;
    readonly CheckpointFile? checkpoint;
    readonly Models.TrainingState? resumed;
    readonly bool isStateKept;
    FSharpFunc<Unit, Models.TrainingState>? state;
    TrainingReport? report;
    int begun;

    /// <summary>A run that begins, or goes on as the options say.</summary>
    /// <param name="data">What to learn from.</param>
    /// <param name="options">How to train.</param>
    /// <param name="from">The state to go on from, in place of that of the options.</param>
    /// <param name="isStateKept">Whether the state at its end is asked for.</param>
    internal TrainingRun(TableData data, TrainingOptions options, Models.TrainingState? from = null, bool isStateKept = false)
    {
        resumed = from;
        this.isStateKept = isStateKept;
        this.data = data;
        communicator = options.Communicator ?? Core.Communicator.alone;
        isMonitored = options.Monitor;
        certify = options.Certify;
        threads = options.Threads;
        ownValidation = options.ValidationData;
        ownTest = options.TestData ?? data.TestPart;
        prepared = Models.Recipe.prepare(
            options.Value(GradientSources.Named(options.Gradients)),
            new Sets(data.Whole(), data.TestPart is { } test ? FSharpOption<Table>.Some(test.Whole()) : null));
        if (options.Resume is { } resume)
        {
            resumed = CheckpointFile.Read(resume, communicator);
            if (options.AcceptChanges)
                resumed = Models.TrainingStateModule.adopted(prepared, resumed);
        }

        // who resumes a training wants it to survive the next break too
        if (communicator.Rank == 0 && (options.Checkpoint ?? options.Resume) is { } path)
            checkpoint = new CheckpointFile(path, options.CheckpointInterval, options.Resume);
        engine = CpuEngine.Create(options.Threads);
        Plan = TrainingPlan.Of(prepared);
    }

    /// <summary>The plan of this run.</summary>
    public TrainingPlan Plan { get; }

    /// <summary>The seed of the split, the initial weights and the steps.</summary>
    public ulong Seed => prepared.Record.Seed;

    /// <summary>The result, once training has ended, by itself or because the caller stopped enumerating.</summary>
    /// <exception cref="InvalidOperationException">Training has not ended, or diverged.</exception>
    public TrainingReport Report => report
        ?? throw new InvalidOperationException("The report is available once the epochs have been enumerated.");

    /// <summary>The state at the end of a run that keeps it and was not cancelled.</summary>
    internal Models.TrainingState Ended => Models.TrainingStateModule.ended(true, state!.Invoke(null!));

    /// <summary>The trained model, as soon as there is one: even where measuring it fails, so that it can be saved. Null before
    /// that.</summary>
    public Model? Trained { get; private set; }

    /// <summary>Trains, one epoch each time that the next one is requested.</summary>
    /// <param name="cancellation">Stops training within a step: there is no further epoch, and the report holds the best network
    /// so far, which is then measured on all parts of the data.</param>
    /// <exception cref="InvalidOperationException">The training has begun already.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the first step.</exception>
    /// <exception cref="TrainingDivergedException">The loss or a weight became NaN or infinite.</exception>
    /// <exception cref="HybridException">The loss is NaN or infinite before the first iteration of lbfgs; the checkpoint to go on from is
    /// one of other data, options or layers; or a checkpoint cannot be written: then <see cref="Trained"/> is the best model so
    /// far.</exception>
    public IEnumerable<EpochReport> Epochs(CancellationToken cancellation = default)
    {
        if (Interlocked.Exchange(ref begun, 1) != 0)
            throw new InvalidOperationException("A training run can be enumerated only once; start a new one.");

        using var threads = engine;
        Models.UnitWatch? watch = null;
        EpochModel? present = null;
        var stopwatch = Stopwatch.StartNew();
        var elapsed = TimeSpan.Zero;
        Models.Progress? progress = null;

        // when an epoch fails there is no report; when the caller stops enumerating, there is
        bool hasFailed = false, isExhausted = false;
        var epochs = Models.Recipe.sparing(
            isStateKept || checkpoint is not null, engine, communicator, FuncConvert.FromFunc(() => cancellation.IsCancellationRequested),
            FuncConvert.FromAction<FSharpFunc<Unit, Models.TrainingState>>(Watch),
            OptionModule.OfObj(resumed), prepared).GetEnumerator();

        void Watch(FSharpFunc<Unit, Models.TrainingState> now)
        {
            present?.Pass();
            present = null;
            state = now;
            checkpoint?.Watch(now);
        }

        bool Next()
        {
            hasFailed = true;
            var isThere = epochs.MoveNext();
            hasFailed = false;
            isExhausted = !isThere;
            return isThere;
        }

        // what the state that was gone on from has reached counts too
        Models.Progress? Reached() =>
            progress ?? (resumed is null ? null : Models.TrainingStateModule.progress(prepared, resumed)?.Value);

        try
        {
            while (Next())
            {
                var (trained, epoch) = (epochs.Current, epochs.Current.Epoch);
                progress = trained.Progress;
                if (!trained.HasStep)
                    break;

                checkpoint?.EndEpoch();
                elapsed = stopwatch.Elapsed;
                if (isMonitored)
                    // cross-validation decides which network is trained
                    watch ??= new Models.UnitWatch(engine, epoch.Network, prepared.Examples);
                present = new EpochModel(epoch.Number, () => new Model(Models.Recipe.modelMeanwhile(prepared, epoch)));
                yield return new EpochReport(
                    epoch.Number, Plan.Epochs, epoch.TrainingLoss,
                    trained.Validation is { } validation
                        ? Metrics.Of(validation.Value, prepared.Schema)
                        : null,
                    epoch.LearningRate, elapsed, watch is null ? null : UnitShares.Of(watch.Measure(epoch.Network)))
                {
                    StopBy = trained.StopBy?.Value,
                    Made = present,
                };
            }

            if (Reached() is null)
                cancellation.ThrowIfCancellationRequested();
        }
        finally
        {
            // what the optimizer keeps is not needed any more
            epochs.Dispose();
            epochs = null!;
            watch = null;
            if ((!hasFailed || checkpoint is { HasFailed: true }) && Reached() is { } made)
            {
                Trained = new Model(Models.Recipe.model(prepared, made.Best));
                if (!hasFailed)
                {
                    checkpoint?.Close(hasEnded: isExhausted && !made.Cancelled);
                    if (!isStateKept)
                        state = null;
                    var concluded = Models.Recipe.conclude(engine, prepared, made);
                    Trained = new Model(concluded.Model);
                    report = Reported(concluded, elapsed, cancellation);
                }
            }
        }
    }

    TrainingReport Reported(Models.Report value, TimeSpan elapsed, CancellationToken cancellation)
    {
        var reported = TrainingReport.Of(prepared, value, Trained!, elapsed, data, ownValidation, ownTest);
        return reported with
        {
            Certified = certify is null
                ? null
                : Robustness.Certify(
                    reported.Model, reported.TestData ?? reported.TrainingData, certify, new() { Threads = threads }, null, cancellation),
        };
    }

    /// <summary>As <see cref="Epochs"/>, with the same exceptions: each epoch, and what comes after the last one, on a thread of
    /// the pool.</summary>
    /// <param name="cancellationToken">As for <see cref="Epochs"/>.</param>
    public async IAsyncEnumerator<EpochReport> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        var epochs = Epochs(cancellationToken).GetEnumerator();

        try
        {
            while (await System.Threading.Tasks.Task.Run(epochs.MoveNext, CancellationToken.None).ConfigureAwait(false))
                yield return epochs.Current;
        }
        finally
        {
            await System.Threading.Tasks.Task.Run(epochs.Dispose, CancellationToken.None).ConfigureAwait(false);
        }
    }
}
