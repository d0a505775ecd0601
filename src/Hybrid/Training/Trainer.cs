using Microsoft.FSharp.Core;

namespace Hybrid;

/// <summary>Trains networks on data.</summary>
public static class Trainer
{
    /// <summary>Splits data, learns their preprocessing, makes a network, trains it and measures it.</summary>
    /// <param name="data">What to learn from. A test part that comes with it is used unless the options ask for a share.</param>
    /// <param name="options">How to train. Null for the defaults.</param>
    /// <param name="progress">Receives a report after each epoch, on the calling thread.</param>
    /// <param name="cancellation">Stops training within a step; the report then holds the best network so far.</param>
    /// <exception cref="OptionException">An option is out of range, by itself or for the data.</exception>
    /// <exception cref="HybridException">The data does not fit the model to start from.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the first step.</exception>
    /// <exception cref="TrainingDivergedException">The loss or a weight became NaN or infinite.</exception>
    public static TrainingReport Train(
        TableData data, TrainingOptions? options = null, IProgress<EpochReport>? progress = null,
        CancellationToken cancellation = default)
    {
        var run = Start(data, options);
        foreach (var epoch in run.Epochs(cancellation))
            if (progress is not null)
            {
                // whoever receives it may look at it later, as Progress<T> does
                _ = epoch.Model;
                progress.Report(epoch);
            }

        return run.Report;
    }

    /// <summary>The same on a thread of the pool; progress is reported there.</summary>
    /// <param name="data">As for <see cref="Train"/>.</param>
    /// <param name="options">As for <see cref="Train"/>.</param>
    /// <param name="progress">As for <see cref="Train"/>.</param>
    /// <param name="cancellation">As for <see cref="Train"/>.</param>
    /// <exception cref="HybridException">As for <see cref="Train"/>.</exception>
    public static Task<TrainingReport> TrainAsync(
        TableData data, TrainingOptions? options = null, IProgress<EpochReport>? progress = null,
        CancellationToken cancellation = default) =>
        System.Threading.Tasks.Task.Run(() => Train(data, options, progress, cancellation), CancellationToken.None);

    /// <summary>The same, epoch by epoch: with <c>await foreach</c>, or by <see cref="TrainingRun.Epochs"/>.</summary>
    /// <param name="data">As for <see cref="Train"/>.</param>
    /// <param name="options">As for <see cref="Train"/>.</param>
    /// <returns>A training run that begins when its first epoch is requested.</returns>
    /// <exception cref="OptionException">An option is out of range, by itself or for the data.</exception>
    /// <exception cref="HybridException">The data does not fit the model to start from.</exception>
    public static TrainingRun Start(TableData data, TrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        options ??= new();
        options.Check();
        options.CheckRanks();
        return new TrainingRun(data, options);
    }

    /// <summary>Training runs that differ by their seeds, one after another: each begins when it is requested and is then
    /// enumerated like any other. Several ranks share them: each has its own runs first, and then those of the others, which are at their end
    /// and have no epochs left.</summary>
    /// <param name="data">As for <see cref="Train"/>.</param>
    /// <param name="options">As for <see cref="Train"/>; the seed is the first one.</param>
    /// <param name="count">The number of runs.</param>
    /// <exception cref="OptionException">An option is out of range by itself.</exception>
    /// <exception cref="HybridException">As for <see cref="Start"/>, when a run is requested.</exception>
    public static IEnumerable<TrainingRun> StartSeeds(TableData data, TrainingOptions? options, int count)
    {
        ArgumentNullException.ThrowIfNull(data);
        options ??= new();
        if (count <= 1)
            return Enumerable.Range(0, count).Select(_ => Start(data, options));

        options.Check();
        options.CheckSeveral();
        return options.Communicator is { Size: > 1 } ranks
            ? StartShared(data, options with { Communicator = null }, count, ranks)
            : Enumerable.Range(0, count).Select(index => new TrainingRun(data, Of(options, index)));
    }

    static TrainingOptions Of(TrainingOptions options, int index) => options with { Seed = Models.Seeds.at(options.Seed, index) };

    /// <summary>Of each rank first its own runs, and then those that others have made, which are at their end.</summary>
    static IEnumerable<TrainingRun> StartShared(TableData data, TrainingOptions options, int count, ICommunicator ranks)
    {
        int Owner(int index) => index % ranks.Size;

        var own = new Dictionary<int, TrainingRun>();
        foreach (var index in Enumerable.Range(0, count).Where(index => Owner(index) == ranks.Rank))
            yield return own[index] = new TrainingRun(data, Of(options, index), isStateKept: true);

        for (var index = 0; index < count; index++)
        {
            var isOwn = own.TryGetValue(index, out var run);
            var state = Core.Communicator.share(ranks, Owner(index), isOwn ? Models.Checkpoint.toBytes(run!.Ended) : []);
            if (!isOwn)
                yield return new TrainingRun(data, Of(options, index), Models.Checkpoint.ofBytes(state));
        }
    }

    /// <summary>Cross-validation of the whole training: the examples are dealt into folds, and one network per fold learns from the
    /// others and is measured on it. Classes have their shares of each fold, and groups are not torn apart. With times, each fold learns
    /// from the examples before it, and the earliest are held out by none.</summary>
    /// <param name="data">All examples; a test part that comes with them is left out.</param>
    /// <param name="options">How to train; without a test part. A model to start from must not have learned from the examples. Null for the
    /// defaults.</param>
    /// <param name="folds">At least 2, at most the number of examples or groups; with times one less.</param>
    /// <param name="repeats">How often the examples are dealt, each time with the next seed; at least 1, and 1 with times.</param>
    /// <param name="metrics">Names out of <see cref="Metric.Names"/>. Null for the usual ones that have a value in every fold.</param>
    /// <param name="progress">Receives the number of folds that are finished, on the threads of the trainings, one at a time.</param>
    /// <param name="cancellation">Ends it without a result.</param>
    /// <exception cref="OptionException">An option is out of range, by itself or for the data.</exception>
    /// <exception cref="HybridException">A metric is unknown.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static CrossValidationReport CrossValidate(
        TableData data, TrainingOptions? options = null, int folds = 5, int repeats = 1, IReadOnlyList<string>? metrics = null,
        Action<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        options ??= new();
        options.Check();
        options.CheckSeveral();
        Models.FSharpMetric[]? named = metrics is null ? null : [.. metrics.Select(Models.MetricModule.named)];
        using var engine = Kernels.CpuEngine.Create(options.Threads);
        var results = Models.Folds.evaluate(
            engine, options.Communicator ?? Core.Communicator.alone, options.Threads, FuncConvert.FromFunc(() => cancellation.IsCancellationRequested),
            FuncConvert.FromAction<int>(count => progress?.Invoke(count)),
            options.Value(Hybrid.GradientSources.Named(options.Gradients)), folds, repeats, data.Whole());

        return CrossValidationReport.Of(folds, repeats, named, results);
    }
}
