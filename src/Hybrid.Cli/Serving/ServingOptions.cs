namespace Hybrid.Cli.Serving;

/// <summary>Where a model is served, and within what limits.</summary>
/// <param name="Urls">Where to listen.</param>
/// <param name="OnError">What to do about rows that do not fit the model, where a request does not say it.</param>
/// <param name="MaxBody">The maximum size of a body, in bytes.</param>
/// <param name="MaxRows">The maximum number of rows of a request.</param>
/// <param name="MaxRequests">How many predictions may be under way at once.</param>
/// <param name="Drain">How long requests are taken after the signal to stop.</param>
sealed record ServingOptions(string[] Urls, RowErrors OnError, int MaxBody, int MaxRows, int MaxRequests, TimeSpan Drain)
{
    public static ServingOptions Default { get; } =
        new(["http://127.0.0.1:8080"], RowErrors.Fail, 1 << 20, 10_000, 256, TimeSpan.FromSeconds(5));
}
