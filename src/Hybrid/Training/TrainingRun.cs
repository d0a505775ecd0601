using System.Diagnostics;
using Hybrid.Data;
using Hybrid.Kernels;
using Microsoft.FSharp.Core;

namespace Hybrid;

/// <summary>A training that is done epoch by epoch, once: with <c>await foreach</c>, where each epoch is computed by a thread of
/// the pool, or by <see cref="Epochs"/> on the thread that asks. Who stops asking ends it.</summary>
public sealed class TrainingRun : IAsyncEnumerable<EpochReport>
{
    readonly Models.Prepared prepared;
    readonly DataSet data;
    readonly IKernels engine;
    readonly bool isMonitored;
    TrainingReport? report;
    int begun;

    internal TrainingRun(DataSet data, TrainingOptions options)
    {
        this.data = data;
        isMonitored = options.Monitor;
        prepared = Models.Recipe.prepare(
            options.Value(GradientSources.Named(options.Gradients)),
            new Sets(data.Whole(), data.TestPart is { } test ? FSharpOption<Table>.Some(test.Whole()) : null));
        engine = Engine.Create(options.Threads);
        Plan = TrainingPlan.Of(prepared);
    }

    /// <summary>What is about to be done.</summary>
    public TrainingPlan Plan { get; }

    /// <summary>What the split, the start and the steps follow from.</summary>
    public ulong Seed => prepared.Record.Seed;

    /// <summary>What came of the training, when it has ended, by itself or because nobody asked for another epoch.</summary>
    /// <exception cref="InvalidOperationException">It has not ended, or diverged.</exception>
    public TrainingReport Report => report
        ?? throw new InvalidOperationException("The training has no report before its epochs have been gone through.");

    /// <summary>The trained model, as soon as there is one: even where measuring it fails, so that it can be saved. Null before
    /// that.</summary>
    public Model? Trained { get; private set; }

    /// <summary>Trains, an epoch each time that another one is asked for.</summary>
    /// <param name="cancellation">Stops training within a step: there is no further epoch, and the report holds the best network
    /// so far, which is then measured on all parts of the data.</param>
    /// <exception cref="InvalidOperationException">The training has begun already.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the first step.</exception>
    /// <exception cref="TrainingDiverged">The loss or a weight became NaN or infinite.</exception>
    /// <exception cref="HybridException">lbfgs found a loss that is no number.</exception>
    public IEnumerable<EpochReport> Epochs(CancellationToken cancellation = default)
    {
        if (Interlocked.Exchange(ref begun, 1) != 0)
            throw new InvalidOperationException("A training can be gone through once: start another one.");

        using var threads = engine as IDisposable;
        var watch = isMonitored ? new Models.UnitWatch(engine, prepared) : null;
        var stopwatch = Stopwatch.StartNew();
        var elapsed = TimeSpan.Zero;
        FSharpOption<Models.Progress>? progress = null;

        // when an epoch fails there is no report; when nobody asks for another one, there is
        var hasFailed = false;
        using var epochs = Models.Recipe.epochs(
            engine, FuncConvert.FromFunc(() => cancellation.IsCancellationRequested), prepared).GetEnumerator();

        bool Next()
        {
            hasFailed = true;
            var isThere = epochs.MoveNext();
            hasFailed = false;
            return isThere;
        }

        try
        {
            while (Next())
            {
                var epoch = epochs.Current;
                progress = Models.ProgressModule.after(epoch, progress);

                // stopped before its first step
                if (!ReferenceEquals(progress?.Value.Last, epoch))
                    break;

                elapsed = stopwatch.Elapsed;
                yield return new EpochReport(
                    epoch.Number, Plan.Epochs, epoch.TrainingLoss,
                    Models.Recipe.validation(prepared, epoch) is { } validation
                        ? Measures.Of(validation.Value, prepared.Schema.Classes?.Value)
                        : null,
                    epoch.LearningRate, elapsed, watch is null ? null : UnitShares.Of(watch.Measure(epoch.Network)));
            }

            if (progress is null)
                cancellation.ThrowIfCancellationRequested();
        }
        finally
        {
            if (!hasFailed && progress is { } made)
            {
                Trained = new Model(Models.Recipe.model(prepared, made.Value.Best));
                report = Reported(Models.Recipe.conclude(engine, prepared, made.Value), elapsed);
            }
        }
    }

    TrainingReport Reported(Models.Report value, TimeSpan elapsed)
    {
        var classes = Trained!.Classes;

        Measures? Of(FSharpOption<Core.Measures>? measures) =>
            measures is { } there ? Measures.Of(there.Value, classes) : null;

        DataSet? Part(int[] rows) => rows.Length > 0 ? data.Subset(rows) : null;

        return new TrainingReport(
            Trained, value.Epochs, value.BestEpoch, elapsed, Measures.Of(value.Train, classes), Of(value.Validation),
            Of(value.Test), value.Cancelled, Part(prepared.Split.Training)!, Part(prepared.Split.Validation),
            prepared.OwnTest is null ? Part(prepared.Split.Test) : data.TestPart)
        {
            Value = value,
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
