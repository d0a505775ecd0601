namespace Hybrid.Cli.Serving;

/// <summary>The model of a file that may be replaced while it is served.</summary>
/// <remarks>The file is looked at twice a second: notices of changes do not come from all file systems, nor through links.</remarks>
sealed class ModelWatch
{
    static readonly TimeSpan interval = TimeSpan.FromMilliseconds(500);

    readonly string path;
    volatile ServedModel current;
    Stamp loaded;

    /// <exception cref="HybridException">The file is no model.</exception>
    public ModelWatch(string path)
    {
        this.path = path;
        loaded = Look();
        current = ServedModel.Load(path);
    }

    /// <summary>The last model that could be loaded.</summary>
    public ServedModel Current => current;

    /// <summary>Follows the file: a new model is served as soon as it is loaded; where it is damaged, the old one stays.</summary>
    /// <param name="report">Receives what happened, and the error, if there was one.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task Follow(Action<ServedModel, HybridException?> report, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(interval);
        var before = loaded;

        while (await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false))
        {
            // a file that is still being written changes between two looks
            var now = Look();
            if (now != loaded && now == before)
            {
                loaded = now;
                Reload(report);
            }

            before = now;
        }
    }

    void Reload(Action<ServedModel, HybridException?> report)
    {
        try
        {
            current = ServedModel.Load(path);
            report(current, null);
        }
        catch (HybridException error)
        {
            report(current, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            report(current, new HybridException(error.Message, error));
        }
    }

    Stamp Look()
    {
        try
        {
            // of a link, what it leads to is what changes
            var file = new FileInfo(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path);
            return file.Exists ? new(file.LastWriteTimeUtc, file.Length) : default;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }

    readonly record struct Stamp(DateTime Written, long Length);
}
