namespace Hybrid;

/// <summary>Searches for the options of a training by successive halving: many configurations are trained for a few epochs, the better
/// third for three times as many, and so on. The same seed and number of trials give the same result, on every machine and with any
/// number of threads.</summary>
public static class Tuner
{
    static readonly TimeSpan usualTime = TimeSpan.FromSeconds(60);

    /// <summary>Searches, trains a model with the best options, and measures it on examples that no trial saw.</summary>
    /// <param name="data">What to learn from. A test part that comes with it is used unless the options ask for a share; with folds it
    /// is left out.</param>
    /// <param name="options">How to search. Null for the defaults.</param>
    /// <param name="progress">Receives each result, on the threads of the trainings, one at a time.</param>
    /// <param name="cancellation">Ends it without a result; a journal keeps what is there.</param>
    /// <exception cref="OptionException">An option is out of range, by itself or for the data, the space is empty, or the journal is of
    /// another search.</exception>
    /// <exception cref="HybridException">No trial could be trained.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static TuneReport Tune(
        TableData data, TuneOptions? options = null, Action<TuneProgress>? progress = null, CancellationToken cancellation = default)
    {
        using var search = Start(data, options);
        return search.Run(progress, cancellation);
    }

    /// <summary>A search that is ready to start, with what it will do.</summary>
    /// <param name="data">As for <see cref="Tune"/>.</param>
    /// <param name="options">As for <see cref="Tune"/>.</param>
    /// <exception cref="OptionException">As for <see cref="Tune"/>.</exception>
    public static TuneRun Start(TableData data, TuneOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        options ??= new();
        options.Check();
        return new TuneRun(data, options, options.Time ?? usualTime);
    }
}
