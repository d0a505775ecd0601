using System.Diagnostics;

namespace Hybrid;

/// <summary>A training that is done epoch by epoch, once: with <c>await foreach</c>, where each epoch is computed by a thread of
/// the pool, or by <see cref="Epochs"/> on the thread that asks. Who stops asking ends it.</summary>
public sealed class TrainingRun : IAsyncEnumerable<EpochReport>
{
    readonly Recipe recipe;
    readonly IKernels engine;
    readonly bool isMonitored;
    TrainingReport? report;
    int begun;

    internal TrainingRun(Recipe recipe, IKernels engine, bool isMonitored)
    {
        this.recipe = recipe;
        this.engine = engine;
        this.isMonitored = isMonitored;
    }

    /// <summary>What is about to be done.</summary>
    public TrainingPlan Plan => recipe.Plan;

    /// <summary>What came of the training, when it has ended, by itself or because nobody asked for another epoch.</summary>
    /// <exception cref="InvalidOperationException">It has not ended, or diverged.</exception>
    public TrainingReport Report => report
        ?? throw new InvalidOperationException("The training has no report before its epochs have been gone through.");

    /// <summary>The trained model, as soon as there is one: even where measuring it fails.</summary>
    internal Model? Trained { get; private set; }

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
        var watch = isMonitored ? recipe.Watch() : null;
        var stopwatch = Stopwatch.StartNew();
        var elapsed = TimeSpan.Zero;
        Epoch? best = null, last = null;
        var isCancelled = false;

        // when an epoch fails there is no report; when nobody asks for another one, there is
        var hasFailed = false;
        using var epochs = recipe.Epochs(cancellation).GetEnumerator();

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
                isCancelled = epoch.Cancelled;

                // stopped before its first step
                if (epoch.Cancelled && double.IsNaN(epoch.TrainingLoss))
                    break;

                best = best is null ? epoch : EpochModule.better(best, epoch);
                last = epoch;
                elapsed = stopwatch.Elapsed;
                yield return new EpochReport(
                    epoch.Number, recipe.Plan.Epochs, epoch.TrainingLoss,
                    epoch.Validation is { } validation ? recipe.InOwnUnit(validation.Value) : null, epoch.LearningRate,
                    elapsed, watch?.Measure(epoch.Network));
            }

            if (last is null)
                cancellation.ThrowIfCancellationRequested();
        }
        finally
        {
            if (!hasFailed && last is not null)
            {
                Trained = recipe.ModelOf(best!);
                report = recipe.Conclude(Trained, best!, last, elapsed, isCancelled);
            }
        }
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
